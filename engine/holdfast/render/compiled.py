"""Templates compiled once per process, and kept between runs where there is a place for it.

Compiling takes three quarters of a render, and depends on a template's name and text alone: what a
chart's values are, and what a template may call, is bound when the code is run.
"""

from __future__ import annotations

import hashlib
import marshal
from functools import lru_cache
from types import CodeType

from holdfast.model.values import Values
from holdfast.render.context import Codes
from holdfast.render.environment import Sandbox
from holdfast.render.filters import filter_table, test_table
from holdfast.render.missing import Declarations
from holdfast.render.source import SourceText

MOST = 1024
"""Templates that are kept; an entry is the source and its code, some tens of kilobytes."""


@lru_cache(maxsize=MOST)
def compiled(name: str, text: str, codes: Codes) -> tuple[SourceText, CodeType]:
    """A template's source, its tags noted, and its code. Raises the engine's syntax errors."""
    key = hashlib.sha256(f"{name}\0{text}".encode()).hexdigest()
    if (kept := _read(codes.load(key))) is not None:
        tags, code = kept
        return SourceText(name, text, tags), code
    source, code = _compile(name, text)
    codes.save(key, marshal.dumps((source.tags, code)))
    return source, code


def _read(data: bytes | None) -> tuple[list[tuple[int, str]], CodeType] | None:
    """What was kept; None where that is nothing, or damaged."""
    try:
        tags, code = marshal.loads(data or b"")
    except (EOFError, ValueError, TypeError):
        return None
    return (tags, code) if isinstance(code, CodeType) else None


def _compile(name: str, text: str) -> tuple[SourceText, CodeType]:
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
