"""Custom resources by their definition's schema: what is refused, pruned, completed and owned."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.bench import Bench
from tests.contract.test_server import definition

from holdfast.errors import HoldfastError, Invalid
from holdfast.model.manifest import ObjectRef

GROUP = "structural.example.com"
INTEGER, TEXT = {"type": "integer"}, {"type": "string"}
PAIR = {"type": "object", "properties": {"a": INTEGER, "b": INTEGER}}
DEFAULTED = {"type": "object", "properties": {"x": {"type": "integer", "default": 3}}}
FREE = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
SPEC: dict[str, Any] = {
    "size": {"type": "integer", "minimum": 1, "maximum": 5},
    "name": {"type": "string", "pattern": "^[a-z]+$", "minLength": 2, "maxLength": 4},
    "mode": {"type": "string", "enum": ["b", "a"], "default": "a"},
    "level": {"type": "integer", "enum": [1, 2]},
    "port": {"x-kubernetes-int-or-string": True},
    "ratio": {"type": "number", "minimum": 0, "exclusiveMinimum": True, "multipleOf": 0.5},
    "share": {"type": "number", "maximum": 1, "exclusiveMaximum": True},
    "on": {"type": "boolean", "default": True},
    "tags": {"type": "array", "items": TEXT, "minItems": 1, "maxItems": 2},
    "set": {"type": "array", "x-kubernetes-list-type": "set", "items": TEXT},
    "rows": {
        "type": "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["id"],
        "items": {
            "type": "object",
            "required": ["id"],
            "properties": {"id": TEXT, "n": {"type": "integer", "default": 7}},
        },
    },
    "labels": {
        "type": "object",
        "additionalProperties": TEXT,
        "minProperties": 1,
        "maxProperties": 1,
    },
    "free": {**FREE, "properties": {"a": INTEGER}},
    "maybe": {"type": "string", "nullable": True},
    "when": {"type": "string", "format": "date-time"},
    "word": {"type": "string", "pattern": "^[[:upper:]][[:alnum:]]*$"},
    "deep": DEFAULTED,
    "filled": {**DEFAULTED, "default": {}},
    "one": {**PAIR, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
    "any": {
        **PAIR,
        "anyOf": [
            {"required": ["a"]},
            {"properties": {"b": {"minimum": 3}}, "required": ["b"]},
        ],
    },
    "all": {"type": "integer", "allOf": [{"minimum": 3}, {"maximum": 9}]},
    "but": {"type": "integer", "not": {"enum": [3]}},
    "object": {**FREE, "x-kubernetes-embedded-resource": True},
}
SCHEMA = {
    "type": "object",
    "required": ["spec"],
    "properties": {
        "metadata": {
            "type": "object",
            "properties": {"name": {"type": "string", "pattern": "^w"}},
        },
        "spec": {"type": "object", "required": ["size", "name"], "properties": SPEC},
        "status": {"type": "object", "properties": {"phase": {"type": "string", "enum": ["x"]}}},
    },
}
GOOD = {"size": 1, "name": "ab"}
MADE = {**GOOD, "mode": "a", "on": True, "filled": {"x": 3}}
TYPE, VALUE, MISSING = "FieldValueTypeInvalid", "FieldValueInvalid", "FieldValueRequired"


def wrong_type(path: str, wanted: str, got: str) -> tuple[str, str, str]:
    said = f'Invalid value: "{got}": {path} in body must be of type {wanted}: "{got}"'
    return (TYPE, path, said)


def invalid(path: str, value: str, said: str) -> tuple[str, str, str]:
    return (VALUE, path, f"Invalid value: {value}: {path} in body {said}")


def form(path: str, said: str) -> tuple[str, str, str]:
    return (VALUE, "<nil>", f'Invalid value: "": "{path}" {said}')


def missing(path: str) -> tuple[str, str, str]:
    return (MISSING, path, "Required value")


REFUSED: list[tuple[dict[str, Any], list[tuple[str, str, str]]]] = [
    ({"size": 0}, [invalid("spec.size", "0", "should be greater than or equal to 1")]),
    ({"size": 9}, [invalid("spec.size", "9", "should be less than or equal to 5")]),
    ({"size": 1.5}, [wrong_type("spec.size", "integer", "number")]),
    ({"word": "a"}, [invalid("spec.word", '"a"', "should match '^[[:upper:]][[:alnum:]]*$'")]),
    ({"word": "A\n"}, [invalid("spec.word", '"A\\n"', "should match '^[[:upper:]][[:alnum:]]*$'")]),
    ({"name": "A"}, [invalid("spec.name", '"A"', "should be at least 2 chars long")]),
    ({"name": "AB"}, [invalid("spec.name", '"AB"', "should match '^[a-z]+$'")]),
    (
        {"name": "abcde"},
        [("FieldValueTooLong", "spec.name", "Too long: may not be more than 4 bytes")],
    ),
    (
        {"mode": "c"},
        [
            (
                "FieldValueNotSupported",
                "spec.mode",
                'Unsupported value: "c": supported values: "b", "a"',
            )
        ],
    ),
    (
        {"level": 3},
        [
            (
                "FieldValueNotSupported",
                "spec.level",
                'Unsupported value: 3: supported values: "1", "2"',
            )
        ],
    ),
    ({"port": 1.5}, [wrong_type("spec.port", "integer,string", "number")]),
    ({"port": True}, [wrong_type("spec.port", "integer,string", "boolean")]),
    (
        {"ratio": 0},
        [
            (
                VALUE,
                "spec.ratio",
                "Invalid value: 0: factor MultipleOf declared for spec.ratio must be positive: 0",
            ),
            invalid("spec.ratio", "0", "should be greater than 0"),
        ],
    ),
    ({"ratio": 0.3}, [invalid("spec.ratio", "0.3", "should be a multiple of 0.5")]),
    ({"share": 1}, [invalid("spec.share", "1", "should be less than 1")]),
    ({"tags": []}, [invalid("spec.tags", "0", "should have at least 1 items")]),
    (
        {"tags": ["a", "b", "c"]},
        [("FieldValueTooMany", "spec.tags", "Too many: 3: must have at most 2 items")],
    ),
    ({"tags": [None]}, [wrong_type("spec.tags[0]", "string", "null")]),
    (
        {"labels": {"a": "1", "b": "2"}},
        [("FieldValueTooMany", "spec.labels", "Too many: 2: must have at most 1 item")],
    ),
    ({"labels": {}}, [invalid("spec.labels", "0", "should have at least 1 properties")]),
    (
        {"when": "today"},
        [
            (
                TYPE,
                "spec.when",
                'Invalid value: "today": spec.when in body must be of type date-time: "today"',
            )
        ],
    ),
    (
        {"one": {}},
        [
            form("spec.one", "must validate one and only one schema (oneOf). Found none valid"),
            missing("spec.one.a"),
        ],
    ),
    (
        {"one": {"a": 1, "b": 2}},
        [
            form(
                "spec.one",
                "must validate one and only one schema (oneOf). Found 2 valid alternatives",
            )
        ],
    ),
    (
        {"any": {}},
        [form("spec.any", "must validate at least one schema (anyOf)"), missing("spec.any.a")],
    ),
    (
        {"any": {"b": 1}},
        [
            form("spec.any", "must validate at least one schema (anyOf)"),
            invalid("spec.any.b", "1", "should be greater than or equal to 3"),
        ],
    ),
    (
        {"all": 1},
        [
            invalid("spec.all", "1", "should be greater than or equal to 3"),
            form("spec.all", "must validate all the schemas (allOf)"),
        ],
    ),
    ({"but": 3}, [form("spec.but", "must not validate the schema (not)")]),
    ({"object": {"a": 1}}, [missing("spec.object.apiVersion"), missing("spec.object.kind")]),
]
CREATE_ONLY: list[tuple[dict[str, Any], list[tuple[str, str, str]], str]] = [
    (
        {"size": "3"},
        [wrong_type("spec.size", "integer", "string")],
        ".spec.size: expected numeric (int or float), got string",
    ),
    (
        {"name": 5},
        [wrong_type("spec.name", "string", "integer")],
        ".spec.name: expected string, got ",
    ),
    (
        {"on": "yes"},
        [wrong_type("spec.on", "boolean", "string")],
        ".spec.on: expected boolean, got ",
    ),
    ({"tags": "x"}, [wrong_type("spec.tags", "array", "string")], ".spec.tags: expected list, got"),
    ({"deep": []}, [wrong_type("spec.deep", "object", "array")], ".spec.deep: expected map, got "),
    (
        {"set": ["a", "a"]},
        [("FieldValueDuplicate", "spec.set[1]", 'Duplicate value: "a"')],
        '.spec.set: duplicate entries for key [="a"]',
    ),
    (
        {"rows": [{"id": "a"}, {"id": "a"}]},
        [("FieldValueDuplicate", "spec.rows[1]", 'Duplicate value: {"id":"a"}')],
        '.spec.rows: duplicate entries for key [id="a"]',
    ),
    (
        {"rows": [{"n": 1}]},
        [missing("spec.rows[0].id")],
        ".spec.rows: element 0: associative list with keys has an element that omits all key "
        'fields ["id"] (and doesn\'t have default values for any key fields)',
    ),
    (
        {"free": {"zz": 1, "a": "x"}},
        [wrong_type("spec.free.a", "integer", "string")],
        ".spec.free.a: expected numeric (int or float), got string",
    ),
]
UNKNOWN: list[tuple[dict[str, Any], str, str]] = [
    ({"unknown": 1}, 'unknown field "spec.unknown"', ".spec.unknown: field not declared in schema"),
    (
        {"rows": [{"id": "a", "z": 1}]},
        'unknown field "spec.rows[0].z"',
        '.spec.rows[id="a"].z: field not declared in schema',
    ),
    (
        {"object": {"apiVersion": "v1", "kind": "Pod", "metadata": {"bad": 1}}},
        'unknown field "spec.object.metadata.bad"',
        ".spec.object.metadata.bad: field not declared in schema",
    ),
]
PASSED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    ({"size": 2.0}, {"size": 2}),
    ({"mode": None, "on": None}, {}),
    ({"port": "http"}, {"port": "http"}),
    ({"port": 80}, {"port": 80}),
    ({"word": "A1"}, {"word": "A1"}),
    ({"ratio": 1.5}, {"ratio": 1.5}),
    ({"rows": [{"id": "a"}]}, {"rows": [{"id": "a", "n": 7}]}),
    ({"free": {"zz": {"q": 1}, "a": 1}}, {"free": {"zz": {"q": 1}, "a": 1}}),
    ({"maybe": None}, {"maybe": None}),
    ({"deep": {}}, {"deep": {"x": 3}}),
    ({"when": "2026-01-02T03:04:05Z"}, {"when": "2026-01-02T03:04:05Z"}),
    (
        {"object": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "x": 1}},
        {"object": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "x": 1}},
    ),
]


@pytest.fixture
def widgets(bench: Bench) -> Bench:
    """The bench, with a kind that all the cases here share: to install one takes a while."""
    if not bench.cluster.served(f"{GROUP}/v1", "Widget"):
        crd = definition(GROUP)
        version = crd["spec"]["versions"][0]
        version["schema"] = {"openAPIV3Schema": SCHEMA}
        version["subresources"] = {"status": {}}
        bench.cluster.apply(crd)
        bench.eventually(lambda: bench.cluster.served(f"{GROUP}/v1", "Widget"), "it is served")
        bench.eventually(lambda: _knows_schema(bench), "its schema is known")
    return bench


def _knows_schema(bench: Bench) -> bool:
    """Applies learn of a new schema a moment after the kind is served."""
    try:
        bench.cluster.apply(widget(bench), dry_run=True)
        bench.cluster.apply(widget(bench, unknown=1), dry_run=True)
    except HoldfastError as error:
        return "field not declared in schema" in str(error)
    return False


def widget(bench: Bench, /, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "Widget",
        "metadata": {"name": "w", "namespace": bench.namespace},
        "spec": {**GOOD, **spec},
    }


def said(error: Invalid) -> list[tuple[str, str, str]]:
    return sorted((one["reason"], one["field"], one["message"]) for one in error.causes)


def test_what_its_schema_does_not_allow_is_refused(widgets: Bench) -> None:
    for write in (widgets.cluster.create, widgets.cluster.apply):
        for spec, causes in REFUSED:
            with pytest.raises(Invalid) as caught:
                write(widget(widgets, **spec), dry_run=True)
            assert said(caught.value) == sorted(causes), spec
            assert caught.value.status == 422
            assert f'Widget.{GROUP} "w" is invalid: ' in caught.value.detail


def test_what_has_another_type_or_key_is_refused_by_each_way_of_writing(widgets: Bench) -> None:
    for spec, causes, words in CREATE_ONLY:
        with pytest.raises(Invalid) as caught:
            widgets.cluster.create(widget(widgets, **spec), dry_run=True)
        assert said(caught.value) == sorted(causes), spec
        with pytest.raises(HoldfastError) as applied:
            widgets.cluster.apply(widget(widgets, **spec), dry_run=True)
        assert words in str(applied.value), spec


def test_what_is_missing_is_named(widgets: Bench) -> None:
    obj = {**widget(widgets), "spec": {}}
    for write in (widgets.cluster.create, widgets.cluster.apply):
        with pytest.raises(Invalid) as caught:
            write(obj, dry_run=True)
        assert said(caught.value) == [missing("spec.name"), missing("spec.size")]
    del obj["spec"]
    with pytest.raises(Invalid) as caught:
        widgets.cluster.create(obj, dry_run=True)
    assert said(caught.value) == [missing("spec")]


def test_a_schema_may_restrict_the_name(widgets: Bench) -> None:
    obj = widget(widgets)
    obj["metadata"]["name"] = "other"
    with pytest.raises(Invalid) as caught:
        widgets.cluster.create(obj, dry_run=True)
    assert said(caught.value) == [invalid("metadata.name", '"other"', "should match '^w'")]


def test_a_field_that_the_schema_does_not_know_is_refused(widgets: Bench) -> None:
    for spec, created, applied in UNKNOWN:
        with pytest.raises(Invalid) as caught:
            widgets.cluster.create(widget(widgets, **spec), dry_run=True)
        assert f"strict decoding error: {created}" in caught.value.detail
        with pytest.raises(HoldfastError) as refused:
            widgets.cluster.apply(widget(widgets, **spec), dry_run=True)
        assert applied in str(refused.value)


def test_defaults_are_filled_in_and_what_is_free_stays(widgets: Bench) -> None:
    for write in (widgets.cluster.create, widgets.cluster.apply):
        for spec, made in PASSED:
            got = write(widget(widgets, **spec), dry_run=True)
            assert got["spec"] == {**MADE, **made}, spec


def test_a_null_is_dropped_from_a_create_and_refused_of_an_apply(widgets: Bench) -> None:
    made = widgets.cluster.create(widget(widgets, deep=None), dry_run=True)
    assert made["spec"] == MADE
    with pytest.raises(Invalid) as caught:
        widgets.cluster.apply(widget(widgets, deep=None), dry_run=True)
    assert said(caught.value) == [wrong_type("spec.deep", "object", "null")]


def test_patches_keep_to_the_schema_too(widgets: Bench) -> None:
    widgets.cluster.create(widget(widgets))
    ref = ObjectRef(f"{GROUP}/v1", "Widget", widgets.namespace, "w")
    with pytest.raises(Invalid) as caught:
        widgets.cluster.patch(ref, {"spec": {"size": 9}})
    assert said(caught.value) == [invalid("spec.size", "9", "should be less than or equal to 5")]
    patched = widgets.cluster.patch(ref, {"spec": {"size": 2, "mode": None}})
    assert patched["spec"] == {**MADE, "size": 2}


def test_the_status_has_a_door_of_its_own_and_the_same_schema(widgets: Bench) -> None:
    made = widgets.cluster.create({**widget(widgets), "status": {"phase": "no"}})
    assert "status" not in made
    ref = ObjectRef(f"{GROUP}/v1", "Widget", widgets.namespace, "w")
    with pytest.raises(Invalid) as caught:
        widgets.cluster.patch(ref, {"status": {"phase": "no"}}, subresource="status")
    assert [one["field"] for one in caught.value.causes] == ["status.phase"]
    asked = {"status": {"phase": "x"}, "spec": {"size": 9}}
    got = widgets.cluster.patch(ref, asked, subresource="status")
    assert (got["status"], got["spec"]) == ({"phase": "x"}, MADE)


def test_items_with_keys_are_owned_one_by_one(widgets: Bench) -> None:
    widgets.cluster.apply(widget(widgets, rows=[{"id": "a"}], set=["x"]))
    other = widget(widgets, rows=[{"id": "b", "n": 1}], set=["y"])
    both = widgets.other.apply(other)
    assert both["spec"]["rows"] == [{"id": "a", "n": 7}, {"id": "b", "n": 1}]
    assert both["spec"]["set"] == ["x", "y"]
    left = widgets.cluster.apply(widget(widgets))
    assert left["spec"]["rows"] == [{"id": "b", "n": 1}] and left["spec"]["set"] == ["y"]


def test_what_was_wrong_before_and_stays_as_it_was_is_let_be(widgets: Bench) -> None:
    """A definition may become stricter: an update is judged by what it changes."""
    group = f"{widgets.namespace}.example.com"
    crd = definition(group)
    schema = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    schema["properties"]["spec"]["properties"]["color"] = TEXT
    widgets.cluster.apply(crd)
    widgets.eventually(lambda: widgets.cluster.served(f"{group}/v1", "Widget"), "it is served")
    obj = {**widget(widgets), "apiVersion": f"{group}/v1", "spec": {"size": 1}}
    widgets.cluster.create(obj)
    schema["properties"]["spec"]["properties"]["size"]["minimum"] = 5
    widgets.cluster.apply(crd)
    ref = ObjectRef(f"{group}/v1", "Widget", widgets.namespace, "w")

    def stricter() -> bool:
        try:
            widgets.cluster.patch(ref, {"spec": {"size": 2}}, dry_run=True)
        except Invalid:
            return True
        return False

    widgets.eventually(stricter, "the stricter schema holds")
    after = widgets.cluster.patch(ref, {"spec": {"color": "red"}})
    assert after["spec"]["color"] == "red"
    named = ObjectRef("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", f"widgets.{group}")
    widgets.cluster.delete(named)
    widgets.gone(named)
