"""Prepare what a pod stands on: its folder, address, names, volumes, and its tie to the API."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from . import images
from .environment import field, resource
from .events import Reporter
from .machine import Machine
from .network import Network
from .nodes import CAPACITY
from .payloads import Sources
from .place import BackOff, Object, Place
from .pod import NODE_ADDRESS, Ground, Pod
from .runtime import Runtime
from .shelf import ApiShelf, claim_folder
from .volumes import Volumes


@dataclass(frozen=True, slots=True)
class Layers:
    """The file trees of images: those that are prepared, and small ones in a folder."""

    folder: Path

    def make(self) -> "Layers":
        """Make the small ones."""
        images.make_etcd_layer(self.folder / "etcd")
        images.make_file_layers(self.folder)
        images.make_names_layer(self.folder / "names")
        return self

    def of(self, image: images.Image) -> list[Path]:
        """List an image's trees, the lowest first; the last one leads to the pod's names."""
        small = (*images.FILES, "etcd", "names")
        places = [self.folder if name in small else images.trees() for name in image.layers]
        found = [place / name for place, name in zip(places, image.layers, strict=True)]
        return [*found, self.folder / "names"]


class Grounds:
    """What is shared by all pods of a kubelet."""

    def __init__(
        self,
        reporter: Reporter,
        folder: Path,
        network: Network,
        back_off: BackOff,
        env: Callable[[Object], dict[str, str]],
    ) -> None:
        self._reporter, self._folder, self._network = reporter, folder, network
        self._back_off, self._env = back_off, env
        self._cables = itertools.count(1)
        self._layers = Layers(folder / "images").make()

    def make(self, machine: Machine, pod: Pod) -> Ground:
        """Make all of it for a new pod."""
        uid = pod.object["metadata"]["uid"]
        place = self._place(machine, pod, self._folder / "pods" / uid)
        return Ground(
            place=place,
            volumes=self._volumes(place),
            cable=f"pod{next(self._cables)}",
            report=lambda status: self._reporter.report(pod.object, status, machine),
        )

    def _place(self, machine: Machine, pod: Pod, folder: Path) -> Place:
        address = self._network.next_address()
        names = folder / "names"
        names.mkdir(parents=True, exist_ok=True)

        def current() -> Object:
            known = {"podIP": address, "hostIP": NODE_ADDRESS}
            return {**pod.object, "status": {**pod.object.get("status", {}), **known}}

        return Place(
            pod=current,
            address=address,
            runtime=Runtime(machine),
            network=self._network,
            back_off=self._back_off,
            folder=folder,
            names=names,
            volumes={},
            shelf=ApiShelf(self._reporter.api, pod.object["metadata"]["namespace"]),
            env=lambda: self._env(pod.object),
            layers=self._layers.of,
            allocatable=CAPACITY,
            warn=lambda reason, message: self._reporter.warn(pod.object, reason, message),
            changed=pod.tell,
        )

    def _volumes(self, place: Place) -> Volumes:
        shelf = place.shelf
        assert isinstance(shelf, ApiShelf)

        def read(item: Object) -> str:
            if "fieldRef" in item:
                return field(place.pod(), item["fieldRef"]["fieldPath"])
            reference = item["resourceFieldRef"]
            containers = {one["name"]: one for one in place.pod()["spec"]["containers"]}
            return resource(containers[reference["containerName"]], reference, CAPACITY)

        @cache
        def token(audience: str, seconds: int) -> str:
            account = place.pod()["spec"]["serviceAccountName"]
            return shelf.token(account, audience, seconds)

        return Volumes(
            pod=place.pod(),
            folder=place.folder / "volumes",
            sources=Sources(shelf, read, token),
            claims=lambda name: claim_folder(self._folder, shelf.volume_of(name)),
        )
