"""A pod's volumes as folders of this machine."""

import os
import shutil
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .atomic import write_files
from .environment import Missing
from .payloads import WORDS, Sources, files_of

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Volumes:
    """`claims` finds the folder of a claim by the claim's name; it raises Missing."""

    pod: Object
    folder: Path
    sources: Sources
    claims: Callable[[str], Path]

    @property
    def _group(self) -> int | None:
        group: int | None = self.pod["spec"].get("securityContext", {}).get("fsGroup")
        return group

    @property
    def _wanted(self) -> Sequence[Object]:
        return list(self.pod["spec"].get("volumes", ()))

    def prepare(self) -> dict[str, Path]:
        """Make every volume, and name its folder. Raises Missing."""
        return {volume["name"]: self._prepare(volume) for volume in self._wanted}

    def refresh(self) -> None:
        """Bring the files of ConfigMaps and Secrets up to date; what is gone meanwhile stays."""
        for volume in self._wanted:
            folder = self.folder / volume["name"]
            if folder.is_dir() and any(word in volume for word in WORDS):
                try:
                    write_files(folder, files_of(volume, self.sources), self._group)
                except Missing:
                    continue

    def remove(self) -> None:
        """Remove what does not outlive the pod."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _prepare(self, volume: Object) -> Path:
        if "persistentVolumeClaim" in volume:
            claim: Path = self.claims(volume["persistentVolumeClaim"]["claimName"])
            self._own(claim)
            return claim
        if "hostPath" in volume:
            return Path(volume["hostPath"]["path"])
        folder: Path = self.folder / volume["name"]
        folder.mkdir(parents=True, exist_ok=True)
        if "emptyDir" in volume:
            folder.chmod(0o777)
            self._own(folder)
            return folder
        if any(word in volume for word in WORDS):
            write_files(folder, files_of(volume, self.sources), self._group)
            return folder
        kinds = ", ".join(key for key in volume if key != "name")
        raise Missing(f"the test kubelet has no volumes of kind {kinds}")

    def _own(self, folder: Path) -> None:
        """Give all of it to the pod's group, as a volume plugin that honours fsGroup does."""
        group = self._group
        if group is None:
            return
        policy = self.pod["spec"]["securityContext"].get("fsGroupChangePolicy")
        found = folder.stat()
        if policy == "OnRootMismatch" and found.st_gid == group and found.st_mode & stat.S_ISGID:
            return
        for path in (folder, *folder.rglob("*")):
            if path.is_symlink():
                continue
            os.chown(path, -1, group)
            more = stat.S_ISGID | 0o770 if path.is_dir() else 0o660
            path.chmod(stat.S_IMODE(path.stat().st_mode) | more)
