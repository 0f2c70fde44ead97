"""The plan: every object decided, in the order in which it will be carried out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from holdfast.model.manifest import Manifests
from holdfast.model.plan import Change, Operation, Plan, Verb
from holdfast.model.release import Revision
from holdfast.model.snapshot import Snapshot
from holdfast.plan.blocked import blocked_lines
from holdfast.plan.decide import Case
from holdfast.plan.definitions import decide_all
from holdfast.plan.normalize import digest, digest_of
from holdfast.plan.policies import ConflictRule
from holdfast.plan.recreate import Recreation, recreation_caution
from holdfast.plan.removal import decide_removal
from holdfast.plan.secrecy import release_texts
from holdfast.plan.stages import Order
from holdfast.plan.terms import make_terms
from holdfast.plan.users import explain_readers


def build_plan(
    *,
    operation: Operation,
    release: str,
    namespace: str,
    desired: Manifests,
    previous: Manifests,
    snapshot: Snapshot,
    revision: Revision | None,
    base: int = 0,
    take_ownership: bool = False,
    force_conflicts: bool = False,
    rules: Sequence[ConflictRule] = (),
    autoscalers: Sequence[dict[str, Any]] = (),
    dropped: Sequence[str] = (),
    create_namespace: bool = False,
    remarks: Sequence[str] = (),
    gone_releases: Collection[tuple[str, str]] = (),
    recreations: Sequence[Recreation] = (),
) -> Plan:
    """What it takes to come from `previous`, and whatever is live, to `desired`.

    `desired` and `previous` carry the ownership labels; an uninstall desires nothing. Definitions
    come first, then creations and updates in install order, stage by stage, then deletions the
    other way. Nothing is sent anywhere, and nothing refused is left out: the plan says so of each
    object, with a hint. `rules` say what becomes of fields that others own; `autoscalers` are the
    live ones. `gone_releases` (name, namespace) are not there, though live objects name them as
    their owners; `recreations` may be deleted and made anew. Raises ManifestError for an order that
    cannot be, and for an object's conflict annotation that cannot be read.
    """
    order = Order.of(desired, previous)
    case = Case(
        operation=operation,
        release=release,
        namespace=namespace,
        snapshot=snapshot,
        previous={manifest.ref.key: manifest for manifest in previous},
        secret_texts=release_texts(revision, (*desired, *previous)),
        terms=make_terms(
            release=release,
            namespace=namespace,
            desired=desired,
            previous=previous,
            autoscalers=autoscalers,
            rules=rules,
            force=force_conflicts,
            take_ownership=take_ownership,
            adoption=operation is Operation.ADOPT,
            recreations=recreations,
        ),
        made_namespaces=_made_namespaces(desired, namespace if create_namespace else ""),
        gone_releases=frozenset(gone_releases),
    )
    wanted = explain_readers(decide_all([*order.definitions, *order.made], case))
    removed = tuple(filter(None, (decide_removal(manifest, case) for manifest in order.removed)))
    changes, stages = order.staged((*wanted, *removed))
    return Plan(
        operation=operation,
        release=release,
        namespace=namespace,
        fingerprint=_fingerprint(operation, release, namespace, desired, case, revision),
        base=base,
        changes=changes,
        revision=revision,
        dropped=tuple(dropped),
        create_namespace=create_namespace,
        claims=_claims(removed, snapshot),
        remarks=(*remarks, *blocked_lines(changes, snapshot, case.secret_texts)),
        cautions=tuple(filter(None, map(recreation_caution, changes))),
        stages=stages,
    )


def _claims(removed: Sequence[Change], snapshot: Snapshot) -> tuple[dict[str, Any], ...]:
    """The claims that StatefulSets leave behind, by name."""
    deleted = (change for change in removed if change.verb is Verb.DELETE)
    claims = (claim for change in deleted for claim in snapshot.claims.get(change.ref.key, ()))
    return tuple(sorted(claims, key=lambda claim: str(claim["metadata"]["name"])))


def _made_namespaces(desired: Manifests, own: str) -> frozenset[str]:
    made = {manifest.ref.name for manifest in desired if manifest.ref.kind == "Namespace"}
    return frozenset(made | {own} if own else made)


def _fingerprint(
    operation: Operation,
    release: str,
    namespace: str,
    desired: Manifests,
    case: Case,
    revision: Revision | None,
) -> str:
    """What the plan was made from; no time, status, managedFields or resourceVersion is in it."""
    keys = sorted({*(m.ref.key for m in desired), *case.previous})
    return digest_of(
        {
            "operation": operation.value,
            "release": [release, namespace],
            "chart": revision.chart.digest if revision else "",
            "values": revision.values if revision else {},
            "desired": sorted([*m.ref.key, digest(m.object)] for m in desired),
            "live": [[*key, *_seen(case.snapshot, key)] for key in keys],
        }
    )


def _seen(snapshot: Snapshot, key: tuple[str, str, str, str]) -> tuple[str, str]:
    observed = snapshot.objects.get(key)
    if observed is None or observed.live is None:
        return ("", "")
    return (str(observed.live.get("metadata", {}).get("uid", "")), digest(observed.live))
