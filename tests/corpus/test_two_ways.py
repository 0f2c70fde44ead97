"""The fast way and the exact way of a template's output to its documents are one: same data."""

from __future__ import annotations

import pytest
from tests.corpus.test_corpus import CASES, CONTEXT, chart_of
from tests.sections import Case

from holdfast import values
from holdfast.render.pieces import Unfit
from holdfast.render.renderer import Renderer

SELDOM = 5
"""Cases of the corpus that only the exact way is for: tags, merge keys, guesses taken back."""


def both(case: Case) -> tuple[object, object]:
    """Data and place of every document, by the mould and by the weaver."""
    chart = chart_of(case)
    renderer = Renderer(chart, values.build(chart, ()), CONTEXT)
    (file,) = [one for one in chart.templates if one.path == "templates/t.yaml.j2"]
    pieces = renderer.modules.pieces(renderer.modules.template(file))
    exact = [(repr(data), place) for data, place, _ in renderer.weaver.documents(pieces)]
    try:
        return [(repr(data), place) for data, place in renderer.cast.documents(pieces)], exact
    except Unfit:
        return None, exact


@pytest.mark.parametrize("case", CASES, ids=str)
def test_both_ways_give_the_same(case: Case) -> None:
    cast, exact = both(case)
    assert cast in (None, exact)


def test_nearly_all_go_the_fast_way() -> None:
    assert sum(both(case)[0] is None for case in CASES) <= SELDOM
