"""Fields that change back: somebody else changed them in the cluster, the chart did not."""

from __future__ import annotations

from holdfast.model.manifest import Manifest
from holdfast.model.plan import ABSENT, FieldChange
from holdfast.model.values import Path
from holdfast.plan.compare import compare
from holdfast.plan.paths import Shape, look_up, short_field
from holdfast.plan.predict import expected


def with_drift(
    reason: str, fields: tuple[FieldChange, ...], manifest: Manifest, earlier: Manifest | None
) -> str:
    """`reason`, and which of `fields` the chart did not change since `earlier`."""
    if earlier is None:
        return reason
    drifted = [f for f in fields if not f.noise and _same_wish(f.path, earlier, manifest)]
    if not drifted:
        return reason
    if len(drifted) == len(fields):
        return f"was changed in the cluster and is set back: {reason}"
    names = ", ".join(short_field(f.path) for f in drifted[:2])
    more = f" and {len(drifted) - 2} more" if drifted[2:] else ""
    return f"{reason}; set back what was changed in the cluster: {names}{more}"


def _same_wish(path: Path, earlier: Manifest, manifest: Manifest) -> bool:
    old, new = expected(earlier.object), expected(manifest.object)
    shape = Shape.of(manifest.object)
    was, will = look_up(old, path, shape), look_up(new, path, shape)
    return (
        was is not ABSENT and will is not ABSENT and not compare(was, will, shape=shape, path=path)
    )
