"""Defaults that follow from the rest of the object: a pull policy from the tag, and the like.

Each is a function over one struct, found by its type, that fills in place what is not there. They
stand apart from defaults.py, whose table needs no code.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Struct: TypeAlias = dict[str, Any]

_RBAC = "rbac.authorization.k8s.io"
_NODE_PORT_TYPES = ("NodePort", "LoadBalancer")
_MAX_INT32 = 2**31 - 1


def derive(type_name: str, found: Struct) -> None:
    """Fill in `found`, a struct of the type, what its other fields decide."""
    rule = _RULES.get(type_name)
    if rule:
        rule(found)


def _container(found: Struct) -> None:
    if "imagePullPolicy" not in found and found.get("image"):
        found["imagePullPolicy"] = pull_policy(str(found["image"]))


def pull_policy(image: str) -> str:
    """`Always` for the tag latest or none, else IfNotPresent (Container.imagePullPolicy)."""
    if "@" in image:
        return "IfNotPresent"
    _, colon, tag = image.rpartition("/")[2].partition(":")
    return "IfNotPresent" if colon and tag != "latest" else "Always"


def _pod_spec(found: Struct) -> None:
    account = found.get("serviceAccountName") or found.get("serviceAccount")
    if account:
        found["serviceAccountName"] = found["serviceAccount"] = account
    if found.get("hostNetwork"):
        for container in found.get("containers") or ():
            for port in container.get("ports") or ():
                port.setdefault("hostPort", port.get("containerPort"))


def _pod(found: Struct) -> None:
    spec = found.setdefault("spec", {})
    spec.setdefault("enableServiceLinks", True)
    for container in (spec.get("containers") or []) + (spec.get("initContainers") or []):
        resources = container.get("resources") or {}
        limits = resources.get("limits")
        if limits:
            resources["requests"] = {**limits, **(resources.get("requests") or {})}


def _stateful_set_strategy(found: Struct) -> None:
    found.setdefault("type", "RollingUpdate")
    if found["type"] == "RollingUpdate":
        found["rollingUpdate"] = {"partition": 0, **(found.get("rollingUpdate") or {})}


def _deployment_strategy(found: Struct) -> None:
    found.setdefault("type", "RollingUpdate")
    if found["type"] == "RollingUpdate":
        shares = {"maxUnavailable": "25%", "maxSurge": "25%"}
        found["rollingUpdate"] = {**shares, **(found.get("rollingUpdate") or {})}


def _daemon_set_strategy(found: Struct) -> None:
    found.setdefault("type", "RollingUpdate")
    if found["type"] == "RollingUpdate":
        shares = {"maxUnavailable": 1, "maxSurge": 0}
        found["rollingUpdate"] = {**shares, **(found.get("rollingUpdate") or {})}


def _stateful_set_spec(found: Struct) -> None:
    for claim in found.get("volumeClaimTemplates") or ():
        claim.setdefault("apiVersion", "v1")
        claim.setdefault("kind", "PersistentVolumeClaim")


def _job(found: Struct) -> None:
    spec = found.setdefault("spec", {})
    if "completions" not in spec and "parallelism" not in spec:
        spec["completions"] = 1
    spec.setdefault("parallelism", 1)
    spec.setdefault("backoffLimit", _MAX_INT32 if "backoffLimitPerIndex" in spec else 6)
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    spec.setdefault("manualSelector", False)
    labels = (spec.get("template", {}).get("metadata") or {}).get("labels")
    if labels and not (found.get("metadata") or {}).get("labels"):
        found["metadata"] = {**(found.get("metadata") or {}), "labels": dict(labels)}
    failed_only = "Failed" if "podFailurePolicy" in spec else "TerminatingOrFailed"
    spec.setdefault("podReplacementPolicy", failed_only)


def _replication_controller(found: Struct) -> None:
    template = (found.get("spec") or {}).get("template") or {}
    labels = (template.get("metadata") or {}).get("labels")
    if labels:
        found["spec"].setdefault("selector", dict(labels))
        found.setdefault("metadata", {}).setdefault("labels", dict(labels))


def _service_spec(found: Struct) -> None:
    kind = found["type"]
    if kind != "ExternalName":
        found.setdefault("internalTrafficPolicy", "Cluster")
    if kind in _NODE_PORT_TYPES:
        found.setdefault("externalTrafficPolicy", "Cluster")
    if kind == "LoadBalancer":
        found.setdefault("allocateLoadBalancerNodePorts", True)
    if found["sessionAffinity"] == "ClientIP":
        found.setdefault("sessionAffinityConfig", {"clientIP": {"timeoutSeconds": 10800}})
    for port in found.get("ports") or ():
        if not port.get("targetPort") and "port" in port:
            port["targetPort"] = port["port"]


def _namespace(found: Struct) -> None:
    metadata = found.get("metadata") or {}
    if metadata.get("name"):
        label = {"kubernetes.io/metadata.name": metadata["name"]}
        found["metadata"] = {**metadata, "labels": {**(metadata.get("labels") or {}), **label}}


def _network_policy_spec(found: Struct) -> None:
    egress = ["Egress"] if found.get("egress") else []
    found.setdefault("policyTypes", ["Ingress", *egress])


def _secret(found: Struct) -> None:
    plain = found.pop("stringData", None) or {}
    if plain:
        encoded = {key: b64encode(text.encode()).decode() for key, text in plain.items()}
        found["data"] = {**(found.get("data") or {}), **encoded}


def _subject(found: Struct) -> None:
    if found.get("kind") in ("User", "Group"):
        found.setdefault("apiGroup", _RBAC)


def _scaling_behavior(found: Struct) -> None:
    down = {"policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}]}
    pods = {"type": "Pods", "value": 4, "periodSeconds": 15}
    up = {"stabilizationWindowSeconds": 0, "policies": [pods, *down["policies"]]}
    for name, rules in (("scaleUp", up), ("scaleDown", down)):
        found[name] = {"selectPolicy": "Max", **rules, **(found.get(name) or {})}


def _custom_resource_definition(found: Struct) -> None:
    spec = found.setdefault("spec", {})
    names = spec.setdefault("names", {})
    if names.get("kind"):
        names.setdefault("singular", names["kind"].lower())
        names.setdefault("listKind", names["kind"] + "List")
    spec.setdefault("conversion", {"strategy": "None"})


_RULES: Mapping[str, Callable[[Struct], None]] = {
    "apiextensions.v1.CustomResourceDefinition": _custom_resource_definition,
    "apps.v1.DaemonSetUpdateStrategy": _daemon_set_strategy,
    "apps.v1.DeploymentStrategy": _deployment_strategy,
    "apps.v1.StatefulSetSpec": _stateful_set_spec,
    "apps.v1.StatefulSetUpdateStrategy": _stateful_set_strategy,
    "autoscaling.v2.HorizontalPodAutoscalerBehavior": _scaling_behavior,
    "batch.v1.Job": _job,
    "core.v1.Container": _container,
    "core.v1.Namespace": _namespace,
    "core.v1.Pod": _pod,
    "core.v1.PodSpec": _pod_spec,
    "core.v1.ReplicationController": _replication_controller,
    "core.v1.Secret": _secret,
    "core.v1.ServiceSpec": _service_spec,
    "networking.v1.NetworkPolicySpec": _network_policy_spec,
    "rbac.v1.Subject": _subject,
}
