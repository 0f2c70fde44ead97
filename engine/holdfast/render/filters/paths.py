"""Filters over paths with slashes, as text: no disk is looked at."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import Any

from holdfast.render.filters.arguments import items, text


def path_base(value: Any) -> str:
    """The last part: `/a/b.txt` gives `b.txt`; an empty path gives `.`."""
    source = text(value)
    if not source:
        return "."
    return posixpath.basename(source.rstrip("/")) or "/"


def path_dir(value: Any) -> str:
    """All but the last part, tidied: `/a/b.txt` gives `/a`; a bare name gives `.`."""
    return path_clean(text(value).rpartition("/")[0] or ("/" if text(value)[:1] == "/" else ""))


def path_ext(value: Any) -> str:
    """From the last dot of the last part on, with the dot: `a.tar.gz` gives `.gz`."""
    name = text(value).rpartition("/")[2]
    return name[name.rfind(".") :] if "." in name else ""


def path_clean(value: Any) -> str:
    """The shortest equal path: `a//b/../c/.` gives `a/c`; an empty path gives `.`."""
    made = posixpath.normpath(text(value) or ".")
    return made.replace("//", "/", 1)  # POSIX leaves two leading slashes; nobody means them


def path_join(value: Any) -> str:
    """Parts as one tidy path; empty parts count for nothing."""
    parts = [part for item in items(value) if (part := text(item))]
    return path_clean("/".join(parts)) if parts else ""


PATHS: dict[str, Callable[..., Any]] = {
    "path_base": path_base,
    "path_clean": path_clean,
    "path_dir": path_dir,
    "path_ext": path_ext,
    "path_join": path_join,
}
