"""Charts and values → objects and notes: the template language, its sandbox and its budgets.

Importing this loads no template engine. The floor reads no file and knows no cluster: what a
template may see of a cluster comes in through `Context`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from holdfast.render.context import Codes, Context

if TYPE_CHECKING:
    from holdfast.model.chart import Chart
    from holdfast.model.manifest import Rendered
    from holdfast.model.values import Values
    from holdfast.render.renderer import Renderer

__all__ = ["Codes", "Context", "render", "render_all", "render_notes"]


def render(chart: Chart, values: Values, context: Context) -> tuple[Rendered, ...]:
    """What every template gives, in the order of their paths; subcharts that are on come after.

    Each chart's templates see their own chart, files and values. A library renders nothing.
    Raises RenderError with the template's line for whatever is wrong in a template or its output.
    """
    return tuple(page for one in _renderers(chart, values, context) for page in one.objects())


def render_all(
    chart: Chart, values: Values, context: Context
) -> tuple[tuple[Rendered, ...], Callable[[], str]]:
    """As `render`, and what gives the chart's notes. Raises RenderError, and so do the notes."""
    pages: list[Rendered] = []
    notes: Callable[[], str] = str
    for one in _renderers(chart, values, context):
        pages += one.objects()
        if one.chart is chart:
            notes = one.notes
    return tuple(pages), notes


def render_notes(chart: Chart, values: Values, context: Context) -> str:
    """The chart's notes as plain text; empty where it has none. Raises RenderError."""
    from holdfast.render.renderer import Renderer

    return Renderer(chart, values, context).notes() if chart.notes else ""


def _renderers(chart: Chart, values: Values, context: Context) -> Iterator[Renderer]:
    """One for each chart that renders, the root's first; they share one budget."""
    from holdfast.render.renderer import ChartPlace, Renderer

    first = ChartPlace(chart.metadata.name)
    for path, sub in chart.switched_on(values.disabled):
        if sub.metadata.type == "library":
            continue
        place = ChartPlace("/charts/".join((first.title, *path)), path, first.budget)
        yield Renderer(sub, values.below(path), context.within(path), place)
