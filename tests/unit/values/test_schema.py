"""Values against a schema: messages, defaults, sensitive places, references, verdicts."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from holdfast.errors import ValuesError, Where
from holdfast.model.chart import Chart, ChartFile, ChartMetadata
from holdfast.model.values import Values
from holdfast.values import assemble, build, check, file_layers, merge, verdict_key

DRAFT_7 = "http://json-schema.org/draft-07/schema#"


def chart(values: str, schema: Any, **files: str) -> Chart:
    text = schema if isinstance(schema, str) else json.dumps(schema)
    return Chart(
        ChartMetadata("web", "1.0.0"),
        "web",
        "sha256:0",
        values=ChartFile("values.yaml", values.encode()),
        schema=ChartFile("values.schema.json", text.encode()),
        files=tuple(ChartFile(f"files/{name}.json", t.encode()) for name, t in files.items()),
    )


def problems(schema: Any, values: str) -> list[str]:
    merged = merge(*file_layers(values, source="v.yaml"))
    found = check(merged, json.dumps(schema), source="web/values.schema.json")
    return [f"{p.path}: {p.message}" + (f" ({p.hint})" if p.hint else "") for p in found]


def prop(**schema: Any) -> dict[str, Any]:
    return {"properties": {"a": schema}}


@pytest.mark.parametrize(
    ("schema", "values", "expected"),
    [
        (prop(type="integer"), "a: x", 'a: must be an integer, is "x"'),
        (prop(type="integer"), "a: on", "a: must be an integer, is true"),
        (prop(type="string"), "a: 1", "a: must be a text, is 1"),
        (prop(type=["string", "null"]), "a: {b: 1}", "a: must be a text or null, is a map"),
        (prop(type="object"), "a: [1]", "a: must be a map, is a list"),
        (prop(enum=["x", 2]), "a: z", 'a: must be one of "x", 2, is "z"'),
        (prop(const="x"), "a: z", 'a: must be "x", is "z"'),
        (prop(minimum=1), "a: 0", "a: must be at least 1, is 0"),
        (prop(maximum=65535), "a: 70000", "a: must be at most 65535, is 70000"),
        (prop(exclusiveMinimum=0), "a: 0", "a: must be more than 0, is 0"),
        (prop(exclusiveMaximum=1), "a: 1", "a: must be less than 1, is 1"),
        (prop(multipleOf=5), "a: 7", "a: must be a multiple of 5, is 7"),
        (prop(minLength=1), "a: ''", 'a: must have at least 1 character, is ""'),
        (prop(maxLength=2), "a: xyz", 'a: must have at most 2 characters, is "xyz"'),
        (prop(pattern=r"^\d+$"), "a: x", r'a: must match the pattern ^\d+$, is "x"'),
        (prop(minItems=1), "a: []", "a: must have at least 1 item, has 0"),
        (prop(maxItems=1), "a: [1, 2]", "a: must have at most 1 item, has 2"),
        (prop(uniqueItems=True), "a: [1, 1]", "a: must not have the same item twice"),
        (prop(minProperties=1), "a: {}", "a: must have at least 1 key, has 0"),
        (prop(items={"type": "integer"}), "a: [1, x]", 'a[1]: must be an integer, is "x"'),
        (prop(required=["b"]), "a: {}", "a.b: is required"),
        ({"required": ["b", "c"]}, "c: 1", "b: is required"),
        ({"properties": {"a": False}}, "a: 1", "a: is not allowed"),
        (prop(propertyNames={"maxLength": 1}), "a: {xx: 1}",
         "a.xx: the key must have at most 1 character"),
        (prop(propertyNames={"not": {"enum": ["b"]}, "errorMessage": "write\n c"}), "a: {b: 1}",
         "a.b: write c"),
        (prop(pattern="^x", errorMessage="must begin with x"), "a: z",
         'a: must begin with x, is "z"'),
        (prop(pattern="^x", errorMessage=1), "a: z", 'a: must match the pattern ^x, is "z"'),
        (prop(pattern="^x", errorMessage="no", writeOnly=True), "a: z", "a: no"),
        (prop(dependentRequired={"b": ["c"]}), "a: {b: 1}", "a.c: is required where b is set"),
        ({"if": prop(const=1), "then": {"required": ["b"]}}, "a: 1", "b: is required"),
        (prop(anyOf=[{"type": "string"}, {"type": "integer"}]), "a: 1.5",
         "a: must be a text or an integer, is 1.5"),
        (prop(oneOf=[{"type": "string"}, prop(type="integer") | {"type": "object"}]), "a: {a: x}",
         'a.a: must be an integer, is "x"'),
        (prop(oneOf=[{"minimum": 1}, {"maximum": 9}]), "a: 5",
         "a: fits more than one of the forms that exclude each other"),
        ({"properties": {"propertyNames": {"maxLength": 1}}}, "propertyNames: xx",
         'propertyNames: must have at most 1 character, is "xx"'),
    ],
)  # fmt: skip
def test_messages(schema: Any, values: str, expected: str) -> None:
    assert problems(schema, values) == [expected]


@pytest.mark.parametrize("keyword", ["additionalProperties", "unevaluatedProperties"])
def test_each_unknown_key_is_a_problem_with_the_nearest_name(keyword: str) -> None:
    strict = {"properties": {"replicas": {}, "image": {}}, "patternProperties": {r"^x\d$": {}}}
    found = problems(strict | {keyword: False}, "replcas: 1\nx1: 1\nreplicas: 2\nqqq: 1\n")
    assert found == [
        "replcas: is not known to the schema (did you mean replicas?)",
        "qqq: is not known to the schema",
    ]


@pytest.mark.parametrize("value", ["1", "1.0", "1e3", "123456789012345678901234567890"])
def test_whole_numbers_are_integers(value: str) -> None:
    assert problems(prop(type="integer"), f"a: {value}") == []


def test_a_float_is_a_multiple_as_written() -> None:
    assert problems(prop(multipleOf=0.1), "a: 0.3") == []


@pytest.mark.parametrize("value", ["12\n", "٣"])
def test_patterns_are_ecma(value: str) -> None:
    values = Values({"a": value})
    schema = json.dumps(prop(pattern=r"^\d+$"))
    assert len(check(values, schema, source="s.json")) == 1


def test_drafts_differ() -> None:
    tuples = prop(items=[{"type": "string"}], additionalItems=False)
    assert problems(tuples | {"$schema": DRAFT_7}, "a: [x, y]") != []
    modern = prop(prefixItems=[{"type": "string"}], items=False)
    assert problems(modern, "a: [x, y]") == ["a[1]: is not allowed"] or problems(
        modern, "a: [x, y]"
    )
    assert problems(modern, "a: [x]") == []


def test_all_problems_at_once_with_origins() -> None:
    schema = {"properties": {"replicas": {"type": "integer"}, "port": {"maximum": 65535}}}
    layers = file_layers("port: 70000\n\nreplicas: many\n", source="prod.yaml")
    with pytest.raises(ValuesError) as caught:
        build(chart("replicas: 1\n", schema), layers)
    assert str(caught.value).splitlines() == [
        "checking the values of web: 2 problems",
        "  port: must be at most 65535, is 70000 (from prod.yaml:1:1)",
        '  replicas: must be an integer, is "many" (from prod.yaml:3:1)',
    ]
    assert [p.origin for p in caught.value.problems] == [
        Where("prod.yaml", 1, 1),
        Where("prod.yaml", 3, 1),
    ]


@pytest.mark.parametrize("mark", [{"writeOnly": True}, {"format": "password"}])
def test_a_sensitive_value_is_never_shown(mark: dict[str, Any]) -> None:
    schema = {
        "properties": {
            "p": {"type": "object", "properties": {"q": {"$ref": "#/$defs/secret"}}},
            "list": {"items": {"properties": {"r": mark | {"type": "integer"}}}},
            "free": {"additionalProperties": mark | {"enum": ["x"]}},
            "either": {"anyOf": [mark | {"minLength": 99}, {"type": "integer"}]},
        },
        "$defs": {"secret": mark | {"type": "string", "maxLength": 3}},
    }
    text = "p: {q: hunter2}\nlist: [{r: hunter2}]\nfree: {k: hunter2}\neither: hunter2\n"
    values, found = assemble(chart("", schema), file_layers(text, source="v.yaml"))
    assert values.sensitive == {("p", "q"), ("list", 0, "r"), ("free", "k"), ("either",)}
    assert len(found) == 4
    assert "hunter2" not in "".join(problem.message for problem in found)


def test_defaults_fill_what_is_missing() -> None:
    schema = {
        "properties": {
            "port": {"default": 80},
            "image": {"$ref": "#/$defs/image"},
            "limits": prop(default=2) | {"default": {"cpu": 1}},
        },
        "$defs": {"image": {"properties": {"tag": {"default": "1"}, "name": {"default": "x"}}}},
    }
    values = build(chart("image: {name: web}\n", schema), [])
    assert values.tree == {
        "port": 80,
        "image": {"tag": "1", "name": "web"},
        "limits": {"cpu": 1, "a": 2},
    }
    assert values.origin(("port",)) == Where("web/values.schema.json", kind="schema")
    assert values.supplied == {}


def test_a_maps_own_default_beats_those_inside() -> None:
    schema = prop(default={"b": 1}, properties={"b": {"default": 2}, "c": {"default": 3}})
    assert build(chart("", schema), []).tree == {"a": {"b": 1, "c": 3}}


@pytest.mark.parametrize("layer", ["chart", "user"])
def test_null_deletes_a_default(layer: str) -> None:
    schema = {"properties": {"a": {"default": 1}, "m": {"properties": {"x": {"default": 1}}}}}
    text = "a: null\nm: null\n"
    found = chart(text if layer == "chart" else "", schema)
    values = build(found, file_layers(text if layer == "user" else "", source="v.yaml"))
    assert values.tree == {}
    assert {("a",), ("m",), ("m", "x")} <= values.declared


def test_the_schema_declares_names_in_branches_and_list_items() -> None:
    schema = {"allOf": [{"anyOf": [prop(type="integer")]}], "properties": {"l": {"items": prop()}}}
    values, _ = assemble(chart("l: [{}, {}]\n", schema), [])
    assert values.declared == {("l",), ("l", 0), ("l", 1), ("a",), ("l", 0, "a"), ("l", 1, "a")}


def test_a_schema_that_refers_to_itself_is_followed_as_far_as_values_go() -> None:
    tree = {"properties": {"kids": {"items": {"$ref": "#"}}, "age": {"type": "integer"}}}
    assert problems(tree, "kids: [{kids: [{age: x}]}]") == [
        'kids[0].kids[0].age: must be an integer, is "x"'
    ]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("{", "not JSON"),
        ("[]", "a schema is a JSON object"),
        ('{"minimum": NaN}', "NaN is no number"),
        ('{"multipleOf": 1e999}', "too large"),
        ("[" * 100_000, "nested too deep"),
        ('{"type": "text"}', "not a valid JSON Schema at #/type"),
        ('{"$schema": "http://example.com/mine"}', "is not known"),
        ('{"properties": {"a": {"pattern": "("}}}', "at #/properties/a/pattern: the pattern"),
        ('{"patternProperties": {"[": {}}}', "the pattern"),
        (r'{"pattern": "\\p{L}"}', "not supported"),
        ('{"$ref": "http://example.com/s.json"}', "outside of the chart"),
        ('{"$ref": "https://json-schema.org/draft/2020-12/schema"}', "outside of the chart"),
        ('{"$ref": "file:///etc/passwd"}', "outside of the chart"),
        ('{"$ref": "../other.json"}', "outside of the chart"),
        ('{"not": {"items": {"$ref": "other.json#/a"}}}', "outside of the chart"),
        ('{"$ref": "#/$defs/none"}', "#/\\$defs/none, which is not there"),
        ('{"$ref": "#"}', "without end"),
        ('{"allOf": [{"$ref": "#"}]}', "without end"),
    ],
)
def test_a_bad_schema_is_told_and_never_followed_outside(schema: str, words: str) -> None:
    with pytest.raises(ValuesError, match=words) as caught:
        build(chart("a: 1\n", schema), [])
    assert caught.value.where is not None
    assert caught.value.where.source == "web/values.schema.json"


def test_names_that_only_look_like_references_are_data() -> None:
    schema = {"properties": {"$ref": {"type": "string"}, "a": {"enum": [{"$ref": "http://x/"}]}}}
    assert problems(schema, "$ref: http://x/") == []


@pytest.mark.parametrize("base", [{}, {"$id": "https://example.com/values.json"}])
def test_a_file_of_the_chart_may_be_referred_to(base: dict[str, str]) -> None:
    schema = base | {"properties": {"a": {"$ref": "files/port.json#/$defs/port"}}}
    port = json.dumps({"$defs": {"port": {"maximum": 9, "default": 8}}})
    assert build(chart("", schema, port=port), []).tree == {"a": 8}
    with pytest.raises(ValuesError, match="a: must be at most 9, is 10"):
        build(chart("a: 10\n", schema, port=port), [])


def test_a_schema_inside_may_have_its_own_name() -> None:
    schema = {
        "properties": {"a": {"$ref": "port.json"}, "b": {"$ref": "#port"}},
        "$defs": {"p": {"$id": "port.json", "maximum": 9}, "q": {"$anchor": "port", "maximum": 8}},
    }
    assert problems(schema, "a: 10\nb: 9\n") == [
        "a: must be at most 9, is 10",
        "b: must be at most 8, is 9",
    ]


def test_diamonds_of_references_do_not_multiply() -> None:
    defs = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(60)}
    schema = {"$ref": "#/$defs/d0", "$defs": defs | {"d60": {"default": {"a": 1}}}}
    values, _ = assemble(chart("", schema), [], skip_schema=True)
    assert values.tree == {"a": 1}


def test_too_many_paths_are_refused() -> None:
    refs = [{"properties": {k: {"$ref": f"#/$defs/d{n + 1}"} for k in "ab"}} for n in range(30)]
    schema = {"$ref": "#/$defs/d0", "$defs": {f"d{n}": ref for n, ref in enumerate(refs)}}
    with pytest.raises(ValuesError, match="names more than"):
        build(chart("", schema), [], skip_schema=True)


def test_the_check_can_be_skipped_and_the_defaults_stay() -> None:
    schema = prop(type="integer", default=1) | {"required": ["b"]}
    assert build(chart("", schema), [], skip_schema=True).tree == {"a": 1}


def test_refused_values_are_given_with_their_problems() -> None:
    values, found = assemble(chart("a: x\n", prop(type="integer")), [])
    assert values.tree == {"a": "x"}
    assert [problem.path for problem in found] == ["a"]


def test_a_verdict_is_remembered_by_schema_and_values() -> None:
    known: set[str] = set()
    good, bad = chart("a: 1\n", prop(type="integer")), chart("a: x\n", prop(type="integer"))
    build(good, [], known=known.__contains__, remember=known.add)
    assert known == {verdict_key(json.dumps(prop(type="integer")), {"a": 1})}
    with pytest.raises(ValuesError):
        build(bad, [], known=known.__contains__, remember=known.add)
    assert len(known) == 1
    assert build(bad, [], known=lambda _: True).tree == {"a": "x"}


def test_a_known_verdict_loads_no_validator() -> None:
    code = """
