"""Which value a workload's number of replicas is made of, so that a scale can change that value.

Noted when a revision is drafted, for later the chart is not at hand any more. Where no single value
makes the number, a scale holds its own number against the chart's: until the chart gives another
one than it gave at the time of the scale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from holdfast.kinds.hooks import BadAnnotation
from holdfast.kinds.members import member_rules
from holdfast.kinds.version_moves import version_rule
from holdfast.manifests.documents import refuse
from holdfast.model.manifest import Manifest, Manifests, RenderedObject, ReplicaSource
from holdfast.model.values import Path

_REPLICAS: Path = ("spec", "replicas")
_SCALABLE = ("StatefulSet", "Deployment")


def check_members(document: RenderedObject) -> None:
    """Raise ManifestError, at its line, for a rule of members or of versions that is none."""
    try:
        member_rules(document.object)
        version_rule(document.object)
    except BadAnnotation as error:
        path = ("metadata", "annotations", error.name)
        raise refuse(document, path, error.problem, hint=error.hint) from None


def is_scalable(manifest: Manifest) -> bool:
    """Whether `scale` is for this object: Kubernetes' own StatefulSets and Deployments."""
    return manifest.ref.group == "apps" and manifest.ref.kind in _SCALABLE


def replicas_in(manifest: Manifest) -> int | None:
    """The number that the manifest asks for; None where it leaves that to others."""
    spec = manifest.object.get("spec")
    number = spec.get("replicas") if isinstance(spec, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def note_replicas(
    manifests: Manifests,
    values: Mapping[str, Any],
    schemas: Callable[[Path], tuple[dict[str, Any], ...]] = lambda path: (),
) -> Manifests:
    """The manifests, each workload with where its replicas come from; `values` are the merged ones.

    `schemas` gives what the charts' schemas say of a value.

    A value that makes the number of two workloads is none of either: changing it scales both. What
    was not just rendered stays as it was recorded.
    """
    workloads = [one for one in manifests if is_scalable(one) and one.reads]
    found = {one.ref.key: _value_of(one, values) for one in workloads}
    shared = [path for path in found.values() if list(found.values()).count(path) > 1]
    sources = {
        key: ReplicaSource(path, _readers(manifests, path), schemas=schemas(path))
        if path and path not in shared
        else ReplicaSource()
        for key, path in found.items()
    }
    return tuple(
        replace(one, replicas=one.replicas or sources.get(one.ref.key)) if workloads else one
        for one in manifests
    )


def hold_replicas(manifests: Manifests, previous: Manifests) -> tuple[Manifests, tuple[str, ...]]:
    """The manifests with the numbers that scales hold in `previous`, and a remark for each."""
    held = {one.ref.key: one for one in previous if one.replicas and one.replicas.held is not None}
    kept, remarks = [], []
    for manifest in manifests:
        earlier = held.get(manifest.ref.key)
        mine, said = _held(manifest, earlier) if earlier else (manifest, "")
        kept.append(mine)
        remarks += [said] if said else []
    return tuple(kept), tuple(remarks)


def with_replicas(manifest: Manifest, number: int) -> Manifest:
    """The manifest of a workload that is scaled to `number`.

    One that leaves the number to others stays as it is; where no value makes the number, the
    chart's own is kept in mind.
    """
    asked = replicas_in(manifest)
    if asked is None:
        return manifest
    source = manifest.replicas or ReplicaSource()
    chart = asked if source.held is None else source.held
    held = None if source.value or chart == number else chart
    return replace(_numbered(manifest, number), replicas=replace(source, held=held))


def without_value(manifest: Manifest) -> Manifest:
    """The same, its value forgotten: it turned out not to make the number."""
    source = replace(manifest.replicas or ReplicaSource(), value=(), schemas=())
    return replace(manifest, replicas=source)


def _held(manifest: Manifest, earlier: Manifest) -> tuple[Manifest, str]:
    chart, number = replicas_in(manifest), replicas_in(earlier)
    was = earlier.replicas.held if earlier.replicas else None
    if chart is None or number is None or chart == number:
        return manifest, ""
    if chart != was:
        return manifest, (
            f"{manifest.ref}: the chart now asks for {chart} replicas instead of {was}: "
            f"the scale to {number} ends"
        )
    source = replace(manifest.replicas or ReplicaSource(), held=chart)
    return replace(_numbered(manifest, number), replicas=source), (
        f"{manifest.ref}: stays at {number} replicas, to which it was scaled; the chart's own "
        f"{chart} comes from no single value"
    )


def _numbered(manifest: Manifest, number: int) -> Manifest:
    obj = manifest.object
    return replace(manifest, object={**obj, "spec": {**obj["spec"], "replicas": number}})


def _value_of(manifest: Manifest, values: Mapping[str, Any]) -> Path:
    """The one value that reads as the number; or the only one read, where it is not there."""
    number, reads = replicas_in(manifest), manifest.reads.get(_REPLICAS, ())
    if number is None:
        return ()
    reads = tuple(path for path in dict.fromkeys(reads) if "global" not in path[1:])
    equal = [path for path in reads if makes_number(values, path, number)]
    if len(equal) == 1:
        return equal[0]
    unset = len(reads) == 1 and value_in(values, reads[0]) is None
    return reads[0] if unset else ()


def makes_number(values: Mapping[str, Any], path: Path, number: int) -> bool:
    """Whether the value at `path` is that number, be it as text."""
    found = value_in(values, path)
    return not isinstance(found, bool) and str(found) == str(number)


def value_in(values: Any, path: Path) -> Any:
    """The value at `path` of a tree; None where there is none."""
    for part in path:
        if isinstance(values, list) and isinstance(part, int) and part < len(values):
            values = values[part]
        else:
            values = values.get(part) if isinstance(values, dict) else None
    return values


def _readers(manifests: Manifests, value: Path) -> tuple[str, ...]:
    return tuple(str(one.ref) for one in manifests if value and any(_others(one, value)))


def _others(manifest: Manifest, value: Path) -> Iterator[bool]:
    """Whether fields besides the number itself are made of the value."""
    for path, reads in manifest.reads.items():
        yield value in reads and not (is_scalable(manifest) and path == _REPLICAS)
