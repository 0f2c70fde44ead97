"""Chart.yaml's `dependencies` → Dependency: the fields' rules, before any chart is looked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from holdfast.errors import ChartError, Where
from holdfast.model.chart import Dependency, ImportValues
from holdfast.model.semver import parse_range
from holdfast.model.values import Path

Fail = Callable[..., ChartError]
"""(path in Chart.yaml, message, hint) → the error to raise."""

ALIAS = "letters, digits, `-` and `_`, at most 63"
_ALIAS = r"[A-Za-z0-9_-]{1,63}"
_REPOSITORY = ("file://", "http://", "https://", "oci://", "@", "alias:")
_KEYS = (
    "name",
    "version",
    "repository",
    "condition",
    "tags",
    "alias",
    "import-values",
)


def read_dependencies(
    items: Sequence[Any], fail: Fail, place: Callable[[Path], Where]
) -> tuple[Dependency, ...]:
    """The dependencies in the order of the file.

    Raises ChartError (through `fail`) at the entry that is wrong, and for a name or alias that two
    of them share.
    """
    found = [_Entry(item, ("dependencies", n), fail, place).read() for n, item in enumerate(items)]
    seen: dict[str, int] = {}
    for index, dependency in enumerate(found):
        if dependency.key in seen:
            raise fail(
                ("dependencies", index),
                f"two dependencies are called {dependency.key!r}",
                "give one of them an `alias`",
            )
        seen[dependency.key] = index
    return tuple(found)


class _Entry:
    """One entry, checked field by field."""

    def __init__(self, item: Any, path: Path, fail: Fail, place: Callable[[Path], Where]) -> None:
        self.item, self.path, self.fail, self.place = item, path, fail, place

    def read(self) -> Dependency:
        if not isinstance(self.item, dict):
            raise self.error((), "a dependency is a map with a `name`", "write `- name: …`")
        for key in self.item:
            if key not in _KEYS:
                hint = f"the fields are {', '.join(_KEYS)}"
                raise self.error((key,), f"a dependency has no field `{key}`", hint)
        return Dependency(
            name=self.name(),
            version=self.version(),
            repository=self.repository(),
            condition=self.condition(),
            tags=tuple(self.texts("tags")),
            alias=self.alias(),
            import_values=tuple(self.imports()),
            where=self.place(self.path),
        )

    def error(self, below: Path, message: str, hint: str) -> ChartError:
        return self.fail((*self.path, *below), message, hint)

    def text(self, key: str) -> str:
        value = self.item.get(key)
        if value is None:
            return ""
        if isinstance(value, int | float) and not isinstance(value, bool):
            hint = f"write it in quotes: `{key}: '{value}'`"
            raise self.error((key,), f"`{key}` is a number here", hint)
        if not isinstance(value, str):
            hint = f"write `{key}: …` with a text, in quotes if need be"
            raise self.error((key,), f"`{key}` must be text", hint)
        return value

    def name(self) -> str:
        name = self.text("name")
        if not re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", name):
            raise self.error(("name",), f"{name!r} is no chart name", "name the chart to use")
        return name

    def version(self) -> str:
        text = self.text("version")
        try:
            parse_range(text)
        except ValueError as error:
            hint = "a version or a range, as 1.2.3, ^1.2, ~1.2 or '>=1.2 <2'"
            raise self.error(("version",), str(error), hint) from None
        return text

    def repository(self) -> str:
        text = self.text("repository")
        if text and not text.startswith(_REPOSITORY):
            hint = "write file://…, https://…, oci://…, or nothing for a chart in charts/"
            raise self.error(("repository",), f"{text!r} is no repository", hint)
        return text

    def alias(self) -> str:
        alias = self.text("alias")
        if alias and (not re.fullmatch(_ALIAS, alias) or alias == "global"):
            raise self.error(("alias",), f"{alias!r} is no alias", ALIAS)
        return alias

    def condition(self) -> tuple[str, ...]:
        paths = [part.strip() for part in self.text("condition").split(",")]
        if paths == [""]:
            return ()
        for path in paths:
            if not all(path.split(".")):
                hint = "a dotted path of values, as `db.enabled`; several with commas"
                raise self.error(("condition",), f"{path!r} is no path of values", hint)
        return tuple(paths)

    def texts(self, key: str) -> list[str]:
        items = self.item.get(key)
        if items is None:
            return []
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            hint = f"write `{key}: [one, two]`"
            raise self.error((key,), f"`{key}` must be a list of texts", hint)
        return list(items)

    def imports(self) -> list[ImportValues]:
        items = self.item.get("import-values") or []
        if not isinstance(items, list):
            hint = "write `- data`, or `- {child: a.b, parent: c}`, below it"
            raise self.error(("import-values",), "`import-values` must be a list", hint)
        return [self.imported(item, index) for index, item in enumerate(items)]

    def imported(self, item: Any, index: int) -> ImportValues:
        if isinstance(item, str) and all(item.split(".")):
            return ImportValues(f"exports.{item}")
        if isinstance(item, dict) and set(item) == {"child", "parent"}:
            child, parent = item["child"], item["parent"]
            if _is_path(child) and (parent == "." or _is_path(parent)):
                return ImportValues(child, "" if parent == "." else parent)
        raise self.error(
            ("import-values", index),
            "an import is a name under the child's `exports`, or a pair `child`, `parent`",
            "write `- data`, or `- {child: a.b, parent: c}` (`parent: .` is the root)",
        )


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and all(value.split("."))
