"""Rules over what must not change: the chart is rendered again with another version, and compared.

What moves shows where a version or a label that users choose has got in; no reading of templates
could tell as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from holdfast import render, values
from holdfast.errors import HoldfastError, Where
from holdfast.kinds.hooks import is_hook
from holdfast.lint.finding import Finding
from holdfast.lint.manifesting import parse_manifests
from holdfast.lint.rules import found
from holdfast.lint.subject import Subject
from holdfast.lint.workloads import pods_of
from holdfast.model.chart import Chart
from holdfast.model.manifest import Manifest, Manifests
from holdfast.model.values import Layer, Path, Values, spell

_OTHER_VERSION = "987.65.43"
_PROBE = {"holdfast.dev/lint": "probe"}
_NOT_COMMON = ("pod", "selector", "match", "claim", "volume", "persist", "node")


def check_versions(subject: Subject) -> Iterator[Finding]:
    """What the next version of the chart would change that must stay, or restarts pods."""
    for chart, what in _next_charts(subject.chart):
        for before, after in _pairs(subject, chart, subject.values):
            for path, where in _changed(before, after, _fixed_paths(before)):
                yield found(
                    "immutable-version",
                    f"{what} gets into {spell(path)} of {before.ref}, which cannot change",
                    where,
                    "use labels that never change in a release's life there",
                )
            for path, where in _changed(before, after, _pod_paths(before)):
                yield found(
                    "pod-version",
                    f"{what} gets into {spell(path)} of {before.ref}: it restarts every pod",
                    where,
                    "keep versions out of the pod template; the object's own labels may have them",
                )


def check_common_labels(subject: Subject) -> Iterator[Finding]:
    """Labels for every object that get where they could never be changed again."""
    if subject.values is None:
        return
    for path in _label_maps(subject.values.tree):
        final = _with(subject, path)
        for before, after in _pairs(subject, subject.chart, final) if final else ():
            for at, where in _changed(before, after, _fixed_paths(before)):
                yield found(
                    "immutable-labels",
                    f"values.{spell(path)} gets into {spell(at)} of {before.ref}, which cannot"
                    " change",
                    where,
                    "use labels that never change in a release's life there",
                )


def _next_charts(chart: Chart) -> Iterator[tuple[Chart, str]]:
    meta = chart.metadata
    yield replace(chart, metadata=replace(meta, version=_OTHER_VERSION)), "the chart's version"
    yield (
        replace(chart, metadata=replace(meta, app_version=_OTHER_VERSION)),
        "the chart's appVersion",
    )


def _pairs(
    subject: Subject, chart: Chart, final: Values | None
) -> Iterator[tuple[Manifest, Manifest]]:
    """Each object as it is, and as the other render has it."""
    if not subject.rendered or final is None:
        return
    try:
        rendered = render.render(chart, final, subject.context)
        others: Manifests = parse_manifests(rendered, final, subject.context.namespace)
    except HoldfastError:
        return  # a chart that insists on its version, or on its labels
    after = {one.ref.key: one for one in others}
    for manifest in subject.manifests:
        if manifest.ref.key in after:
            yield manifest, after[manifest.ref.key]


def _with(subject: Subject, path: Path) -> Values | None:
    """The values with one more label at `path`."""
    tree: dict[str, Any] = dict(_PROBE)
    for part in reversed(path):
        tree = {str(part): tree}
    try:
        final, _ = values.assemble(subject.chart, [*subject.layers, Layer(tree)], skip_schema=True)
    except HoldfastError:
        return None
    return final


def _label_maps(tree: dict[str, Any]) -> Iterator[Path]:
    """The maps of labels that are meant for every object: at the root, and among the globals."""
    for path, level in (((), tree), (("global",), tree.get("global"))):
        for key, value in level.items() if isinstance(level, dict) else ():
            name = str(key).lower()
            if isinstance(value, dict) and name.endswith("labels"):
                if not name.startswith(_NOT_COMMON):
                    yield (*path, key)


def _fixed_paths(manifest: Manifest) -> tuple[Path, ...]:
    """What the API server lets nobody change (kinds.immutable), where versions and labels get."""
    if (manifest.ref.group, manifest.ref.kind) == ("batch", "Job"):
        return () if is_hook(manifest.object) else (("spec", "template"),)
    if manifest.ref.group != "apps":
        return ()
    if manifest.ref.kind == "StatefulSet":
        return ("spec", "selector"), ("spec", "volumeClaimTemplates"), ("spec", "serviceName")
    return (("spec", "selector"),)


def _pod_paths(manifest: Manifest) -> tuple[Path, ...]:
    keeps = manifest.ref.kind not in ("Pod", "Job", "CronJob")
    return tuple(pods.path for pods in pods_of((manifest,)) if keeps)


def _changed(
    before: Manifest, after: Manifest, roots: tuple[Path, ...]
) -> Iterator[tuple[Path, Where]]:
    """The first difference under each root, with its place."""
    for root in roots:
        one, other = _at(before.object, root), _at(after.object, root)
        if (path := _difference(one, other, root)) is not None:
            place_of = before if before.positions.get(path) else after
            yield path, place_of.place(path)


def _at(obj: Any, path: Path) -> Any:
    for part in path:
        obj = obj.get(part) if isinstance(obj, dict) else None
    return obj


def _difference(one: Any, other: Any, path: Path) -> Path | None:
    """The path of the first node in which two trees differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in [*one, *(key for key in other if key not in one)]:
            if (found := _difference(one.get(key), other.get(key), (*path, key))) is not None:
                return found
        return None
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            if (found := _difference(left, right, (*path, index))) is not None:
                return found
        return None
    return None if one == other else path
