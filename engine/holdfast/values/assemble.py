"""A chart and the user's layers → its values, checked: the one way the rest of the engine takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from holdfast.errors import Problem, ValuesError
from holdfast.model.chart import Chart
from holdfast.model.later import AnyOf, LaterSet
from holdfast.model.values import Layer, Path, Values, spell
from holdfast.values.deprecations import find_deprecated
from holdfast.values.idle import find_idle
from holdfast.values.marks import marked_schemas
from holdfast.values.schema import (
    SchemaText,
    always_declared,
    declared_paths,
    default_layer,
    find_problems,
    is_sensitive,
    read_schema,
    verdict_key,
)
from holdfast.values.scope import TAGS, merge_tree
from holdfast.values.subcells import GLOBAL

Known = Callable[[str], bool]
Remember = Callable[[str], None]


def build(
    chart: Chart,
    layers: Sequence[Layer],
    *,
    skip_schema: bool = False,
    known: Known | None = None,
    remember: Remember | None = None,
) -> Values:
    """The values of `chart` with `layers` over its own, low to high, as its schema allows them.

    `known` tells whether values of a key (schema.verdict_key) were found valid before, `remember`
    notes that they were; `skip_schema` leaves the check out, not the schema's defaults. Raises
    ValuesError with all problems, and YamlError for a values.yaml that cannot be read.
    """
    values, problems = assemble(
        chart, layers, skip_schema=skip_schema, known=known, remember=remember
    )
    if problems:
        raise refusal(chart, problems)
    return values


def assemble(
    chart: Chart,
    layers: Sequence[Layer],
    *,
    skip_schema: bool = False,
    known: Known | None = None,
    remember: Remember | None = None,
) -> tuple[Values, tuple[Problem, ...]]:
    """As `build`, giving the problems beside the values instead of raising."""
    schemas = {path: read_chart_schema(sub) for path, sub in chart.walk() if sub.schema}
    defaults = {path: default_layer(schema) for path, schema in schemas.items()}
    values = merge_tree(chart, layers, defaults)
    values = replace(values, warnings=find_idle(values))
    problems: list[Problem] = []
    for path, sub in chart.walk():
        if path not in schemas or any(
            path[:end] in values.disabled for end in range(len(path) + 1)
        ):
            continue
        values = _marked(values, path, schemas[path])
        if not skip_schema:
            seen = _as_seen(values, path, sub, schemas[path])
            problems += _judge(seen, path, sub, schemas[path], known, remember)
    return values, tuple(problems)


def _marked(values: Values, path: Path, schema: SchemaText) -> Values:
    """The values with what a chart's schema says: names, sensitive paths, deprecated ones.

    Names are hardly ever asked for; most schemas call nothing sensitive or deprecated.
    """
    tree = values.below(path).tree
    fixed = always_declared(schema)
    inside = LaterSet(lambda: {(*path, *at) for at in declared_paths(schema, tree)})
    outside = LaterSet(lambda: {(*path, *at) for at in fixed}) if path else fixed
    values = replace(values, declared=AnyOf(values.declared, outside, inside))
    marked = marked_schemas(schema, tree)
    if not marked:
        return values
    sensitive = ((*path, *at) for at, sub in marked if is_sensitive(sub))
    return replace(
        values,
        sensitive=values.sensitive.union(sensitive),
        warnings=(*values.warnings, *find_deprecated(values, marked, path)),
    )


def _as_seen(values: Values, path: Path, chart: Chart, schema: SchemaText) -> Values:
    """A chart's values as its schema has to judge them: in its own scope.

    A subchart's name, `global`, and at the root the `tags` of dependencies are always allowed, so
    they are left out where the schema does not speak of them.
    """
    own = values.below(path)
    free = {sub.metadata.name for sub in chart.subcharts} | {GLOBAL}
    if not path and any(item.tags for _, sub in chart.walk() for item in sub.metadata.dependencies):
        free.add(TAGS)
    if free.isdisjoint(own.tree):
        return own
    named = {at[0] for at in always_declared(schema) if len(at) == 1}
    root = schema.root if isinstance(schema.root, dict) else {}
    named.update(name for name in root.get("required", ()) if isinstance(name, str))
    tree = {key: value for key, value in own.tree.items() if key not in free - named}
    return replace(own, tree=tree)


def _judge(
    values: Values,
    path: Path,
    chart: Chart,
    schema: SchemaText,
    known: Known | None,
    remember: Remember | None,
) -> Iterator[Problem]:
    """What a chart's schema has against its values, with paths from the root."""
    text = chart.schema.text if chart.schema else ""
    key = verdict_key(text, values.tree, schema.files)
    if known is not None and known(key):
        return
    problems = find_problems(values, schema)
    if not problems and remember is not None:
        remember(key)
    for problem in problems:
        joined = problem.path if problem.path.startswith("[") else f".{problem.path.lstrip('.')}"
        yield replace(problem, path=(spell(path) + joined).rstrip(".")) if path else problem


def refusal(chart: Chart, problems: Sequence[Problem]) -> ValuesError:
    """The error that tells all problems with a chart's values, one line each."""
    return refuse(
        f"checking the values of {chart.metadata.name}",
        problems,
        hint=f"`holdfast values {chart.root} --origins` lists every value and who gives it",
    )


def refuse(doing: str, problems: Sequence[Problem], *, hint: str) -> ValuesError:
    """The error that tells all problems, one line each; a lone one may have a hint of its own."""
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    lines = [f"{doing}: {count}", *(f"  {_line(problem)}" for problem in problems)]
    return ValuesError(
        "\n".join(lines),
        problems=problems,
        where=problems[0].origin,
        hint=(problems[0].hint if len(problems) == 1 else None) or hint,
    )


def _line(problem: Problem) -> str:
    origin = f" (from {problem.origin})" if problem.origin else ""
    hint = f": {problem.hint}" if problem.hint else ""
    return f"{problem.path}: {problem.message}{origin}{hint}"


def read_chart_schema(chart: Chart, *, source: str = "") -> SchemaText:
    """A chart's schema, which may refer to its JSON files and to the schemas of its subcharts.

    `source` is what messages call it. Raises ValuesError, as read_schema does.
    """
    text = chart.schema.text if chart.schema else ""
    source = source or f"{chart.root}/values.schema.json"
    return read_schema(text, source=source, files=dict(_json_files(chart)))


def _json_files(chart: Chart, folder: str = "") -> Iterator[tuple[str, str]]:
    """What a `$ref` may name: `files/….json`, and `charts/NAME/values.schema.json` and so on."""
    for file in chart.files:
        if file.path.endswith(".json"):
            yield folder + file.path, file.data.decode("utf-8", "replace")
    for sub in chart.subcharts:
        below = f"{folder}charts/{sub.metadata.name}/"
        if sub.schema:
            yield f"{below}values.schema.json", sub.schema.text
        yield from _json_files(sub, below)
