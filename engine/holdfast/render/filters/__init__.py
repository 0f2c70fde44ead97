"""The filters and tests of the language: one table, gathered from files of one idea each.

A filter gets plain data (fragments as text) and gives plain data. What would reach into Python,
depend on chance, or make a text of unbounded size is not on the table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from holdfast.render.filters.collections import COLLECTIONS
from holdfast.render.filters.encoding import encodings
from holdfast.render.filters.numbers import NUMBERS
from holdfast.render.filters.text import TEXTS
from holdfast.render.filters.versions import VERSIONS

_ENGINE = (
    "abs capitalize count dictsort first last length list map max min reject rejectattr select"
    " selectattr reverse sort title unique urlencode wordcount"
).split()
_ENGINE_TESTS = (
    "odd even divisibleby defined undefined none boolean false true integer float lower upper"
    " string mapping number sequence iterable sameas in == eq equalto != ne > gt greaterthan"
    " ge >= < lt lessthan <= le"
).split()


def filter_table(data_of: Callable[[Any], Any]) -> dict[str, Callable[..., Any]]:
    """Every filter by name; `data_of` makes plain data of a template's value."""
    from jinja2.filters import FILTERS

    table: dict[str, Callable[..., Any]] = {name: FILTERS[name] for name in _ENGINE}
    return table | TEXTS | NUMBERS | COLLECTIONS | VERSIONS | encodings(data_of)


def test_table() -> dict[str, Callable[..., Any]]:
    """Every test by name."""
    from jinja2.tests import TESTS

    table: Any = TESTS
    return {name: table[name] for name in _ENGINE_TESTS}
