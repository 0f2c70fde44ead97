"""TOML in and out (TOML 1.0.0): the reader is Python's, the writer is ours and reads back equal.

Keys keep their order as far as TOML lets them: within a table, plain entries come before the
tables in it. TOML has no null: a key whose value is null is refused rather than lost.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from holdfast.errors import RenderError
from holdfast.render.filters.arguments import text
from holdfast.render.spelling import kind_of

_MAX_DEPTH = 64
_MAX_TEXT = 1024 * 1024
_INTEGERS = range(-(2**63), 2**63)
_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
}


def read_toml(value: Any) -> Any:
    """The data of a TOML text; dates and times come as their text in ISO 8601."""
    import tomllib

    source = text(value)
    if len(source) > _MAX_TEXT:
        raise RenderError(f"a TOML text is over {_MAX_TEXT >> 20} MiB")
    try:
        return _data(tomllib.loads(source), 0)
    except tomllib.TOMLDecodeError as error:
        # only the place: the parser may quote the text, which may be a secret
        place = re.search(r"\(at (line \d+, column \d+|end of document)\)", str(error))
        raise RenderError(f"the text is not TOML{f' ({place[1]})' if place else ''}") from None
    except (RecursionError, ValueError):
        raise RenderError("the text is not TOML") from None


def write_toml(data: Any) -> str:
    """A map as TOML text. Raises RenderError for what TOML cannot say: null, mostly."""
    if not isinstance(data, dict):
        raise RenderError(f"TOML is made of a map, not of {kind_of(data)}")
    return "\n".join(_table(data, ())).strip("\n") + "\n" if data else ""


def _table(table: dict[Any, Any], path: tuple[str, ...]) -> Iterator[str]:
    if len(path) > _MAX_DEPTH:
        raise RenderError(f"the data are nested deeper than {_MAX_DEPTH}")
    for key, value in table.items():
        if not _is_table(value) and not _is_tables(value):
            yield f"{_key(key)} = {_value(value, (*path, str(key)))}"
    for key, value in table.items():
        inner = (*path, str(key))
        if _is_table(value):
            if not value or any(not _is_table(v) and not _is_tables(v) for v in value.values()):
                yield from ("", f"[{_spell(inner)}]")
            yield from _table(value, inner)
        elif _is_tables(value):
            for item in value:
                yield from ("", f"[[{_spell(inner)}]]")
                yield from _table(item, inner)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(x, dict) for x in value)


def _value(value: Any, path: tuple[str, ...]) -> str:
    if len(path) > _MAX_DEPTH:
        raise RenderError(f"the data are nested deeper than {_MAX_DEPTH}")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if value not in _INTEGERS:
            raise RenderError(f"TOML has no integer of more than 64 bits ({_spell(path)})")
        return int.__repr__(value)
    if isinstance(value, float):
        return _real(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return f"[{', '.join(_value(item, (*path, '')) for item in value)}]"
    if isinstance(value, dict):
        pairs = (f"{_key(k)} = {_value(v, (*path, str(k)))}" for k, v in value.items())
        inside = ", ".join(pairs)
        return f"{{ {inside} }}" if inside else "{}"
    hint = "leave the key out, for instance with `| compact` or a condition"
    raise RenderError(f"TOML has no {kind_of(value)} ({_spell(path)})", hint=hint)


def _real(value: float) -> str:
    if math.isnan(value) or math.isinf(value):
        raise RenderError("the number is not finite")
    shown = float.__repr__(value)
    return shown if "." in shown or "e" not in shown else shown.replace("e", ".0e")


def _text(value: str) -> str:
    def escape(found: re.Match[str]) -> str:
        return _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04x}"

    return '"' + re.sub(r'["\\\x00-\x1f\x7f]', escape, value) + '"'


def _key(key: Any) -> str:
    name = str(key)
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _spell(path: tuple[str, ...]) -> str:
    return ".".join(_key(part) for part in path)


def _data(value: Any, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise RenderError(f"the data are nested deeper than {_MAX_DEPTH}")
    if isinstance(value, dict):
        return {key: _data(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_data(inner, depth + 1) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise RenderError("the TOML text holds a number that is not finite")
    return value if isinstance(value, str | int | float) else value.isoformat()
