"""A chart with its subcharts → one tree of values: which layers there are, and which charts are on.

Every chart's own values lie under its path of names. Low to high: the schemas' defaults, then each
chart's values.yaml, those below first, a chart's imports before its own file, then the user's.
Conditions and tags are read from that (imports apart, as in Helm); what is off is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from holdfast.errors import Problem, ValuesError, Where
from holdfast.model.chart import Chart, Dependency, ImportValues
from holdfast.model.values import Layer, Path, Values, spell
from holdfast.values.layers import chart_layer
from holdfast.values.merge import merge

TAGS = "tags"
Names = tuple[str, ...]


def merge_tree(chart: Chart, layers: Sequence[Layer], defaults: Mapping[Names, Layer]) -> Values:
    """The values of a chart and all below it; `defaults` are those of their schemas, by path.

    Raises ValuesError for a condition or tag that is no boolean, an import that is not there, and
    what is no map where one must be; YamlError for a values.yaml that cannot be read.
    """
    tree = _Tree(chart, layers, defaults)
    if not chart.subcharts:
        return tree.merged()
    found = tree.merged()
    off = tree.off = frozenset(_off(chart, found))
    if off:
        found = tree.merged()
    for path, sub in reversed(list(tree.charts())):
        if any(item.import_values for item in sub.metadata.dependencies):
            tree.imports[path] = _import_layer(path, sub, found, off)
            found = tree.merged()
    return replace(found, disabled=off)


class _Tree:
    """The layers of a tree of charts, as they are known so far."""

    def __init__(
        self, chart: Chart, layers: Sequence[Layer], defaults: Mapping[Names, Layer]
    ) -> None:
        self.chart, self.layers, self.defaults = chart, layers, defaults
        self.own = {path: _own_layer(path, sub) for path, sub in chart.walk()}
        self.imports: dict[Names, Layer] = {}
        self.off: frozenset[Names] = frozenset()

    def charts(self) -> Iterator[tuple[Names, Chart]]:
        """The charts that are on, parents first."""
        for path, chart in self.chart.walk():
            if not any(path[:end] in self.off for end in range(1, len(path) + 1)):
                yield path, chart

    def merged(self) -> Values:
        paths = [path for path, _ in self.charts()]
        below_first = sorted(paths, key=len, reverse=True)
        found = [_under(self.defaults[path], path) for path in below_first if path in self.defaults]
        for path in below_first:
            found += [layer for layer in (self.imports.get(path), self.own[path]) if layer]
        return merge(*found, *self.layers, subcharts=[path for path in paths if path])


def _own_layer(path: Names, chart: Chart) -> Layer:
    """A chart's values.yaml; what it says of its subcharts has the origin `parent`."""
    layer = chart_layer(chart)
    names = {sub.metadata.name for sub in chart.subcharts}
    if names:
        origins = {
            at: replace(place, kind="parent") if at and at[0] in names else place
            for at, place in layer.origins.items()
        }
        layer = replace(layer, origins=origins)
    return _under(layer, path)


def _under(layer: Layer, path: Names) -> Layer:
    """A chart's layer as it lies in the values of the root."""
    if not path:
        return replace(layer, owner=path)
    tree = layer.tree
    for name in reversed(path):
        tree = {name: tree}
    root = layer.origins[()]
    origins: dict[Path, Where] = {path[:end]: root for end in range(len(path))}
    origins.update(((*path, *at), place) for at, place in layer.origins.items())
    return Layer(tree, origins, owner=path)


# Conditions and tags


def _off(chart: Chart, found: Values, path: Names = ()) -> Iterator[Names]:
    """The subcharts that a condition or the tags switch off, not looking inside of these."""
    for sub in chart.subcharts:
        name = sub.metadata.name
        item = chart.dependency(name)
        if item is None or _is_on(item, found, path):
            yield from _off(sub, found, (*path, name))
        else:
            yield (*path, name)


def _is_on(item: Dependency, found: Values, path: Names) -> bool:
    """Whether a dependency is on: the first condition with a value decides, then the tags."""
    for condition in item.condition:
        at = (*path, *condition.split("."))
        value = _at(found.tree, at)
        if value is not None:
            return _boolean(value, at, f"the condition of dependency {item.key}", found)
    tags = [(TAGS, tag) for tag in item.tags if _at(found.tree, (TAGS, tag)) is not None]
    decided = [_boolean(_at(found.tree, at), at, "a tag", found) for at in tags]
    return any(decided) or not decided


def _boolean(value: Any, path: Path, what: str, found: Values) -> bool:
    if isinstance(value, bool):
        return value
    message = f"{what} must be true or false"
    origin = found.origin(path)
    raise ValuesError(
        f"choosing subcharts: {spell(path)}: {message}",
        where=origin,
        hint="write true or false without quotes",
        problems=(Problem(spell(path), message, origin),),
    )


# import-values


def _import_layer(path: Names, chart: Chart, found: Values, off: frozenset[Names]) -> Layer:
    """What a chart imports from its dependencies, later ones over earlier ones."""
    parts = [
        _imported(chart, item, entry, found.below((*path, item.key)))
        for item in chart.metadata.dependencies
        if (*path, item.key) not in off
        for entry in item.import_values
    ]
    root = Where(f"{chart.root}/Chart.yaml", kind="chart")
    return _under(_joined(parts, root), path)


def _joined(parts: list[Layer], root: Where) -> Layer:
    joined = merge(*parts)
    return Layer(joined.tree, {**joined.origins, (): root})


def _imported(chart: Chart, item: Dependency, entry: ImportValues, child: Values) -> Layer:
    start: Path = tuple(entry.child.split("."))
    tree = _at(child.tree, start)
    if not isinstance(tree, dict):
        what = "is no map" if tree is not None else "is not there"
        raise ValuesError(
            f"importing values of {item.key} into {chart.metadata.name}: {entry.child} {what}",
            where=item.where,
            hint=f"the values of {item.key} must have a map there",
        )
    target: Path = tuple(entry.parent.split(".")) if entry.parent else ()
    origin = child.origin(start) or Where(chart.root, kind="chart")
    origins: dict[Path, Where] = {target[:end]: origin for end in range(len(target) + 1)}
    for at, place in child.origins.items():
        if at[: len(start)] == start:
            origins[(*target, *at[len(start) :])] = place
    for name in reversed(target):
        tree = {name: tree}
    return Layer(tree, {**origins, (): replace(origin, kind="chart")})


def _at(tree: Any, path: Path) -> Any:
    for part in path:
        tree = tree.get(part) if isinstance(tree, dict) else None
    return tree
