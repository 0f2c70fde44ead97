"""template: what a chart renders to, without a cluster."""

from __future__ import annotations

from holdfast.actions.draft import Capabilities, DraftOptions, draft, load_chart
from holdfast.actions.sources import Sources, given_layers
from holdfast.kinds.hooks import hooks_of
from holdfast.model.chart import Chart
from holdfast.model.hook import When
from holdfast.model.manifest import Manifests
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
    return draft_offline(
        load_chart(chart_path),
        sources or Sources(),
        release=name,
        namespace=namespace,
        is_upgrade=is_upgrade,
        capabilities=capabilities,
        options=draft_options,
    )


def draft_offline(
    chart: Chart,
    sources: Sources,
    *,
    release: str,
    namespace: str,
    is_upgrade: bool = False,
    capabilities: Capabilities | None = None,
    options: DraftOptions | None = None,
) -> Revision:
    """The first revision of a release, drafted without a cluster."""
    return draft(
        chart,
        given_layers(sources),
        release=release,
        namespace=namespace,
        number=1,
        status=Status.PENDING_UPGRADE if is_upgrade else Status.PENDING_INSTALL,
        now=0.0,
        capabilities=capabilities,
        options=options,
    )


def rendered_objects(revision: Revision, *, hooks: bool = True, tests: bool = True) -> Manifests:
    """What `template` prints: the objects, then the hooks.

    Without `tests` the hooks that are tests, among other things or not, are left out (as in Helm).
    """
    if not hooks:
        return revision.manifests
    left_out = {hook.ref for hook in hooks_of(revision.hooks) if When.TEST in hook.when}
    return (
        *revision.manifests,
        *(one for one in revision.hooks if tests or one.ref not in left_out),
    )
