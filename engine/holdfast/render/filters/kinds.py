"""What a value is, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def type_of(value: Any) -> str:
    """null, boolean, integer, number, string, map or list."""
    if value is None:
        return "null"
    for kinds, name in (
        (bool, "boolean"),
        (int, "integer"),
        (float, "number"),
        (str, "string"),
        (dict, "map"),
    ):
        if isinstance(value, kinds):
            return name
    return "list"


KINDS: dict[str, Callable[..., Any]] = {"type_of": type_of}
