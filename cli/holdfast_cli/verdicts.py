"""Remembers between runs which values a schema has already accepted.

Validating means importing jsonschema, which costs more than all the rest of `template`. The key is
a digest of schema, values and library version; only "valid" is remembered, as an empty file.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast import Verdicts


def verdicts() -> Verdicts:
    """The memory in the user's cache directory (XDG base directories: cache)."""
    from holdfast import Verdicts

    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(cache) / "holdfast" / "valid"
    return Verdicts(known=lambda key: (folder / key).exists(), remember=_remember_in(folder))


def _remember_in(folder: Path) -> Callable[[str], None]:
    def remember(key: str) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / key).touch()
        except OSError:
            return  # a cache that cannot be written costs time, nothing else

    return remember
