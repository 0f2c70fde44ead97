"""Functions: lookup with and without an answer, coalesce, checksum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from holdfast.errors import RenderError, Unauthorized, Unreachable
from holdfast.model.chart import Chart
from holdfast.model.values import Values
from holdfast.render import Context, render

Charts = Callable[..., Chart]
PLACE = "charts/web/templates/a.yaml.j2:2:4"


def one(make: Charts, expression: str, **context: Any) -> Any:
    chart = make({"a.yaml.j2": f"a: 1\nk: {{{{ {expression} }}}}\n"})
    (found,) = render(chart, Values({}), Context(release="r", **context))
    return found.objects[0].object["k"]


def test_lookup_asks_for_what_the_template_says(chart: Charts) -> None:
    asked = []

    def lookup(*names: str) -> Any:
        asked.append(names)
        return {"kind": "ConfigMap", "data": {"a": "1"}}

    assert one(chart, "lookup('v1', 'ConfigMap', 'n', 'x').data", lookup=lookup) == {"a": "1"}
    one(chart, "lookup('apps/v1', 'StatefulSet')", lookup=lookup)
    assert asked == [("v1", "ConfigMap", "n", "x"), ("apps/v1", "StatefulSet", "", "")]


def test_what_is_not_there_is_an_empty_map(chart: Charts) -> None:
    assert one(chart, "lookup('v1', 'ConfigMap', 'n', 'x')") == {}
    assert one(chart, "lookup('v1', 'ConfigMap', 'n', 'x').data | default('none')") == "none"


NO = (
    (Unauthorized("read ConfigMap/x: forbidden", status=403, hint="ask for it"), "ask for it"),
    (Unreachable("read ConfigMap/x: connection refused", hint="is it up?"), "is it up?"),
)


@pytest.mark.parametrize(("answer", "hint"), NO)
def test_a_cluster_that_says_no_is_an_error_with_a_place(
    chart: Charts, answer: Exception, hint: str
) -> None:
    def lookup(*names: str) -> Any:
        raise answer

    with pytest.raises(RenderError) as caught:
        one(chart, "lookup('v1', 'ConfigMap', 'n', 'x')", lookup=lookup)
    assert f"looking up ConfigMap: {answer}" in caught.value.message
    assert (str(caught.value.where), caught.value.hint) == (PLACE, hint)


COALESCE = (
    ("coalesce(values.none, '', [], {}, 0, 'x', 'y')", "x"),
    ("coalesce()", None),
    ("coalesce(values.none, false)", None),
    ("coalesce(part())", "text"),
)


@pytest.mark.parametrize(("expression", "wanted"), COALESCE)
def test_coalesce_takes_the_first_that_is_something(
    chart: Charts, expression: str, wanted: Any
) -> None:
    files = {
        "a.yaml.j2": f"k: {{{{ {expression} }}}}\n",
        "_p.j2": "{% macro part() %}text{% endmacro %}",
    }
    (found,) = render(chart(files), Values({}), Context(release="r"))
    assert found.objects[0].object == {"k": wanted}
