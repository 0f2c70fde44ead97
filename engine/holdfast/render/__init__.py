"""Charts and values → objects and notes: the template language, its sandbox and its budgets.

Importing this loads no template engine. The floor reads no file and knows no cluster: what a
template may see of a cluster comes in through `Context`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.render.context import Context

if TYPE_CHECKING:
    from holdfast.model.chart import Chart
    from holdfast.model.manifest import Rendered
    from holdfast.model.values import Values

__all__ = ["Context", "render", "render_notes"]


def render(chart: Chart, values: Values, context: Context) -> tuple[Rendered, ...]:
    """What every template gives, in the order of their paths; subcharts that are on come after.

    Each chart's templates see their own chart, files and values. A library renders nothing.
    Raises RenderError with the template's line for whatever is wrong in a template or its output.
    """
    from holdfast.render.renderer import ChartPlace, Renderer

    first = ChartPlace(chart.metadata.name)
    found: list[Rendered] = []
    for path, sub in chart.walk():
        off = any(path[:end] in values.disabled for end in range(1, len(path) + 1))
        if off or sub.metadata.type == "library":
            continue
        place = ChartPlace("/charts/".join((first.title, *path)), path, first.budget)
        found += Renderer(sub, values.below(path), context.within(path), place).objects()
    return tuple(found)


def render_notes(chart: Chart, values: Values, context: Context) -> str:
    """The chart's notes as plain text; empty where it has none. Raises RenderError."""
    from holdfast.render.renderer import Renderer

    return Renderer(chart, values, context).notes() if chart.notes else ""
