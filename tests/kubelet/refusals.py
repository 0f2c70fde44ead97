"""What a pod may ask of a kubelet, but not of this one. Pure.

Better no pod than one that runs without what it asks for.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Object = Mapping[str, Any]
_OF_PODS = ("activeDeadlineSeconds", "hostIPC", "hostNetwork", "hostPID", "shareProcessNamespace")
_OF_CONTAINERS = ("stdin", "tty", "volumeDevices")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


def refusals(pod: Object) -> list[str]:
    """List the fields that the test kubelet does not honour."""
    spec = pod["spec"]
    return [name for name in _OF_PODS if spec.get(name)] + [
        f"{one['name']}: {name}"
        for one in [*spec.get("initContainers", ()), *spec["containers"]]
        for name in _of_container(one)
    ]


def _of_container(container: Object) -> Iterator[str]:
    yield from (name for name in _OF_CONTAINERS if container.get(name))
    yield from (f"{probe}.grpc" for probe in _PROBES if "grpc" in container.get(probe, {}))
    if any("hostPort" in port for port in container.get("ports", ())):
        yield "hostPort"
