"""The names that a cluster's DNS would answer for, as lines of a hosts file. Pure.

A headless Service's name leads to its ready pods, and each of them has a name of its own under it
if its `hostname` and `subdomain` say so; any other Service's name leads to its own address.
(Kubernetes DNS-Based Service Discovery 1.1.0.)
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Object = Mapping[str, Any]
DOMAIN = "cluster.local"
_OWN = "127.0.0.1 localhost\n::1 localhost\n"


def service_lines(
    services: Iterable[Object], slices: Iterable[Object], namespace: str
) -> Iterator[str]:
    """List an address and its names a line, as seen from a namespace."""
    by_service: dict[tuple[str, str], list[Object]] = {}
    for item in slices:
        metadata = item["metadata"]
        name = metadata.get("labels", {}).get("kubernetes.io/service-name", "")
        by_service.setdefault((metadata["namespace"], name), []).append(item)
    for service in services:
        metadata, spec = service["metadata"], service["spec"]
        key = metadata["namespace"], metadata["name"]
        if spec.get("clusterIP") == "None":
            for address, host in ready_endpoints(by_service.get(key, ())):
                if host:
                    yield f"{address} {' '.join(_forms(host + '.' + key[1], key[0], namespace))}"
                yield f"{address} {' '.join(_forms(key[1], key[0], namespace))}"
        elif spec.get("clusterIP"):
            yield f"{spec['clusterIP']} {' '.join(_forms(key[1], key[0], namespace))}"


def ready_endpoints(slices: Iterable[Object]) -> Iterator[tuple[str, str]]:
    """List the address and the host name (or nothing) of the endpoints that may be used.

    Those of a Service that publishes pods that are not ready are all called ready.
    """
    for item in slices:
        for endpoint in item.get("endpoints") or ():
            if endpoint.get("conditions", {}).get("ready", True):
                for address in endpoint["addresses"]:
                    yield address, endpoint.get("hostname", "")


def hosts_file(pod: Object, address: str, lines: Iterable[str]) -> str:
    """Write a pod's /etc/hosts: itself, its aliases, then everybody else."""
    spec, namespace = pod["spec"], pod["metadata"]["namespace"]
    hostname = spec.get("hostname") or pod["metadata"]["name"]
    own = hostname
    if spec.get("subdomain"):
        own = f"{hostname}.{spec['subdomain']}.{namespace}.svc.{DOMAIN} {hostname}"
    aliases = [f"{one['ip']} {' '.join(one['hostnames'])}" for one in spec.get("hostAliases", ())]
    return _OWN + "\n".join([f"{address} {own}", *aliases, *sorted(lines), ""])


def _forms(name: str, home: str, seen_from: str) -> list[str]:
    # What the search path of a pod's resolv.conf makes of shorter names.
    found = [f"{name}.{home}.svc.{DOMAIN}", f"{name}.{home}.svc", f"{name}.{home}"]
    return [*found, name] if home == seen_from else found
