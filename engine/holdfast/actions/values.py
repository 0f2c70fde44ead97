"""values: the final values of a chart with the user's over them, and where each came from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast import charts, values
from holdfast.actions.sources import Sources, given_layers
from holdfast.errors import Problem
from holdfast.model.secrecy import longest_first, secret_values
from holdfast.model.values import Path, Values, spell


def show_values(
    chart_path: str, sources: Sources | None = None
) -> tuple[Values, tuple[Problem, ...]]:
    """The merged values, and what the schema has against them (they are returned all the same).

    Raises ChartError, ValuesError (a file that cannot be read), YamlError, SetSyntaxError.
    """
    chart = charts.load(chart_path)
    return values.assemble(chart, given_layers(sources or Sources()))


def value_origins(found: Values) -> list[dict[str, Any]]:
    """Each final value (leaves only) with its origin and what that overrode (`values --origins`).

    Sensitive values are masked, and others that repeat one of them: people look at this list.
    """
    secrets = longest_first(secret_values(found))
    return [
        {
            "path": spell(path),
            "value": {"masked": True}
            if _sensitive(path, found) or _repeats(value, secrets)
            else value,
            "origin": origin.as_dict() if (origin := found.origin(path)) else None,
            "overrides": [place.as_dict() for place in found.overrides.get(path, ())],
        }
        for path, value in _leaves(found.tree, ())
    ]


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    else:
        yield path, value


def _repeats(value: Any, secrets: tuple[str, ...]) -> bool:
    return isinstance(value, str) and any(secret in value for secret in secrets)


def _sensitive(path: Path, found: Values) -> bool:
    return any(path[:end] in found.sensitive for end in range(1, len(path) + 1))
