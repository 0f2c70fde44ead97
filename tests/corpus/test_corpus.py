"""A hundred templates and the documents they stand for, written from the language's rules."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sections import Case, read_cases

from holdfast import values, yamltext
from holdfast.model.chart import Chart, ChartFile, ChartMetadata
from holdfast.render import Context, render

PAGES = sorted(Path(__file__).parent.glob("*.txt"))
CASES = [case for page in PAGES for case in read_cases(page)]
CONTEXT = Context(release="demo", namespace="prod", kube_version="1.34.0")


def chart_of(case: Case) -> Chart:
    """`template` is the one template; other names are partials and files of the chart."""
    texts = {name: text.encode() for name, text in case.texts.items()}
    partials = [name for name in texts if name.endswith(".j2")]
    templates = {"templates/t.yaml.j2": texts["template"]}
    templates |= {f"templates/{name}": texts[name] for name in partials}
    return Chart(
        ChartMetadata("corpus", "1.0.0"),
        root="corpus",
        digest="sha256:0",
        values=ChartFile("values.yaml", texts.get("values", b"")),
        templates=tuple(ChartFile(name, data) for name, data in templates.items()),
        files=tuple(
            ChartFile(name, data) for name, data in texts.items() if name.startswith("files/")
        ),
    )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_template_stands_for_these_documents(case: Case) -> None:
    chart = chart_of(case)
    (rendered,) = render(chart, values.build(chart, ()), CONTEXT)
    expected = yamltext.load_all(case.texts["expected"], source="expected")
    # as text, which tells 1 from true and 1.0, and one order of keys from another
    assert repr([item.object for item in rendered.objects]) == repr(
        [document for document in expected if document is not None]
    )


def test_there_are_a_hundred_with_names_of_their_own() -> None:
    assert len({str(case) for case in CASES}) == len(CASES) >= 100
