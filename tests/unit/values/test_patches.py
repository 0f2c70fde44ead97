"""Keyed patches: `$patch(name)` in files and `[name=x]` in flags change items of a list below."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import SetSyntaxError, ValuesError, Where
from holdfast.model.values import Layer, Values
from holdfast.values import file_layers, merge, parse_set

CHART = "env: [{name: TZ, value: CET}, {name: OLD, value: x}, {name: LAST, value: z}]\nports: []\n"


def chart(text: str = CHART) -> Layer:
    (layer,) = file_layers(text, source="web/values.yaml")
    return Layer(layer.tree, {path: Where(o.source, o.line, o.column, "chart")
                              for path, o in layer.origins.items()})  # fmt: skip


def file(text: str, name: str = "prod.yaml") -> Layer:
    (layer,) = file_layers(text, source=name)
    return layer


def flag(text: str, kind: str = "set") -> Layer:
    return Layer({}, edits=parse_set(text, kind, lambda _: b"from a file"))


def env(values: Values) -> dict[str, Any]:
    return {item["name"]: item.get("value") for item in values.tree["env"]}


PATCH = """\
env:
  $patch(name):
    TZ: {value: UTC}
    OLD: null
    NEW: {value: new}
"""


def test_a_file_changes_removes_and_appends_items() -> None:
    values = merge(chart(), file(PATCH))
    assert values.tree["env"] == [
        {"name": "TZ", "value": "UTC"},
        {"name": "LAST", "value": "z"},
        {"name": "NEW", "value": "new"},
    ]


def test_origins_per_item_and_field() -> None:
    values = merge(chart(), file(PATCH), flag("env[name=TZ].value=PST"))
    assert values.origins[("env", 0, "name")] == Where("web/values.yaml", 1, 8, "chart")
    assert values.origins[("env", 0, "value")] == Where("--set env[name=TZ].value", kind="flag")
    assert values.overrides[("env", 0, "value")] == (
        Where("prod.yaml", 3, 10),
        Where("web/values.yaml", 1, 18, "chart"),
    )
    assert values.origins[("env", 1)] == Where("web/values.yaml", 1, 54, "chart")
    assert values.origins[("env", 2, "value")] == Where("prod.yaml", 5, 11)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("env[name=TZ].value=UTC", "set", {"TZ": "UTC", "OLD": "x", "LAST": "z"}),
        ("env[name=TZ].value=1", "set", {"TZ": 1, "OLD": "x", "LAST": "z"}),
        ("env[name=TZ].value=1", "set-string", {"TZ": "1", "OLD": "x", "LAST": "z"}),
        ('env[name=TZ].value={"a": 1}', "set-json", {"TZ": {"a": 1}, "OLD": "x", "LAST": "z"}),
        ('env[name=TZ]={"value": 2}', "set-json", {"TZ": 2, "OLD": "x", "LAST": "z"}),
        ("env[name=TZ].value=f", "set-file", {"TZ": "from a file", "OLD": "x", "LAST": "z"}),
        ("env[name=TZ].value=a,b=\\c", "set-literal", {"TZ": "a,b=\\c", "OLD": "x", "LAST": "z"}),
        ("env[name=TZ].value=null", "set", {"TZ": None, "OLD": "x", "LAST": "z"}),
        ("env[name=OLD]=null", "set", {"TZ": "CET", "LAST": "z"}),
        ("env[name=OLD]=null", "set-json", {"TZ": "CET", "LAST": "z"}),
        ("env[name=NO]=null", "set", {"TZ": "CET", "OLD": "x", "LAST": "z"}),
        ("env[name=N].value=1", "set", {"TZ": "CET", "OLD": "x", "LAST": "z", "N": 1}),
        ("env[name=a\\]b].value=1", "set", {"TZ": "CET", "OLD": "x", "LAST": "z", "a]b": 1}),
        ("env[name=a.b=c,d].value=1", "set", {"TZ": "CET", "OLD": "x", "LAST": "z", "a.b=c,d": 1}),
    ],
)
def test_flags_name_an_item_by_a_field(text: str, kind: str, expected: dict[str, Any]) -> None:
    assert env(merge(chart(), flag(text, kind))) == expected


@pytest.mark.parametrize(
    ("text", "kind", "item"),
    [
        ("ports[port=80].name=a", "set", {"port": 80, "name": "a"}),
        ("ports[port=80].name=a", "set-string", {"port": "80", "name": "a"}),
        ("ports[port=080].name=a", "set", {"port": "080", "name": "a"}),
        ("ports[on=true].name=a", "set", {"on": True, "name": "a"}),
        ('ports[port=80]={"port": 80, "name": "a"}', "set-json", {"port": 80, "name": "a"}),
    ],
)
def test_the_key_of_a_new_item_is_typed_as_the_flag_types(text: str, kind: str, item: Any) -> None:
    assert merge(chart(), flag(text, kind)).tree["ports"] == [item]


def test_numbers_compare_as_text() -> None:
    ports = chart("ports: [{port: 80}, {port: '81'}, {port: 1.5}, {port: true}]")
    text = "ports[port=80].a=1,ports[port=81].a=2,ports[port=1.5].a=3,ports[port=true].a=4"
    found = merge(ports, flag(text)).tree["ports"]
    assert [item["a"] for item in found] == [1, 2, 3, 4]


def test_a_files_item_may_say_the_type_of_its_key() -> None:
    text = "ports: {$patch(port): {80: {name: a}, 81: {port: '81'}}}"
    found = merge(chart(), file(text)).tree["ports"]
    assert found == [{"port": 80, "name": "a"}, {"port": "81"}]


def test_a_patch_inside_of_a_patch() -> None:
    base = chart("pods: [{name: web, env: [{name: A, value: 1}, {name: B, value: 2}]}]")
    text = "pods: {$patch(name): {web: {env: {$patch(name): {B: {value: 3}}}}}}"
    expected = [{"name": "web", "env": [{"name": "A", "value": 1}, {"name": "B", "value": 3}]}]
    assert merge(base, file(text)).tree["pods"] == expected
    flags = flag("pods[name=web].env[name=B].value=3")
    assert merge(base, flags).tree["pods"] == expected
    assert merge(base, flags).supplied == file(text).tree


def test_a_list_that_is_not_there_starts_empty() -> None:
    text = "a: {$patch(name): {x: {v: 1}, y: null}}"
    assert merge(chart("b: 1"), file(text)).tree["a"] == [{"name": "x", "v": 1}]
    assert merge(chart("a: [1]"), file("a: null"), file(text)).tree["a"] == [{"name": "x", "v": 1}]


@pytest.mark.parametrize(
    ("base", "text", "words", "place"),
    [
        ("a: [{k: 1}, {k: '1'}]", "a: {$patch(k): {1: {v: 1}}}", "a[k=1]: 2 items have this k", 17),
        ("a: {b: 1}", "a: {$patch(k): {x: {v: 1}}}", "a: it is a map, not a list", 1),
        ("a: 5", "a: {$patch(k): {x: {v: 1}}}", "a: it is a single value, not a list", 1),
        ("a: [x]", "a: {$patch(k): {x: {v: 1}}}", "a: the list has an item that is no map", 17),
        ("a: []", "a: {$patch(): {}}", "must name one field", 1),
        ("a: []", "a: {$patch(k: {}}", "must name one field", 1),
        ("a: []", "a: {$patch(a.b): {}}", "must name one field", 1),
        ("a: []", "a: {$patch(k): {}, b: 1}", "a: beside $patch(k) stands 'b'", 1),
        ("a: []", "a: {$patch(k): [x]}", "it must be a map from each item's key", 1),
        ("a: []", "a: {$patch(k): {x: 1}}", "a[k=x]: an item's changes are a map", 17),
        ("a: []", "a: {$patch(k): {'': {v: 1}}}", "the item's k is empty", 17),
        ("a: []", "a: {$patch(k): {x: {k: y}}}", "a[k=x].k: the field that names", 17),
        ("a: []", "a: {$patch(k): {x: {k: null}}}", "a[k=x].k: the field that names", 17),
        ("a: []", "a: [{b: {$patch(k): {}}}]", "in a list that replaces", 6),
    ],
)
def test_a_wrong_patch_is_refused_at_its_place(
    base: str, text: str, words: str, place: int
) -> None:
    with pytest.raises(ValuesError) as caught:
        merge(chart(base), file(text))
    assert words in caught.value.message
    assert caught.value.where == Where("prod.yaml", 1, place)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("env[name=TZ]=x", "set a field of the item"),
        ("env[name=TZ]={x}", "set a field of the item"),
        ("env[name=TZ].name=x", "name names the item"),
        ("env[a.b=TZ].c=x", "one field of the item"),
        ("env[=TZ].c=x", "has no field"),
        ("env[name=].c=x", "has no text"),
        ("env[name=TZ.c=x", "'[' is not closed"),
        ("env[name=TZ]c=x", "after ']'"),
        ("env[k=" + "9" * 4301 + "].c=x", "more than 4300 digits"),
        ("env[name=TZ].value=1,env.a=2", "makes env a list"),
    ],
)
def test_a_wrong_key_in_a_flag_is_refused(text: str, words: str) -> None:
    with pytest.raises(SetSyntaxError) as caught:
        parse_set(text, "set", lambda _: b"")
    assert words in caught.value.message


def test_a_flag_that_fits_several_items_names_itself() -> None:
    with pytest.raises(ValuesError, match=r"patching a\[k=1\]: 2 items have this k") as caught:
        merge(chart("a: [{k: 1}, {k: 1}]"), flag("a[k=1].v=secret"))
    assert caught.value.where == Where("--set a[k=1].v", kind="flag")


def test_kubernetes_own_patch_words_are_data() -> None:
    tree = {"a": {"$patch": "delete", "$deleteFromPrimitiveList/x": [1]}}
    assert merge(Layer(tree, {(): Where("f")})).tree == tree


def test_supplied_keeps_the_patch_so_that_other_items_follow_the_chart() -> None:
    values = merge(chart(), file(PATCH), flag("env[name=TZ].value=PST"))
    assert values.supplied == {
        "env": {"$patch(name)": {"TZ": {"value": "PST"}, "OLD": None, "NEW": {"value": "new"}}}
    }
    newer = chart(CHART.replace("value: z", "value: newer"))
    assert env(merge(newer, file(json.dumps(values.supplied))))["LAST"] == "newer"


def test_what_no_single_patch_says_is_supplied_as_the_whole_list() -> None:
    values = merge(chart(), flag("env[name=OLD]=null"), flag("env[name=OLD].value=again"))
    assert values.supplied == {"env": values.tree["env"]}


NAMES = st.sampled_from(["a", "b", "c", "1"])
FIELDS = st.dictionaries(
    st.sampled_from(["v", "w"]), st.integers(0, 2) | st.none() | st.just({"m": 1}), max_size=2
)
ITEMS = st.lists(NAMES, max_size=4, unique=True).flatmap(
    lambda names: st.tuples(*(FIELDS.map(lambda f, n=n: {"k": n, **f}) for n in names))
)
PATCHES = st.dictionaries(NAMES, FIELDS | st.none(), max_size=3)
FLAGS = ("l[k=a].v=1", "l[k=b]=null", "l[k=1].w.m=2", "l[0]=null", "l=null", "l[k=d].v=1")
TEXTS = st.lists(st.sampled_from(FLAGS), max_size=3)


def layer(tree: dict[str, Any]) -> Layer:
    return Layer(tree, {(): Where("f")})


def patch(items: dict[str, Any]) -> Layer:
    return layer({"l": {"$patch(k)": items}})


@given(ITEMS, PATCHES, PATCHES)
def test_patch_then_patch_is_what_supplied_says_in_one(
    items: tuple[Any, ...], one: dict[str, Any], two: dict[str, Any]
) -> None:
    base = Layer({"l": list(items)}, {(): Where("c", kind="chart")})
    values = merge(base, patch(one), patch(two))
    assert merge(merge_base(base, patch(one)), patch(two)).tree == values.tree
    assert merge(base, layer(values.supplied)).tree == values.tree


def merge_base(*layers: Layer) -> Layer:
    return Layer(merge(*layers).tree, {(): Where("c", kind="chart")})


@given(ITEMS, PATCHES)
def test_untouched_items_keep_place_and_origin(items: tuple[Any, ...], one: dict[str, Any]) -> None:
    base = Layer({"l": list(items)}, {(): Where("c", kind="chart")})
    values = merge(base, patch(one))
    names = [item["k"] for item in items if one.get(item["k"], {}) is not None]
    assert [item["k"] for item in values.tree["l"]][: len(names)] == names
    for index, item in enumerate(values.tree["l"][: len(names)]):
        if item["k"] not in one:
            assert item == merge(base).tree["l"][[i["k"] for i in items].index(item["k"])]
            assert values.origins[("l", index)].kind == "chart"


@given(ITEMS, st.lists(PATCHES, max_size=2), TEXTS)
def test_supplied_over_the_chart_gives_the_same_list(
    items: tuple[Any, ...], patches: list[dict[str, Any]], texts: list[str]
) -> None:
    base = Layer({"l": list(items)}, {(): Where("c", kind="chart")})
    try:
        values = merge(base, *map(patch, patches), *map(flag, texts))
    except ValuesError:
        return  # a null item in the list, then a key: refused
    assert merge(base, layer(values.supplied)).tree == values.tree


@given(st.lists(st.sampled_from(["x", "x.v"]), min_size=1, max_size=3), PATCHES, PATCHES)
def test_supplied_holds_where_maps_above_come_and_go(
    steps: list[str], one: dict[str, Any], two: dict[str, Any]
) -> None:
    base = Layer({"x": {"l": [{"k": "a", "v": 5}]}}, {(): Where("c", kind="chart")})
    gone = [layer({"x": None if step == "x" else 5}) for step in steps]
    inner = [layer({"x": {"l": {"$patch(k)": p}}}) for p in (one, two)]
    values = merge(base, *gone, *inner)
    assert merge(base, layer(values.supplied)).tree == values.tree
