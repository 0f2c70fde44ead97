"""Chart + values → the draft of a revision: what every verb that renders does first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from holdfast import charts, manifests, render, values
from holdfast.errors import ChartError, ManifestError, PatchError, Problem, ValuesError, Where
from holdfast.kinds import resources
from holdfast.light import dataclass
from holdfast.model.chart import Chart
from holdfast.model.excerpt import excerpt
from holdfast.model.generated import GENERATED_LATER
from holdfast.model.manifest import Manifests, Rendered
from holdfast.model.patch import Patch
from holdfast.model.release import ChartRef, Revision, Status
from holdfast.model.secrecy import hide
from holdfast.model.values import Layer, Values, spell
from holdfast.releases.labels import merged_labels

if TYPE_CHECKING:
    from holdfast.actions.post_render import PostRenderer

DEFAULT_KUBE_VERSION = "1.34.4"
"""What `capabilities.kube_version` says without a cluster: the version our tests run for real."""


def generated_later(key: str, length: int, alphabet: str) -> str:
    """What `secret_once` gives where nothing is kept and nothing may be generated."""
    return GENERATED_LATER


def nothing_found(
    api_version: str, kind: str, namespace: str = "", name: str = ""
) -> dict[str, Any]:
    """What `lookup` finds without a cluster."""
    return {} if name else {"items": []}


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a template may know of the cluster; the defaults are those of no cluster at all."""

    kube_version: str = DEFAULT_KUBE_VERSION
    api_versions: tuple[str, ...] = ()
    lookup: Callable[..., dict[str, Any]] = nothing_found
    secret: Callable[[str, int, str], str] = generated_later
    namespaced: Callable[[str, str], bool | None] = field(
        default=lambda api_version, kind: (
            row.namespaced if (row := resources.find(api_version, kind)) else None
        )
    )


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Where "these values satisfy this schema" is remembered between runs; by default nowhere."""

    known: Callable[[str], bool] = lambda key: False
    remember: Callable[[str], None] = lambda key: None


@dataclass(frozen=True, slots=True)
class DraftOptions:
    """How to draft, as the flags of the verbs that render say.

    `limit` is entered around checking and rendering: the place for a wall-clock limit, which only
    a process can set for itself. `warn` is told of values that are set but should not be; `codes`
    keeps compiled templates. `patch_files` take the place of the patches that the release keeps;
    `reset_patches` drops those. `skip_crds` leaves out what lies in crds/, for whoever has it
    installed by other means.
    """

    skip_schema: bool = False
    skip_crds: bool = False
    description: str = ""
    patch_files: tuple[str, ...] = ()
    reset_patches: bool = False
    post_renderer: PostRenderer | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    verdicts: Verdicts = field(default_factory=Verdicts)
    codes: render.Codes = field(default_factory=render.Codes)
    limit: Callable[[], AbstractContextManager[None]] = nullcontext
    warn: Callable[[Problem], None] = lambda problem: None


def load_chart(path: str) -> Chart:
    """The chart at `path`, which must be one that can be installed.

    Raises ChartError (there is none, it is damaged, or it is a library).
    """
    chart = charts.load(path)
    if chart.metadata.type == "library":
        raise ChartError(
            f"using the chart {path}: it is a library, which has nothing to install",
            where=Where(f"{path}/Chart.yaml"),
            hint="name the chart that uses it",
        )
    return chart


def draft(
    chart: Chart,
    layers: Sequence[Layer],
    *,
    release: str,
    namespace: str,
    number: int,
    status: Status,
    now: float,
    capabilities: Capabilities | None = None,
    options: DraftOptions | None = None,
    kept: Sequence[Patch] = (),
    kept_labels: Mapping[str, str] = MappingProxyType({}),
) -> Revision:
    """Merge, check, render, parse and patch: revision `number` as it would be recorded.

    `kept` are the patches, and `kept_labels` the labels, that the release has so far. Raises
    ReleaseError (what is no label), ValuesError, ChartError (made for another Kubernetes),
    RenderError, ManifestError, YamlError, PatchError.
    """
    capabilities, options = capabilities or Capabilities(), options or DraftOptions()
    labels = merged_labels(kept_labels, options.labels)
    context = render.Context(
        release=release,
        namespace=namespace,
        revision=number,
        is_install=status is Status.PENDING_INSTALL,
        is_upgrade=status is not Status.PENDING_INSTALL,
        kube_version=capabilities.kube_version,
        api_versions=capabilities.api_versions,
        lookup=capabilities.lookup,
        secret=capabilities.secret,
        codes=options.codes,
    )
    with options.limit():
        merged = merge_values(chart, layers, options)
        for warning in merged.warnings:
            options.warn(warning)
        charts.check_kube_version(chart, capabilities.kube_version, off=merged.disabled)
        crds = () if options.skip_crds else charts.read_definitions(chart, off=merged.disabled)
        rendered, make_notes = render.render_all(chart, merged, _knowing(crds, context))
        objects = _manifests(chart, (*crds, *rendered), merged, capabilities, namespace)
        notes = make_notes()
    objects, patches = _altered(objects, namespace, capabilities, options, kept)
    own, hooks = manifests.split_hooks(objects)
    return Revision(
        release=release,
        namespace=namespace,
        number=number,
        status=status,
        chart=chart_ref(chart),
        updated=now,
        description=options.description,
        supplied=merged.supplied,
        values=merged.tree,
        manifests=own,
        hooks=hooks,
        notes=_without_secrets(notes, objects),
        sensitive=tuple(sorted(spell(path) for path in merged.sensitive)),
        labels=labels,
        patches=patches,
        post_renderer=options.post_renderer.command if options.post_renderer else "",
    )


def _altered(
    objects: Manifests,
    namespace: str,
    capabilities: Capabilities,
    options: DraftOptions,
    kept: Sequence[Patch],
) -> tuple[Manifests, tuple[Patch, ...]]:
    """The objects after patches and post-renderer, and the patches to keep."""
    kept = () if options.reset_patches else kept
    if not (options.patch_files or kept or options.post_renderer):
        return objects, ()  # the common case: none of what does it is loaded
    from holdfast.actions.altering import alter, alteration

    how = alteration(options.patch_files, kept, options.post_renderer)
    try:
        found = alter(objects, how, namespace=namespace, namespaced=capabilities.namespaced)
    except PatchError as error:
        error.excerpt = None if how.kept else _lines_of(error.where)
        raise
    return found, how.patches


def _knowing(crds: Sequence[Rendered], context: render.Context) -> render.Context:
    """The context in which the kinds that the chart brings are there already."""
    known = (*context.api_versions, *charts.defined_versions(crds))
    return replace(context, api_versions=tuple(dict.fromkeys(known)))


def _without_secrets(notes: str, objects: Manifests) -> str:
    if not notes or not any(manifest.sensitive for manifest in objects):
        return notes  # the common case: the planning floor is not loaded for it
    from holdfast.plan.secrecy import secret_texts

    return hide(notes, secret_texts(objects))


def chart_ref(chart: Chart) -> ChartRef:
    """What a record keeps of its chart."""
    meta = chart.metadata
    return ChartRef(meta.name, meta.version, meta.app_version, chart.digest)


def merge_values(chart: Chart, layers: Sequence[Layer], options: DraftOptions) -> Values:
    """The chart's values with `layers` over them, checked against its schema.

    Raises ValuesError with every problem at once.
    """
    verdicts = options.verdicts
    try:
        return values.build(
            chart,
            layers,
            skip_schema=options.skip_schema,
            known=verdicts.known,
            remember=verdicts.remember,
        )
    except ValuesError as error:
        if len(error.problems) == 1:
            error.excerpt = _lines_of(error.problems[0].origin)
        raise


def _lines_of(origin: Where | None) -> str | None:
    """The lines of a values or patch file around a place of it."""
    if origin is None or origin.line is None:
        return None
    try:
        text = Path(origin.source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None  # standard input, or a file that is gone: the place must do
    return excerpt(text, origin.line, origin.column)


def _manifests(
    chart: Chart,
    rendered: Sequence[Rendered],
    merged: Values,
    capabilities: Capabilities,
    namespace: str,
) -> Manifests:
    try:
        return manifests.parse(
            rendered, merged, namespace=namespace, namespaced=capabilities.namespaced
        )
    except ManifestError as error:
        error.excerpt = _excerpt(chart, error.where)
        raise


def _excerpt(chart: Chart, where: Where | None) -> str | None:
    """The lines of the template around a place of it."""
    root = chart.root.rstrip("/")
    for file in (*chart.templates, *chart.crds):
        if where and where.line and where.source == (f"{root}/{file.path}" if root else file.path):
            return excerpt(file.text, where.line, where.column)
    return None
