"""What the user changes in rendered objects without the chart's help: `--patch`, and the trace of
what a post-renderer changed.

Pure: texts and manifests go in, manifests come out. It opens no file and runs no program.
"""

from __future__ import annotations

from holdfast.patches.apply import apply_patches
from holdfast.patches.read import read_patches
from holdfast.patches.retrace import retrace

__all__ = ["apply_patches", "read_patches", "retrace"]
