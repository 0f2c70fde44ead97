"""The rules of pods, by the types a pod is made of. See validation.py.

Pure: a value and its path in, causes out; the cluster is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from holdfast.embedded.formats import PORT_RANGE, dns_label, env_name, is_port, port_name
from holdfast.embedded.status import Causes
from holdfast.kinds.quantities import compare_quantities

Object: TypeAlias = Mapping[str, Any]
Rule: TypeAlias = Callable[[Object, str, Causes], None]

_HANDLERS = ("exec", "grpc", "httpGet", "tcpSocket")


def _pod_spec(spec: Object, path: str, causes: Causes) -> None:
    _unique(spec.get("volumes"), f"{path}.volumes", causes)
    seen: set[Any] = set()
    for part in ("initContainers", "containers"):
        for index, one in enumerate(spec.get(part) or ()):
            if one.get("name") in seen:
                causes.duplicate(f"{path}.{part}[{index}].name", one.get("name"))
            seen.add(one.get("name"))


def check_mounts(spec: Object, path: str, causes: Causes) -> None:
    """That every mount of a pod's containers names one of its volumes.

    Not for a StatefulSet's template: its pods get the claims' volumes only when they are made.
    """
    volumes = {one.get("name") for one in spec.get("volumes") or ()}
    for part in ("containers", "initContainers"):
        for index, one in enumerate(spec.get(part) or ()):
            _mounts(one, f"{path}.{part}[{index}]", volumes, causes)


def _mounts(container: Object, path: str, volumes: set[Any], causes: Causes) -> None:
    seen = set()
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        place = f"{path}.volumeMounts[{index}]"
        if mount.get("name") not in volumes:
            causes.not_found(f"{place}.name", mount.get("name", ""))
        if mount.get("mountPath") in seen:
            causes.invalid(f"{place}.mountPath", mount["mountPath"], "must be unique")
        seen.add(mount.get("mountPath"))


def _container(container: Object, path: str, causes: Causes) -> None:
    name = container.get("name", "")
    if name and (problem := dns_label(name)):
        causes.invalid(f"{path}.name", name, problem)
    if not container.get("image"):
        causes.required(f"{path}.image")
    names = set()
    for index, port in enumerate(container.get("ports") or ()):
        if port.get("name") and port["name"] in names:
            causes.duplicate(f"{path}.ports[{index}].name", port["name"])
        names.add(port.get("name"))


def _container_port(port: Object, path: str, causes: Causes) -> None:
    if port.get("name") and (problem := port_name(port["name"])):
        causes.invalid(f"{path}.name", port["name"], problem)
    if not port.get("containerPort"):
        causes.required(f"{path}.containerPort")
    for name in ("containerPort", "hostPort"):
        if port.get(name) and not is_port(port[name]):
            causes.invalid(f"{path}.{name}", port[name], PORT_RANGE)


def _env(variable: Object, path: str, causes: Causes) -> None:
    name = variable.get("name", "")
    if name and (problem := env_name(name)):
        causes.invalid(f"{path}.name", name, problem)
    source = variable.get("valueFrom")
    if source is None:
        return
    if variable.get("value"):
        causes.invalid(f"{path}.valueFrom", "", "may not be specified when `value` is not empty")
    if len(source) != 1:
        causes.invalid(f"{path}.valueFrom", "", "must specify one of the sources, and only one")


def _resources(resources: Object, path: str, causes: Causes) -> None:
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    for part, amounts in (("limits", limits), ("requests", requests)):
        for name, amount in amounts.items():
            if compare_quantities(amount, 0) < 0:
                message = "must be greater than or equal to 0"
                causes.invalid(f"{path}.{part}[{name}]", amount, message)
    for name, amount in requests.items():
        if name in limits and compare_quantities(amount, limits[name]) > 0:
            message = f"must be less than or equal to {name} limit of {limits[name]}"
            causes.invalid(f"{path}.requests", amount, message)


def _probe(probe: Object, path: str, causes: Causes) -> None:
    found = [name for name in _HANDLERS if name in probe]
    if not found:
        causes.required(path, "must specify a handler type")
    for name in found[1:]:
        causes.forbidden(f"{path}.{name}", "may not specify more than 1 handler type")


def _handler(handler: Object, path: str, causes: Causes) -> None:
    port = handler.get("port")
    if isinstance(port, str):
        if problem := port_name(port):
            causes.invalid(f"{path}.port", port, problem)
    elif not is_port(port):
        causes.invalid(f"{path}.port", port or 0, PORT_RANGE)


def _volume(volume: Object, path: str, causes: Causes) -> None:
    name = volume.get("name", "")
    if name and (problem := dns_label(name)):
        causes.invalid(f"{path}.name", name, problem)
    sources = [key for key in volume if key != "name"]
    if not sources:
        causes.required(path, "must specify a volume type")
    for source in sources[1:]:
        causes.forbidden(f"{path}.{source}", "may not specify more than 1 volume type")


def _secret_volume(source: Object, path: str, causes: Causes) -> None:
    if not source.get("secretName"):
        causes.required(f"{path}.secretName")


def _config_map_volume(source: Object, path: str, causes: Causes) -> None:
    if not source.get("name"):
        causes.required(f"{path}.name")


def _unique(items: Iterable[Object] | None, path: str, causes: Causes) -> None:
    seen = set()
    for index, item in enumerate(items or ()):
        if item.get("name") in seen:
            causes.duplicate(f"{path}[{index}].name", item.get("name"))
        seen.add(item.get("name"))


POD_RULES: Mapping[str, Rule] = {
    "core.v1.ConfigMapVolumeSource": _config_map_volume,
    "core.v1.Container": _container,
    "core.v1.ContainerPort": _container_port,
    "core.v1.EnvVar": _env,
    "core.v1.HTTPGetAction": _handler,
    "core.v1.PodSpec": _pod_spec,
    "core.v1.Probe": _probe,
    "core.v1.ResourceRequirements": _resources,
    "core.v1.SecretVolumeSource": _secret_volume,
    "core.v1.TCPSocketAction": _handler,
    "core.v1.Volume": _volume,
}
