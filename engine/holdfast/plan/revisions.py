"""Two stored revisions of a release: what differs in their values, and between their objects.

The objects are planned as if the first revision were all there is in the cluster, so that the
change table says what going from one to the other does to the workloads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from holdfast.light import dataclass
from holdfast.model.manifest import Manifests, ObjectRef
from holdfast.model.plan import Change, Effect, Operation, Plan, Verb
from holdfast.model.release import Revision
from holdfast.model.secrecy import longest_first
from holdfast.model.snapshot import Observed, Snapshot
from holdfast.model.values import Path, spell
from holdfast.plan.body import Line, body
from holdfast.plan.build import build_plan
from holdfast.plan.compare import compare
from holdfast.plan.paths import Shape
from holdfast.plan.report import report_fields
from holdfast.plan.secrecy import Secrecy, release_texts

_VALUES = ObjectRef("", "Values", "", "")


@dataclass(frozen=True, slots=True)
class RevisionDiff:
    """What differs from revision `before` to revision `after`, or the other way round in time.

    `values` is a change of the merged values, of no object; `plan` is never carried out.
    """

    before: Revision
    after: Revision
    values: Change
    plan: Plan

    @property
    def empty(self) -> bool:
        """Whether nothing differs."""
        return not self.values.fields and not self.plan.pending


def compare_revisions(
    before: Revision, after: Revision, *, previous: Manifests, desired: Manifests
) -> RevisionDiff:
    """The difference; `previous` and `desired` are their objects and hooks, with their labels."""
    wanted = {manifest.ref.key: manifest.object for manifest in desired}
    seen = {
        manifest.ref.key: Observed(manifest.object, wanted.get(manifest.ref.key))
        for manifest in previous
    }
    plan = build_plan(
        operation=Operation.UPGRADE,
        release=after.release,
        namespace=after.namespace,
        desired=desired,
        previous=previous,
        snapshot=Snapshot(objects=seen),
        revision=after,
        base=before.number,
    )
    changes = tuple(_worded(change, before, after) for change in plan.changes)
    values = _values(before, after, previous + desired)
    return RevisionDiff(before, after, values, replace(plan, changes=changes))


def values_body(diff: RevisionDiff, *, unified: int, show_secrets: bool) -> list[Line]:
    """The diff of the values as YAML, secrets masked; nothing where they are the same."""
    if not diff.values.fields:
        return []
    title = f"values: revision {diff.before.number} → {diff.after.number}"
    _, *lines = body(diff.values, unified=unified, show_secrets=show_secrets)
    return [Line("header", title), *lines]


def values_report(diff: RevisionDiff, *, show_secrets: bool) -> list[dict[str, Any]]:
    """Each value that differs, as the JSON of a plan spells a field."""
    return report_fields(diff.values, show_secrets=show_secrets)


def _worded(change: Change, before: Revision, after: Revision) -> Change:
    """The change with a reason that speaks of revisions, not of a cluster.

    What a change of a hook does is done when it runs.
    """
    only = {Verb.CREATE: after.number, Verb.DELETE: before.number}.get(change.verb)
    said = f"only in revision {only}" if only else change.reason
    hooks = {one.ref.key for revision in (before, after) for one in revision.hooks}
    if change.ref.key not in hooks or change.verb is Verb.NONE:
        return replace(change, reason=said)
    return replace(change, reason=f"a hook: {said}", effect=Effect.NONE, ordinals=())


def _values(before: Revision, after: Revision, manifests: Manifests) -> Change:
    shape = Shape()
    texts = (*release_texts(before, manifests), *release_texts(after, ()))
    marked = frozenset((*before.sensitive, *after.sensitive))
    paths = {path for side in (before, after) for path in _marked(side.values, (), marked)}
    secrecy = Secrecy(shape, frozenset(paths), longest_first(texts))
    sides = (before.values, after.values)
    return Change(
        Verb.UPDATE,
        _VALUES,
        Effect.NONE,
        "",
        fields=compare(*sides, shape=shape, secret=secrecy.hides),
        before=before.values,
        after=after.values,
        sensitive=frozenset(path for side in sides for path in secrecy.find(side)),
    )


def _marked(node: Any, path: Path, marked: frozenset[str]) -> Iterator[Path]:
    """The paths of a tree that users write as one of `marked`."""
    if path and spell(path) in marked:
        yield path
    elif isinstance(node, dict | list):
        pairs = node.items() if isinstance(node, dict) else enumerate(node)
        for part, child in pairs:
            yield from _marked(child, (*path, part), marked)
