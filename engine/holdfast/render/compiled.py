"""Templates compiled once per process, however often they are rendered.

Compiling takes three quarters of a render, and depends on a template's name and text alone: what a
chart's values are, and what a template may call, is bound when the code is run.
"""

from __future__ import annotations

from functools import lru_cache
from types import CodeType

from holdfast.model.values import Values
from holdfast.render.environment import Sandbox
from holdfast.render.filters import filter_table, test_table
from holdfast.render.missing import Declarations
from holdfast.render.source import SourceText

MOST = 1024
"""Templates that are kept; an entry is the source and its code, some tens of kilobytes."""


@lru_cache(maxsize=MOST)
def compiled(name: str, text: str) -> tuple[SourceText, CodeType]:
    """A template's source, its tags noted, and its code. Raises the engine's syntax errors."""
    env = _compiler()
    env.sources[name] = SourceText(name, text)
    try:
        return env.sources[name], env.compile(text, name, name)
    finally:
        del env.sources[name]


@lru_cache(maxsize=1)
def _compiler() -> Sandbox:
    """An environment that knows the language's names; nothing is ever rendered in it."""
    return Sandbox(
        Declarations(Values({})),
        filters=filter_table(lambda value: value),
        tests=test_table(),
        functions={},
    )
