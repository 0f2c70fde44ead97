"""The next revision of a release from a chart and values: what install, upgrade and adopt share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from holdfast.actions.draft import DraftOptions, draft, load_chart
from holdfast.actions.planning import (
    PlanOptions,
    capabilities_of,
    keeping_of,
    no_longer_set,
    plan_revision,
)
from holdfast.actions.recorded import applied_manifests
from holdfast.actions.sources import Sources, ValueMode, given_layers, upgrade_layers
from holdfast.actions.target import Target
from holdfast.manifests.replicas import hold_replicas, note_replicas
from holdfast.model.chart import Chart
from holdfast.model.plan import Operation, Plan
from holdfast.model.release import Head, Revision, Status
from holdfast.model.values import Path
from holdfast.releases import history
from holdfast.values.extract import schemas_of_value


def plan_next(
    target: Target,
    operation: Operation,
    name: str,
    chart_path: str,
    *,
    head: Head | None,
    sources: Sources | None,
    current: Revision | None = None,
    mode: ValueMode = ValueMode.AUTO,
    draft_options: DraftOptions | None = None,
    plan_options: PlanOptions | None = None,
) -> Plan:
    """Plan the revision that comes after those in `head`.

    `current` is the revision whose values, patches and labels an upgrade starts from, by `mode`.
    """
    sources = sources or Sources()
    previous = applied_manifests(target, head, plan_options) if head else ()
    keeping = keeping_of(target, name, previous, plan_options)
    chart = load_chart(chart_path)
    revision = draft(
        chart,
        upgrade_layers(sources, current, mode) if current else given_layers(sources),
        release=name,
        namespace=target.namespace,
        number=history.next_number(head),
        status=Status.PENDING_UPGRADE if current else Status.PENDING_INSTALL,
        now=target.clock.now(),
        capabilities=capabilities_of(target, keeping),
        options=draft_options,
        kept=current.patches if current else (),
        kept_labels=current.labels if current else {},
    )
    revision = keeping.add_to(revision)
    remarks: tuple[str, ...] = ()
    if current:
        kept, remarks = hold_replicas(revision.manifests, current.manifests)
        revision = replace(revision, manifests=kept)
    revision = _with_sources(revision, chart, draft_options)
    return plan_revision(
        target,
        operation,
        revision,
        previous=previous,
        base=head.current if head else 0,
        as_of=history.as_of(head),
        dropped=no_longer_set(current, revision) if current else (),
        remarks=remarks,
        options=plan_options,
    )


def _with_sources(revision: Revision, chart: Chart, options: DraftOptions | None) -> Revision:
    """The revision with what a scale needs to know, for it will not have the chart."""

    def schemas(path: Path) -> tuple[dict[str, Any], ...]:
        return () if options and options.skip_schema else schemas_of_value(chart, path)

    return replace(revision, manifests=note_replicas(revision.manifests, revision.values, schemas))
