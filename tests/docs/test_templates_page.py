"""Every example of docs/templates.md gives the document, or the error, that stands below it."""

from __future__ import annotations

import re

import pytest
from tests.conftest import ROOT

from holdfast import values, yamltext
from holdfast.errors import RenderError
from holdfast.model.chart import Chart, ChartFile, ChartMetadata
from holdfast.render import Context, render

PAGE = (ROOT / "docs" / "templates.md").read_text()
_SETTING = re.compile(r"^```yaml\n(.*?)^```\n\n```jinja\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXAMPLE = re.compile(
    r"^```jinja\n((?:(?!```).)*)^```\n\n```(yaml|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
EXAMPLES = _EXAMPLE.findall(PAGE)


def documents(template: str) -> list[object]:
    """What a template of the page's chart gives."""
    setting = _SETTING.search(PAGE)
    assert setting
    chart = Chart(
        ChartMetadata("docs", "1.0.0"),
        root="docs",
        digest="sha256:0",
        values=ChartFile("values.yaml", setting[1].encode()),
        templates=(
            ChartFile("templates/_macros.j2", setting[2].encode()),
            ChartFile("templates/example.yaml.j2", template.encode()),
        ),
    )
    context = Context(release="demo", namespace="prod")
    (rendered,) = render(chart, values.build(chart, ()), context)
    return [item.object for item in rendered.objects]


@pytest.mark.parametrize(("template", "kind", "wanted"), EXAMPLES)
def test_the_example_gives_what_the_page_says(template: str, kind: str, wanted: str) -> None:
    if kind == "yaml":
        assert repr(documents(template)) == repr(yamltext.load_all(wanted, source="page"))
        return
    with pytest.raises(RenderError) as caught:
        documents(template)
    assert caught.value.message == wanted.strip()


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) > 20
