"""A chart and the user's layers → its values, checked: the one way the rest of the engine takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from holdfast.errors import Problem, ValuesError
from holdfast.model.chart import Chart
from holdfast.model.values import Layer, Values
from holdfast.values.layers import chart_layer
from holdfast.values.merge import merge
from holdfast.values.schema import (
    SchemaText,
    declared_paths,
    default_layer,
    find_problems,
    read_schema,
    sensitive_paths,
    verdict_key,
)

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
    if chart.schema is None:
        return merge(chart_layer(chart), *layers), ()
    schema = _read_schema(chart, chart.schema.text)
    values = merge(default_layer(schema), chart_layer(chart), *layers)
    values = replace(
        values,
        declared=values.declared | declared_paths(schema, values.tree),
        sensitive=sensitive_paths(schema, values.tree),
    )
    if skip_schema:
        return values, ()
    key = verdict_key(chart.schema.text, values.tree, schema.files)
    if known is not None and known(key):
        return values, ()
    problems = find_problems(values, schema)
    if not problems and remember is not None:
        remember(key)
    return values, problems


def refusal(chart: Chart, problems: Sequence[Problem]) -> ValuesError:
    """The error that tells all problems, one line each."""
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    lines = [f"checking the values of {chart.metadata.name}: {count}"]
    lines += [f"  {_line(problem)}" for problem in problems]
    return ValuesError(
        "\n".join(lines),
        problems=problems,
        where=problems[0].origin,
        hint=(problems[0].hint if len(problems) == 1 else None)
        or f"`holdfast values {chart.root} --origins` lists every value and who gives it",
    )


def _line(problem: Problem) -> str:
    origin = f" (from {problem.origin})" if problem.origin else ""
    hint = f": {problem.hint}" if problem.hint else ""
    return f"{problem.path}: {problem.message}{origin}{hint}"


def _read_schema(chart: Chart, text: str) -> SchemaText:
    """The schema, which may refer to the JSON files under the chart's files/."""
    files = {
        file.path: file.data.decode("utf-8", "replace")
        for file in chart.files
        if file.path.endswith(".json")
    }
    return read_schema(text, source=f"{chart.root}/values.schema.json", files=files)
