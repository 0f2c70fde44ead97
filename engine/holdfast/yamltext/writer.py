"""Data → text: the one stable writer behind everything that prints YAML.

Keys in the order given, block style, lists not indented under their key (as Go's writer, so that
the output compares with kubectl's and Helm's). Reading back gives equal data.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from holdfast.errors import YamlError
from holdfast.yamltext.quoting import block, quote
from holdfast.yamltext.scalars import shorten

_MAX_DEPTH = 250
_LONG_KEY = 1000  # a key on one line may have 1024 characters (YAML 1.1 §7.3.2)


def dump(data: Any) -> str:
    """`data` as one YAML document, ending in a newline.

    Raises YamlError for what JSON has no word for: an infinite number, another type, a key that is
    no string, half a character; and for data nested deeper than 250.
    """
    writer = _Writer()
    if isinstance(data, Mapping) and data:
        writer.map(data, 0, "")
    elif isinstance(data, list | tuple) and data:
        writer.list(data, 0, "")
    else:
        writer.lines.append(quote(str(data)) if isinstance(data, str) else _atom(data))
    return "\n".join(writer.lines) + "\n"


def dump_all(objects: Iterable[Any]) -> str:
    """Several documents, with `---` between them."""
    return "---\n".join(dump(data) for data in objects)


class _Writer:
    """The lines so far. `first` is what stands before the first entry on its line (`- `)."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.depth = 0

    def map(self, data: Mapping[Any, Any], indent: int, first: str) -> None:
        self.enter()
        lead, pad = first, " " * indent
        for key, value in data.items():
            if not isinstance(key, str):
                raise YamlError(f"writing YAML: the key {key!r} is no text")
            name = quote(str(key))
            if len(name) > _LONG_KEY:
                self.lines.append(f"{lead or pad}? {name}")
                name, lead = "", ""
            self.value(value, indent, f"{lead or pad}{name}:", in_map=True)
            lead = ""
        self.depth -= 1

    def list(self, data: Iterable[Any], indent: int, first: str) -> None:
        self.enter()
        lead, pad = first, " " * indent
        for item in data:
            self.value(item, indent, f"{lead or pad}-", in_map=False)
            lead = ""
        self.depth -= 1

    def value(self, value: Any, indent: int, head: str, *, in_map: bool) -> None:
        """One value behind `key:` or `-`; a collection goes below a key, but beside a dash."""
        if isinstance(value, str):
            self.text(str(value), indent, head)
        elif isinstance(value, Mapping) and value:
            if in_map:
                self.lines.append(head)
            self.map(value, indent + 2, "" if in_map else head + " ")
        elif isinstance(value, list | tuple) and value:
            if in_map:
                self.lines.append(head)
            self.list(value, indent if in_map else indent + 2, "" if in_map else head + " ")
        else:
            self.lines.append(f"{head} {_atom(value)}")

    def text(self, text: str, indent: int, head: str) -> None:
        found = block(text) if "\n" in text else None
        if found is None:
            self.lines.append(f"{head} {quote(text)}")
            return
        header, lines = found
        self.lines.append(f"{head} {header}")
        pad = " " * (indent + 2)
        self.lines.extend(pad + line if line else "" for line in lines)

    def enter(self) -> None:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise YamlError(f"writing YAML: nested deeper than {_MAX_DEPTH}")


def _atom(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float) and math.isfinite(value):
        return _real(value)
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, list | tuple):
        return "[]"
    if isinstance(value, float):
        raise YamlError(f"writing YAML: {value} is no number in JSON")
    raise YamlError(f"writing YAML: a {type(value).__name__} is no JSON value")


def _integer(value: int) -> str:
    try:
        return str(int(value))
    except ValueError:
        raise YamlError("writing YAML: an integer of more than 4300 digits") from None


def _real(value: float) -> str:
    """With a dot before the exponent: YAML 1.1 takes `1e+21` for text."""
    text = str(shorten(value))
    return text if "e" not in text or "." in text else text.replace("e", ".0e")
