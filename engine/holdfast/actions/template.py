"""template: what a chart renders to, without a cluster."""

from __future__ import annotations

from holdfast.actions.draft import Capabilities, DraftOptions, draft, load_chart
from holdfast.actions.sources import Sources, given_layers
from holdfast.model.release import Revision, Status
from holdfast.releases.history import check_name


def render_template(
    name: str,
    chart_path: str,
    *,
    namespace: str = "default",
    sources: Sources | None = None,
    is_upgrade: bool = False,
    capabilities: Capabilities | None = None,
    draft_options: DraftOptions | None = None,
) -> Revision:
    """The revision that an install of the chart would record; no request is ever sent.

    Raises ReleaseError (bad name), ChartError, ValuesError, RenderError, ManifestError.
    """
    check_name(name)
    return draft(
        load_chart(chart_path),
        given_layers(sources or Sources()),
        release=name,
        namespace=namespace,
        number=1,
        status=Status.PENDING_UPGRADE if is_upgrade else Status.PENDING_INSTALL,
        now=0.0,
        capabilities=capabilities,
        options=draft_options,
    )
