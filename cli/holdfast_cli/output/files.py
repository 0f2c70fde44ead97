"""Manifests as files, for `template --output-dir`: one per template, nothing outside the folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast import Manifests, Revision
    from holdfast_cli.console import Console


def write_files(
    console: Console, revisions: Sequence[Revision], folder: str, *, many: bool
) -> None:
    """Write each template's objects to `<folder>/<chart>/templates/<file>`, as Helm does.

    Of several releases each has a folder of its own below: `<namespace>/<release>`.
    Raises UsageError where a file cannot be written.
    """
    from holdfast import UsageError, manifest_text

    for revision in revisions:
        root = Path(folder)
        if many:
            root = root / revision.namespace / revision.release
        for template, manifests in _by_template(revision.manifests).items():
            path = root / template.removesuffix(".j2")
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(manifest_text(manifests), encoding="utf-8")
            except OSError as error:
                raise UsageError(
                    f"writing {path}: {error.strerror}", hint="name a folder you may write"
                ) from error
            console.say(f"wrote {path}")


def _by_template(manifests: Manifests) -> dict[str, Manifests]:
    found: dict[str, Manifests] = {}
    for manifest in manifests:
        name = manifest.source.source
        found[name] = (*found.get(name, ()), manifest)
    return found
