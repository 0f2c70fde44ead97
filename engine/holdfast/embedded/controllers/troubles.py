"""Why a pod's containers cannot start: images that cannot be pulled, configuration not there.

Stands for the kubelet's checks, in its words. An image whose host ends with `.invalid` (RFC 2606)
is one that can never be pulled; every other image is taken to be there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.embedded.controllers.containers import Trouble
from holdfast.embedded.controllers.objects import Object, namespace_of
from holdfast.embedded.controllers.view import View
from holdfast.model.manifest import ObjectRef

PULL_FAILED = "ErrImagePull"
_MISSING_MOUNT = "ContainerCreating"


def troubles_of(view: View, pod: Object) -> dict[str, Trouble]:
    """What keeps each container from starting, by the container's name; empty: they start."""
    spec = pod["spec"]
    inits, mains = spec.get("initContainers") or (), spec["containers"]
    if missing := next(_missing_mounts(view, pod), None):
        return {one["name"]: missing for one in (*inits, *mains)}
    found = _in_containers(view, pod, inits)
    # The main containers wait for the init containers anyway.
    return found or _in_containers(view, pod, mains)


def backed_off(trouble: Trouble, image: str) -> Trouble:
    """What a failed pull becomes a moment later."""
    message = f'Back-off pulling image "{image}": {PULL_FAILED}: {trouble.message}'
    return Trouble("ImagePullBackOff", message, "BackOff", f'Back-off pulling image "{image}"')


def _in_containers(view: View, pod: Object, containers: Any) -> dict[str, Trouble]:
    found = {one["name"]: _in_container(view, namespace_of(pod), one) for one in containers}
    return {name: trouble for name, trouble in found.items() if trouble is not None}


def _in_container(view: View, namespace: str, container: Mapping[str, Any]) -> Trouble | None:
    if cause := _unreachable(container["image"]):
        failed = f'Failed to pull image "{container["image"]}": {cause}'
        return Trouble(PULL_FAILED, cause, "Failed", failed)
    if missing := next(_missing_environment(view, namespace, container), ""):
        return Trouble("CreateContainerConfigError", missing, "Failed", f"Error: {missing}")
    return None


def _unreachable(image: str) -> str:
    host, slash, path = image.partition("/")
    if not slash or not host.split(":")[0].lower().rstrip(".").endswith(".invalid"):
        return ""
    return (
        f'failed to pull and unpack image "{image}": failed to resolve reference "{image}": '
        f'failed to do request: Head "https://{host}/v2/{path.split(":")[0].split("@")[0]}": '
        f"dial tcp: lookup {host.split(':')[0]}: no such host"
    )


def _missing_environment(view: View, namespace: str, container: Mapping[str, Any]) -> Iterator[str]:
    for source in container.get("envFrom") or ():
        for kind, field in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
            if reference := source.get(field):
                yield from _missing(view, namespace, kind, reference)
    for variable in container.get("env") or ():
        given = variable.get("valueFrom") or {}
        for kind, field in (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")):
            if reference := given.get(field):
                yield from _missing(view, namespace, kind, reference)


def _missing(view: View, namespace: str, kind: str, reference: Mapping[str, Any]) -> Iterator[str]:
    """The kubelet's complaint about a reference, unless it is optional."""
    if reference.get("optional"):
        return
    name, key = reference.get("name", ""), reference.get("key")
    found = view.get(ObjectRef("v1", kind, namespace, name))
    if found is None:
        yield f'{kind.lower()} "{name}" not found'
    elif key is not None and key not in _keys(found):
        yield f"couldn't find key {key} in {kind} {namespace}/{name}"


def _missing_mounts(view: View, pod: Object) -> Iterator[Trouble]:
    for volume in pod["spec"].get("volumes") or ():
        for complaint in _missing_in_volume(view, namespace_of(pod), volume):
            message = f'MountVolume.SetUp failed for volume "{volume["name"]}" : {complaint}'
            yield Trouble(_MISSING_MOUNT, "", "FailedMount", message)


def _missing_in_volume(view: View, namespace: str, volume: Mapping[str, Any]) -> Iterator[str]:
    sources = [volume, *((volume.get("projected") or {}).get("sources") or ())]
    for source in sources:
        for kind, field, key in (("ConfigMap", "configMap", "name"), ("Secret", "secret", "name")):
            if (reference := source.get(field)) is not None:
                name = reference.get(key) or reference.get("secretName", "")
                yield from _missing_files(view, namespace, kind, {**reference, "name": name})


def _missing_files(
    view: View, namespace: str, kind: str, reference: Mapping[str, Any]
) -> Iterator[str]:
    yield from _missing(view, namespace, kind, {**reference, "key": None})
    found = view.get(ObjectRef("v1", kind, namespace, reference["name"]))
    if found is None or reference.get("optional"):
        return
    for item in reference.get("items") or ():
        if item["key"] not in _keys(found):
            yield f"references non-existent {kind.lower()} key: {item['key']}"


def _keys(found: Object) -> set[str]:
    fields = ("data", "binaryData", "stringData")
    return {key for field in fields for key in found.get(field) or ()}
