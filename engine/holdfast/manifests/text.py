"""Manifests as the YAML that `template` and `get manifest` print."""

from __future__ import annotations

from holdfast.model.manifest import Manifests
from holdfast.yamltext import dump


def to_text(manifests: Manifests) -> str:
    """YAML documents in the order given, each under `# Source: <chart>/templates/<file>`.

    The same manifests give the same bytes; nothing is masked (pipelines need the real data).
    """
    return "".join(
        f"---\n# Source: {manifest.source.source}\n{dump(manifest.object)}"
        for manifest in manifests
    )
