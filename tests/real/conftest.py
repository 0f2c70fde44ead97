"""Charts on the test kubelet: each test has a namespace of its own."""

from tests.kubelet.plugin import namespace
from tests.kubelet.scene import scene
from tests.real.web import web

__all__ = ["namespace", "scene", "web"]
