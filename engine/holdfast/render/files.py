"""`files`: what lies under a chart's files/, as it was read with the chart."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from holdfast.errors import RenderError
from holdfast.model.chart import Chart, ChartFile
from holdfast.render.filters.text import split_lines
from holdfast.render.missing import nearest_name
from holdfast.render.pieces import plain

_MAX_PATTERN = 256
_MAX_STARS = 8
_MAX_CHOICES = 64
_PART = re.compile(r"\*\*/?|\*|\?|\[[!^]?\]?[^\]]*\]|\{[^{}]*\}|[^*?\[{]+|.", re.S)
_WORDS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def file_functions(chart: Chart) -> dict[str, Callable[..., Any]]:
    """The functions under `files`; paths may be written with or without `files/`."""
    by_path = {file.path: file for file in sorted(chart.files, key=lambda file: file.path)}

    def find(path: Any) -> ChartFile:
        name = str(plain(path))
        found = by_path.get(name) or by_path.get(f"files/{name}")
        if found is None:
            near = nearest_name(name if name.startswith("files/") else f"files/{name}", by_path)
            hint = f"did you mean {near}?" if near else "put it under files/ of the chart"
            raise RenderError(f"the chart has no file {name}", hint=hint)
        return found

    def match(pattern: Any) -> list[ChartFile]:
        regex = _pattern(str(plain(pattern)))
        return [
            file
            for path, file in by_path.items()
            if regex.fullmatch(path) or regex.fullmatch(path.removeprefix("files/"))
        ]

    def get(path: Any) -> str:
        return _text(find(path))

    def lines(path: Any) -> list[str]:
        return split_lines(_text(find(path)))

    def glob(pattern: Any) -> dict[str, str]:
        return {file.path: _text(file) for file in match(pattern)}

    def as_config(pattern: Any) -> dict[str, str]:
        return _by_name(match(pattern), _text)

    def as_secrets(pattern: Any) -> dict[str, str]:
        return _by_name(match(pattern), lambda file: b64encode(file.data).decode("ascii"))

    return {
        "get": get,
        "lines": lines,
        "glob": glob,
        "as_config": as_config,
        "as_secrets": as_secrets,
    }


def _by_name(files: list[ChartFile], content: Callable[[ChartFile], str]) -> dict[str, str]:
    """Base name → content, as the data of a ConfigMap or Secret needs it."""
    result: dict[str, str] = {}
    for file in files:
        name = file.path.rpartition("/")[2]
        if name in result:
            raise RenderError(f"two files are named {name}", hint="use files.get for one of them")
        result[name] = content(file)
    return result


def _text(file: ChartFile) -> str:
    try:
        return file.text
    except UnicodeDecodeError:
        hint = "use files.as_secrets for binary files"
        raise RenderError(f"the file {file.path} is not UTF-8", hint=hint) from None


def _pattern(pattern: str) -> re.Pattern[str]:
    """As in Helm: `*`, `?` and `[a-z]` stay within one folder, `**` goes through them, `{a,b}`."""
    if len(pattern) > _MAX_PATTERN or pattern.count("*") > _MAX_STARS:
        raise RenderError("the pattern for files is too long", hint="write it with fewer `*`")
    if pattern.count(",") > _MAX_CHOICES:
        raise RenderError("the pattern for files has too many choices", hint="write several")
    try:
        return re.compile("".join(map(_word, _PART.findall(pattern))), re.S)
    except re.error:
        hint = "a range goes upwards, as in [a-z]"
        raise RenderError(f"the pattern for files cannot be read: {pattern}", hint=hint) from None


def _word(part: str) -> str:
    if part[0] == "{" and len(part) > 1:
        choices = part[1:-1].split(",")
        return f"(?:{'|'.join(''.join(map(_word, _PART.findall(one))) for one in choices)})"
    if part[0] == "[" and len(part) > 1:
        negated = part[1] in "!^"
        members = re.sub(r"([\\\[\]^&~|])", r"\\\1", part[2 if negated else 1 : -1])
        return f"(?!/)[{'^' if negated else ''}{members}]"
    if part in ("[", "{"):
        hint = "close it, or write `?` for one character"
        raise RenderError(f"a {part!r} in the pattern for files is not closed", hint=hint)
    return _WORDS.get(part) or re.escape(part)
