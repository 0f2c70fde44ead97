"""Macros, functions, records and filters."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from holdfast import yamltext
from holdfast.errors import RenderError
from holdfast.model.chart import Chart
from holdfast.model.values import Values
from holdfast.render import Context, render, render_notes


def test_macros_of_partials_call_each_other_in_any_order(rendered: Callable[..., Any]) -> None:
    files = {
        "_a.j2": "{% macro name() %}{{ base() | trunc(6) }}{% endmacro %}\n",
        "_b.j2": "{% macro base() %}\n  {{ release.name }}-{{ values.x }}\n{% endmacro %}\n",
        "c.yaml.j2": "k: {{ name() }}\n",
    }
    assert rendered(files, {"x": "abc"})[0].objects[0].object == {"k": "demo-a"}


def test_a_macro_s_text_is_text_wherever_an_expression_needs_it(
    objects: Callable[..., list[Any]],
) -> None:
    part = "{% macro m() %}\n  on\n{% endmacro %}\n"
    template = """\
a: {{ m() == 'on' }}
b: {{ m() ~ 'e' }}
c: {{ m() + 'e' }}
d: {{ m() | upper }}
e: {{ 'o' in m() }}
f: {{ 'yes' if m() else 'no' }}
g: {{ m() | length }}
h: {{ [m(), 'x'] | join('-') }}
i: {{ 'x%s' % m() }}
j: {{ m() is string }}
k: {{ m()[0] }}
l: {{ m() }}
"""
    assert objects(template, part=part) == [
        {"a": True, "b": "one", "c": "one", "d": "ON", "e": True, "f": "yes", "g": 2,
         "h": "on-x", "i": "xon", "j": True, "k": "o", "l": True}
    ]  # fmt: skip


def test_include_by_macro_name_by_file_and_with_local_names(rendered: Callable[..., Any]) -> None:
    files = {
        "_env.j2": "- name: {{ item }}\n",
        "_m.j2": "{% macro m(x=1) %}{{ x }}{% endmacro %}\n",
        "a.yaml.j2": """\
a: {{ include("m", x=2) }}
b: {{ include("_env.j2", item="v") }}
{% for item in ["w"] %}
c:
  {% include "_env.j2" %}
{% endfor %}
""",
    }
    assert rendered(files)[0].objects[0].object == {
        "a": 2, "b": [{"name": "v"}], "c": [{"name": "w"}],
    }  # fmt: skip


def test_records(value: Callable[..., Any]) -> None:
    assert value("release") == {
        "name": "demo", "namespace": "prod", "revision": 1, "is_install": True,
        "is_upgrade": False, "service": "holdfast",
    }  # fmt: skip
    assert value("[chart.name, chart.version, chart.app_version]") == ["web", "1.2.3", "9"]
    assert value("[capabilities.kube_version, 'v1' in capabilities.api_versions]") == [
        "1.35.0",
        True,
    ]
    assert value("subcharts") == {}


def test_files(rendered: Callable[..., Any]) -> None:
    files = {
        "files/a.conf": "on\n{{ x }}\n",
        "files/sub/b.conf": "b",
        "files/c.bin": b"\xff\x00",
        "a.yaml.j2": """\
get: {{ files.get("a.conf") }}
block: |
  {{ files.get("files/a.conf") }}
