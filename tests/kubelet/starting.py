"""Turn a container of a pod into what the runtime is told. Everything that may be wrong about it
is found here, before anything runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import bundle
from .environment import Missing, environment, field, resource
from .images import Image, find_image, read_user
from .place import Object, Place

TERMINATION_LOG = "/dev/termination-log"


class NoImage(Exception):
    """An image that cannot be pulled."""


@dataclass(frozen=True, slots=True)
class Start:
    """A container that can be started."""

    image: Image
    layers: list[Path]
    config: dict[str, Any]
    message: Path


def prepare(container: Object, place: Place, name: str) -> Start:
    """Work out one run of a container. Raises NoImage and Missing."""
    image = find_image(container["image"])
    if image is None:
        raise NoImage(f'failed to pull image "{container["image"]}": not found')
    pod, layers = place.pod(), place.layers(image)
    user, home = _user(pod, container, image, layers)
    env = _environment(container, place, {**image.env, "HOME": home})
    message = place.folder / f"{name}.message"
    message.touch()
    message.chmod(0o666)
    path = container.get("terminationMessagePath", TERMINATION_LOG)
    mounts = [place.mount(one, env) for one in container.get("volumeMounts", ())]
    mounts.append(bundle.Mount(place.names, "/run/names", read_only=True))
    mounts.append(bundle.Mount(message, path))
    config = bundle.config(
        container,
        args=bundle.arguments(container, image, env),
        env=env,
        cwd=container.get("workingDir") or image.working_dir,
        user=user,
        hostname=pod["spec"].get("hostname") or pod["metadata"]["name"],
        network=f"/run/netns/{pod['metadata']['uid']}",
        root=place.runtime.root(name),
        mounts=mounts,
    )
    return Start(image, layers, config, message)


def _user(
    pod: Object, container: Object, image: Image, layers: list[Path]
) -> tuple[bundle.User, str]:
    uid = bundle.user_id(pod, container, image)
    if uid == 0 and bundle.setting(pod, container, "runAsNonRoot", False):
        raise Missing("container has runAsNonRoot and image will run as root")
    first, home = read_user(layers, uid)
    gid = bundle.setting(pod, container, "runAsGroup", first)
    context = pod["spec"].get("securityContext", {})
    groups = [*context.get("supplementalGroups", ()), context.get("fsGroup")]
    more = tuple(group for group in groups if group is not None)
    return bundle.User(uid, gid, more), home


def _environment(container: Object, place: Place, of_image: Mapping[str, str]) -> dict[str, str]:
    pod = place.pod()
    hostname = pod["spec"].get("hostname") or pod["metadata"]["name"]
    given = {**of_image, "HOSTNAME": hostname, **place.env()}

    def source(origin: Object) -> str:
        if "fieldRef" in origin:
            return field(pod, origin["fieldRef"]["fieldPath"])
        return resource(container, origin["resourceFieldRef"], place.allocatable)

    return environment(container, given, place.shelf, source)
