"""ControllerRevisions: the history of a StatefulSet's or DaemonSet's pod template.

Stands for Kubernetes' controller history: equal content is one revision, going back to old content
gives that revision a new number, and of what no pod uses the oldest go. Left out: hash collisions.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from holdfast.embedded.controllers.objects import (
    Object,
    digest,
    name_of,
    namespace_of,
    owner_reference,
    ref_of,
)
from holdfast.embedded.controllers.ownership import gather
from holdfast.embedded.controllers.view import View
from holdfast.embedded.state import Put, Remove, Write
from holdfast.light import dataclass

_HASH = {"StatefulSet": "controller.kubernetes.io/hash", "DaemonSet": "controller-revision-hash"}
_API_VERSION, _KIND = "apps/v1", "ControllerRevision"


@dataclass(frozen=True, slots=True)
class History:
    """`current` and `update` revision, all that were there, and the writes that keep them so."""

    current: Object
    update: Object
    revisions: tuple[Object, ...]
    writes: tuple[Write, ...]


def read_history(view: View, owner: Object, *, current: str | None) -> History:
    """The revisions of `owner`; `current` names the one that its status says is current."""
    owned = gather(view, owner, _API_VERSION, _KIND)
    known = sorted(owned.objects, key=lambda one: (one["revision"], name_of(one)))
    data = _data(owner)
    equal = [one for one in known if one["data"] == data]
    writes: list[Write] = list(owned.writes)
    if equal and equal[-1] is known[-1]:
        update = known[-1]
    else:
        number = known[-1]["revision"] + 1 if known else 1
        update = {**equal[-1], "revision": number} if equal else _new(owner, data, number)
        writes.extend([Put(update)] if equal else view.create(update))
    named = next((one for one in known if name_of(one) == current), update)
    return History(named, update, tuple(known), tuple(writes))


def forget_revisions(history: History, *, used: Iterable[str], limit: int) -> tuple[Remove, ...]:
    """The oldest revisions over the limit; those in use (by name) do not count."""
    live = {name_of(history.current), name_of(history.update), *used}
    dead = [ref_of(one) for one in history.revisions if name_of(one) not in live]
    return tuple(Remove(ref) for ref in dead[: max(0, len(dead) - limit)])


def template_of(revision: Object) -> dict[str, Any]:
    """The pod template that a revision keeps."""
    template = deepcopy(revision["data"]["spec"]["template"])
    template.pop("$patch", None)
    return dict(template)


def hash_of(revision: Object) -> str:
    """The hash part of a revision's name."""
    labels = revision["metadata"]["labels"]
    return str(next(labels[label] for label in _HASH.values() if label in labels))


def _data(owner: Object) -> dict[str, Any]:
    return {"spec": {"template": {**deepcopy(owner["spec"]["template"]), "$patch": "replace"}}}


def _new(owner: Object, data: dict[str, Any], number: int) -> Object:
    labels = owner["spec"]["template"].get("metadata", {}).get("labels") or {}
    content = digest(data)
    return {
        "apiVersion": _API_VERSION,
        "kind": _KIND,
        "metadata": {
            "name": f"{name_of(owner)}-{content}",
            "namespace": namespace_of(owner),
            "labels": {**labels, _HASH[owner["kind"]]: content},
            "ownerReferences": [owner_reference(owner)],
        },
        "data": data,
        "revision": number,
    }
