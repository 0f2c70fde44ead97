"""The patches that a release keeps, as a file that `--patch` reads."""

from __future__ import annotations

from typing import Any

from holdfast.model.patch import Patch
from holdfast.model.release import Revision
from holdfast.yamltext import dump


def patch_rows(revision: Revision) -> list[dict[str, Any]]:
    """Each patch of a revision with its target, as data."""
    return [{"target": _target(patch), "patch": patch.body} for patch in revision.patches]


def patch_text(revision: Revision) -> str:
    """The patches as YAML documents, each under the place it came from."""
    rows = zip(revision.patches, patch_rows(revision), strict=True)
    return "".join(f"---\n# From: {patch.where}\n{dump(row)}" for patch, row in rows)


def _target(patch: Patch) -> dict[str, str]:
    target = patch.target
    given = {
        "apiVersion": target.api_version,
        "kind": target.kind,
        "name": target.name,
        "namespace": target.namespace,
    }
    return {key: text for key, text in given.items() if text != "*" or key in ("kind", "name")}
