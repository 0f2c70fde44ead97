"""Whose fields are whose in one plan: the rules, the autoscalers, and whose fields we take over.

It says what becomes of a field, not which fields there are (claims.py knows those).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from holdfast.kinds.autoscaling import (
    AUTOSCALER,
    AUTOSCALING_V2,
    autoscaler_of,
    is_autoscaler,
    may_be_scaled,
)
from holdfast.light import dataclass
from holdfast.model.manifest import Manifest, Manifests, ObjectRef, owner_of
from holdfast.model.ownership import FieldPath, Policy
from holdfast.plan.ownership import asks_to_stay
from holdfast.plan.policies import ConflictRule, FieldRule, annotated_rules, choose
from holdfast.plan.recreate import Recreation

REPLICAS: FieldPath = ("f:spec", "f:replicas")

Object = dict[str, Any]
Scaler = tuple[ObjectRef, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms one release applies its objects.

    `staying` and `leaving` are the autoscalers, each with its object, that there will be after the
    plan, and that it deletes. With `take_ownership` objects of others are taken; an `adoption`
    takes them too, but none of another release of ours. What is `shared` is taken without the
    fields that others set: those stay theirs, and a conflict. `recreations` say which objects may
    be deleted and made anew.
    """

    release: str = ""
    namespace: str = ""
    rules: tuple[ConflictRule, ...] = ()
    force: bool = False
    take_ownership: bool = False
    adoption: bool = False
    shared: bool = False
    staying: tuple[Scaler, ...] = ()
    leaving: tuple[Scaler, ...] = ()
    recreations: tuple[Recreation, ...] = ()

    def may_recreate(self, ref: ObjectRef) -> bool:
        """Whether the user allowed it for this object."""
        return any(one.is_for(ref) for one in self.recreations)

    def may_take(self, live: Mapping[str, Any]) -> bool:
        """Whether an object that is not the release's own may become so."""
        if self.adoption:
            return owner_of(live) is None
        return self.take_ownership

    def scaled_by(self, manifest: Manifest) -> ObjectRef | None:
        """The autoscaler that sets an object's replicas."""
        if not may_be_scaled(manifest.ref, manifest.object):
            return None
        return autoscaler_of(manifest.ref, self.staying)

    def for_object(self, manifest: Manifest) -> ObjectTerms:
        """The same for one object. Raises ManifestError for an annotation that cannot be read."""
        left = autoscaler_of(manifest.ref, self.leaving) if self.leaving else None
        return ObjectTerms(
            flags=tuple(one.rule for one in self.rules if one.is_for(manifest.ref)),
            annotated=annotated_rules(manifest),
            scaler=self.scaled_by(manifest),
            gone=left,
            force=self.force,
        )


@dataclass(frozen=True, slots=True)
class ObjectTerms:
    """What becomes of the fields of one object that others own."""

    flags: tuple[FieldRule, ...] = ()
    annotated: tuple[FieldRule, ...] = ()
    scaler: ObjectRef | None = None
    gone: ObjectRef | None = None
    force: bool = False

    @property
    def leaves(self) -> bool:
        """Whether some field may be left to its owner."""
        rules = (*self.flags, *self.annotated)
        return self.scaler is not None or any(rule.policy is Policy.LEAVE for rule in rules)

    def decide(self, path: FieldPath) -> tuple[Policy, str]:
        """What becomes of a field, and who says so; nobody does where it fails by default.

        A flag for the field, then the chart's annotation, then an autoscaler; `force` is the answer
        to what would fail, not to what is left alone on purpose.
        """
        if flag := choose(self.flags, path):
            return flag.policy, flag.by
        given = choose(self.annotated, path)
        if given and given.policy is not Policy.FAIL:
            return given.policy, given.by
        if path == REPLICAS and self.scaler and given is None:
            return Policy.LEAVE, str(self.scaler)
        if path == REPLICAS and self.gone and given is None:
            return Policy.TAKE, f"{self.gone}, which goes"
        if self.force:
            return Policy.TAKE, "--force-conflicts"
        return Policy.FAIL, given.by if given else ""


NO_TERMS = Terms()


def make_terms(
    *,
    release: str,
    namespace: str,
    desired: Manifests,
    previous: Manifests = (),
    autoscalers: Sequence[Object] = (),
    rules: Sequence[ConflictRule] = (),
    force: bool = False,
    take_ownership: bool = False,
    adoption: bool = False,
    recreations: Sequence[Recreation] = (),
) -> Terms:
    """The terms of a plan from `previous` to `desired`; `autoscalers` are those of the cluster."""
    staying, leaving = _scalers(desired, previous, autoscalers)
    return Terms(
        release=release,
        namespace=namespace,
        rules=tuple(rules),
        force=force,
        take_ownership=take_ownership,
        adoption=adoption,
        staying=staying,
        leaving=leaving,
        recreations=tuple(recreations),
    )


def _scalers(
    desired: Manifests, previous: Manifests, live: Sequence[Object]
) -> tuple[tuple[Scaler, ...], tuple[Scaler, ...]]:
    """The autoscalers that there will be after the plan, and those that it deletes.

    One that asks to be kept is not deleted.
    """
    wanted = {one.ref.key: (one.ref, one.object) for one in desired if is_autoscaler(one.ref)}
    dropped = {one.ref.key for one in previous} - wanted.keys()
    staying: list[Scaler] = list(wanted.values())
    leaving: list[Scaler] = []
    for ref, obj in name_scalers(live):
        if ref.key in wanted:
            continue
        going = ref.key in dropped and not asks_to_stay(obj)
        (leaving if going else staying).append((ref, obj))
    return tuple(staying), tuple(leaving)


def name_scalers(live: Iterable[Object]) -> Iterator[Scaler]:
    """Live autoscalers with their references: lists do not say of what they are."""
    for obj in live:
        metadata = obj["metadata"]
        home = metadata.get("namespace", "")
        yield ObjectRef(AUTOSCALING_V2, AUTOSCALER, home, metadata["name"]), obj
