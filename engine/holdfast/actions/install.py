"""install: a release that is not there yet."""

from __future__ import annotations

from pathlib import Path

from holdfast.actions.draft import DraftOptions, draft, load_chart
from holdfast.actions.planning import (
    PlanOptions,
    capabilities_of,
    keeping_of,
    plan_revision,
    read_head,
)
from holdfast.actions.recorded import applied_manifests
from holdfast.actions.sources import Sources, given_layers
from holdfast.actions.target import Target
from holdfast.model.plan import Operation, Plan
from holdfast.model.release import Status
from holdfast.releases import history
from holdfast.releases.names import name_for


def prepare_install(
    target: Target,
    name: str,
    chart_path: str,
    *,
    sources: Sources | None = None,
    draft_options: DraftOptions | None = None,
    plan_options: PlanOptions | None = None,
) -> Plan:
    """Plan the first revision of release `name`.

    Raises ReleaseError (bad or taken name), ChartError, ValuesError, RenderError, ManifestError,
    ClusterError.
    """
    head = read_head(target, name, plan_options)
    history.check_install(name, head)
    number = history.next_number(head)
    previous = applied_manifests(target, head, plan_options) if head else ()
    keeping = keeping_of(target, name, previous, plan_options)
    revision = draft(
        load_chart(chart_path),
        given_layers(sources or Sources()),
        release=name,
        namespace=target.namespace,
        number=number,
        status=Status.PENDING_INSTALL,
        now=target.clock.now(),
        capabilities=capabilities_of(target, keeping),
        options=draft_options,
    )
    return plan_revision(
        target,
        Operation.INSTALL,
        keeping.add_to(revision),
        previous=previous,
        base=head.current if head else 0,
        as_of=history.as_of(head),
        options=plan_options,
    )


def generate_name(target: Target, chart_path: str) -> str:
    """A name for a release of the chart at `chart_path`: `nginx-1764201600`, as Helm makes it."""
    return name_for(Path(chart_path).resolve().name, int(target.clock.now()))
