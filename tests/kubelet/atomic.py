"""Put a set of files in place at once, as the kubelet does (its AtomicWriter).

name -> ..data/name        what a container reads
..data -> ..2026_…         swapped by one rename, so that nobody sees half of a change
..2026_…/name              the files
"""

import itertools
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from .payloads import Files

_DATA, _NEW_DATA = "..data", "..data_tmp"
_NUMBERS = itertools.count()


def write_files(folder: Path, files: Files, group: int | None) -> None:
    """Let the folder hold these files and no others, readable by the group if there is one."""
    old = _current(folder)
    if old is not None and _same(old, files):
        return
    new = folder / f"..{datetime.now(UTC):%Y_%m_%d_%H_%M_%S}.{next(_NUMBERS)}"
    new.mkdir(mode=0o755)
    for path, file in files.items():
        _write(new / path, file.content, file.mode, group)
    (folder / _NEW_DATA).symlink_to(new.name)
    (folder / _NEW_DATA).rename(folder / _DATA)
    _link(folder, {Path(path).parts[0] for path in files})
    if old is not None:
        shutil.rmtree(old)


def _current(folder: Path) -> Path | None:
    return folder / (folder / _DATA).readlink() if (folder / _DATA).is_symlink() else None


def _same(old: Path, files: Files) -> bool:
    there = {str(path.relative_to(old)): path for path in old.rglob("*") if path.is_file()}
    return there.keys() == files.keys() and all(
        path.read_bytes() == files[name].content for name, path in there.items()
    )


def _write(path: Path, content: bytes, mode: int, group: int | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if group is not None:
        os.chown(path, -1, group)
        mode |= 0o440
    path.chmod(mode)


def _link(folder: Path, names: set[str]) -> None:
    for name in names:
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(f"{_DATA}/{name}")
    for path in folder.iterdir():
        if not path.name.startswith("..") and path.name not in names:
            path.unlink()
