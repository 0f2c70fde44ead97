"""One wanted object: desired, previous and live compared, and a verb chosen with its reason.

The server's answer to a dry run is compared with what is live, so that its defaults never show as
changes. What a change does to pods is effects.py's to judge; what is no longer wanted is
removal.py's; the order is build.py's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from holdfast.errors import Where
from holdfast.kinds.hooks import BadAnnotation
from holdfast.kinds.stateful_sets import is_stateful_set
from holdfast.kinds.version_moves import object_to_move
from holdfast.light import dataclass
from holdfast.model.manifest import Manifest
from holdfast.model.ownership import Policy
from holdfast.model.plan import Change, Effect, FieldChange, Operation, Verb
from holdfast.model.snapshot import Observed, Snapshot
from holdfast.model.values import Path
from holdfast.plan.compare import compare, is_ownership
from holdfast.plan.conflicts import (
    conflict_hint,
    is_conflict,
    name_conflicts,
    name_left,
    name_taken,
    read_conflicts,
)
from holdfast.plan.drift import with_drift
from holdfast.plan.effects import judge
from holdfast.plan.normalize import normalize
from holdfast.plan.ownership import foreign_owner
from holdfast.plan.paths import Shape, canonical
from holdfast.plan.predict import expected, predict
from holdfast.plan.recreate import recreated
from holdfast.plan.refusals import Answer, explain_refusal, fixed_fields
from holdfast.plan.secrecy import Secrecy, secrecy_of
from holdfast.plan.sending import Sending, own_fields, sending
from holdfast.plan.stateful import ordinals_of
from holdfast.plan.table import UNCHANGED
from holdfast.plan.takeover import HANDOVER_ONLY, after_takeover, name_takeover, refusal_hint
from holdfast.plan.terms import NO_TERMS, Terms


@dataclass(frozen=True, slots=True)
class Case:
    """What every decision of one plan is made from."""

    operation: Operation
    release: str
    namespace: str
    snapshot: Snapshot
    previous: Mapping[tuple[str, str, str, str], Manifest]
    secret_texts: tuple[str, ...] = ()
    terms: Terms = NO_TERMS
    made_namespaces: frozenset[str] = field(default_factory=frozenset)
    gone_releases: frozenset[tuple[str, str]] = field(default_factory=frozenset)


def decide(manifest: Manifest, case: Case) -> Change:
    """Create, update, nothing, or refused, for an object that is wanted."""
    change = _decided(manifest, case)
    if change.verb is Verb.NONE or not manifest.changed_by:
        return change
    by = ", ".join(map(str, manifest.changed_by))
    return replace(change, reason=f"{change.reason}; changed by {by}")


def _decided(manifest: Manifest, case: Case) -> Change:
    seen = case.snapshot.of(manifest.ref)
    sent = sending(manifest, seen.live, case.terms)
    if seen.live is None:
        return replace(_create(manifest, seen, case), desired=sent.object)
    owner = foreign_owner(seen.live, release=case.release, namespace=case.namespace)
    before, after, change = _compared(manifest, seen.live, seen, sent, case)
    if owner and not case.terms.may_take(seen.live):
        return change.refused(
            f"exists already and belongs to {owner}",
            refusal_hint(adoption=case.terms.adoption, namespaced=bool(manifest.ref.namespace)),
        )
    if forbidden := _forbidden_move(change, manifest, seen.live):
        return forbidden
    if fixed := _recreatable(change, seen, case):
        return recreated(change, fixed, before, after)
    change = _with_conflicts(change, manifest, seen, sent, case)
    if refused := _refused(change, manifest, seen, case):
        return refused
    return _updated(change, before, after, owner, manifest, seen, case)


def _recreatable(change: Change, seen: Observed, case: Case) -> list[FieldChange]:
    """The fixed fields that change, where the user allowed to make the object anew for them."""
    if seen.refusal is None or not case.terms.may_recreate(change.ref):
        return []
    return fixed_fields(change.ref, seen.refusal, change.fields, seen.live)


def _updated(
    change: Change,
    before: dict[str, Any],
    after: dict[str, Any],
    owner: str | None,
    manifest: Manifest,
    seen: Observed,
    case: Case,
) -> Change:
    left = [one for one in change.conflicts if one.policy is Policy.LEAVE]
    taken = [one for one in change.conflicts if one.policy is Policy.TAKE]
    if not change.fields and not change.handover:
        reason = name_left(left) or UNCHANGED
        return replace(change, verb=Verb.NONE, effect=Effect.NONE, reason=reason)
    fields = [f for f in change.fields if not is_ownership(f.path)] or change.fields
    earlier = case.previous.get(manifest.ref.key)
    verdict = judge(before, after, fields, seen.live or {}) if fields else HANDOVER_ONLY
    reasons = [
        name_takeover(owner, change.handover, adoption=case.terms.adoption) if owner else "",
        name_taken(taken),
        with_drift(verdict.reason, change.fields, manifest, earlier),
        name_left(left),
    ]
    return replace(
        change,
        effect=verdict.effect,
        reason="; ".join(filter(None, reasons)),
        ordinals=verdict.ordinals,
        force=bool(taken) or is_conflict(seen.refusal),
    )


def _create(manifest: Manifest, seen: Observed, case: Case) -> Change:
    # Not the server's answer: its dry run draws a random clusterIP and fills in every default.
    after = expected(manifest.object)
    again = manifest.ref.key in case.previous and case.operation is not Operation.INSTALL
    change = replace(
        _change(manifest, _skeleton(after), after, _secrecy(manifest, case)),
        verb=Verb.CREATE,
        effect=Effect.CREATE,
        reason="gone from the cluster: created again" if again else "not in the cluster",
        before=None,
    )
    home = manifest.ref.namespace
    if home in case.snapshot.missing_namespaces and home not in case.made_namespaces:
        hint = f"create it, for instance with kubectl create namespace {home}"
        return change.refused(
            f"the namespace {home} does not exist",
            "let --create-namespace make it" if home == case.namespace else hint,
        )
    if seen.refusal:
        return _refused(change, manifest, seen, case) or change
    if is_stateful_set(manifest.ref.api_version, manifest.ref.kind):
        return replace(change, ordinals=ordinals_of(after))
    return change


def _compared(
    manifest: Manifest, live: Mapping[str, Any], seen: Observed, sent: Sending, case: Case
) -> tuple[dict[str, Any], dict[str, Any], Change]:
    names = sent.handover.taken
    if seen.answer:
        answer = after_takeover(seen.answer, live, sent.probe, names) if names else seen.answer
        before, after = normalize(live), normalize(answer)
    else:
        before, after = predict(live, sent.object, own_fields(live))
    change = _change(manifest, before, after, _secrecy(manifest, case))
    return (
        before,
        after,
        replace(change, uid=_uid(live), desired=sent.object, handover=sent.handover),
    )


def _forbidden_move(change: Change, manifest: Manifest, live: Mapping[str, Any]) -> Change | None:
    """The change refused, where the program's data cannot go along with its version."""
    try:
        objection = object_to_move(live, manifest.object)
    except BadAnnotation:  # of the live object, written by another hand: no rule
        return None
    return change.refused(objection.reason, objection.hint) if objection else None