lines: {{ files.lines("a.conf") }}
glob: {{ files.glob("**.conf") | keys }}
config: {{ files.as_config("*.conf") }}
secret: {{ files.as_secrets("*.bin") }}
tpl: {{ tpl(files.get("a.conf") | replace("x", "release.name")) }}
""",
    }
    assert rendered(files)[0].objects[0].object == {
        "get": "on\n{{ x }}\n",
        "block": "on\n{{ x }}\n",
        "lines": ["on", "{{ x }}"],
        "glob": ["files/a.conf", "files/sub/b.conf"],
        "config": {"a.conf": "on\n{{ x }}\n"},
        "secret": {"c.bin": "/wA="},
        "tpl": "on\ndemo\n",
    }


def test_checksum_is_of_the_data_not_of_its_spelling(value: Callable[..., Any]) -> None:
    tree = {"a": {"x": 1, "y": [True]}, "b": {"y": [True], "x": 1}, "c": {"x": 2}}
    first, same, other = value("[checksum(values.a), checksum(values.b), checksum(values.c)]", tree)
    assert first == same != other
    assert len(first) == 64


def test_a_checksum_of_a_template_changes_with_its_data(rendered: Callable[..., Any]) -> None:
    files = {
        "a.yaml.j2": "sum: {{ checksum(include('b.yaml.j2')) }}\n",
        "b.yaml.j2": "# note\ndata: {{ values.x }}\n",
    }
    sums = [rendered(files, {"x": x})[0].objects[0].object["sum"] for x in ({"a": 1}, {"a": 2})]
    assert sums[0] != sums[1]


def test_lookup_asks_the_context_and_is_empty_by_default(chart: Callable[..., Chart]) -> None:
    found = chart({"a.yaml.j2": "k: {{ lookup('v1', 'Secret', release.namespace, 'x') }}\n"})
    asked: list[tuple[str, ...]] = []

    def lookup(*names: str) -> dict[str, Any]:
        asked.append(names)
        return {"data": {"a": "b"}}

    (empty,) = render(found, Values({}), Context(release="r", namespace="n"))
    (full,) = render(found, Values({}), Context(release="r", namespace="n", lookup=lookup))
    assert empty.objects[0].object == {"k": {}}
    assert full.objects[0].object == {"k": {"data": {"a": "b"}}}
    assert asked == [("v1", "Secret", "n", "x")]


def test_loops_namespaces_and_calls(objects: Callable[..., list[Any]]) -> None:
    template = """\
{% set n = namespace(sum=0) %}
{% for x in [1, 2, 3] if x != 2 %}
{% set n.sum = n.sum + x %}
- {{ [loop.index, loop.first, loop.last, loop.length, loop.cycle('a', 'b')] }}
{% endfor %}
- {{ n.sum }}
{% for x in [[1, [2]]] recursive %}
- {{ x if x is number else loop(x) }}
{% endfor %}
"""
    assert objects(template) == [[[1, True, False, 2, "a"], [2, False, True, 2, "b"], 4, [1, [2]]]]


FILTERS = (
    ("'aB' | upper ~ 'aB' | lower", "ABab"),
    ("' x ' | trim", "x"),
    ("'v1.2' | trim_prefix('v')", "1.2"),
    ("'a.git' | trim_suffix('.git')", "a"),
    ("['abcdef' | trunc(2), 'abcdef' | trunc(-2)]", ["ab", "ef"]),
    ("'a-b' | replace('-', '_')", "a_b"),
    ("'a\n\nb' | indent(2)", "a\n\n  b"),
    ("'a\nb' | indent(2, true)", "  a\n  b"),
    ("[1, true, 'a', 0.5] | join(',')", "1,true,a,0.5"),
    ("'a,b' | split(',')", ["a", "b"]),
    ("true | string", "true"),
    ("'%s-%03d' | format('a', 7)", "a-007"),
    ("['10', 2.9, true] | map('int')", [10, 2, 1]),
    ("'1.5' | float", 1.5),
    ("[2.5 | round, 2.1 | round(0, 'ceil'), 7 | round]", [2.0, 3.0, 7]),
    ("{'b': 1, 'a': 2} | keys", ["b", "a"]),
    ("{'b': 1, 'a': 2} | values", [1, 2]),
    ("{'b': 1} | items", [["b", 1]]),
    ("{'a': {'b': 1, 'c': [1]}} | merge({'a': {'c': [2]}}, none)", {"a": {"b": 1, "c": [2]}}),
    ("{'a': 1, 'b': 2} | pick('a', 'z')", {"a": 1}),
    ("{'a': 1, 'b': 2} | omit('a')", {"b": 2}),
    ("[1, [2, [3]]] | flatten", [1, 2, [3]]),
    ("[{'a': 1}, {'a': 1}, 2] | uniq", [{"a": 1}, 2]),
    ("[3, 1, 2] | sort", [1, 2, 3]),
    ("[1, 2, 3] | batch(2)", [[1, 2], [3]]),
    ("[1] | concat([2], none)", [1, 2]),
    ("[{'k': 'b', 'v': 1}, {'k': 'a', 'v': 2}] | groupby('k')",
     [["a", [{"k": "a", "v": 2}]], ["b", [{"k": "b", "v": 1}]]]),
    ("[{'k': {'n': 1}}] | map(attribute='k.n')", [1]),
    ("[1, 2, 3] | select('odd')", [1, 3]),
    ("[[1, 2.5] | sum, [{'a': 1}, {'a': 2}] | sum('a')]", [3.5, 3]),
    ("[{'a': 1}, {'a': 2}] | selectattr('a', '==', 2)", [{"a": 2}]),
    ("{'a': [1, 'on']} | to_json", '{"a":[1,"on"]}'),
    ("{'a': [1, 'on']} | to_yaml | from_yaml", {"a": [1, "on"]}),
    ("'{\"a\": [1]}' | from_json", {"a": [1]}),
    ("'a: 0644' | from_yaml", {"a": 420}),
    ("'hé' | b64encode", "aMOp"),
    ("'aMOp' | b64decode", "hé"),
    ("'a' | sha256 | trunc(8)", "ca978112"),
    ("'a1b22' | regex_replace('[0-9]+', '<\\\\0>' | replace('0', 'g<0>'))", "a<1>b<22>"),
    ("['a1' | regex_match('^[a-z][0-9]$'), 'a1' | regex_find('[0-9]')]", [True, "1"]),
    ("'1.29.3-gke.1' | semver_compare('>=1.25-0')", True),
    ("{'a': none} | omit_empty | to_json", '{"a":null}'),
    ("'a/b c&d@é' | urlencode", "a%2Fb%20c%26d%40%C3%A9"),
    ("'a/b c' | urlencode(safe='/')", "a/b%20c"),
    ("{'q': 'a b', 'r/': 1} | urlencode", "q=a%20b&r%2F=1"),
    ("[['q', true]] | urlencode", "q=true"),
    ("'on'", "on"),
    ("1e3 | int", 1000),
)  # fmt: skip


@pytest.mark.parametrize(("expression", "wanted"), FILTERS)
def test_filters(expression: str, wanted: Any, value: Callable[..., Any]) -> None:
    assert json.dumps(value(expression)) == json.dumps(wanted)


SEMVER = (
    ("1.2.3", "=1.2.3", True), ("1.2.3", "1.2", True), ("1.3.0", "1.2.x", False),
    ("1.2.9", "~1.2.3", True), ("1.3.0", "~1.2.3", False), ("1.9.0", "^1.2.3", True),
    ("2.0.0", "^1.2.3", False), ("0.2.9", "^0.2.3", True), ("0.3.0", "^0.2.3", False),
    ("1.5.0", ">1.2 <2", True), ("1.5.0", ">=1.2, <1.5", False), ("3.0.0", "<1 || >=3", True),
    ("1.5.0", "1.2 - 1.6", True), ("1.5.0-rc1", ">=1.4", False), ("1.5.0-rc1", ">=1.4-0", True),
    ("1.5.0-rc.2", "<1.5.0-rc.11", True), ("v1.5.0+b", "!=1.5.1", True), ("1.0.0", "*", True),
)  # fmt: skip


@pytest.mark.parametrize(("version", "constraint", "wanted"), SEMVER)
def test_versions_compare_as_in_helm(
    version: str, constraint: str, wanted: bool, value: Callable[..., Any]
) -> None:
    assert value(f"'{version}' | semver_compare('{constraint}')") is wanted


def test_a_document_as_text_is_explicit(objects: Callable[..., list[Any]]) -> None:
    template = "k: |\n  {{ values.v | to_yaml }}\nj: '{{ values.v | to_json }}'\n"
    tree = {"v": {"a": ["on", 1], "b": "x: y\n"}}
    (found,) = objects(template, tree)
    assert yamltext.load(found["k"], source="k") == json.loads(found["j"]) == tree["v"]


def test_raw_is_text_put_in_before_parsing(objects: Callable[..., list[Any]]) -> None:
    assert objects("{{ 'a: on\nb: 2' | raw }}\nc: {{ 'on' | raw }}\n") == [
        {"a": True, "b": 2, "c": True}
    ]


def test_notes_are_plain_text(chart: Callable[..., Chart]) -> None:
    files = {"_m.j2": "{% macro m() %}{{ release.name }}{% endmacro %}"}
    text = (
        "# {{ chart.name }}: {{ values.on }}\n{% if 1 %}\n- {{ m() }}: {{ 'a: b' }}\n{% endif %}\n"
    )
    context = Context(release="r")
    values = Values({"on": True})
    assert render_notes(chart(files, notes=text), values, context) == "# web: true\n- r: a: b\n"
    assert render_notes(chart(files), values, context) == ""
    with pytest.raises(RenderError, match="'nope' is not defined") as caught:
        render_notes(chart({}, notes="a\n{{ nope }}"), values, context)
    assert str(caught.value.where) == "charts/web/NOTES.txt.j2:2:1"
