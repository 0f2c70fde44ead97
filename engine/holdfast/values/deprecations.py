"""What the schema calls deprecated and the user sets all the same, told with the schema's own text.

The text is `deprecationMessage` (the editors' keyword: yaml-language-server shows it) or else the
`description` of a schema with `deprecated: true` (JSON Schema 2020-12 validation §9.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from holdfast.errors import Problem
from holdfast.model.values import Path, Values, spell

_USERS = ("file", "flag", "release")


def find_deprecated(
    values: Values, named: Iterable[tuple[Path, Any]], root: Path = ()
) -> tuple[Problem, ...]:
    """One Problem per deprecated path that the user gives a value, with its origin.

    `named` are the paths that a chart's schema names, with their schemas; `root` is where that
    chart stands in `values`. What only a chart sets is its author's business.
    """
    return tuple(dict.fromkeys(_found(values, named, root)))


def _found(values: Values, named: Iterable[tuple[Path, Any]], root: Path) -> Iterator[Problem]:
    for path, sub in named:
        origin = values.origins.get((*root, *path)) if is_deprecated(sub) else None
        if origin is not None and origin.kind in _USERS:
            yield Problem(spell((*root, *path)), _text(sub), origin)


def is_deprecated(schema: Any) -> bool:
    """Whether this one schema calls its value deprecated."""
    return isinstance(schema, dict) and (
        schema.get("deprecated") is True or isinstance(schema.get("deprecationMessage"), str)
    )


def _text(schema: dict[str, Any]) -> str:
    """`is deprecated: use image.tag`; one line, whatever the chart's author wrote."""
    for keyword in ("deprecationMessage", "description"):
        if isinstance(text := schema.get(keyword), str) and text.strip():
            words = " ".join(text.split())
            return "is deprecated: " + "".join(c if c.isprintable() else "�" for c in words)
    return "is deprecated"
