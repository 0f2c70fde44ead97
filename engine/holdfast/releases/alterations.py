"""Patches and the trace of them in a revision's record. Nothing is written where there are none.

Of a patch file only its name is kept: its folder is somebody's disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import PurePath
from typing import Any

from holdfast.errors import Where
from holdfast.model.manifest import Manifest
from holdfast.model.patch import Patch, PatchTarget
from holdfast.model.release import Revision


def alterations(revision: Revision) -> dict[str, Any]:
    """What the record's header says of patches and post-renderer."""
    found: dict[str, Any] = {}
    if revision.patches:
        found["patches"] = [_row(patch) for patch in revision.patches]
    if revision.post_renderer:
        found["post_renderer"] = revision.post_renderer
    return found


def read_alterations(header: Mapping[str, Any]) -> tuple[Patch, ...]:
    """The patches that a header speaks of."""
    return tuple(
        Patch(PatchTarget(**row["target"]), row["body"], Where(**row["where"]))
        for row in header.get("patches", ())
    )


def changed_by(manifest: Manifest) -> dict[str, Any]:
    """What a manifest's row says of who changed it."""
    if not manifest.changed_by:
        return {}
    return {"changed_by": [_bare(where).as_dict() for where in manifest.changed_by]}


def _row(patch: Patch) -> dict[str, Any]:
    return {
        "target": asdict(patch.target),
        "body": patch.body,
        "where": _bare(patch.where).as_dict(),
    }


def _bare(where: Where) -> Where:
    return replace(where, source=PurePath(where.source).name) if where.kind == "patch" else where
