"""PersistentVolumeClaims: a class, a volume, room that grows, and protection while in use.

Stands for the volume binder, a provisioner, a resizer and the pvc-protection controller. A claim is
bound to a fitting volume that is there, else to one made for it. Left out: snapshots and other data
sources, selectors on volumes, lost claims, quotas.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.embedded.controllers import timings
from holdfast.embedded.controllers.events import warn
from holdfast.embedded.controllers.objects import (
    Object,
    finalizers_of,
    is_terminating,
    name_of,
    namespace_of,
    status_of,
    with_finalizers,
)
from holdfast.embedded.controllers.placement import claim_names
from holdfast.embedded.controllers.storage import (
    can_provision,
    class_of,
    default_class,
    is_delayed,
)
from holdfast.embedded.controllers.view import View
from holdfast.embedded.controllers.volumes import PROVISIONED, find_volume, make_volume, with_claim
from holdfast.embedded.state import Put, Write
from holdfast.kinds.quantities import compare_quantities
from holdfast.model.manifest import ObjectRef

PROTECTION = "kubernetes.io/pvc-protection"


def control_claims(view: View) -> Iterator[Write]:
    """Move every claim one step on."""
    taken: set[str] = set()
    for claim in view.list("v1", "PersistentVolumeClaim"):
        if is_terminating(claim):
            yield from _release(view, claim)
        elif (prepared := _prepared(view, claim)) != claim:
            yield view.keep(prepared)
        elif status_of(claim)["phase"] == "Pending":
            yield from _bind(view, claim, taken)
        else:
            yield from _grow(view, claim)


def _prepared(view: View, claim: Object) -> Object:
    """The claim as admission leaves it: protected, and with the default class if it names none."""
    if PROTECTION not in finalizers_of(claim):
        claim = with_finalizers(claim, [*finalizers_of(claim), PROTECTION])
    if not status_of(claim).get("phase"):
        claim = {**claim, "status": {**status_of(claim), "phase": "Pending"}}
    if claim["spec"].get("storageClassName") is None and (name := default_class(view)):
        claim = {**claim, "spec": {**claim["spec"], "storageClassName": name}}
    return claim


def _release(view: View, claim: Object) -> Iterator[Write]:
    """Drop the protection when no placed pod uses the claim any more."""
    users = (pod for pod in view.pods(namespace_of(claim)) if pod["spec"].get("nodeName"))
    if any(name_of(claim) in claim_names(pod) for pod in users):
        return
    if PROTECTION in finalizers_of(claim):
        kept = [one for one in finalizers_of(claim) if one != PROTECTION]
        yield Put(with_finalizers(claim, kept))


def _bind(view: View, claim: Object, taken: set[str]) -> Iterator[Write]:
    storage_class = class_of(view, claim)
    if is_delayed(view, claim) and not _has_consumer(view, claim):
        return
    if volume := find_volume(view, claim, taken):
        taken.add(name_of(volume))
        yield from _bound(claim, volume)
    elif problem := _problem(claim, storage_class):
        reason, message = problem
        source = "persistentvolume-controller"
        yield from warn(view, claim, reason=reason, message=message, source=source, once=True)
    elif view.due(claim) is None:
        yield view.put_later(claim, timings.PROVISION)
    elif view.has_come(claim) and storage_class is not None:
        yield from _bound(claim, make_volume(claim, storage_class))


def _has_consumer(view: View, claim: Object) -> bool:
    return any(
        name_of(claim) in claim_names(pod)
        for pod in view.pods(namespace_of(claim))
        if not is_terminating(pod)
    )


def _problem(claim: Object, storage_class: Object | None) -> tuple[str, str] | None:
    """Reason and message of the event that tells why no volume can be made."""
    spec = claim["spec"]
    if name := spec.get("volumeName"):
        return "FailedBinding", f'volume "{name}" not found or not fit for this claim'
    if storage_class is None and (name := spec.get("storageClassName")):
        return "ProvisioningFailed", f'storageclass.storage.k8s.io "{name}" not found'
    if storage_class is None or not can_provision(storage_class):
        nothing = "no persistent volumes available for this claim and no storage class is set"
        return "FailedBinding", nothing
    return None


def _bound(claim: Object, volume: Object) -> Iterator[Write]:
    done = {"pv.kubernetes.io/bind-completed": "yes", "pv.kubernetes.io/bound-by-controller": "yes"}
    made_by = (volume["metadata"].get("annotations") or {}).get(PROVISIONED)
    if made_by:
        done["volume.kubernetes.io/storage-provisioner"] = made_by
    metadata = {
        **claim["metadata"],
        "annotations": {**(claim["metadata"].get("annotations") or {}), **done},
    }
    status = {
        **status_of(claim),
        "phase": "Bound",
        "accessModes": list(volume["spec"]["accessModes"]),
        "capacity": dict(volume["spec"]["capacity"]),
    }
    spec = {**claim["spec"], "volumeName": name_of(volume)}
    yield Put(with_claim(volume, claim))
    yield Put({**claim, "metadata": metadata, "spec": spec, "status": status})


def _grow(view: View, claim: Object) -> Iterator[Write]:
    """Raise the volume and then the claim to what is asked for, where the class allows it."""
    asked, storage_class = _asked(claim), class_of(view, claim)
    has = status_of(claim).get("capacity", {}).get("storage", "0")
    if storage_class is None or not storage_class.get("allowVolumeExpansion"):
        return
    if compare_quantities(asked, has) <= 0:
        return
    volume = view.get(ObjectRef("v1", "PersistentVolume", "", claim["spec"]["volumeName"]))
    if view.due(claim) is None:
        yield view.put_later(claim, timings.EXPAND)
    elif view.has_come(claim) and volume is not None:
        capacity = {**volume["spec"]["capacity"], "storage": asked}
        yield view.keep({**volume, "spec": {**volume["spec"], "capacity": capacity}})
        yield Put({**claim, "status": {**status_of(claim), "capacity": dict(capacity)}})


def _asked(claim: Object) -> Any:
    return claim["spec"].get("resources", {}).get("requests", {}).get("storage", "0")