import sys
from holdfast import values
assert not {"yaml", "jsonschema"} & set(sys.modules), "at import"
from holdfast.model.chart import Chart, ChartFile, ChartMetadata
schema = ChartFile("values.schema.json", b'{"properties": {"a": {"pattern": "x"}}}')
chart = Chart(ChartMetadata("web", "1.0.0"), "web", "sha256:0", schema=schema)
values.build(chart, [], known=lambda key: True)
print("jsonschema" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.stdout.strip(), run.stderr) == ("False", "")


PLACES = {
    '{\n  "type": "object",\n  "properties": {"a": {"type": "text"}}\n}': (3, 24, "types are"),
    '{\n  "$schema": "http://example.com/mine"\n}': (2, 3, "2020-12/schema"),
    '{\n  "properties": {\n    "a": {"pattern": "("}\n}}': (3, 11, "ECMA-262"),
    '{\n  "$ref": "#/$defs/none"\n}': (2, 3, "$defs"),
    '{\n  "not": {"items": [\n {"$ref": "other.json#/a"}]}}': (3, 3, "$defs"),
    '{\n  "$ref": "#"\n}': (2, 3, "properties or items"),
    '{\n  "a": 1,\n}': (3, 1, "one JSON object"),
    "[1]": (1, 1, "one JSON object"),
}


@pytest.mark.parametrize("schema", PLACES)
def test_a_bad_schema_is_told_with_its_line_and_a_hint(schema: str) -> None:
    with pytest.raises(ValuesError) as caught:
        build(chart("a: 1\n", schema), [])
    line, column, hint = PLACES[schema]
    where, shown = caught.value.where, caught.value.excerpt
    assert where and (where.line, where.column) == (line, column)
    assert hint in (caught.value.hint or "")
    assert shown and shown.splitlines()[1 if line > 1 else 0].strip().startswith(f"{line} |")


def test_a_bad_file_of_a_schema_is_told_with_its_own_line() -> None:
    schema = {"properties": {"a": {"$ref": "files/port.json#/$defs/port"}}}
    with pytest.raises(ValuesError, match=r"files/port\.json, which it refers to") as caught:
        build(chart("", schema, port='{"$defs":\n {"port": {"type": "number "}}}'), [])
    where = caught.value.where
    assert where and (where.source, where.line) == ("files/port.json", 2)
