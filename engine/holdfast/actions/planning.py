"""Draft + cluster → Plan: the one path that install, upgrade, rollback and uninstall share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from holdfast.actions.draft import Capabilities
from holdfast.actions.hooks import owned_hooks, plan_hooks, split_earlier
from holdfast.actions.keeping import Keeping
from holdfast.actions.scale_hooks import hooks_passed_over
from holdfast.actions.sharing import gone_releases
from holdfast.actions.sources import dropped_values
from holdfast.actions.target import Target
from holdfast.cluster.autoscalers import find_autoscalers
from holdfast.cluster.survey import survey
from holdfast.errors import NotFound, RecordDamaged, UsageError
from holdfast.light import dataclass
from holdfast.manifests import release_selector, stamp
from holdfast.model.generated import Token
from holdfast.model.manifest import Manifests, ObjectRef
from holdfast.model.plan import Operation, Plan
from holdfast.model.release import Head, Revision
from holdfast.model.work import Asked
from holdfast.plan.build import build_plan
from holdfast.plan.policies import ConflictRule
from holdfast.plan.recreate import RECREATE_FLAG, Recreation
from holdfast.plan.sending import sending
from holdfast.plan.terms import make_terms
from holdfast.releases import history


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What the user allows a plan to do.

    `conflict_rules` say what becomes of fields that others own; `force_conflicts` takes all of
    which nothing else is said. `recreations` are the objects that may be deleted and made anew
    where a field changes that cannot be changed. Without `hooks` none is run.
    `lock_timeout` is how many seconds to wait, before planning, for another operation on the
    release to end; None plans whoever is at work, as a diff does. `token` is the source of
    randomness for `secret_once`; without one nothing is generated, and a plan that would need it
    can be looked at but not carried out. `on_damage` is told of a revision whose record is damaged
    where the plan can do without it.
    """

    take_ownership: bool = False
    force_conflicts: bool = False
    conflict_rules: tuple[ConflictRule, ...] = ()
    recreations: tuple[Recreation, ...] = ()
    create_namespace: bool = False
    hooks: bool = True
    lock_timeout: float | None = None
    token: Token | None = None
    on_damage: Callable[[RecordDamaged], None] = lambda error: None


def keeping_of(
    target: Target, name: str, recorded: Manifests, options: PlanOptions | None
) -> Keeping:
    """What is kept of the texts that `secret_once` gave to the release."""
    return Keeping(target, name, recorded, options.token if options else None)


def capabilities_of(target: Target, keeping: Keeping) -> Capabilities:
    """What templates may know of the target's cluster."""

    def lookup(
        api_version: str, kind: str, namespace: str = "", name: str = ""
    ) -> dict[str, object]:
        if name:
            return target.cluster.find(ObjectRef(api_version, kind, namespace, name)) or {}
        try:
            found = target.cluster.list(api_version, kind, namespace=namespace or None)
        except NotFound:  # the server has no such kind, and so none of it
            found = ()
        return {"items": [{"apiVersion": api_version, "kind": kind, **item} for item in found]}

    def namespaced(api_version: str, kind: str) -> bool | None:
        try:
            return target.cluster.resource(api_version, kind).namespaced
        except NotFound:
            return None

    return Capabilities(
        kube_version=target.cluster.version(),
        api_versions=tuple(target.cluster.api_versions()),
        lookup=lookup,
        namespaced=namespaced,
        secret=keeping.secret,
    )


def read_head(target: Target, name: str, options: PlanOptions | None) -> Head | None:
    """The release's head, once nobody else is changing the release.

    Raises ReleaseError (no release name), ReleaseLocked.
    """
    history.check_name(name)
    if options is None or options.lock_timeout is None:
        return target.store.head(name, target.namespace)
    return target.store.wait_free(name, target.namespace, timeout=options.lock_timeout)


