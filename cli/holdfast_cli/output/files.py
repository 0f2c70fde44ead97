"""Manifests as files, for `template --output-dir`: one per template, nothing outside the folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast import Manifests, Revision
    from holdfast_cli.console import Console


def files_of(revision: Revision, folder: str, *, many: bool) -> dict[str, str]:
    """Each template's objects as `<folder>/<chart>/templates/<file>`, as Helm does.

    Of several releases each has a folder of its own below: `<namespace>/<release>`.
    """
    from holdfast import manifest_text

    root = Path(folder)
    if many:
        root = root / revision.namespace / revision.release
    return {
        str(root / template.removesuffix(".j2")): manifest_text(manifests)
        for template, manifests in _by_template(revision.manifests).items()
    }


def write_files(console: Console, files: Mapping[str, str]) -> None:
    """Write texts to their files. Raises UsageError where one cannot be written."""
    from holdfast import UsageError

    for name, text in files.items():
        path = Path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
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