def _with_conflicts(
    change: Change, manifest: Manifest, seen: Observed, sent: Sending, case: Case
) -> Change:
    found = sent.left
    if seen.live and seen.refusal and is_conflict(seen.refusal):
        own = case.terms.for_object(manifest)
        taken = sent.handover.taken
        found = (*found, *read_conflicts(seen.refusal, sent.object, seen.live, own, taken))
    hides = _secrecy(manifest, case).hides
    return replace(
        change,
        conflicts=tuple(
            replace(one, masked=hides(one.path, one.ours) or hides(one.path, one.theirs))
            for one in found
        ),
    )


def _refused(change: Change, manifest: Manifest, seen: Observed, case: Case) -> Change | None:
    if seen.refusal is None:
        return None
    if is_conflict(seen.refusal):
        failing = [one for one in change.conflicts if one.policy is Policy.FAIL]
        if not failing:
            return None
        answer = Answer(name_conflicts(failing), conflict_hint(manifest.ref, failing))
    else:
        answer = explain_refusal(manifest.ref, seen.refusal, change.fields, seen.live)
    secrecy = _secrecy(manifest, case)
    return change.refused(secrecy.clean(answer.reason), secrecy.clean(answer.hint))


def _change(
    manifest: Manifest, before: dict[str, Any], after: dict[str, Any], secrecy: Secrecy
) -> Change:
    shape = Shape.of(manifest.object)
    origins = {
        canonical(manifest.object, path, shape): places for path, places in manifest.origins.items()
    }
    fields = compare(before, after, shape=shape, secret=secrecy.hides)
    return Change(
        Verb.UPDATE,
        manifest.ref,
        Effect.IN_PLACE,
        "",
        source=manifest.source,
        fields=tuple(
            replace(f, path=secrecy.veil(f.path), origins=_origins(f.path, origins)) for f in fields
        ),
        desired=manifest.object,
        before=before,
        after=after,
        sensitive=frozenset((*secrecy.find(before), *secrecy.find(after))),
        origins=origins,
        changed_by=manifest.changed_by,
    )


def _origins(path: Path, known: Mapping[Path, tuple[Where, ...]]) -> tuple[Where, ...]:
    """Of the field itself, else of everything in it, else of the nearest field around it."""
    if path in known:
        return known[path]
    inside = [known[key] for key in known if key[: len(path)] == path]
    if inside:
        return tuple(dict.fromkeys(place for places in inside for place in places))
    parents = (path[:end] for end in range(len(path) - 1, 0, -1))
    return next((known[parent] for parent in parents if parent in known), ())


def _secrecy(manifest: Manifest, case: Case) -> Secrecy:
    """The desired object's secrets and the previous one's: an update shows both."""
    mine = secrecy_of(manifest, case.secret_texts)
    earlier = case.previous.get(manifest.ref.key)
    if earlier is None:
        return mine
    return replace(mine, paths=mine.paths | secrecy_of(earlier, ()).paths)


def _skeleton(obj: Mapping[str, Any]) -> dict[str, Any]:
    """What names an object: what a new one has beyond that is what is shown as added."""
    metadata = obj.get("metadata") or {}
    return {
        **{key: obj[key] for key in ("apiVersion", "kind") if key in obj},
        "metadata": {key: metadata[key] for key in ("name", "namespace") if key in metadata},
    }


def _uid(live: Mapping[str, Any]) -> str:
    return str((live.get("metadata") or {}).get("uid") or "")
