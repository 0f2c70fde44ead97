"""show: a chart's own files, as its author wrote them."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast import charts
from holdfast.charts.pages import manifest_page, readme_page
from holdfast.model.chart import ChartFile


@dataclass(frozen=True, slots=True)
class ChartPages:
    """The texts of a chart's files; empty for one that it does not have."""

    chart: str
    values: str
    schema: str
    readme: str


def show_chart(chart_path: str) -> ChartPages:
    """Read the pages of the chart at `chart_path`, which may be a library.

    Raises ChartError, YamlError (Chart.yaml).
    """
    found = charts.load(chart_path)
    return ChartPages(
        chart=manifest_page(chart_path),
        values=_text(found.values),
        schema=_text(found.schema),
        readme=readme_page(chart_path),
    )


def _text(file: ChartFile | None) -> str:
    return file.text if file else ""
