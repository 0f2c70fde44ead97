"""The design's sentences on values, one test each, in its order; those on subcharts stand apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import run_command, write_tree

from holdfast.actions.sources import Sources, given_layers
from holdfast.errors import HoldfastError, SetSyntaxError, ValuesError, YamlError
from holdfast.model.chart import Chart, ChartFile, ChartMetadata
from holdfast.model.values import Layer
from holdfast.values import assemble, build, file_layers, merge, parse_set

DEFAULTS = "a: chart\nlist: [{b: 1, c: 2}, two]\nmap: {x: 1, w: {z: 2}}\n"


def chart(values: str = DEFAULTS, schema: Any = None) -> Chart:
    text = None if schema is None else ChartFile("values.schema.json", json.dumps(schema).encode())
    return Chart(
        metadata=ChartMetadata("web", "0.1.0"),
        root="web",
        digest="sha256:0",
        values=ChartFile("values.yaml", values.encode()),
        schema=text,
    )


def files(*texts: str) -> list[Layer]:
    return [
        layer for n, text in enumerate(texts) for layer in file_layers(text, source=f"{n}.yaml")
    ]


def flag(text: str, kind: str = "set") -> Layer:
    return Layer({}, edits=parse_set(text, kind, lambda _: b"file"))


def tree(*layers: Layer, values: str = DEFAULTS, schema: Any = None) -> dict[str, Any]:
    return build(chart(values, schema), layers).tree


# Layers, low to high


def test_schema_default_is_below_the_charts_values() -> None:
    schema = {"properties": {"a": {"default": "schema"}, "d": {"default": "schema"}}}
    found = tree(schema=schema)
    assert (found["a"], found["d"]) == ("chart", "schema")


def test_files_left_to_right_each_files_documents_in_order() -> None:
    assert tree(*files("a: 1\n---\na: 2\nb: 2\n", "b: 3\n"), values="") == {"a": 2, "b": 3}


def test_flags_have_their_order_whatever_their_place_on_the_line(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("file")
    given = {
        "set-literal": ("a=literal",),
        "set-file": (f"a={tmp_path / 'f'},b={tmp_path / 'f'}",),
        "set-string": ("a=string,b=string,c=string",),
        "set": ("a=set,b=set,c=set,d=set",),
        "set-json": ('{"a": "json", "b": "json", "c": "json", "d": "json", "e": "json"}',),
    }
    assert merge(*given_layers(Sources(sets=given))).tree == {
        "a": "literal",
        "b": "file",
        "c": "string",
        "d": "set",
        "e": "json",
    }


def test_maps_merge_lists_and_scalars_replace() -> None:
    found = tree(*files("map: {w: {q: 3}}\nlist: [x]\na: {b: 1}\n"))
    assert found == {"a": {"b": 1}, "list": ["x"], "map": {"x": 1, "w": {"z": 2, "q": 3}}}


@pytest.mark.parametrize("gone", ["map: 5", "map: null"])
def test_a_scalar_or_null_then_a_map_leaves_the_default_deleted(gone: str) -> None:
    assert tree(*files(gone, "map: {q: 1}"))["map"] == {"q": 1}


def test_maps_merge_in_set_json_too() -> None:
    assert tree(flag('map={"w": {"q": 3}}', "set-json"))["map"] == {"x": 1, "w": {"z": 2, "q": 3}}


# null


def test_null_deletes_the_schemas_default_too_at_any_depth() -> None:
    schema = {"properties": {"map": {"properties": {"d": {"default": 1}}}}}
    found = tree(*files("map: {d: null, w: {z: null}}\n"), schema=schema)
    assert found["map"] == {"x": 1, "w": {}}


def test_null_does_not_reach_into_lists_items_stay_as_written() -> None:
    assert tree(*files("list: [null, {b: null}]\n"))["list"] == [None, {"b": None}]


def test_set_removes_a_field_of_an_item_or_sets_an_item_to_null() -> None:
    assert tree(flag("list[0].b=null"))["list"] == [{"c": 2}, "two"]
    assert tree(flag("list[1]=null"))["list"] == [{"b": 1, "c": 2}, None]


# Lists, numbers


def test_an_index_edits_the_list_that_is_there_the_charts_default_included() -> None:
    assert tree(flag("list[1]=x"))["list"] == [{"b": 1, "c": 2}, "x"]
    assert tree(*files("list: [f, g]"), flag("list[1]=x"))["list"] == ["f", "x"]


@pytest.mark.parametrize("number", [2**53 + 1, 10**30, -(10**30)])
def test_integers_are_exact_at_any_size(number: int) -> None:
    for layer in (*files(f"a: {number}"), flag(f"a={number}"), flag(f"a={number}", "set-json")):
        assert tree(layer)["a"] == number


def test_1e3_reads_as_kubernetes_reads_it() -> None:
    found = tree(*files("a: 1e3"))["a"]
    assert (found, type(found)) == (1000, int)


# --set


def test_an_index_goes_up_to_65536_and_nesting_to_30() -> None:
    assert len(tree(flag("n[65536]=x"))["n"]) == 65537
    assert tree(flag(".".join("k" * 31) + "=x"))
    for text in ("n[65537]=x", ".".join("k" * 32) + "=x"):
        with pytest.raises(SetSyntaxError):
            flag(text)


@pytest.mark.parametrize("text", ["a[0", "a[0=x", "=x", ".a=x", "[0]=x", "a=x\\", "a=1,a.b=2"])
def test_what_helm_drops_is_refused_and_exits_2(text: str, tmp_path: Path) -> None:
    with pytest.raises(SetSyntaxError):
        flag(text)
    root = write_tree(
        tmp_path, {"Chart.yaml": "apiVersion: holdfast/v1\nname: w\nversion: 1.0.0\n"}
    )
    result = run_command("values", str(root), "--set", text).must(2)
    assert "reading --set" in result.err


def test_braces_with_nothing_inside_are_an_empty_list() -> None:
    assert tree(flag("list={}"))["list"] == []


def test_a_mistake_names_the_flag_and_the_key_and_not_the_value() -> None:
    with pytest.raises(SetSyntaxError) as caught:
        flag("db.password=hush,a[x]=hush")
    assert "--set a[x]" in caught.value.message
    assert "hush" not in str(caught.value.as_dict())


# YAML


def test_a_maps_own_key_beats_a_merged_one_wherever_it_stands() -> None:
    text = "base: &b {x: 1, w: 2}\na: {x: 3, <<: *b}\nb: {<<: *b, x: 3}\n"
    found = tree(*files(text))
    assert found["a"] == found["b"] == {"x": 3, "w": 2}


@pytest.mark.parametrize("text", ["k: 1\nk: 2\n", "1: x\n'1': y\n"])
def test_duplicate_keys_are_refused_with_both_places(text: str) -> None:
    with pytest.raises(YamlError, match="already at line 1, column 1") as caught:
        files(text)
    assert str(caught.value.where) == "0.yaml:2:1"


@pytest.mark.parametrize(
    ("text", "found"), [('a: "\\/"', "/"), ("--- {a: 1}", 1), ("%YAML 1.1\n---\na: 1", 1)]
)
def test_an_escaped_slash_a_value_on_the_marker_and_yaml_directives_are_accepted(
    text: str, found: Any
) -> None:
    assert tree(*files(text))["a"] == found


# Schema


def test_default_fills_missing_values_behind_ref_too_making_parent_maps() -> None:
    schema = {
        "properties": {"n": {"$ref": "#/$defs/n"}},
        "$defs": {"n": {"properties": {"m": {"properties": {"d": {"default": 7}}}}}},
    }
    assert tree(schema=schema)["n"] == {"m": {"d": 7}}


@pytest.mark.parametrize("name", ["http://x.example/s.json", "file:///etc/passwd", "../s.json"])
def test_ref_to_anything_outside_is_an_error_before_any_validation(name: str) -> None:
    schema = {"properties": {"a": {"type": "integer"}, "b": {"$ref": name}}}
    with pytest.raises(ValuesError, match="outside of the chart") as caught:
        tree(schema=schema)
    assert caught.value.problems == ()


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [(r"^\d$", "7", True), (r"^\d$", "٧", False), (r"^a$", "a\n", False), (r"^a$", "a", True)],
)
def test_patterns_are_ecma_262(pattern: str, text: str, fits: bool) -> None:
    schema = {"properties": {"p": {"pattern": pattern}}}
    layer = flag(f"p={json.dumps(text)}", "set-json")
    _, problems = assemble(chart(schema=schema), [layer])
    assert (problems == ()) is fits


# The command


def test_values_prints_the_bare_tree_and_problems_beside_it_with_exit_1(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path,
        {
            "Chart.yaml": "apiVersion: holdfast/v1\nname: web\nversion: 0.1.0\n",
            "values.yaml": "a: 1\n",
            "values.schema.json": '{"properties": {"a": {"type": "integer"}}}',
        },
    )
    result = run_command("values", str(root), "--set", "a=x", "-o", "json").must(1)
    assert json.loads(result.out) == {"a": "x"}
    assert 'a: must be an integer, is "x" (from --set a)' in result.err


def test_a_deprecated_value_warns_with_path_text_and_origin(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path,
        {
            "Chart.yaml": "apiVersion: holdfast/v1\nname: web\nversion: 0.1.0\n",
            "values.schema.json": '{"properties": {"a": {"deprecationMessage": "use b"}}}',
        },
    )
    for verb in (("values",), ("template", "web")):
        result = run_command(*verb, str(root), "--set", "a=x").must()
        assert "warning: a: is deprecated: use b (from --set a)" in result.err


# Helm's own kinds of cases for --set-literal: everything behind the first `=` is the text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("a=", {"a": ""}),
        ("a=b", {"a": "b"}),
        ("a=1", {"a": "1"}),
        ("a=true", {"a": "true"}),
        ("a=null", {"a": "null"}),
        ("a=b,c=d", {"a": "b,c=d"}),
        ("a=b=c", {"a": "b=c"}),
        ("a={b,c}", {"a": "{b,c}"}),
        ("a=[1]", {"a": "[1]"}),
        ("a=\\", {"a": "\\"}),
        ("a=b\\,c", {"a": "b\\,c"}),
        ("a= b ", {"a": " b "}),
        ("a=b\nc", {"a": "b\nc"}),
        ("a.b=c", {"a": {"b": "c"}}),
        ("a.b.c=d.e", {"a": {"b": {"c": "d.e"}}}),
        ("a[0]=b", {"a": ["b"]}),
        ("a[1]=b", {"a": [None, "b"]}),
        ("a[0].b=c", {"a": [{"b": "c"}]}),
        ("a[0][1]=b", {"a": [[None, "b"]]}),
        ("a,b=c", {"a,b": "c"}),
        ("a b=c", {"a b": "c"}),
    ],
)
def test_set_literal_takes_the_rest_verbatim(text: str, expected: Any) -> None:
    assert tree(flag(text, "set-literal"), values="") == expected


@pytest.mark.parametrize("text", ["a", "a.", "a.b", "=x", ".a=x", "a..b=x", "a[=x", "a[x]=y"])
def test_set_literal_refuses_what_is_no_key(text: str) -> None:
    with pytest.raises(HoldfastError):
        flag(text, "set-literal")


@pytest.mark.parametrize(
    ("base", "text", "kind", "expected"),
    [
        ("o: {i: x}", "o.i=y", "set", {"o": {"i": "y"}}),
        ("o: {i: x, k: z}", "o.i=y", "set", {"o": {"i": "y", "k": "z"}}),
        ("o: {i: x, k: z}", "o.i=y,o.k=null", "set", {"o": {"i": "y"}}),
        ("o: {i: x}", "o={y}", "set", {"o": ["y"]}),
        ("o: [x]", "o.i=y", "set", {"o": {"i": "y"}}),
        ("l: [{i: x, k: z}]", "l[0].i=y", "set", {"l": [{"i": "y", "k": "z"}]}),
        ("l: [[p, q], [r]]", "l[0][1]=y", "set", {"l": [["p", "y"], ["r"]]}),
        ("l: [[p], [r]]", "l[1][2]=y", "set", {"l": [["p"], ["r", None, "y"]]}),
        ("o: {i: x}", "o.i=1", "set-string", {"o": {"i": "1"}}),
        ("o: {i: x}", "o.i=anything", "set-file", {"o": {"i": "file"}}),
        ("o: {i: {k: z}}", 'o.i={"m": 1}', "set-json", {"o": {"i": {"k": "z", "m": 1}}}),
    ],
)
def test_flags_over_values_that_are_there(base: str, text: str, kind: str, expected: Any) -> None:
    assert tree(flag(text, kind), values=base) == expected
