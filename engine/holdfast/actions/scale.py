"""scale: one workload of a release to another number of replicas, as a new revision.

The chart is not rendered anew, for it is not at hand: the revision is the current one with another
number in its manifest and, where one value makes that number, in its values. So the next upgrade
keeps the scale; where no single value makes it, it is held against the chart (manifests.replicas).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from holdfast.actions.planning import PlanOptions, read_head
from holdfast.actions.scale_hooks import with_scale_hooks
from holdfast.actions.target import Target
from holdfast.actions.workloads import find_workload, see_workload
from holdfast.apply.scaling import SCALE, SCALED
from holdfast.cluster.autoscalers import find_autoscalers
from holdfast.cluster.survey import refusal_of
from holdfast.errors import Conflict, Invalid, NotFound, ReleaseError, Unauthorized, UsageError
from holdfast.kinds.autoscaling import autoscaler_of
from holdfast.manifests.replicas import (
    makes_number,
    replicas_in,
    value_in,
    with_replicas,
    without_value,
)
from holdfast.model.manifest import Manifest, ObjectRef
from holdfast.model.plan import Plan
from holdfast.model.release import Head, Revision, Status
from holdfast.model.snapshot import Refusal
from holdfast.model.task import Phase, ScaleStep, Scaling
from holdfast.model.values import Values, spell
from holdfast.model.work import Asked
from holdfast.plan.scale import SeenWorkload, plan_scale, secrecy_in
from holdfast.plan.terms import name_scalers
from holdfast.releases import history
from holdfast.values.amend import amend

KINDS = ("StatefulSet", "Deployment")


def prepare_scale(
    target: Target,
    name: str,
    replicas: int,
    workload: str = "",
    *,
    description: str = "",
    plan_options: PlanOptions | None = None,
) -> Plan:
    """Plan to bring a workload of release `name` to `replicas`, one ordinal at a time.

    `workload` (`web` or `statefulset/web`) may be empty where there is only one. A step that an
    interruption left open is finished first. Where nothing is left to do, not even to write down,
    the plan has no revision. Raises UsageError (below 0), ReleaseNotFound,
    ReleaseError (its last revision failed), PlanError (no such workload), ManifestError (a rule of
    the chart that cannot be read), ValuesError (the chart's schema refuses the number),
    ClusterError.
    """
    doing = f"scale release {name}"
    if replicas < 0:
        raise UsageError(f"{doing}: {replicas} replicas are below 0", hint="0 stops all of them")
    head = history.check_upgrade(name, read_head(target, name, plan_options))
    current = content_to_scale(target, head)
    manifest = find_workload(target, current, workload, kinds=KINDS, doing=doing)
    seen = _seen(target, manifest, replicas, doing)
    revision, remarks = scaled_revision(current, manifest.ref, replicas)
    check_number(revision, manifest.ref, doing)
    before = seen.live["spec"].get("replicas", 1)
    revision = replace(
        revision,
        number=history.next_number(head),
        status=Status.PENDING_SCALE,
        updated=target.clock.now(),
        description=description or f"Scale {manifest.ref} {before} → {replicas}",
    )
    options = plan_options or PlanOptions()
    asked = Asked(
        no_hooks=not options.hooks,
        workload=str(manifest.ref),
        replicas=replicas,
        replicas_before=before,
    )
    plan = plan_scale(
        replace(manifest, object=_object(revision, manifest)),
        replicas,
        seen,
        revision,
        base=head.current,
        open_step=open_step(head, manifest.ref),
        remarks=remarks,
    )
    plan = replace(plan, as_of=history.as_of(head), asked=asked)
    steps = plan.task.steps if isinstance(plan.task, Scaling) else ()
    same = (revision.manifests, revision.supplied) == (current.manifests, current.supplied)
    if same and not steps and history.deployed(head) == head.latest:
        return replace(plan, revision=None, remarks=())
    return with_scale_hooks(target, plan, current, manifest.ref, steps, run=options.hooks)


def content_to_scale(target: Target, head: Head) -> Revision:
    """The newest revision, if all that it describes is what the release should be.

    That is a deployed one, or one that failed and differs from the deployed one in numbers of
    replicas alone: a scale that did not come to its end. Raises ReleaseError.
    """
    newest, deployed = history.find_entry(head, None), history.deployed(head)
    content = target.store.read(head, newest.number)
    if deployed and newest.number == deployed.number:
        return content
    if deployed and _bare(content) == _bare(target.store.read(head, deployed.number)):
        return content
    raise ReleaseError(
        f"scale release {head.release}: revision {newest.number} is {newest.status}: what is in "
        "the cluster is no whole revision",
        hint=f"`holdfast upgrade {head.release}` or `holdfast rollback {head.release}` first",
    )


def _bare(revision: Revision) -> list[tuple[ObjectRef, dict[str, Any]]]:
    """The objects and hooks of a revision without numbers of replicas."""
    every = (*revision.manifests, *revision.hooks)
    return [(one.ref, with_replicas(one, 0).object) for one in every]


def scaled_revision(
    current: Revision, ref: ObjectRef, replicas: int
) -> tuple[Revision, tuple[str, ...]]:
    """`current` with another number for the workload `ref`, and how that number is kept."""
    found = next(one for one in current.manifests if one.ref.key == ref.key)
    if not _value_makes(found, current.values):
        found = without_value(found)
    scaled = with_replicas(found, replicas)
    revision = replace(
        current,
        manifests=tuple(scaled if one.ref.key == ref.key else one for one in current.manifests),
    )
    source = scaled.replicas
    if source and source.value:
        as_text = isinstance(value_in(current.values, source.value), str)
        number = str(replicas) if as_text else replicas
        supplied, values = amend(current.supplied, current.values, source.value, number)
        revision = replace(revision, supplied=supplied, values=values)
    return revision, tuple(_how_kept(scaled, replicas))


def check_number(revision: Revision, ref: ObjectRef, doing: str) -> None:
    """Raise ValuesError where the charts' schemas refuse the value that a scale has changed.

    The next upgrade would be refused: better before anything is done.
    """
    found = next(one for one in revision.manifests if one.ref.key == ref.key)
    source = found.replicas
    if not source or not source.schemas:
        return
    from holdfast.values.assemble import refuse
    from holdfast.values.extract import problems_of_value

    problems = problems_of_value(Values(revision.values), source.schemas)
    if problems:
        clean = secrecy_in(found, revision).clean
        raise refuse(
            f"{doing}: checking the value {spell(source.value)} against the schema of "
            f"{revision.chart.name}",
            [replace(one, message=clean(one.message)) for one in problems],
            hint="upgrades would refuse this number as well: take one that the chart allows",
        )


def _value_makes(manifest: Manifest, values: dict[str, Any]) -> bool:
    """Whether the value that is on record still makes the number: a patch may have come between."""
    number = replicas_in(manifest)
    if number is None or manifest.replicas is None or not manifest.replicas.value:
        return False
    path = manifest.replicas.value
    return value_in(values, path) is None or makes_number(values, path, number)


def _how_kept(manifest: Manifest, replicas: int) -> Iterator[str]:
    source = manifest.replicas
    if replicas_in(manifest) is None:
        yield f"{manifest.ref}: the chart leaves the number of replicas alone"
    elif source and source.value:
        others = f" ({', '.join(source.readers)})" if source.readers else ""
        yield (
            f"kept as the value {spell(source.value)}={replicas}: what else the chart makes of it "
            f"follows at the next upgrade{others}"
        )
    elif source and source.held is not None:
        yield (
            f"no single value makes this number: upgrades leave it at {replicas} until the chart "
            f"asks for another than {source.held}"
        )


def _object(revision: Revision, manifest: Manifest) -> dict[str, Any]:
    number = next(replicas_in(one) for one in revision.manifests if one.ref.key == manifest.ref.key)
    spec = {**manifest.object["spec"], **({} if number is None else {"replicas": number})}
    return {**manifest.object, "spec": spec}


def open_step(head: Head, ref: ObjectRef) -> ScaleStep | None:
    """The step of this workload at which a scale was cut off; it may be done already."""
    rows = [row for row in head.journal if row.step in (SCALE, SCALED)]
    detail = rows[-1].detail if rows and rows[-1].step == SCALE else {}
    if any(detail.get(key) != value for key, value in ref.as_dict().items()):
        return None
    entry = history.find_entry(head, None)
    return ScaleStep(
        detail["before"],
        detail["after"],
        detail["ordinal"],
        begin=Phase(detail["phase"]),
        cut=entry.status.pending or bool(entry.interrupted),
    )


def _seen(target: Target, manifest: Manifest, replicas: int, doing: str) -> SeenWorkload:
    seen = see_workload(target, manifest, doing=doing)
    return replace(
        seen,
        autoscaler=_autoscaler(target, manifest),
        refusal=_refusal(target, manifest.ref, replicas),
    )


def _autoscaler(target: Target, manifest: Manifest) -> ObjectRef | None:
    """The autoscaler whose target the workload is; who may not look finds none."""
    found, _ = find_autoscalers(target.cluster, (manifest,))
    return autoscaler_of(manifest.ref, name_scalers(found))


def _refusal(target: Target, ref: ObjectRef, replicas: int) -> Refusal | None:
    """The server's no to the scale, before anything is done."""
    try:
        target.cluster.scale(ref, replicas, dry_run=True)
    except (Conflict, Invalid, NotFound, Unauthorized) as error:
        return refusal_of(error)
    return None
