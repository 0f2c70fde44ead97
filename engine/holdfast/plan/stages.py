"""The stages of a plan: what is made when what it waits for is ready, and removed the other way.

Which objects wait for which is told by kinds.groups. A plan in which nothing waits has no stages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from holdfast.errors import ManifestError
from holdfast.kinds.definitions import is_definition
from holdfast.kinds.groups import Group, groups_of
from holdfast.kinds.order import sort_for_install, sort_for_uninstall
from holdfast.light import dataclass
from holdfast.model.manifest import Manifest, Manifests, ObjectRef
from holdfast.model.plan import Change, Stage, Verb

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Order:
    """The order of one plan: definitions, the groups of what is wanted, those of what goes."""

    definitions: Manifests
    making: tuple[Group, ...]
    removing: tuple[Group, ...]

    @classmethod
    def of(cls, desired: Manifests, previous: Manifests) -> Order:
        """The order in which `desired` is made, and what else `previous` has is removed.

        Raises ManifestError where what is desired asks for an order that cannot be.
        """
        wanted = {one.ref.key for one in desired}
        gone = [one for one in previous if one.ref.key not in wanted]
        definitions = sort_for_install([one for one in desired if is_definition(one.ref)])
        return cls(definitions, groups_of(desired), _removing(gone, previous))

    @property
    def made(self) -> Iterator[Manifest]:
        """What is wanted, in order, without the definitions."""
        return (one for group in self.making for one in group.manifests)

    @property
    def removed(self) -> Iterator[Manifest]:
        """What is no longer wanted, in the order of its removal."""
        return (one for group in self.removing for one in group.manifests)

    def staged(self, changes: Sequence[Change]) -> tuple[tuple[Change, ...], tuple[Stage, ...]]:
        """The changes with their places in the stages, and the stages; none where nothing waits."""
        if len(self.making) < 2 and len(self.removing) < 2:
            return tuple(changes), ()
        first = ((Stage("definitions"), self.definitions),) if self.definitions else ()
        rows = (*first, *_made(self.making), *_removed(self.removing, changes))
        places = {one.ref.key: place for place, (_, all_) in enumerate(rows) for one in all_}
        placed = (replace(one, stage=places[one.ref.key]) for one in changes)
        return tuple(placed), tuple(stage for stage, _ in rows)


def _removing(gone: Sequence[Manifest], previous: Manifests) -> tuple[Group, ...]:
    """The groups of `previous` backwards, as far as they go; definitions are in the last one."""
    going = {one.ref.key for one in gone}
    definitions = [one for one in gone if is_definition(one.ref)]
    try:
        groups = groups_of(previous)
    except ManifestError:  # several revisions together: each had an order, all of them have none
        groups = (Group(tuple(one for one in previous if not is_definition(one.ref))),)
    found = []
    for group in reversed(groups):
        if members := [one for one in group.manifests if one.ref.key in going]:
            found.append(replace(group, manifests=sort_for_uninstall(members)))
    if not definitions:
        return tuple(found)
    last = found.pop() if found else Group(())
    return (
        *found,
        replace(last, manifests=sort_for_uninstall((*last.manifests, *definitions))),
    )


def _made(groups: Sequence[Group]) -> Iterator[tuple[Stage, Manifests]]:
    for group in groups:
        title = _title(group, groups, "after") or "first"
        yield Stage(title, ready=(*group.lower, *group.after)), group.manifests


def _removed(
    groups: Sequence[Group], changes: Sequence[Change]
) -> Iterator[tuple[Stage, Manifests]]:
    """What goes, each group once those before it are gone."""
    deleted = {change.ref.key for change in changes if change.verb is Verb.DELETE}
    before: tuple[ObjectRef, ...] = ()
    for group in groups:
        title = _title(group, groups, "before")
        yield Stage(f"removal, {title}" if title else "removal", gone=before), group.manifests
        before += tuple(one.ref for one in group.manifests if one.ref.key in deleted)


def _title(group: Group, groups: Sequence[Group], word: str) -> str:
    """`wave 1, after StatefulSet/db`; the wave where there are several."""
    wave = f"wave {group.wave}" if len({one.wave for one in groups}) > 1 else ""
    names = ", ".join(str(ref) for ref in group.after[:_SHOWN])
    more = f" and {len(group.after) - _SHOWN} more" if group.after[_SHOWN:] else ""
    return ", ".join(filter(None, (wave, f"{word} {names}{more}" if names else "")))
