"""The filters and tests of the language: one table, gathered from files of one idea each.

A filter gets plain data (fragments as text) and gives plain data. What would reach into Python,
depend on chance, or make a text of unbounded size is not on the table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from holdfast.render.filters.collections import COLLECTIONS
from holdfast.render.filters.digests import DIGESTS
from holdfast.render.filters.durations import DURATIONS
from holdfast.render.filters.encoding import encodings
from holdfast.render.filters.kinds import KINDS
from holdfast.render.filters.lists import LISTS
from holdfast.render.filters.maps import MAPS
from holdfast.render.filters.numbers import NUMBERS
from holdfast.render.filters.paths import PATHS
from holdfast.render.filters.patterns import PATTERNS, regex_match
from holdfast.render.filters.quantities import QUANTITIES
from holdfast.render.filters.text import TEXTS, endswith, startswith
from holdfast.render.filters.times import TIMES
from holdfast.render.filters.urls import URLS
from holdfast.render.filters.versions import VERSIONS
from holdfast.render.filters.words import WORDS

_ENGINE = (
    "abs capitalize count dictsort first last length list map max min reject rejectattr select"
    " selectattr reverse sort title unique wordcount"
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
    for own in (
        *(TEXTS, WORDS, PATTERNS, NUMBERS, COLLECTIONS, LISTS, MAPS, KINDS, DIGESTS),
        *(DURATIONS, TIMES, PATHS, URLS, QUANTITIES, VERSIONS, encodings(data_of)),
    ):
        table |= own
    return table


def test_table() -> dict[str, Callable[..., Any]]:
    """Every test by name."""
    from jinja2.tests import TESTS

    table: Any = TESTS
    own = {"endswith": endswith, "matching": regex_match, "startswith": startswith}
    return {name: table[name] for name in _ENGINE_TESTS} | own
