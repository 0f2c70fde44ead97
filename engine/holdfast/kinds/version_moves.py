"""Which versions of a program may follow one another on the same data: what a chart says of it.

    holdfast.dev/version: "8.4.10"              the version that this object runs
    holdfast.dev/upgrades-from: "~8.0 || ~8.4"  lower versions whose data it can go on with
    holdfast.dev/rollbacks-to: "~8.4"           lower versions that can go on with its data
    holdfast.dev/version-reason: "…"            why, and what to do instead: told with a refusal

They are annotations of the workload itself. Whoever runs the higher version knows both ways, so the
object with the higher version decides: the wanted one on the way up, the live one on the way down.
An object without `version` has no rule, and a way that is not written is open. Pure.
"""

from __future__ import annotations

from holdfast.kinds.conditions import Object, map_at
from holdfast.kinds.hooks import BadAnnotation
from holdfast.kinds.members import Objection
from holdfast.light import dataclass
from holdfast.model.semver import Range, Version, parse_range, parse_short_version

VERSION = "holdfast.dev/version"
UPGRADES_FROM = "holdfast.dev/upgrades-from"
ROLLBACKS_TO = "holdfast.dev/rollbacks-to"
REASON = "holdfast.dev/version-reason"


@dataclass(frozen=True, slots=True)
class VersionRule:
    """What one object says. `upgrades_from` and `rollbacks_to` are None where nothing is said."""

    version: Version
    upgrades_from: Range | None
    rollbacks_to: Range | None


def version_rule(obj: Object) -> VersionRule | None:
    """The rule of an object; None without a version. Raises BadAnnotation for one that is none."""
    annotations = map_at(map_at(obj, "metadata"), "annotations")
    upgrades, rollbacks = (_range(annotations, key) for key in (UPGRADES_FROM, ROLLBACKS_TO))
    if VERSION not in annotations:
        return None
    text = str(annotations[VERSION])
    try:
        version = parse_short_version(text)
    except ValueError:
        hint = "write it as 8.4.10, in quotes"
        raise BadAnnotation(VERSION, f"must be a version, not {text!r}", hint) from None
    return VersionRule(version, upgrades, rollbacks)


def object_to_move(live: Object, wanted: Object) -> Objection | None:
    """What the rules have against `wanted` on the data of `live`. Raises BadAnnotation."""
    before, after = version_rule(live), version_rule(wanted)
    if before is None or after is None or before.version.order == after.version.order:
        return None
    move = f"version {before.version} cannot become {after.version}"
    if after.version.order > before.version.order:
        return _objection(move, wanted, UPGRADES_FROM, after.upgrades_from, before.version)
    return _objection(move, live, ROLLBACKS_TO, before.rollbacks_to, after.version)


def _objection(
    move: str, deciding: Object, key: str, allowed: Range | None, version: Version
) -> Objection | None:
    if allowed is None or allowed.allows(version):
        return None
    annotations = map_at(map_at(deciding, "metadata"), "annotations")
    reason = f"{move} on the same data ({key}: {annotations[key]})"
    said = str(annotations.get(REASON, "")).rstrip(".")
    way = f"if no pod has run the live version, take {VERSION} off the live object first"
    return Objection(reason, f"{said}; {way}" if said else way)


def _range(annotations: Object, key: str) -> Range | None:
    if key not in annotations:
        return None
    try:
        return parse_range(str(annotations[key]))
    except ValueError:
        hint = 'write it as ">=8.0.37 <8.1 || ~8.4"'
        raise BadAnnotation(key, "must be a range of versions", hint) from None
