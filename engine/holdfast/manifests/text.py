"""Manifests as the YAML that `template` and `get manifest` print."""

from __future__ import annotations

from holdfast.model.manifest import Manifest, Manifests
from holdfast.yamltext import dump


def to_text(manifests: Manifests) -> str:
    """YAML documents in the order given, each under `# Source: <chart>/templates/<file>`.

    Who changed one after it was rendered stands there too: `# Changed by: fix.yaml:3:1`.
    The same manifests give the same bytes; nothing is masked (pipelines need the real data).
    """
    return "".join(
        f"---\n# Source: {manifest.source.source}\n{_changes(manifest)}{dump(manifest.object)}"
        for manifest in manifests
    )


def _changes(manifest: Manifest) -> str:
    names = ", ".join(map(str, manifest.changed_by))
    return f"# Changed by: {names}\n" if names else ""
