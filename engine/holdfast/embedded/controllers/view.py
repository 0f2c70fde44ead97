"""The state as controllers look at it during one pass: indexed, with the time and their verbs.

It must not know any kind but pods, which alone end slowly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.embedded.controllers import timings
from holdfast.embedded.controllers.objects import (
    Object,
    controller_of,
    finalizers_of,
    is_terminating,
    namespace_of,
    ref_of,
    stamp,
    uid_of,
    with_metadata,
)
from holdfast.embedded.state import Put, Remove, State, Write
from holdfast.kinds.resources import RESOURCES
from holdfast.model.manifest import ObjectRef


class View:
    """One pass's look at the state. Lists are read once and kept by namespace."""

    def __init__(self, state: State, now: float) -> None:
        self._state = state
        self.now = now
        self._lists: dict[tuple[str, str], dict[str, tuple[Object, ...]]] = {}
        self._made: Counter[tuple[str, str]] = Counter()

    def list(
        self, api_version: str, kind: str, namespace: str | None = None
    ) -> tuple[dict[str, Any], ...]:
        """All objects of a kind, by namespace and name; None is every namespace."""
        spaces = self._spaces(api_version, kind)
        if namespace is not None:
            return spaces.get(namespace, ())
        return tuple(found for space in spaces.values() for found in space)

    def get(self, ref: ObjectRef) -> Object | None:
        """One object, or None."""
        return self._state.get(ref)

    def due(self, found: Object) -> float | None:
        """When the object wanted to be looked at."""
        return self._state.due(ref_of(found))

    def has_come(self, found: Object) -> bool:
        """Whether the object's time has come."""
        due = self.due(found)
        return due is not None and due <= self.now

    def pods(self, namespace: str | None = None) -> tuple[Object, ...]:
        """The pods of a namespace."""
        return self.list("v1", "Pod", namespace)

    def owned(self, owner: Object, api_version: str, kind: str) -> tuple[Object, ...]:
        """What of a kind has `owner` as its controller."""
        return tuple(
            found
            for found in self.list(api_version, kind, namespace_of(owner))
            if (controller_of(found) or {}).get("uid") == uid_of(owner)
        )

    def everything(self, namespace: str | None = None) -> Iterator[Object]:
        """Every object of every kind, custom resources too; each once."""
        seen: set[str] = set()
        for api_version, kind in self.kinds():
            for found in self.list(api_version, kind, namespace):
                if uid_of(found) not in seen:
                    seen.add(uid_of(found))
                    yield found

    def kinds(self) -> Iterator[tuple[str, str]]:
        """Every kind that the server can have objects of."""
        for row in RESOURCES:
            yield row.api_version, row.kind
        for definition in self.list("apiextensions.k8s.io/v1", "CustomResourceDefinition"):
            spec = definition["spec"]
            for version in spec["versions"]:
                yield f"{spec['group']}/{version['name']}", spec["names"]["kind"]

    def keep(self, changed: Object) -> Put:
        """Write an object whose time another controller keeps."""
        return Put(changed, self.due(changed))

    def put_later(self, changed: Object, seconds: float) -> Put:
        """Write an object and look at it again after `seconds`."""
        return Put(changed, self.now + seconds)

    def create(self, made: Object) -> Iterator[Put]:
        """Make an object, unless there is one of its name: it may be another's."""
        if self.get(ref_of(made)) is None:
            self._made[made["kind"], namespace_of(made)] += 1
            yield Put(made)

    def made(self, kind: str, namespace: str) -> int:
        """How many of a kind were made in this pass."""
        return self._made[kind, namespace]

    def delete(self, found: Object, *, finalizer: str | None = None) -> Iterator[Write]:
        """Ask for an object's end, unless that is done; a placed pod ends after a while.

        With `finalizer` the object is marked and that finalizer added.
        """
        if is_terminating(found):
            return
        placed = found["kind"] == "Pod" and found["spec"].get("nodeName")
        if not (placed or finalizer):
            yield Remove(ref_of(found))
            return
        finalizers = [*finalizers_of(found), *filter(None, [finalizer])]
        grace = _grace(found["spec"]) if placed else 0
        fields: dict[str, Any] = {"deletionTimestamp": stamp(self.now + grace)}
        fields["deletionGracePeriodSeconds"] = grace
        marked = with_metadata(found, **fields, finalizers=finalizers or None)
        yield self.put_later(marked, timings.TERMINATE) if placed else self.keep(marked)

    def _spaces(self, api_version: str, kind: str) -> dict[str, tuple[Object, ...]]:
        key = (api_version, kind)
        if key not in self._lists:
            spaces: dict[str, list[Object]] = {}
            for found in self._state.list(api_version, kind):
                spaces.setdefault(namespace_of(found), []).append(found)
            self._lists[key] = {space: tuple(found) for space, found in spaces.items()}
        return self._lists[key]


def _grace(spec: Mapping[str, Any]) -> int:
    grace = spec.get("terminationGracePeriodSeconds")
    return 30 if grace is None else int(grace)
