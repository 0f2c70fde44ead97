"""Label and field selectors: which objects of a list, or of a watch, are wanted.

Source: Kubernetes' documentation of labels and selectors, and of field selectors. A selector is
read once and gives a test; what cannot be read is refused with the server's words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from holdfast.embedded.status import bad_request
from holdfast.errors import ManifestError
from holdfast.kinds.conditions import value_at
from holdfast.kinds.selectors import parse_selector

Test: TypeAlias = Callable[[Mapping[str, Any]], bool]

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "Pod": ("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
            "status.phase", "status.podIP", "status.nominatedNodeName"),
    "Namespace": ("status.phase",),
    "Node": ("spec.unschedulable",),
    "Secret": ("type",),
    "Job": ("status.successful",),
    "Event": ("involvedObject.kind", "involvedObject.namespace", "involvedObject.name",
              "involvedObject.uid", "involvedObject.apiVersion", "reason", "type", "source"),
    "ReplicaSet": ("status.replicas",),
    "ReplicationController": ("status.replicas",),
}  # fmt: skip


def label_test(selector: str) -> Test:
    """The test that a labelSelector stands for; an empty one holds for everything."""
    try:
        wanted = parse_selector(selector)
    except ManifestError as error:
        raise bad_request(f"unable to parse requirement: {error.message}") from None
    return lambda obj: wanted.matches((obj.get("metadata") or {}).get("labels"))


def field_test(selector: str, kind: str) -> Test:
    """The test that a fieldSelector stands for, over the fields that the kind can be chosen by."""
    terms = [_term(text, kind) for text in selector.split(",") if text.strip()]

    def test(obj: Mapping[str, Any]) -> bool:
        return all((_text(obj, path) == value) == equal for path, equal, value in terms)

    return test


def _term(text: str, kind: str) -> tuple[str, bool, str]:
    match = re.fullmatch(r"\s*([^=!\s]+)\s*(==?|!=)\s*(.*?)\s*", text)
    if match is None:
        raise bad_request(f"invalid selector: '{text}'; can't understand '{text}'")
    path, operator, value = match.groups()
    known = ("metadata.name", "metadata.namespace", *_FIELDS.get(kind, ()))
    if path not in known:
        names = ", ".join(f'"{name}"' for name in known)
        raise bad_request(f'"{path}" is not a known field selector: only {names}')
    return path, operator != "!=", value


def _text(obj: Mapping[str, Any], path: str) -> str:
    found = value_at(obj, path.split("."))
    if isinstance(found, bool):
        return str(found).lower()
    return "" if found is None else str(found)
