"""Which fields of a stored object the API server lets nobody change, and how it says so.

A table by kind. The server refuses such a change (422), the plan foresees it. Source: the update
validation of each kind in Kubernetes 1.34, whose words are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from holdfast.kinds.conditions import Object, value_at
from holdfast.kinds.quantities import compare_quantities
from holdfast.light import dataclass

_IMMUTABLE = "field is immutable"
_SEALED = "field is immutable when `immutable` is set"
_STATEFUL_SET = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
    "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and "
    "'minReadySeconds' are forbidden"
)
_CLAIM = (
    "spec is immutable after creation except resources.requests and volumeAttributesClassName "
    "for bound claims"
)
_POD = (
    "pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
    "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set "
    "to 1 if it was previously negative)"
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that the server will not make: the field it names, its words, and the new value.

    `forbidden` tells which of the server's two reasons it is: FieldValueForbidden, which does not
    repeat the value, or FieldValueInvalid, which does.
    """

    field: str
    message: str
    forbidden: bool = True
    value: Any = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A part of an object that stays as it is, but for the fields `mutable` directly in it."""

    path: tuple[str, ...]
    message: str = _IMMUTABLE
    forbidden: bool = False
    mutable: frozenset[str] = frozenset()
    when: Callable[[Object], bool] | None = None

    def refuse(self, before: Object, after: Object) -> Refused | None:
        """The refusal of a change from `before` to `after`, if it touches this part."""
        if self.when and not self.when(before):
            return None
        old, new = value_at(before, self.path), value_at(after, self.path)
        if self._fixed(old) == self._fixed(new):
            return None
        return Refused(".".join(self.path), self.message, self.forbidden, new)

    def _fixed(self, value: Any) -> Any:
        if not self.mutable or not isinstance(value, Mapping):
            return value
        return {name: item for name, item in value.items() if name not in self.mutable}


def immutable_changes(
    api_version: str, kind: str, before: Object, after: Object
) -> tuple[Refused, ...]:
    """What the server would refuse of a change; both objects as the server completes them."""
    name = f"{api_version}/{kind}"
    found = [rule.refuse(before, after) for rule in RULES.get(name, ())]
    if special := _SPECIAL.get(name):
        found.append(special(before, after))
    return tuple(one for one in found if one is not None)


def _sealed(obj: Object) -> bool:
    return obj.get("immutable") is True


_SELECTOR = Rule(("spec", "selector"))
_STATEFUL_SET_MUTABLE = frozenset(
    (
        "replicas ordinals template updateStrategy revisionHistoryLimit"
        " persistentVolumeClaimRetentionPolicy minReadySeconds"
    ).split()
)
_ROLE_REF = Rule(("roleRef",), "cannot change roleRef")
_CONTENT = tuple(
    Rule((name,), _SEALED, forbidden=True, when=_sealed)
    for name in ("immutable", "data", "binaryData")
)
_CLASS = tuple(
    Rule((name,), f"updates to {name} are forbidden.", forbidden=True)
    for name in ("parameters", "provisioner", "reclaimPolicy")
)

RULES: Mapping[str, tuple[Rule, ...]] = {
    "apiextensions.k8s.io/v1/CustomResourceDefinition": (
        Rule(("spec", "group")),
        Rule(("spec", "names", "plural")),
        Rule(("spec", "names", "kind")),
        Rule(("spec", "scope")),
    ),
    "apps/v1/ControllerRevision": (Rule(("data",)),),
    "apps/v1/DaemonSet": (_SELECTOR,),
    "apps/v1/Deployment": (_SELECTOR,),
    "apps/v1/ReplicaSet": (_SELECTOR,),
    "apps/v1/StatefulSet": (
        Rule(("spec",), _STATEFUL_SET, forbidden=True, mutable=_STATEFUL_SET_MUTABLE),
    ),
    "batch/v1/Job": (
        _SELECTOR,
        Rule(("spec", "template")),
        Rule(("spec", "completions")),
        Rule(("spec", "completionMode")),
        Rule(("spec", "podFailurePolicy")),
        Rule(("spec", "backoffLimitPerIndex")),
    ),
    "discovery.k8s.io/v1/EndpointSlice": (Rule(("addressType",)),),
    "networking.k8s.io/v1/IngressClass": (Rule(("spec", "controller")),),
    "rbac.authorization.k8s.io/v1/ClusterRoleBinding": (_ROLE_REF,),
    "rbac.authorization.k8s.io/v1/RoleBinding": (_ROLE_REF,),
    "scheduling.k8s.io/v1/PriorityClass": (
        Rule(("value",), "may not be changed in an update.", forbidden=True),
        Rule(("preemptionPolicy",), "may not be changed in an update.", forbidden=True),
    ),
    "storage.k8s.io/v1/StorageClass": (*_CLASS, Rule(("volumeBindingMode",))),
    "v1/ConfigMap": _CONTENT,
    "v1/Secret": (Rule(("type",)), *_CONTENT),
}


def _service(before: Object, after: Object) -> Refused | None:
    """The cluster IP stays while the service has one (ExternalName gives it up)."""
    old, new = value_at(before, ("spec", "clusterIP")), value_at(after, ("spec", "clusterIP"))
    if not old or not new or old == new:
        return None
    message = "may not change once set"
    return Refused("spec.clusterIPs[0]", message, forbidden=False, value=[new])


def _claim(before: Object, after: Object) -> Refused | None:
    """A claim's spec stays; a bound one may ask for more room, and for another attributes class."""
    bound = value_at(before, ("status", "phase")) == "Bound"
    old, new = dict(before.get("spec") or {}), dict(after.get("spec") or {})
    if not old.get("volumeName"):
        new.pop("volumeName", None)
        old.pop("volumeName", None)
    if bound:
        for spec in (old, new):
            spec.pop("volumeAttributesClassName", None)
            spec["resources"] = {**(spec.get("resources") or {}), "requests": None}
    if old != new:
        return Refused("spec", _CLAIM)
    return _shrunk(before, after) if bound else None


