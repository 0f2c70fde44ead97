"""upgrade: the next revision of a release, from a chart and values."""

from __future__ import annotations

from dataclasses import replace

from holdfast.actions.draft import DraftOptions, draft, load_chart
from holdfast.actions.install import prepare_install
from holdfast.actions.planning import (
    PlanOptions,
    capabilities_of,
    keeping_of,
    no_longer_set,
    plan_revision,
    read_head,
)
from holdfast.actions.recorded import applied_manifests, read_or_bare
from holdfast.actions.sources import (
    Sources,
    ValueMode,
    keeps_stored,
    upgrade_layers,
)
from holdfast.actions.target import Target
from holdfast.manifests.replicas import hold_replicas
from holdfast.model.plan import Operation, Plan
from holdfast.model.release import Head, Revision, Status
from holdfast.releases import history


def prepare_upgrade(
    target: Target,
    name: str,
    chart_path: str,
    *,
    sources: Sources | None = None,
    mode: ValueMode = ValueMode.AUTO,
    install: bool = False,
    draft_options: DraftOptions | None = None,
    plan_options: PlanOptions | None = None,
) -> Plan:
    """Plan the next revision of release `name`; with `install`, its first if there is none.

    Raises ReleaseNotFound, ReleaseError, ChartError, ValuesError, RenderError, ManifestError,
    ClusterError.
    """
    sources = sources or Sources()
    head = read_head(target, name, plan_options)
    if install and (head is None or not history.installed(head)):
        return prepare_install(
            target,
            name,
            chart_path,
            sources=sources,
            draft_options=draft_options,
            plan_options=plan_options,
        )
    head = history.check_upgrade(name, head)
    current = _values_of(target, head, sources, mode, plan_options)
    previous = applied_manifests(target, head, plan_options)
    keeping = keeping_of(target, name, previous, plan_options)
    revision = draft(
        load_chart(chart_path),
        upgrade_layers(sources, current, mode),
        release=name,
        namespace=target.namespace,
        number=history.next_number(head),
        status=Status.PENDING_UPGRADE,
        now=target.clock.now(),
        capabilities=capabilities_of(target, keeping),
        options=draft_options,
        kept=current.patches,
        kept_labels=current.labels,
    )
    revision = keeping.add_to(revision)
    kept, remarks = hold_replicas(revision.manifests, current.manifests)
    return plan_revision(
        target,
        Operation.UPGRADE,
        replace(revision, manifests=kept),
        previous=previous,
        base=head.current,
        as_of=history.as_of(head),
        dropped=no_longer_set(current, revision),
        remarks=remarks,
        options=plan_options,
    )


def _values_of(
    target: Target, head: Head, sources: Sources, mode: ValueMode, options: PlanOptions | None
) -> Revision:
    """The revision whose values the upgrade starts from; where it does not, it may be damaged."""
    number = history.values_base(head).number
    if keeps_stored(sources, mode):
        return target.store.read(head, number)
    return read_or_bare(target, head, number, options)[0]
