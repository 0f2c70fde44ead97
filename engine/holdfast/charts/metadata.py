"""Chart.yaml → ChartMetadata. The one place that knows the file's fields and their rules."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from holdfast import yamltext
from holdfast.charts.declared import read_dependencies
from holdfast.errors import STEERING, ChartError, Where
from holdfast.kinds.names import LABEL
from holdfast.model.chart import ChartMetadata, Maintainer
from holdfast.model.semver import parse_range, parse_version
from holdfast.model.values import Path

API_VERSION = "holdfast/v1"

# Chart.yaml's field → ours; the type says what YAML may hold there.
_FIELDS: Mapping[str, tuple[str, type]] = {
    "apiVersion": ("api_version", str),
    "name": ("name", str),
    "version": ("version", str),
    "appVersion": ("app_version", str),
    "kubeVersion": ("kube_version", str),
    "type": ("type", str),
    "description": ("description", str),
    "home": ("home", str),
    "icon": ("icon", str),
    "deprecated": ("deprecated", bool),
    "keywords": ("keywords", list),
    "sources": ("sources", list),
    "maintainers": ("maintainers", list),
    "annotations": ("annotations", dict),
    "dependencies": ("dependencies", list),
}
_REQUIRED = ("apiVersion", "name", "version")
_WORDS = {str: "text", bool: "true or false", list: "a list", dict: "a map"}
_WRITE = {
    str: "write a text, in quotes where YAML would read something else",
    bool: "write true or false, without quotes",
    list: "write `- …` lines below it",
    dict: "write `key: value` lines below it",
}


def parse(text: str, *, source: str) -> ChartMetadata:
    """Read Chart.yaml's text.

    Raises ChartError with the line of the field that is missing, unknown, of the wrong type or not
    allowed; YamlError where the text is not YAML.
    """
    document = yamltext.load_documents(text, source=source)
    data = document[0].data if document else None
    if len(document) > 1 or not isinstance(data, dict):
        raise ChartError(
            f"reading the chart: {source} must hold one map of fields",
            where=Where(source, 1, 1),
            hint="start it with `apiVersion: holdfast/v1`, `name:` and `version:`",
        )
    return _Reader(source, data, document[0].positions).read()


class _Reader:
    """Checks one Chart.yaml field by field, so that every message can name its place."""

    def __init__(self, source: str, data: dict[str, Any], positions: Mapping[Any, Where]) -> None:
        self.source, self.data, self.positions = source, data, positions

    def read(self) -> ChartMetadata:
        for key in self.data:
            if key not in _FIELDS:
                raise self.unknown(key)
        for key in _REQUIRED:
            if self.data.get(key) is None:
                raise self.error(key, f"`{key}` is missing", f"add a line `{key}: …`")
        self.check_characters((), self.data)
        given = [key for key, value in self.data.items() if value is not None]
        fields = {_FIELDS[key][0]: self.field(key) for key in given}
        self.check_rules(fields)
        asks = fields.get("kube_version")
        at = self.place(("kubeVersion",)) if asks else None
        return ChartMetadata(**fields, kube_version_at=at)

    def field(self, key: str) -> Any:
        value: Any = self.data[key]
        kind = _FIELDS[key][1]
        if kind is str and isinstance(value, int | float) and not isinstance(value, bool):
            raise self.error(
                key, f"`{key}` is a number here", f"write it in quotes: `{key}: '{value}'`"
            )
        if not isinstance(value, kind):
            raise self.error(key, f"`{key}` must be {_WORDS[kind]}", _WRITE[kind])
        return self.frozen(key, self.data[key])

    def frozen(self, key: str, value: Any) -> Any:
        if key == "maintainers":
            return tuple(self.maintainer(item) for item in value)
        if key == "dependencies":
            return read_dependencies(value, self.error_at, self.place)
        if isinstance(value, list):
            return tuple(self.texts(key, value))
        if isinstance(value, dict):
            return dict(zip(value, self.texts(key, value.values()), strict=True))
        return value

    def texts(self, key: str, items: Any) -> list[str]:
        for item in items:
            if not isinstance(item, str):
                found = json.dumps(item, default=str)
                message = f"every item of `{key}` must be text, not {found}"
                raise self.error(key, message, "put it in quotes")
        return list(items)

    def maintainer(self, item: Any) -> Maintainer:
        if not isinstance(item, dict) or "name" not in item or set(item) - {"name", "email", "url"}:
            message = "a maintainer has `name`, and may have `email`, `url`"
            raise self.error("maintainers", message, "write `- name: …` for each")
        return Maintainer(**{key: str(value) for key, value in item.items()})

    def check_rules(self, fields: Mapping[str, Any]) -> None:
        api = fields["api_version"]
        if api in ("v1", "v2", "v3"):
            hint = "this is a Helm chart; docs/helm.md tells how to rewrite one"
            raise self.error("apiVersion", f"apiVersion is {api}, not {API_VERSION}", hint)
        if api != API_VERSION:
            hint = f"write `apiVersion: {API_VERSION}`"
            raise self.error("apiVersion", f"apiVersion is {api!r}, not {API_VERSION}", hint)
        if not re.fullmatch(LABEL, fields["name"]) or len(fields["name"]) > 63:
            hint = "lower-case letters, digits and `-`, at most 63, no `-` at either end"
            raise self.error("name", f"{fields['name']!r} is no chart name", hint)
        self.check_versions(fields["version"], fields.get("kube_version", ""))
        if fields.get("type", "application") not in ("application", "library"):
            hint = "leave it out for a chart that installs something"
            raise self.error("type", "`type` is application or library", hint)

    def check_versions(self, version: str, kube_version: str) -> None:
        try:
            parse_version("no v" if version.startswith("v") else version)
        except ValueError:
            hint = "three numbers, as in 1.2.3 or 1.2.3-rc.1 (semver.org)"
            raise self.error("version", f"{version!r} is no semantic version", hint) from None
        try:
            parse_range(kube_version)
        except ValueError as error:
            hint = "as in '>=1.29' or '>=1.29 <1.36'"
            raise self.error("kubeVersion", str(error), hint) from None

    def check_characters(self, path: Path, value: Any) -> None:
        """Refuse control characters in every text (line ends and tabs are none)."""
        if isinstance(value, dict | list):
            for key, item in value.items() if isinstance(value, dict) else enumerate(value):
                self.check_characters((*path, key), key)
                self.check_characters((*path, key), item)
        elif isinstance(value, str) and (found := re.search(STEERING, value)):
            message = f"the control character {found[0]!a} is not allowed"
            raise self.error_at(path, message, "remove it")

    def unknown(self, key: str) -> ChartError:
        from difflib import get_close_matches

        near = get_close_matches(key, _FIELDS, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"the fields are {', '.join(_FIELDS)}"
        return self.error(key, f"unknown field `{key}`", hint)

    def error(self, key: str, message: str, hint: str) -> ChartError:
        return self.error_at((key,), message, hint)

    def error_at(self, path: Path, message: str, hint: str) -> ChartError:
        where = self.place(path)
        return ChartError(f"reading the chart: {self.source}: {message}", where=where, hint=hint)

    def place(self, path: Path) -> Where:
        """The place of a node, or of the nearest one above it."""
        found = (self.positions.get(path[:end]) for end in range(len(path), 0, -1))
        return next(filter(None, found), Where(self.source, 1, 1))
