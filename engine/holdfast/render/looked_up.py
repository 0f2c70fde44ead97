"""What `lookup` found: the data of a Secret stay secret wherever a template puts them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from holdfast.render.traced import GIVEN, mark

_FIELDS = ("data", "stringData")
_SHORTEST = 3
"""What is shorter would be found in every message."""


def secret_marked(found: Any, hide: Callable[[str], None]) -> Any:
    """The object, or the list of objects, with the data of every Secret marked as secret.

    `hide` is told each of the texts, and what base64 of it stands for.
    """
    if not isinstance(found, dict):
        return found
    if isinstance(items := found.get("items"), list | tuple) and "kind" not in found:
        return {**found, "items": [secret_marked(item, hide) for item in items]}
    if (found.get("apiVersion"), found.get("kind")) != ("v1", "Secret"):
        return found
    return {key: _marked(inner, hide) if key in _FIELDS else inner for key, inner in found.items()}


def _marked(entries: Any, hide: Callable[[str], None]) -> Any:
    if not isinstance(entries, dict):
        return entries
    for text in entries.values():
        if isinstance(text, str) and len(text) >= _SHORTEST:
            hide(text)
            _hide_decoded(text, hide)
    return {key: mark(text, ((GIVEN, "lookup", key),)) for key, text in entries.items()}


def _hide_decoded(text: str, hide: Callable[[str], None]) -> None:
    try:
        plain = base64.b64decode(text, validate=True).decode()
    except ValueError:
        return
    if len(plain) >= _SHORTEST:
        hide(plain)
