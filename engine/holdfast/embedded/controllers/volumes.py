"""PersistentVolumes: made for claims, found for claims, and reclaimed after them.

Stands for a provisioner and the volume controller's reclaiming and pv-protection. Left out: node
affinity, block mode, Recycle.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.embedded.controllers.objects import (
    Object,
    finalizers_of,
    is_terminating,
    name_of,
    namespace_of,
    ref_of,
    status_of,
    uid_of,
    with_finalizers,
)
from holdfast.embedded.controllers.view import View
from holdfast.embedded.state import Remove, Write
from holdfast.kinds.quantities import compare_quantities, parse_quantity
from holdfast.model.manifest import ObjectRef

PROTECTION = "kubernetes.io/pv-protection"
PROVISIONED = "pv.kubernetes.io/provisioned-by"


def control_volumes(view: View) -> Iterator[Write]:
    """Give every volume its phase; reclaim those whose claim is gone."""
    for volume in view.list("v1", "PersistentVolume"):
        held = volume["spec"].get("claimRef") or {}
        if held.get("uid") and not _claim_is_there(view, held):
            yield from _reclaim(view, volume)
        elif is_terminating(volume):
            yield from () if held.get("uid") else _unprotect(view, volume)
        else:
            yield view.keep(_protected(volume, "Bound" if held.get("uid") else "Available"))


def make_volume(claim: Object, storage_class: Object) -> Object:
    """A volume for a claim, as large as it asks for."""
    spec = claim["spec"]
    provisioner = storage_class.get("provisioner", "")
    made = {PROVISIONED: provisioner}
    name = f"pvc-{uid_of(claim)}"
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": made, "finalizers": [PROTECTION]},
        "spec": {
            "accessModes": list(spec.get("accessModes") or ["ReadWriteOnce"]),
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "csi": {"driver": provisioner, "volumeHandle": name},
            "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy", "Delete"),
            "storageClassName": name_of(storage_class),
            "volumeMode": spec.get("volumeMode", "Filesystem"),
        },
    }


def find_volume(view: View, claim: Object, taken: set[str]) -> Object | None:
    """The smallest free volume that fits the claim; `taken` are spoken for in this pass."""
    free = [
        volume
        for volume in view.list("v1", "PersistentVolume")
        if name_of(volume) not in taken and not is_terminating(volume) and _fits(volume, claim)
    ]
    return min(free, key=lambda one: parse_quantity(_size(one)), default=None)


def with_claim(volume: Object, claim: Object) -> Object:
    """The volume as bound to a claim."""
    reference = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "namespace": namespace_of(claim),
        "name": name_of(claim),
        "uid": uid_of(claim),
    }
    return {
        **volume,
        "spec": {**volume["spec"], "claimRef": reference},
        "status": {"phase": "Bound"},
    }


def _fits(volume: Object, claim: Object) -> bool:
    spec, wanted = volume["spec"], claim["spec"]
    held = spec.get("claimRef") or {}
    if held and (held.get("uid") or not _names(held, claim)):
        return False
    if wanted.get("volumeName") not in (None, "", name_of(volume)):
        return False
    if (spec.get("storageClassName") or "") != (wanted.get("storageClassName") or ""):
        return False
    asked = wanted.get("resources", {}).get("requests", {}).get("storage", "0")
    modes = set(wanted.get("accessModes") or ()) <= set(spec.get("accessModes") or ())
    return modes and compare_quantities(_size(volume), asked) >= 0


def _names(held: dict[str, Any], claim: Object) -> bool:
    return bool(held.get("namespace") == namespace_of(claim) and held.get("name") == name_of(claim))


def _size(volume: Object) -> Any:
    return volume["spec"].get("capacity", {}).get("storage", "0")


def _claim_is_there(view: View, held: dict[str, Any]) -> bool:
    ref = ObjectRef("v1", "PersistentVolumeClaim", held["namespace"], held["name"])
    claim = view.get(ref)
    return claim is not None and uid_of(claim) == held["uid"]


def _reclaim(view: View, volume: Object) -> Iterator[Write]:
    if is_terminating(volume) or PROTECTION in finalizers_of(volume):
        yield from _unprotect(view, volume)
    elif volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete":
        yield Remove(ref_of(volume))
    else:
        yield view.keep({**volume, "status": {**status_of(volume), "phase": "Released"}})


def _unprotect(view: View, volume: Object) -> Iterator[Write]:
    kept = [one for one in finalizers_of(volume) if one != PROTECTION]
    if kept != finalizers_of(volume):
        changed = with_finalizers(volume, kept)
        yield view.keep({**changed, "status": {**status_of(volume), "phase": "Released"}})


def _protected(volume: Object, phase: str) -> Object:
    if PROTECTION not in finalizers_of(volume):
        volume = with_finalizers(volume, [*finalizers_of(volume), PROTECTION])
    return {**volume, "status": {**status_of(volume), "phase": phase}}
