"""Label and field selectors: which objects of a list, or of a watch, are wanted.

Source: Kubernetes' documentation of labels and selectors, and of field selectors. A selector is
read once and gives a test; what cannot be read is refused with the server's words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from holdfast.embedded.status import bad_request

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
    requirements = [_requirement(text) for text in _split(selector)]

    def test(obj: Mapping[str, Any]) -> bool:
        labels = (obj.get("metadata") or {}).get("labels") or {}
        return all(holds(labels) for holds in requirements)

    return test


def _split(selector: str) -> Iterator[str]:
    # Commas inside of parentheses part values, not requirements.
    for part in re.split(r",(?![^(]*\))", selector):
        if part.strip():
            yield part.strip()


def _requirement(text: str) -> Callable[[Mapping[str, str]], bool]:
    name = r"(?P<key>[A-Za-z0-9./_-]+)"
    if match := re.fullmatch(name, text):
        return lambda labels: match["key"] in labels
    if match := re.fullmatch(r"!\s*" + name, text):
        return lambda labels: match["key"] not in labels
    if match := re.fullmatch(name + r"\s*(?P<op>==?|!=)\s*(?P<value>[^\s,()=!]*)", text):
        return _equality(match["key"], match["op"], match["value"])
    if match := re.fullmatch(name + r"\s+(?P<op>in|notin)\s*\((?P<values>[^)]*)\)", text):
        return _membership(match["key"], match["op"], match["values"])
    words = text.split()
    found = f"found '{words[1]}', expected" if len(words) > 1 else f"'{text}' is none of"
    raise bad_request(f"unable to parse requirement: {found}: in, notin, =, ==, !=, gt, lt")


def _equality(key: str, operator: str, value: str) -> Callable[[Mapping[str, str]], bool]:
    if operator == "!=":
        return lambda labels: labels.get(key) != value
    return lambda labels: labels.get(key) == value


def _membership(key: str, operator: str, listed: str) -> Callable[[Mapping[str, str]], bool]:
    values = {value.strip() for value in listed.split(",")}
    if operator == "notin":
        return lambda labels: labels.get(key) not in values
    return lambda labels: labels.get(key) in values


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
    found: Any = obj
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, bool):
        return str(found).lower()
    return "" if found is None else str(found)
