"""show: a chart's own files, as its author wrote them."""

from __future__ import annotations

from typing import Any

from holdfast import charts, yamltext
from holdfast.charts.pages import manifest_page, readme_page
from holdfast.light import dataclass
from holdfast.model.chart import Chart, ChartFile


@dataclass(frozen=True, slots=True)
class ChartPages:
    """The texts of a chart's files; empty for one that it does not have.

    `definitions` are the name and text of each file under crds/, the subcharts' too.
    """

    chart: str
    values: str
    schema: str
    readme: str
    definitions: tuple[tuple[str, str], ...] = ()

    @property
    def crds(self) -> str:
        """All definitions as one YAML stream."""
        texts = (text.strip().removeprefix("---\n") for _, text in self.definitions)
        return "\n---\n".join(filter(None, texts))

    def data(self, part: str) -> Any:
        """What a part says, crds as a list; None where there is none. Raises YamlError."""
        if part == "crds":
            read = (yamltext.load_all(text, source=name) for name, text in self.definitions)
            return [one for documents in read for one in documents if one is not None] or None
        text = getattr(self, part)
        return yamltext.load(text, source=part) if text else None


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
        definitions=tuple(_definition(sub, one) for _, sub in found.walk() for one in sub.crds),
    )


def _text(file: ChartFile | None) -> str:
    return file.text if file else ""


def _definition(chart: Chart, file: ChartFile) -> tuple[str, str]:
    return f"{chart.root.rstrip('/')}/{file.path}", file.text