def _shrunk(before: Object, after: Object) -> Refused | None:
    path = ("spec", "resources", "requests", "storage")
    old, new = value_at(before, path), value_at(after, path)
    has = value_at(before, ("status", "capacity", "storage"))
    if not (old and new) or compare_quantities(new, old) >= 0:
        return None
    if not has or compare_quantities(new, has) > 0:
        return None
    return Refused(".".join(path), "field can not be less than status.capacity")


_NOT_SOURCE = frozenset(
    (
        "accessModes capacity claimRef mountOptions nodeAffinity persistentVolumeReclaimPolicy"
        " storageClassName volumeAttributesClassName volumeMode"
    ).split()
)


def _volume(before: Object, after: Object) -> Refused | None:
    """A volume's source stays; what is asked of it may change."""
    rule = Rule(("spec",), mutable=_NOT_SOURCE)
    if rule.refuse(before, after) is None:
        return None
    field = "spec.persistentvolumesource"
    return Refused(field, f"{field} is immutable after creation")


def _pod(before: Object, after: Object) -> Refused | None:
    """A pod's spec stays but for images, a deadline, tolerations, and where it runs, set once."""
    old, new = _pod_fixed(before), _pod_fixed(after)
    if not old.get("nodeName"):
        new.pop("nodeName", None)
        old.pop("nodeName", None)
    return None if old == new else Refused("spec", _POD)


def _pod_fixed(pod: Object) -> dict[str, Any]:
    aside = ("activeDeadlineSeconds", "tolerations")
    spec = {name: value for name, value in (pod.get("spec") or {}).items() if name not in aside}
    for part in ("containers", "initContainers"):
        if part in spec:
            spec[part] = [{**one, "image": "", "resources": None} for one in spec[part]]
    return spec


_SPECIAL: Mapping[str, Callable[[Object, Object], Refused | None]] = {
    "v1/PersistentVolume": _volume,
    "v1/PersistentVolumeClaim": _claim,
    "v1/Pod": _pod,
    "v1/Service": _service,
}
