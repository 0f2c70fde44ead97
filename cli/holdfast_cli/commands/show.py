"""`holdfast show chart|values|schema|crds|readme|all`: a chart's own files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from holdfast_cli.options import Globals, global_options, output_option
from holdfast_cli.output.emit import emit

if TYPE_CHECKING:
    from holdfast import ChartPages

# part → what the file is called in messages; the README alone is no YAML
_PARTS = {
    "chart": "Chart.yaml",
    "values": "values.yaml",
    "schema": "values.schema.json",
    "crds": "crds/",
    "readme": "README",
}


@click.group("show")
@global_options
def command() -> None:
    """Print a chart's own files, as its author wrote them."""


def _part(name: str, help: str) -> None:
    parts = (name,) if name in _PARTS else tuple(_PARTS)

    @command.command(name, help=help)
    @click.argument("chart")
    @output_option
    @global_options
    @click.pass_obj
    def show(flags: Globals, chart: str, output: str) -> None:
        from holdfast import show_chart

        console, pages = flags.console(output), show_chart(chart)
        texts = [text for part in parts if (text := getattr(pages, part))]
        if not texts:
            console.say(f"the chart {chart} has no {_PARTS[name]}")
        data = {
            "schema": "holdfast/show/v1",
            "chart": chart,
            "parts": {part: _for_machines(pages, part) for part in parts},
        }
        emit(console, data, lambda: "---\n".join(f"{text.rstrip()}\n" for text in texts))


def _for_machines(pages: ChartPages, part: str) -> Any:
    return pages.readme or None if part == "readme" else pages.data(part)


_part("chart", "Print CHART's Chart.yaml.")
_part("values", "Print CHART's values.yaml, comments and all.")
_part("schema", "Print the schema of CHART's values.")
_part("crds", "Print the custom resource definitions of CHART and its subcharts.")
_part("readme", "Print CHART's README.")
_part("all", "Print all of them, one after the other.")
