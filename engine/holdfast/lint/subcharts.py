"""What a chart's values say to the charts below it, and what switches these on and off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast import values
from holdfast.errors import HoldfastError, Where
from holdfast.lint.finding import Finding
from holdfast.lint.reading import Reading
from holdfast.lint.rules import found
from holdfast.lint.subject import Subject
from holdfast.model.chart import Chart
from holdfast.model.values import Path, Values, spell
from holdfast.render.inspect import inspect_templates


def switches(chart: Chart) -> frozenset[Path]:
    """The paths of values that conditions and tags read; no template has to."""
    paths = {
        (*path, *condition.split("."))
        for path, sub in chart.walk()
        for item in sub.metadata.dependencies
        for condition in item.condition
    }
    tags = {
        ("tags", tag)
        for _, sub in chart.walk()
        for item in sub.metadata.dependencies
        for tag in item.tags
    }
    return frozenset(paths | tags)


def check_given_to_subcharts(subject: Subject) -> Iterator[Finding]:
    """Values for a subchart that this one neither declares nor reads: misspelled ones."""
    for sub in subject.chart.subcharts:
        if (child := _child(sub, subject)) is not None:
            yield from _unknown(subject, child[0], child[1], (sub.metadata.name,))


def _child(chart: Chart, parent: Subject) -> tuple[Subject, Values] | None:
    """A subchart on its own with its own values; None for one that cannot be read so."""
    try:
        own, _ = values.assemble(chart, ())
        schema = None
        if chart.schema is not None:
            schema = values.read_chart_schema(chart)
    except HoldfastError:
        return None  # it refers to what is beside it, or is broken: then the render tells
    names = frozenset(sub.metadata.name for sub in chart.subcharts)
    subject = Subject(
        chart,
        inspect_templates(chart),
        parent.context,
        schema=schema,
        values=own,
        subcharts=names,
    )
    return subject, own


def _unknown(subject: Subject, child: Subject, own: Values, at: Path) -> Iterator[Finding]:
    reading = Reading(child)
    if reading.unknown or child.chart.metadata.type == "library":
        return
    known = reading.declared(own)
    switched = switches(subject.chart)
    for path, where in _given(subject, at):
        below = path[len(at) :]
        if below in known or reading.reads(below) or path in switched:
            continue
        if below[0] in child.subcharts or below[0] == "global":
            continue
        if not reading.open_above(below, own, known):
            yield found(
                "unused-value",
                f"{spell(path)} is given to {at[-1]}, which neither declares nor reads it",
                where,
                f"`holdfast values` on the chart {child.chart.metadata.name} lists what it has",
            )


def _given(subject: Subject, at: Path) -> Iterator[tuple[Path, Where]]:
    """The leaves of this chart's values.yaml under a subchart's name."""
    if subject.own is None:
        return
    layer = values.chart_layer(subject.chart)
    for path in _leaves(layer.tree.get(str(at[0])), at):
        if len(path) > len(at) and (where := layer.origins.get(path)):
            yield path, where


def _leaves(tree: Any, path: Path) -> Iterator[Path]:
    if not isinstance(tree, dict) or not tree:
        yield path
        return
    for key, inner in tree.items():
        yield from _leaves(inner, (*path, key))
