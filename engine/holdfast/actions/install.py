"""install: a release that is not there yet."""

from __future__ import annotations

from pathlib import Path

from holdfast.actions.draft import DraftOptions
from holdfast.actions.next_revision import plan_next
from holdfast.actions.planning import PlanOptions, read_head
from holdfast.actions.sources import Sources
from holdfast.actions.target import Target
from holdfast.model.plan import Operation, Plan
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
    return plan_next(
        target,
        Operation.INSTALL,
        name,
        chart_path,
        head=head,
        sources=sources,
        draft_options=draft_options,
        plan_options=plan_options,
    )


def generate_name(target: Target, chart_path: str) -> str:
    """A name for a release of the chart at `chart_path`: `nginx-1764201600`, as Helm makes it."""
    return name_for(Path(chart_path).resolve().name, int(target.clock.now()))
