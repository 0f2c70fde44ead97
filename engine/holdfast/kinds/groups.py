"""In which groups a release's objects are made: what waits for what, around Helm's order of kinds.

Waves come one after another; inside a wave an object comes after those it depends on; inside a
group order.py's order of kinds decides, and nothing waits. Definitions stand before all groups.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

from holdfast.errors import ManifestError
from holdfast.kinds.conditions import annotation
from holdfast.kinds.definitions import is_definition
from holdfast.kinds.dependencies import (
    DEPENDS_ON,
    WAVE,
    meant,
    references_of,
    wave_of,
    wrong,
)
from holdfast.kinds.order import sort_for_install
from holdfast.light import dataclass
from holdfast.model.manifest import Manifest, Manifests, ObjectRef
from holdfast.model.snapshot import ObjectKey

_Targets: TypeAlias = Mapping[ObjectKey, Manifests]


@dataclass(frozen=True, slots=True)
class Group:
    """What is made together, in order, once what it waits for is ready.

    That is all of the `lower` waves, and of its own wave what stands `after` it names.
    """

    manifests: Manifests
    wave: int = 0
    lower: tuple[ObjectRef, ...] = ()
    after: tuple[ObjectRef, ...] = ()


def groups_of(manifests: Sequence[Manifest]) -> tuple[Group, ...]:
    """The groups in which all but the definitions of `manifests` are made, none of them empty.

    Raises ManifestError, with the template line, for an annotation that cannot be read, a reference
    to an object that is not among `manifests`, and objects that wait for each other.
    """
    placed = [one for one in manifests if _is_placed(one)]
    if early := [one for one in placed if is_definition(one.ref)]:
        name = WAVE if annotation(early[0].object, WAVE) else DEPENDS_ON
        problem = "a definition is made before everything else"
        raise wrong(early[0], name, problem, "take the annotation away")
    ordered = sort_for_install([one for one in manifests if not is_definition(one.ref)])
    if not placed:
        return (Group(ordered),) if ordered else ()
    waves = {one.ref.key: _wave(one) for one in ordered}
    targets = {one.ref.key: _targets(one, manifests, waves) for one in ordered}
    return tuple(_groups(ordered, waves, targets))


def _is_placed(manifest: Manifest) -> bool:
    return any(annotation(manifest.object, name) for name in (WAVE, DEPENDS_ON))


def _wave(manifest: Manifest) -> int:
    try:
        return wave_of(manifest.object)
    except ValueError as error:
        raise wrong(manifest, WAVE, str(error), "objects without a wave are in wave 0") from None


def _targets(
    manifest: Manifest, manifests: Sequence[Manifest], waves: Mapping[ObjectKey, int]
) -> Manifests:
    """What has to be ready before `manifest` is made; definitions always are."""
    try:
        references = references_of(manifest.object)
    except ValueError as error:
        hint = "as in StatefulSet/db, or prod/StatefulSet/db"
        raise wrong(manifest, DEPENDS_ON, str(error), hint) from None
    found = [meant(reference, manifest, manifests) for reference in references]
    targets = tuple(one for one in found if not is_definition(one.ref))
    mine = waves[manifest.ref.key]
    for target in targets:
        if (other := waves[target.ref.key]) > mine:
            problem = f"{target.ref} comes later: it is in wave {other}, this one in wave {mine}"
            raise wrong(manifest, DEPENDS_ON, problem, "give this one the same wave, or a higher")
    return targets


def _groups(
    ordered: Manifests, waves: Mapping[ObjectKey, int], targets: _Targets
) -> Iterator[Group]:
    lower: tuple[ObjectRef, ...] = ()
    by_wave = sorted(ordered, key=lambda one: waves[one.ref.key])
    for wave, found in groupby(by_wave, lambda one: waves[one.ref.key]):
        members = tuple(found)
        for level in _levels(members, targets):
            yield Group(level, wave, lower, _needed(level, members, targets))
        lower += tuple(one.ref for one in members)


def _levels(members: Manifests, targets: _Targets) -> Iterator[Manifests]:
    """The members of one wave: those that wait for none of the others, then those that can go."""
    left = members
    while left:
        waiting = {one.ref.key for one in left}
        free = tuple(
            one for one in left if not any(t.ref.key in waiting for t in targets[one.ref.key])
        )
        if not free:
            raise _cycle(left, targets)
        yield free
        gone = {one.ref.key for one in free}
        left = tuple(one for one in left if one.ref.key not in gone)


def _needed(level: Manifests, members: Manifests, targets: _Targets) -> tuple[ObjectRef, ...]:
    """What of the same wave has to be ready before the objects of a level."""
    own = {one.ref.key for one in members}
    found = (target.ref for one in level for target in targets[one.ref.key])
    return tuple(dict.fromkeys(ref for ref in found if ref.key in own))


def _cycle(left: Manifests, targets: _Targets) -> ManifestError:
    """Go from one that waits to what it waits for, until one comes again."""
    waiting = {one.ref.key for one in left}
    way = [left[0]]
    while True:
        step = next(t for t in targets[way[-1].ref.key] if t.ref.key in waiting)
        if step.ref.key in [one.ref.key for one in way]:
            start = [one.ref.key for one in way].index(step.ref.key)
            circle = [*way[start:], step]
            break
        way.append(step)
    if len(circle) == 2:
        return wrong(step, DEPENDS_ON, "it depends on itself", "take that reference away")
    told = " → ".join(str(one.ref) for one in circle)
    return wrong(circle[0], DEPENDS_ON, f"they wait for each other: {told}", "take one away")
