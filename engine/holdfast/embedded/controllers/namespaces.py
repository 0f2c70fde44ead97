"""Namespaces: a phase, a default ServiceAccount, and the end of all content with its namespace.

Stands for the namespace and service account controllers. Left out: the kube-root-ca.crt ConfigMap
and the conditions of a namespace that is stuck.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.embedded.controllers.objects import (
    Object,
    is_terminating,
    name_of,
    ref_of,
)
from holdfast.embedded.controllers.view import View
from holdfast.embedded.state import Remove, Write
from holdfast.model.manifest import ObjectRef


def control_namespaces(view: View) -> Iterator[Write]:
    """Bring every namespace up, or down."""
    for space in view.list("v1", "Namespace"):
        yield from _close(view, space) if is_terminating(space) else _open(view, space)


def _open(view: View, space: Object) -> Iterator[Write]:
    name = name_of(space)
    yield view.keep({**space, "status": {"phase": "Active"}})
    account = ObjectRef("v1", "ServiceAccount", name, "default")
    if view.get(account) is None:
        metadata = {"name": "default", "namespace": name}
        yield view.keep({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})


def _close(view: View, space: Object) -> Iterator[Write]:
    content = tuple(view.everything(name_of(space)))
    if not content and not space.get("spec", {}).get("finalizers"):
        yield Remove(ref_of(space))
        return
    spec = {} if not content else space.get("spec", {})
    yield view.keep({**space, "spec": spec, "status": {"phase": "Terminating"}})
    for found in content:
        yield from view.delete(found)
