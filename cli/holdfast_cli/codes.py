"""Keeps compiled templates between runs: compiling is a quarter of what a small chart takes.

They are code, and loading them runs it later. So they lie in a folder of the user's own that nobody
else may write to; where that cannot be had, nothing is kept.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast import Codes

_MOST = 2000
"""Templates that a folder may hold; then it is begun anew."""


def codes() -> Codes:
    """The store in the user's cache directory (XDG base directories: cache)."""
    from holdfast import Codes

    folder = _folder()
    return Codes(
        load=lambda key: _load(folder / key), save=lambda key, data: _save(folder / key, data)
    )


def _folder() -> Path:
    """One for each interpreter and each state of the engine that compiles."""
    import hashlib

    import holdfast

    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    render = Path(holdfast.__file__).parent / "render"
    made_by = [sys.implementation.cache_tag, holdfast.__version__]
    made_by += [f"{file.name}{file.stat().st_mtime_ns}" for file in sorted(render.glob("*.py"))]
    state = hashlib.sha256(repr(made_by).encode()).hexdigest()[:16]
    return Path(cache) / "holdfast" / "templates" / state


def _load(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if _is_ours(path.parent) else None
    except OSError:
        return None


def _save(path: Path, data: bytes) -> None:
    try:
        _prepare(path.parent)
        if _is_ours(path.parent):
            temporary = path.with_name(f"{path.name}.{os.getpid()}")
            temporary.write_bytes(data)
            temporary.replace(path)
    except OSError:
        return  # a cache that cannot be written costs time, nothing else


def _is_ours(folder: Path) -> bool:
    """Whether the folder is the user's, and nobody else may write to it."""
    found = folder.lstat()
    return found.st_uid == os.geteuid() and found.st_mode & 0o077 == 0


def _prepare(folder: Path) -> None:
    """Make the folder, and remove those of other states, or what has become too many."""
    import shutil

    if folder.exists() and sum(1 for _ in folder.iterdir()) < _MOST:
        return
    shutil.rmtree(folder.parent, ignore_errors=True)
    folder.parent.parent.mkdir(parents=True, exist_ok=True)
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