def plan_revision(
    target: Target,
    operation: Operation,
    revision: Revision,
    *,
    previous: Manifests = (),
    base: int = 0,
    as_of: float = 0.0,
    dropped: Sequence[str] = (),
    remarks: Sequence[str] = (),
    options: PlanOptions | None = None,
) -> Plan:
    """What it takes to come from `previous` (recorded up to revision `base`) to `revision`.

    `as_of` is the history's time (history.as_of); `previous` has the hooks of the earlier
    revisions, too.
    """
    options = options or PlanOptions()
    desired = owned(revision)
    hooks = owned_hooks(revision)
    previous, earlier = split_earlier(previous, hooks)
    unfit = _unfit_flags(operation, options, desired)
    autoscalers, unseen = find_autoscalers(target.cluster, desired)
    terms = make_terms(
        release=revision.release,
        namespace=target.namespace,
        desired=desired,
        previous=previous,
        autoscalers=autoscalers,
        rules=options.conflict_rules,
        take_ownership=options.take_ownership,
        adoption=operation is Operation.ADOPT,
    )
    snapshot = survey(
        target.cluster,
        desired,
        previous,
        namespace=target.namespace,
        selector=release_selector(revision.release, target.namespace),
        probe=lambda manifest, live: sending(manifest, live, terms).probe,
    )
    plan = build_plan(
        operation=operation,
        release=revision.release,
        namespace=target.namespace,
        desired=desired,
        previous=previous,
        snapshot=snapshot,
        revision=revision,
        base=base,
        take_ownership=options.take_ownership,
        force_conflicts=options.force_conflicts,
        rules=options.conflict_rules,
        recreations=options.recreations,
        autoscalers=autoscalers,
        remarks=(*unseen, *unfit, *remarks),
        dropped=dropped,
        gone_releases=gone_releases(target, desired, snapshot, revision.release),
        create_namespace=options.create_namespace
        and target.namespace in snapshot.missing_namespaces,
    )
    return plan_hooks(
        target.cluster,
        replace(
            plan,
            remarks=(*plan.remarks, *hooks_passed_over(plan, hooks)),
            as_of=as_of,
            asked=asked_of(options),
        ),
        desired=desired,
        hooks=hooks,
        earlier=earlier,
        missing=snapshot.missing_namespaces,
        run=options.hooks,
        take_ownership=options.take_ownership,
    )


def asked_of(options: PlanOptions) -> Asked:
    """What of the options is kept with the release while the operation is under way."""
    return Asked(
        take_ownership=options.take_ownership,
        force_conflicts=options.force_conflicts,
        conflict_rules=tuple(one.rule.by for one in options.conflict_rules),
        recreations=tuple(map(str, options.recreations)),
        no_hooks=not options.hooks,
    )


def _unfit_flags(operation: Operation, options: PlanOptions, desired: Manifests) -> tuple[str, ...]:
    """A line for each flag that speaks of no object of the release; raises UsageError for it.

    Not on the way back: an earlier revision may lack what the flags of the way there spoke of.
    """
    rules = [(one.rule.by, f"{one.kind}/{one.name}", one.is_for) for one in options.conflict_rules]
    named = [(f"{RECREATE_FLAG} {one}", str(one), one.is_for) for one in options.recreations]
    unfit = [
        (flag, what)
        for flag, what, is_for in (*rules, *named)
        if not any(is_for(manifest.ref) for manifest in desired)
    ]
    if unfit and operation is not Operation.ROLLBACK:
        flag, what = unfit[0]
        names = ", ".join(str(manifest.ref) for manifest in desired[:5]) or "nothing"
        raise UsageError(f"{flag}: the chart renders no {what}", hint=f"it renders {names}")
    return tuple(f"{flag}: the revision has no {what}" for flag, what in unfit)


def no_longer_set(before: Revision, after: Revision) -> tuple[str, ...]:
    """What `before` was given and `after` is not: values, patches, a post-renderer."""
    values = dropped_values(before.supplied, after.supplied)
    if not (before.patches or before.post_renderer):
        return values
    from holdfast.actions.altering import dropped_alterations

    return (*values, *dropped_alterations(before, after))


def owned(revision: Revision) -> Manifests:
    """The revision's objects with the labels that say whose they are."""
    return stamp(revision.manifests, release=revision.release, namespace=revision.namespace)
