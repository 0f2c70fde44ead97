"""The rules of what runs nothing: services, claims, policies, data, by type. See validation.py.

Pure: a value and its path in, causes out; the cluster is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from holdfast.embedded.formats import (
    NODE_PORTS,
    PORT_RANGE,
    config_key,
    count_or_percent,
    dns_label,
    dns_subdomain,
    is_port,
    port_name,
    qualified_name,
)
from holdfast.embedded.rules_pods import check_mounts
from holdfast.embedded.status import Causes
from holdfast.kinds.quantities import compare_quantities

Object: TypeAlias = Mapping[str, Any]

_DATA_BYTES = 1024 * 1024


def _service(spec: Object, path: str, causes: Causes) -> None:
    kind, ports = spec.get("type"), spec.get("ports") or ()
    if kind == "ExternalName":
        if not spec.get("externalName"):
            causes.required(f"{path}.externalName")
    elif not ports and spec.get("clusterIP") != "None":
        causes.required(f"{path}.ports")
    for key in spec.get("selector") or {}:
        if problem := qualified_name(key):
            causes.invalid(f"{path}.selector", key, problem)
    _service_ports(spec, path, causes)


def _service_ports(spec: Object, path: str, causes: Causes) -> None:
    ports = spec.get("ports") or ()
    names, places = set(), set()
    for index, port in enumerate(ports):
        place = f"{path}.ports[{index}]"
        name, key = port.get("name"), (port.get("port"), port.get("protocol"))
        if not name and len(ports) > 1:
            causes.required(f"{place}.name")
        if name and name in names:
            causes.duplicate(f"{place}.name", name)
        if key in places:
            causes.duplicate(place, dict(port))
        names.add(name)
        places.add(key)


def _service_port(port: Object, path: str, causes: Causes) -> None:
    if port.get("name") and (problem := dns_label(port["name"])):
        causes.invalid(f"{path}.name", port["name"], problem)
    if not is_port(port.get("port")):
        causes.invalid(f"{path}.port", port.get("port", 0), PORT_RANGE)
    target = port.get("targetPort")
    if isinstance(target, str) and (problem := port_name(target)):
        causes.invalid(f"{path}.targetPort", target, problem)
    if isinstance(target, int) and not is_port(target):
        causes.invalid(f"{path}.targetPort", target, PORT_RANGE)
    if port.get("nodePort") and port["nodePort"] not in NODE_PORTS:
        detail = "provided port is not in the valid range. The range of valid ports is 30000-32767"
        causes.invalid(f"{path}.nodePort", port["nodePort"], detail)


def _claim(spec: Object, path: str, causes: Causes) -> None:
    if not spec.get("accessModes"):
        causes.required(f"{path}.accessModes", "at least 1 access mode is required")
    asked = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    if asked is None:
        causes.required(f"{path}.resources[storage]")
    elif compare_quantities(asked, 0) <= 0:
        causes.invalid(f"{path}.resources[storage]", asked, "must be greater than zero")


def _budget(spec: Object, path: str, causes: Causes) -> None:
    if "minAvailable" in spec and "maxUnavailable" in spec:
        message = "minAvailable and maxUnavailable cannot be both set"
        causes.invalid(path, dict(spec), message)
    for name in ("minAvailable", "maxUnavailable"):
        if problem := count_or_percent(spec.get(name)):
            causes.invalid(f"{path}.{name}", spec[name], problem)


def _autoscaler(spec: Object, path: str, causes: Causes) -> None:
    least, most = spec.get("minReplicas", 1), spec.get("maxReplicas", 0)
    if most < 1:
        causes.invalid(f"{path}.maxReplicas", most, "must be greater than 0")
    elif most < least:
        detail = "must be greater than or equal to `minReplicas`"
        causes.invalid(f"{path}.maxReplicas", most, detail)


def _ingress(spec: Object, path: str, causes: Causes) -> None:
    if not spec.get("rules") and not spec.get("defaultBackend"):
        detail = "either `defaultBackend` or `rules` must be specified"
        causes.invalid(path, spec.get("rules"), detail)
    for index, rule in enumerate(spec.get("rules") or ()):
        host = rule.get("host", "").removeprefix("*.")
        if host and (problem := dns_subdomain(host)):
            causes.invalid(f"{path}.rules[{index}].host", rule["host"], problem)


def _ingress_path(rule: Object, path: str, causes: Causes) -> None:
    kind = rule.get("pathType")
    if not kind:
        causes.required(f"{path}.pathType", "pathType must be specified")
    elif kind != "ImplementationSpecific" and not rule.get("path", "").startswith("/"):
        causes.invalid(f"{path}.path", rule.get("path", ""), "must be an absolute path")


def _policy_port(port: Object, path: str, causes: Causes) -> None:
    value = port.get("port")
    if isinstance(value, int) and not is_port(value):
        causes.invalid(f"{path}.port", value, PORT_RANGE)
    elif isinstance(value, str) and (problem := port_name(value)):
        causes.invalid(f"{path}.port", value, problem)


def _policy_peer(peer: Object, path: str, causes: Causes) -> None:
    if not peer:
        causes.required(path, "must specify a peer")


def _role_rule(rule: Object, path: str, causes: Causes) -> None:
    if not rule.get("verbs"):
        causes.required(f"{path}.verbs", "verbs must contain at least one value")
    if rule.get("nonResourceURLs"):
        return
    if not rule.get("apiGroups"):
        causes.required(f"{path}.apiGroups", "resource rules must supply at least one api group")
    if not rule.get("resources"):
        causes.required(f"{path}.resources", "resource rules must supply at least one resource")


def _role_ref(ref: Object, path: str, causes: Causes) -> None:
    if ref.get("kind") and ref["kind"] not in ("Role", "ClusterRole"):
        causes.unsupported(f"{path}.kind", ref["kind"], ("Role", "ClusterRole"))


def _mounted(obj: Object, causes: Causes) -> None:
    check_mounts(obj.get("spec") or {}, "spec", causes)


def _config(obj: Object, causes: Causes) -> None:
    size = 0
    for part in ("data", "binaryData"):
        for key, text in (obj.get(part) or {}).items():
            if problem := config_key(key):
                causes.invalid(f"{part}[{key}]", key, problem)
            size += len(text.encode())
    if size > _DATA_BYTES:
        causes.too_long("data", _DATA_BYTES)


def _secret(obj: Object, causes: Causes) -> None:
    data = obj.get("data") or {}
    size = 0
    for key, text in data.items():
        if problem := config_key(key):
            causes.invalid(f"data[{key}]", key, problem)
        size += len(text) * 3 // 4 - text[-2:].count("=")
    if size > _DATA_BYTES:
        causes.too_long("data", _DATA_BYTES)
    for key in _SECRET_KEYS.get(obj.get("type", ""), ()):
        if key not in data:
            causes.required(f"data[{key}]")


_SECRET_KEYS: Mapping[str, tuple[str, ...]] = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}


def _definition(obj: Object, causes: Causes) -> None:
    spec = obj["spec"]
    wanted = f"{(spec.get('names') or {}).get('plural')}.{spec.get('group')}"
    name = obj["metadata"].get("name", "")
    if name != wanted:
        causes.invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group')
    if not (spec.get("names") or {}).get("kind"):
        causes.required("spec.names.kind")
    for index, version in enumerate(spec.get("versions") or ()):
        if not version.get("name"):
            causes.required(f"spec.versions[{index}].name")
    if spec.get("scope") not in ("Cluster", "Namespaced"):
        causes.unsupported("spec.scope", spec.get("scope", ""), ("Cluster", "Namespaced"))
    stored = [one for one in spec.get("versions") or () if one.get("storage")]
    if len(stored) != 1:
        detail = "must have exactly one version marked as storage version"
        causes.invalid("spec.versions", spec.get("versions"), detail)


OBJECT_RULES: Mapping[str, Callable[[Object, str, Causes], None]] = {
    "autoscaling.v2.HorizontalPodAutoscalerSpec": _autoscaler,
    "core.v1.PersistentVolumeClaimSpec": _claim,
    "core.v1.ServicePort": _service_port,
    "core.v1.ServiceSpec": _service,
    "networking.v1.HTTPIngressPath": _ingress_path,
    "networking.v1.IngressSpec": _ingress,
    "networking.v1.NetworkPolicyPeer": _policy_peer,
    "networking.v1.NetworkPolicyPort": _policy_port,
    "policy.v1.PodDisruptionBudgetSpec": _budget,
    "rbac.v1.PolicyRule": _role_rule,
    "rbac.v1.RoleRef": _role_ref,
}

KIND_RULES: Mapping[str, Callable[[Object, Causes], None]] = {
    "ConfigMap": _config,
    "CustomResourceDefinition": _definition,
    "Pod": _mounted,
    "Secret": _secret,
}
