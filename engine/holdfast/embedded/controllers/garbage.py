"""Garbage: dependents go with their owners, in the way the deletion asked for.

Stands for the garbage collector (Kubernetes: Owners and Dependents, Garbage Collection). The API
server marks an owner with the `foregroundDeletion` or `orphan` finalizer; without one it is gone at
once and its dependents follow in the background. What is marked and held by nothing is removed.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.embedded.controllers.objects import (
    Object,
    finalizers_of,
    is_terminating,
    owners_of,
    ref_of,
    uid_of,
    with_finalizers,
    with_owners,
)
from holdfast.embedded.controllers.view import View
from holdfast.embedded.state import Remove, Write
from holdfast.light import dataclass

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"
_END_BY_THEMSELVES = ("Pod", "Namespace")


@dataclass(frozen=True, slots=True)
class _Graph:
    """Who there is, by uid, and who depends on whom. `kinds` are those that can be looked up."""

    objects: dict[str, Object]
    dependents: dict[str, list[Object]]
    kinds: frozenset[tuple[str, str]]

    def is_gone(self, owner: dict[str, str]) -> bool:
        """Whether an owner reference points nowhere; a kind nobody serves cannot be judged."""
        known = (owner["apiVersion"], owner["kind"]) in self.kinds
        return known and owner["uid"] not in self.objects

    def waits(self, owner: dict[str, str]) -> bool:
        """Whether an owner is there only until its dependents are gone."""
        found = self.objects.get(owner["uid"])
        return found is not None and is_terminating(found) and FOREGROUND in finalizers_of(found)


def collect_garbage(view: View) -> Iterator[Write]:
    """The next writes of the garbage collector."""
    graph = _graph(view)
    for found in graph.objects.values():
        if owners_of(found):
            yield from _follow(view, graph, found)
        if is_terminating(found):
            yield from _finish(view, graph, found)


def _graph(view: View) -> _Graph:
    objects = {uid_of(found): found for found in view.everything()}
    dependents: dict[str, list[Object]] = {}
    for found in objects.values():
        for owner in owners_of(found):
            dependents.setdefault(owner["uid"], []).append(found)
    return _Graph(objects, dependents, frozenset(view.kinds()))


def _follow(view: View, graph: _Graph, found: Object) -> Iterator[Write]:
    """End a dependent none of whose owners is there to stay; cut references to those that go."""
    gone = [owner for owner in owners_of(found) if graph.is_gone(owner)]
    waiting = [owner for owner in owners_of(found) if graph.waits(owner)]
    stay = [owner for owner in owners_of(found) if owner not in gone and owner not in waiting]
    if not gone and not waiting:
        return
    if stay:
        yield view.keep(with_owners(found, stay))
    elif waiting and graph.dependents.get(uid_of(found)):
        yield from view.delete(found, finalizer=FOREGROUND)
    else:
        yield from view.delete(found)


def _finish(view: View, graph: _Graph, found: Object) -> Iterator[Write]:
    """Do what a marked object waits for, and take away the finalizer that stood for it."""
    dependents = graph.dependents.get(uid_of(found), [])
    finalizers = finalizers_of(found)
    if ORPHAN in finalizers:
        for dependent in dependents:
            kept = [o for o in owners_of(dependent) if o["uid"] != uid_of(found)]
            yield view.keep(with_owners(dependent, kept))
    blocking = [one for one in dependents if _blocks(one, found)]
    done = {name for name, open_ in ((ORPHAN, dependents), (FOREGROUND, blocking)) if not open_}
    if done & set(finalizers):
        yield view.keep(with_finalizers(found, [one for one in finalizers if one not in done]))
    elif not finalizers and found["kind"] not in _END_BY_THEMSELVES:
        yield Remove(ref_of(found))


def _blocks(dependent: Object, owner: Object) -> bool:
    return any(
        reference["uid"] == uid_of(owner) and reference.get("blockOwnerDeletion")
        for reference in owners_of(dependent)
    )
