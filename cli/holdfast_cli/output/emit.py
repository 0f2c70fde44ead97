"""`-o table|json|yaml`, the same three lines for every verb that prints data."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast_cli.console import Console


def emit(console: Console, data: Any, table: Callable[[], str]) -> None:
    """Print `data` as the console's output format says; `table` makes the text for people."""
    if console.output == "json":
        from holdfast_cli.output.json import to_json

        console.data(to_json(data))
    elif console.output == "yaml":
        from holdfast import dump_yaml

        console.data(dump_yaml(data))
    else:
        console.data(table())
