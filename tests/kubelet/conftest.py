"""The kubelet's own tests see one namespace each."""

from tests.kubelet.plugin import namespace
from tests.kubelet.scene import scene

__all__ = ["namespace", "scene"]
