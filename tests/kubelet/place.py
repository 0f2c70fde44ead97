"""What a pod's containers share: where they run, and whom they tell."""

import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .bundle import Mount
from .environment import Shelf, expand
from .images import Image
from .network import Network
from .payloads import WORDS
from .runtime import Runtime

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BackOff:
    """Seconds between a container's end and its next start: doubled each time, up to the most."""

    first: float = 10
    most: float = 300

    def after(self, ends: int) -> float:
        """Say how long to wait after so many ends in a row; the first restart is at once."""
        return 0 if ends < 2 else min(self.most, self.first * 2 ** (ends - 2))


@dataclass(frozen=True, slots=True)
class Place:
    """One pod's.

    `pod` gives the newest object, `env` what every container is given, `layers` an image's trees,
    `warn` records an Event of a reason and a message, `changed` says that the status may differ.
    """

    pod: Callable[[], Object]
    address: str
    runtime: Runtime
    network: Network
    back_off: BackOff
    folder: Path
    names: Path
    volumes: Mapping[str, Path]
    shelf: Shelf
    env: Callable[[], dict[str, str]]
    layers: Callable[[Image], list[Path]]
    allocatable: Mapping[str, str]
    warn: Callable[[str, str], None]
    changed: Callable[[], None]

    def mount(self, wanted: Object, env: Mapping[str, str]) -> Mount:
        """Find what a container wants mounted; a subPath is looked up now and never again."""
        source = self.volumes[wanted["name"]]
        inside = wanted.get("subPath") or expand(wanted.get("subPathExpr", ""), env)
        if inside:
            source = _below(source, inside)
        return Mount(source, wanted["mountPath"], self._read_only(wanted))

    def _read_only(self, wanted: Object) -> bool:
        (volume,) = (one for one in self.pod()["spec"]["volumes"] if one["name"] == wanted["name"])
        claim = volume.get("persistentVolumeClaim", {})
        never_written = any(word in volume for word in WORDS)
        return bool(wanted.get("readOnly") or claim.get("readOnly") or never_written)


def _below(volume: Path, inside: str) -> Path:
    """Find a subPath; a folder that is not there is made as accessible as the volume is."""
    found = volume / inside
    if not found.exists():
        found.mkdir(parents=True)
        found.chmod(stat.S_IMODE(volume.stat().st_mode))
    return found.resolve()
