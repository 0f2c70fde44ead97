"""What the API server fills in where an object says nothing, as a table by type.

A default belongs to a type, so that it holds wherever the type occurs: a pod's in a Deployment's
template as in a CronJob's. Defaults that depend on the rest of the object are in derived.py. What
the server gives from a supply (addresses, ports, uids) is no default, and not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from holdfast.kinds.derived import derive
from holdfast.kinds.fields import Field, Shape, schema_of

_OCTAL_644 = 0o644
_PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
_MODE = {"defaultMode": _OCTAL_644}
_TEMPLATE: Mapping[str, Any] = {"metadata": {}, "spec": {}}

_BY_TYPE: Mapping[str, Mapping[str, Any]] = {
    "apps.v1.DaemonSetSpec": {
        "template": _TEMPLATE,
        "updateStrategy": {"type": "RollingUpdate"},
        "revisionHistoryLimit": 10,
    },
    "apps.v1.DeploymentSpec": {
        "replicas": 1,
        "template": _TEMPLATE,
        "strategy": {"type": "RollingUpdate"},
        "revisionHistoryLimit": 10,
        "progressDeadlineSeconds": 600,
    },
    "apps.v1.ReplicaSetSpec": {"replicas": 1},
    "apps.v1.StatefulSetSpec": {
        "replicas": 1,
        "template": _TEMPLATE,
        "podManagementPolicy": "OrderedReady",
        "updateStrategy": {"type": "RollingUpdate"},
        "revisionHistoryLimit": 10,
        "persistentVolumeClaimRetentionPolicy": {},
    },
    "apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy": {
        "whenDeleted": "Retain",
        "whenScaled": "Retain",
    },
    "autoscaling.v2.HorizontalPodAutoscalerSpec": {
        "minReplicas": 1,
        "metrics": [
            {
                "type": "Resource",
                "resource": {
                    "name": "cpu",
                    "target": {"type": "Utilization", "averageUtilization": 80},
                },
            }
        ],
    },
    "batch.v1.CronJobSpec": {
        "concurrencyPolicy": "Allow",
        "suspend": False,
        "jobTemplate": _TEMPLATE,
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 1,
    },
    "batch.v1.JobSpec": {"template": _TEMPLATE},
    "batch.v1.JobTemplateSpec": _TEMPLATE,
    "core.v1.ConfigMapVolumeSource": _MODE,
    "core.v1.Container": {
        "resources": {},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
    },
    "core.v1.DownwardAPIVolumeSource": _MODE,
    "core.v1.GRPCAction": {"service": ""},
    "core.v1.HTTPGetAction": {"path": "/", "scheme": "HTTP"},
    "core.v1.HostPathVolumeSource": {"type": ""},
    "core.v1.ObjectFieldSelector": {"apiVersion": "v1"},
    "core.v1.PersistentVolume": {"status": {"phase": "Pending"}},
    "core.v1.PersistentVolumeClaim": {"status": {"phase": "Pending"}},
    "core.v1.PersistentVolumeClaimSpec": {"resources": {}, "volumeMode": "Filesystem"},
    "core.v1.PersistentVolumeSpec": {
        "persistentVolumeReclaimPolicy": "Retain",
        "volumeMode": "Filesystem",
    },
    "core.v1.PodSpec": {
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "securityContext": {},
        "schedulerName": "default-scheduler",
    },
    "core.v1.PodTemplateSpec": _TEMPLATE,
    "core.v1.Probe": _PROBE,
    "core.v1.ProjectedVolumeSource": _MODE,
    "core.v1.ReplicationControllerSpec": {"replicas": 1},
    "core.v1.ResourceFieldSelector": {"divisor": "0"},
    "core.v1.Secret": {"type": "Opaque"},
    "core.v1.SecretVolumeSource": _MODE,
    "core.v1.ServiceAccountTokenProjection": {"expirationSeconds": 3600},
    "core.v1.ServiceSpec": {"type": "ClusterIP", "sessionAffinity": "None"},
    "discovery.v1.EndpointPort": {"name": "", "protocol": "TCP"},
    "networking.v1.NetworkPolicyPort": {"protocol": "TCP"},
    "networking.v1.NetworkPolicySpec": {"podSelector": {}},
    "rbac.v1.RoleRef": {"apiGroup": "rbac.authorization.k8s.io"},
    "scheduling.v1.PriorityClass": {"preemptionPolicy": "PreemptLowerPriority"},
    "storage.v1.StorageClass": {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"},
}


def apply_defaults(api_version: str, kind: str, obj: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of `obj` as the server would complete it; a kind that is not built in is only copied.

    Applying it again changes nothing (Kubernetes: the SetDefaults functions of each API group).
    """
    schema = schema_of(api_version, kind)
    if schema is None:
        return deepcopy(dict(obj))
    found = deepcopy(dict(obj))
    if "spec" in schema.fields:
        _fill(found, "spec", {})
    completed: dict[str, Any] = _complete(found, schema)
    return completed


def _complete(value: Any, field: Field) -> Any:
    if field.shape is Shape.STRUCT and isinstance(value, Mapping):
        return _complete_struct(value, field)
    if field.shape is Shape.LIST and isinstance(value, list):
        return [_complete(item, field.item) for item in value]
    if field.shape is Shape.MAP and isinstance(value, Mapping) and field.values:
        return {key: _complete(item, field.values) for key, item in value.items()}
    return value


def _complete_struct(value: Mapping[str, Any], field: Field) -> dict[str, Any]:
    found = dict(value)
    for name, default in _BY_TYPE.get(field.type, {}).items():
        _fill(found, name, default)
    derive(field.type, found)
    for name, child in field.fields.items():
        if child.default is not None:
            _fill(found, name, child.default)
        if name in found:
            found[name] = _complete(found[name], child)
    return found


def _fill(found: dict[str, Any], name: str, default: Any) -> None:
    if found.get(name) is None:
        found[name] = deepcopy(default)


_STATUS: Mapping[str, Mapping[str, Any]] = {
    "DaemonSet": {
        "currentNumberScheduled": 0,
        "numberMisscheduled": 0,
        "desiredNumberScheduled": 0,
        "numberReady": 0,
    },
    "HorizontalPodAutoscaler": {"desiredReplicas": 0, "currentMetrics": None},
    "Ingress": {"loadBalancer": {}},
    "Namespace": {"phase": "Active"},
    "PersistentVolume": {"phase": "Pending"},
    "PersistentVolumeClaim": {"phase": "Pending"},
    "Pod": {"phase": "Pending", "qosClass": "BestEffort"},
    "PodDisruptionBudget": {
        "disruptionsAllowed": 0,
        "currentHealthy": 0,
        "desiredHealthy": 0,
        "expectedPods": 0,
    },
    "ReplicaSet": {"replicas": 0},
    "ReplicationController": {"replicas": 0},
    "Service": {"loadBalancer": {}},
    "StatefulSet": {"replicas": 0, "availableReplicas": 0},
}


def initial_status(api_version: str, kind: str) -> dict[str, Any] | None:
    """The status of a new object before any controller saw it; None for a kind without status."""
    schema = schema_of(api_version, kind)
    if schema is None or "status" not in schema.fields:
        return None
    return deepcopy(dict(_STATUS.get(kind, {})))
