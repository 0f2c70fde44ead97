"""`files`: what lies under a chart's files/, as it was read with the chart."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from holdfast.errors import RenderError
from holdfast.model.chart import Chart, ChartFile
from holdfast.render.missing import nearest_name
from holdfast.render.pieces import plain

_MAX_PATTERN = 256
_MAX_STARS = 8


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
        return _text(find(path)).splitlines()

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
    """`*` and `?` stay within one folder, `**` goes through them."""
    if len(pattern) > _MAX_PATTERN or pattern.count("*") > _MAX_STARS:
        raise RenderError("the pattern for files is too long")
    parts = re.split(r"(\*\*/?|\*|\?)", pattern)
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(words.get(part) or re.escape(part) for part in parts), re.S)
