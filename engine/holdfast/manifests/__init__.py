"""Rendered documents → Kubernetes objects that know the template line they come from.

Blind to charts, values files, templates and the cluster: what comes in is data, what goes out is
data.
"""

from __future__ import annotations

from holdfast.manifests.hooks import split_hooks
from holdfast.manifests.labels import owner_of, release_selector, stamp
from holdfast.manifests.parse import parse
from holdfast.manifests.text import to_text

__all__ = ["owner_of", "parse", "release_selector", "split_hooks", "stamp", "to_text"]
