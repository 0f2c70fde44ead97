"""A container's environment variables. Pure: what it looks up is handed in."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from holdfast.kinds.quantities import parse_quantity

Object = Mapping[str, Any]


class Missing(Exception):
    """Something that a container needs is not there (CreateContainerConfigError)."""


class Shelf(Protocol):
    """Where ConfigMaps and Secrets are found; all values are bytes. Raises Missing."""

    def read(self, kind: str, name: str, *, optional: bool) -> Mapping[str, bytes]: ...


def expand(text: str, known: Mapping[str, str]) -> str:
    """Replace `$(NAME)`; `$$` is a dollar, and what nobody knows stays as it is written."""

    def replace(match: re.Match[str]) -> str:
        return "$" if match[1] == "$" else known.get(match[2], match[0])

    return re.sub(r"\$(\$|\(([^)]*)\))", replace, text)


def field(pod: Object, path: str) -> str:
    """Read what the downward API calls a field. Raises Missing if it cannot be read."""
    metadata, spec, status = pod["metadata"], pod["spec"], pod.get("status", {})
    if match := re.fullmatch(r"metadata\.(labels|annotations)\['(.+)'\]", path):
        return str(metadata.get(match[1], {}).get(match[2], ""))
    if path in ("metadata.labels", "metadata.annotations"):
        pairs = sorted(metadata.get(path.removeprefix("metadata."), {}).items())
        return "\n".join(f'{key}="{value}"' for key, value in pairs)
    if path in ("metadata.name", "metadata.namespace", "metadata.uid"):
        return str(metadata[path.removeprefix("metadata.")])
    if path in ("spec.nodeName", "spec.serviceAccountName"):
        return str(spec.get(path.removeprefix("spec."), ""))
    if path in ("status.podIP", "status.podIPs", "status.hostIP", "status.hostIPs"):
        return str(status.get(path.removeprefix("status.").removesuffix("s"), ""))
    raise Missing(f"field {path} is not supported")


def resource(container: Object, reference: Object, allocatable: Mapping[str, str]) -> str:
    """Read `limits.cpu` and the like, in units of the divisor, rounded up.

    A limit that is not set is what the node has.
    """
    kind, _, name = reference["resource"].partition(".")
    resources = container.get("resources", {})
    amount = resources.get(kind, {}).get(name)
    if amount is None:
        amount = allocatable.get(name, "0") if kind == "limits" else "0"
    divisor = reference.get("divisor") or "1"
    divisor = "1" if str(divisor) == "0" else divisor
    return str(math.ceil(parse_quantity(amount) / parse_quantity(divisor)))


def environment(
    container: Object,
    given: Mapping[str, str],
    shelf: Shelf,
    source: Callable[[Object], str],
) -> dict[str, str]:
    """What is given, then `envFrom`, then `env`, each seeing what is above it. Raises Missing.

    `source` reads a fieldRef or a resourceFieldRef.
    """
    found = dict(given)
    for entry in container.get("envFrom", ()):
        found.update(_whole(entry, shelf))
    for entry in container.get("env", ()):
        for value in _values(entry, found, shelf, source):
            found[entry["name"]] = value
    return found


def _whole(entry: Object, shelf: Shelf) -> dict[str, str]:
    kind = "ConfigMap" if "configMapRef" in entry else "Secret"
    reference = entry["configMapRef" if kind == "ConfigMap" else "secretRef"]
    data = shelf.read(kind, reference["name"], optional=reference.get("optional", False))
    return {entry.get("prefix", "") + key: value.decode() for key, value in data.items()}


def _values(
    entry: Object, found: Mapping[str, str], shelf: Shelf, source: Callable[[Object], str]
) -> Iterator[str]:
    """The value; none at all if an optional one is not there."""
    origin = entry.get("valueFrom")
    if origin is None:
        yield expand(entry.get("value", ""), found)
        return
    for word, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        if word in origin:
            yield from _key(kind, origin[word], shelf)
            return
    yield source(origin)


def _key(kind: str, reference: Object, shelf: Shelf) -> Iterator[str]:
    optional = reference.get("optional", False)
    data = shelf.read(kind, reference["name"], optional=optional)
    if reference["key"] in data:
        yield data[reference["key"]].decode()
    elif not optional:
        raise Missing(f"couldn't find key {reference['key']} in {kind} {reference['name']}")


def service_links(services: Iterable[Object], namespace: str, *, links: bool) -> dict[str, str]:
    """The variables that tell of Services; of all but `kubernetes` only if `links` are on."""
    found: dict[str, str] = {}
    for service in services:
        metadata, spec = service["metadata"], service["spec"]
        api = (metadata["namespace"], metadata["name"]) == ("default", "kubernetes")
        address = spec.get("clusterIP", "None")
        if address not in ("", "None") and (api or (links and metadata["namespace"] == namespace)):
            found.update(_link(metadata["name"].upper().replace("-", "_"), address, spec["ports"]))
    return found


def _link(name: str, address: str, ports: Sequence[Object]) -> dict[str, str]:
    first = ports[0]["port"]
    found = {f"{name}_SERVICE_HOST": address, f"{name}_SERVICE_PORT": str(first)}
    for port in ports:
        if port.get("name"):
            word = port["name"].upper().replace("-", "_")
            found[f"{name}_SERVICE_PORT_{word}"] = str(port["port"])
        protocol, number = port.get("protocol", "TCP"), port["port"]
        url = f"{protocol.lower()}://{address}:{number}"
        found.setdefault(f"{name}_PORT", url)
        prefix = f"{name}_PORT_{number}_{protocol}"
        found |= {
            prefix: url,
            f"{prefix}_PROTO": protocol.lower(),
            f"{prefix}_PORT": str(number),
            f"{prefix}_ADDR": address,
        }
    return found
