"""Findings of lint for people: one line each with its place, and the next step below it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast_cli.output.table import columns

if TYPE_CHECKING:
    from holdfast import Finding
    from holdfast_cli.console import Console

_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}


def show_findings(console: Console, findings: Sequence[Finding]) -> None:
    """The findings on stdout, their count on stderr."""
    rows = [
        (one.where, one.level.value, one.rule, " ".join(one.message.split())) for one in findings
    ]
    lines = columns(("PLACE", "LEVEL", "RULE", "FINDING"), rows).split("\n") if rows else []
    for one, line in zip([None, *findings], lines, strict=False):
        console.data(console.paint(line, _COLOURS[one.level.value]) if one else line)
        if one and one.hint:
            console.data(f"  {one.hint}")
    counts = Counter(one.level.value for one in findings)
    said = [f"{counts[level]} {_plural(level, counts[level])}" for level in _COLOURS]
    console.say(", ".join(said))


def schema_cache() -> Path:
    """The folder for schema files in the user's cache directory (XDG base directories)."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "holdfast" / "kubernetes"


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
