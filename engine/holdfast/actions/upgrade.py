"""upgrade: the next revision of a release, from a chart and values."""

from __future__ import annotations

from holdfast.actions.draft import DraftOptions
from holdfast.actions.install import prepare_install
from holdfast.actions.next_revision import plan_next
from holdfast.actions.planning import PlanOptions, read_head
from holdfast.actions.recorded import read_or_bare
from holdfast.actions.sources import (
    Sources,
    ValueMode,
    keeps_stored,
)
from holdfast.actions.target import Target
from holdfast.model.plan import Operation, Plan
from holdfast.model.release import Head, Revision
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
    return plan_next(
        target,
        Operation.UPGRADE,
        name,
        chart_path,
        head=head,
        sources=sources,
        current=current,
        mode=mode,
        draft_options=draft_options,
        plan_options=plan_options,
    )


def _values_of(
    target: Target, head: Head, sources: Sources, mode: ValueMode, options: PlanOptions | None
) -> Revision:
    """The revision whose values the upgrade starts from; where it does not, it may be damaged."""
    number = history.values_base(head).number
    if keeps_stored(sources, mode):
        return target.store.read(head, number)
    return read_or_bare(target, head, number, options)[0]
