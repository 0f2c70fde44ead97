"""One wanted object: desired, previous and live compared, and a verb chosen with its reason.

The server's answer to a dry run is compared with what is live, so that its defaults never show as
changes. What a change does to pods is effects.py's to judge; what is no longer wanted is
removal.py's; the order is build.py's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from holdfast.errors import Where
from holdfast.kinds.stateful_sets import is_stateful_set
from holdfast.model.manifest import Manifest
from holdfast.model.plan import ABSENT, Change, Effect, FieldChange, Operation, Verb
from holdfast.model.snapshot import Observed, Snapshot
from holdfast.model.values import Path
from holdfast.plan.compare import compare, is_ownership
from holdfast.plan.effects import judge
from holdfast.plan.normalize import normalize
from holdfast.plan.ownership import foreign_owner, taken_hint
from holdfast.plan.paths import Shape, canonical, look_up, short_field
from holdfast.plan.predict import expected, predict
from holdfast.plan.refusals import (
    conflicts,
    explain_conflict,
    explain_refusal,
    is_conflict,
    only_ours,
)
from holdfast.plan.secrecy import Secrecy, secrecy_of
from holdfast.plan.stateful import ordinals_of
from holdfast.plan.table import UNCHANGED


@dataclass(frozen=True, slots=True)
class Case:
    """What every decision of one plan is made from."""

    operation: Operation
    release: str
    namespace: str
    snapshot: Snapshot
    previous: Mapping[tuple[str, str, str, str], Manifest]
    secret_texts: tuple[str, ...] = ()
    take_ownership: bool = False
    force_conflicts: bool = False
    made_namespaces: frozenset[str] = field(default_factory=frozenset)
    gone_releases: frozenset[tuple[str, str]] = field(default_factory=frozenset)


def decide(manifest: Manifest, case: Case) -> Change:
    """Create, update, nothing, or refused, for an object that is wanted."""
    seen = case.snapshot.of(manifest.ref)
    if seen.live is None:
        return _create(manifest, seen, case)
    owner = foreign_owner(seen.live, release=case.release, namespace=case.namespace)
    before, after, change = _compared(manifest, seen.live, seen, case)
    if owner and not case.take_ownership:
        return replace(
            change,
            verb=Verb.REFUSED,
            effect=Effect.REFUSED,
            reason=f"exists already and belongs to {owner}",
            hint=taken_hint(namespaced=bool(manifest.ref.namespace)),
        )
    ours = seen.refusal is not None and is_conflict(seen.refusal) and only_ours(seen.refusal)
    if not ours and (refused := _refused(change, manifest, seen, case)):
        return refused
    if not change.fields:
        return replace(change, verb=Verb.NONE, effect=Effect.NONE, reason=UNCHANGED)
    fields = [f for f in change.fields if not is_ownership(f.path)] or change.fields
    verdict = judge(before, after, fields, seen.live)
    reasons = [
        f"taken over from {owner}" if owner else "",
        f"by force: {conflicts(seen.refusal)}" if seen.refusal and not ours else "",
        _with_drift(verdict.reason, change.fields, manifest, case),
    ]
    return replace(
        change,
        effect=verdict.effect,
        reason="; ".join(filter(None, reasons)),
        ordinals=verdict.ordinals,
        force=case.force_conflicts or ours,
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
        return replace(
            change,
            verb=Verb.REFUSED,
            effect=Effect.REFUSED,
            reason=f"the namespace {home} does not exist",
            hint="let --create-namespace make it" if home == case.namespace else hint,
        )
    if seen.refusal:
        return _refused(change, manifest, seen, case) or change
    if is_stateful_set(manifest.ref.api_version, manifest.ref.kind):
        return replace(change, ordinals=ordinals_of(after))
    return change


def _compared(
    manifest: Manifest, live: Mapping[str, Any], seen: Observed, case: Case
) -> tuple[dict[str, Any], dict[str, Any], Change]:
    if seen.answer:
        before, after = normalize(live), normalize(seen.answer)
    else:
        before, after = predict(live, manifest.object)
    change = _change(manifest, before, after, _secrecy(manifest, case))
    return before, after, replace(change, uid=_uid(live))


def _refused(change: Change, manifest: Manifest, seen: Observed, case: Case) -> Change | None:
    if seen.refusal is None:
        return None
    if is_conflict(seen.refusal):
        if case.force_conflicts:
            return None
        answer = explain_conflict(seen.refusal)
    else:
        answer = explain_refusal(manifest.ref, seen.refusal, change.fields, seen.live)
    secrecy = _secrecy(manifest, case)
    return replace(
        change,
        verb=Verb.REFUSED,
        effect=Effect.REFUSED,
        reason=secrecy.clean(answer.reason),
        hint=secrecy.clean(answer.hint),
    )


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
        fields=tuple(replace(f, origins=_origins(f.path, origins)) for f in fields),
        desired=manifest.object,
        before=before,
        after=after,
        sensitive=frozenset((*secrecy.find(before), *secrecy.find(after))),
        origins=origins,
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


def _with_drift(
    reason: str, fields: tuple[FieldChange, ...], manifest: Manifest, case: Case
) -> str:
    """Say which fields the chart did not change: somebody else did, in the cluster."""
    earlier = case.previous.get(manifest.ref.key)
    if earlier is None:
        return reason
    drifted = [f for f in fields if not f.noise and _same_wish(f.path, earlier, manifest)]
    if not drifted:
        return reason
    if len(drifted) == len(fields):
        return f"was changed in the cluster and is set back: {reason}"
    names = ", ".join(short_field(f.path) for f in drifted[:2])
    more = f" and {len(drifted) - 2} more" if drifted[2:] else ""
    return f"{reason}; set back what was changed in the cluster: {names}{more}"


def _same_wish(path: Path, earlier: Manifest, manifest: Manifest) -> bool:
    old, new = expected(earlier.object), expected(manifest.object)
    shape = Shape.of(manifest.object)
    was, will = look_up(old, path, shape), look_up(new, path, shape)
    return (
        was is not ABSENT and will is not ABSENT and not compare(was, will, shape=shape, path=path)
    )


def _skeleton(obj: Mapping[str, Any]) -> dict[str, Any]:
    """What names an object: what a new one has beyond that is what is shown as added."""
    metadata = obj.get("metadata") or {}
    return {
        **{key: obj[key] for key in ("apiVersion", "kind") if key in obj},
        "metadata": {key: metadata[key] for key in ("name", "namespace") if key in metadata},
    }


def _uid(live: Mapping[str, Any]) -> str:
    return str((live.get("metadata") or {}).get("uid") or "")
