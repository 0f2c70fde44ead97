"""Text → data in one go, for texts that need no second look: most of all YAML by far.

Over the same events and the same reading of scalars as compose.py and construct.py, without nodes
and places. Whatever is unusual (anchors, tags, merge keys, duplicates, errors of any kind) is left
to them: they know what is wrong, and where.
"""

from __future__ import annotations

import math
from typing import Any

from holdfast.yamltext.scalars import resolve, spell_key

_PLAIN_FIRSTS = frozenset("abcdeghijklmpqrsuvwxzABCDEGHIJKLMPQRSUVWXZ/_$()^")
"""No scalar that starts with one of these is anything but text (see scalars.py)."""


class Unusual(Exception):
    """The text has something that only the long way knows."""


def build(text: str, max_depth: int) -> list[Any]:
    """The data of each document; a document with nothing in it gives EMPTY. Raises Unusual."""
    from yaml._yaml import CParser
    from yaml.error import YAMLError

    try:
        return _Builder(max_depth).run(CParser(text).get_event)
    except (YAMLError, UnicodeEncodeError, ValueError):
        raise Unusual from None


EMPTY = object()


class _Builder:
    """The containers that are open, and what was read before."""

    def __init__(self, max_depth: int) -> None:
        self.max_depth = max_depth
        self.values: dict[str, Any] = {}
        self.keys: dict[str, str] = {}

    def run(self, get_event: Any) -> list[Any]:  # noqa: C901 - calls would cost more than they tell
        """All documents. One loop and few calls: this is where the time goes."""
        from yaml.events import (
            MappingEndEvent,
            MappingStartEvent,
            ScalarEvent,
            SequenceEndEvent,
            SequenceStartEvent,
            StreamEndEvent,
        )

        keys, values, deepest = self.keys, self.values, self.max_depth
        documents: list[Any] = []
        stack: list[tuple[Any, str | None]] = []
        top: Any = documents
        key: str | None = None
        while (kind := type(event := get_event())) is not StreamEndEvent:
            if kind is ScalarEvent:
                if event.anchor is not None or event.tag is not None:
                    raise Unusual
                value = event.value
                plain = not event.style
                if key is None and type(top) is dict:
                    key = keys.get(value) if plain else value
                    key = self.plain_key(value) if key is None else key
                    if key in top:
                        raise Unusual
                    continue
                if plain and value[:1] not in _PLAIN_FIRSTS:
                    known = values.get(value, EMPTY)
                    value = self.value(value, bare=top is documents) if known is EMPTY else known
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                marked = event.anchor is not None or event.tag is not None
                is_key = key is None and type(top) is dict
                if marked or is_key or len(stack) >= deepest:
                    raise Unusual
                stack.append((top, key))
                top, key = ({} if kind is MappingStartEvent else []), None
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                value = top
                top, key = stack.pop()
            else:
                self.pass_over(event)
                continue
            if key is None:
                top.append(value)
            else:
                top[key] = value
                key = None
        return documents

    def plain_key(self, text: str) -> str:
        """A key's text, if it is one like any other."""
        name = spell_key(resolve(text), text)
        if name is None or text == "<<":
            raise Unusual
        self.keys[text] = name
        return name

    def value(self, text: str, *, bare: bool) -> Any:
        """What a plain scalar means; the same text always means the same."""
        if bare and not text:
            return EMPTY
        value = resolve(text)
        if isinstance(value, float) and not math.isfinite(value):
            raise Unusual
        if text:  # an empty document is not null
            self.values[text] = value
        return value

    def pass_over(self, event: Any) -> None:
        """Starts and ends of documents say nothing; an alias is unusual."""
        from yaml.events import AliasEvent

        if isinstance(event, AliasEvent):
            raise Unusual
