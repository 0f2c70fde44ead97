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
    """What every template of the chart gives, in the order of their paths.

    Raises RenderError with the template's line for whatever is wrong in a template or its output.
    """
    from holdfast.render.renderer import Renderer

    return Renderer(chart, values, context).objects()


def render_notes(chart: Chart, values: Values, context: Context) -> str:
    """The chart's notes as plain text; empty where it has none. Raises RenderError."""
    from holdfast.render.renderer import Renderer

    return Renderer(chart, values, context).notes() if chart.notes else ""
