"""Storage classes, and which of them a claim has.

It must not know how claims are bound.
"""

from __future__ import annotations

from typing import Any

from holdfast.embedded.controllers.objects import Object, name_of
from holdfast.embedded.controllers.view import View
from holdfast.model.manifest import ObjectRef

_DEFAULT = "storageclass.kubernetes.io/is-default-class"
_NO_PROVISIONER = "kubernetes.io/no-provisioner"


def default_class(view: View) -> str | None:
    """The name of the default class; of several the newest (Kubernetes: Storage Classes)."""
    marked = [
        found
        for found in view.list("storage.k8s.io/v1", "StorageClass")
        if (found["metadata"].get("annotations") or {}).get(_DEFAULT) == "true"
    ]
    newest = sorted(map(name_of, marked))
    ages = {name_of(found): found["metadata"].get("creationTimestamp", "") for found in marked}
    return max(newest, key=lambda name: ages[name]) if newest else None


def class_of(view: View, claim: Object) -> dict[str, Any] | None:
    """The StorageClass object of a claim, or None."""
    name = claim["spec"].get("storageClassName")
    if not name:
        return None
    return view.get(ObjectRef("storage.k8s.io/v1", "StorageClass", "", name))


def is_delayed(view: View, claim: Object) -> bool:
    """Whether the claim's class waits for a pod before it binds."""
    found = class_of(view, claim)
    return found is not None and found.get("volumeBindingMode") == "WaitForFirstConsumer"


def can_provision(storage_class: Object) -> bool:
    """Whether volumes of the class can be made, or only found."""
    return bool(storage_class.get("provisioner") != _NO_PROVISIONER)
