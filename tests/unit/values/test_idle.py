"""A setting in a part that is off is told, unless the user is who switched it off."""

from __future__ import annotations

import pytest
from tests.unit.values.test_deprecations import chart

from holdfast.errors import Problem, Where
from holdfast.model.values import Layer
from holdfast.values.assemble import assemble
from holdfast.values.layers import file_layers
from holdfast.values.setflags import parse_set

VALUES = """
ingress: {enabled: false, hosts: [], tls: {enabled: false, secret: ""}}
metrics: {enabled: false, monitor: {enabled: false}}
probe: {enabled: true, period: 1}
"""


def warnings(*layers: Layer) -> tuple[Problem, ...]:
    return assemble(chart(VALUES, schema={}), layers)[0].warnings


def test_the_setting_its_switch_and_its_origin_are_told() -> None:
    (found,) = warnings(*file_layers("ingress: {hosts: [a]}\n", source="prod.yaml"))
    assert (found.path, found.origin) == ("ingress.hosts", Where("prod.yaml", 1, 11))
    assert found.message == "has no effect: ingress.enabled is false"


def test_a_flag_inside_of_a_part_inside_of_a_part_that_is_off() -> None:
    edits = parse_set("metrics.monitor.enabled=true", "set", lambda _: b"")
    (found,) = warnings(Layer({}, edits=edits))
    assert found.path == "metrics.monitor.enabled"
    assert found.message == "has no effect: metrics.enabled is false"
    edits = parse_set("ingress.enabled=true,ingress.tls.secret=x", "set", lambda _: b"")
    assert [one.path for one in warnings(Layer({}, edits=edits))] == ["ingress.tls.secret"]


@pytest.mark.parametrize(
    "text",
    [
        "ingress: {enabled: true, hosts: [a]}",
        "ingress: {enabled: false, hosts: [a]}",
        "probe: {period: 2}",
        "ingress: {hosts: null}",
        "ingress: {tls: {}}",
    ],
    ids=["on", "off by the user", "on by the chart", "taken away", "empty"],
)
def test_nothing_is_told_where_nothing_is_in_vain(text: str) -> None:
    assert warnings(*file_layers(text, source="a.yaml")) == ()


def test_one_file_may_switch_off_what_another_sets_up() -> None:
    base = file_layers("ingress: {enabled: true, hosts: [a]}", source="base.yaml")
    here = file_layers("ingress: {enabled: false}", source="here.yaml")
    assert warnings(*base, *here) == ()
