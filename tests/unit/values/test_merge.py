"""Layers over layers: maps merge, all else replaces, null deletes, origins survive."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import Where
from holdfast.model.values import Layer, Path, Values
from holdfast.values import file_layers, merge, parse_set

CHART = Where("web/values.yaml", kind="chart")


def chart(tree: dict[str, Any]) -> Layer:
    return Layer(tree, {(): CHART})


def file(tree: dict[str, Any], name: str = "a.yaml") -> Layer:
    return Layer(tree, {(): Where(name)})


def flag(text: str) -> Layer:
    return Layer({}, edits=parse_set(text, "set", lambda _: b""))


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        pytest.param([{"a": 1}, {"b": 2}], {"a": 1, "b": 2}, id="keys join"),
        pytest.param([{"a": {"x": 1}}, {"a": {"y": 2}}], {"a": {"x": 1, "y": 2}}, id="maps merge"),
        pytest.param([{"a": [1, 2]}, {"a": [3]}], {"a": [3]}, id="lists replace"),
        pytest.param([{"a": {"x": 1}}, {"a": 5}], {"a": 5}, id="a scalar replaces a map"),
        pytest.param([{"a": 5}, {"a": {"x": 1}}], {"a": {"x": 1}}, id="a map replaces a scalar"),
        pytest.param([{"a": 1}, {"a": None}], {}, id="null deletes"),
        pytest.param([{"a": {"x": 1, "y": 2}}, {"a": {"x": None}}], {"a": {"y": 2}}, id="deep"),
        pytest.param([{"a": {"x": 1}}, {"a": None}], {}, id="null deletes a map"),
        pytest.param([{}, {"a": None}], {}, id="null over nothing"),
        pytest.param([{}, {"a": {"x": None}}], {"a": {}}, id="null in a new map"),
        pytest.param([{"a": None}], {}, id="a chart's own null"),
        pytest.param([{"a": None}, {"a": 1}], {"a": 1}, id="a value over null"),
        pytest.param([{"a": {"x": 1}}, {"a": None}, {"a": {"z": 3}}], {"a": {"z": 3}}, id="stays"),
        pytest.param([{"a": {"x": 1}}, {"a": 5}, {"a": {"z": 3}}], {"a": {"z": 3}}, id="stays 2"),
        pytest.param([{}, {"a": [None, {"x": None}]}], {"a": [None, {"x": None}]}, id="in lists"),
    ],
)
def test_rules(layers: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    below, *above = layers
    assert merge(chart(below), *map(file, above)).tree == expected


@pytest.mark.parametrize(
    ("text", "expected", "supplied"),
    [
        ("a[1]=x", {"a": ["p", "x"]}, {"a": ["p", "x"]}),
        ("a[3]=x", {"a": ["p", "q", None, "x"]}, {"a": ["p", "q", None, "x"]}),
        ("a[1]=null", {"a": ["p", None]}, {"a": ["p", None]}),
        ("a[0].b=1", {"a": [{"b": 1}, "q"]}, {"a": [{"b": 1}, "q"]}),
        ("a=null", {}, {"a": None}),
        ("a.b=1", {"a": {"b": 1}}, {"a": {"b": 1}}),
    ],
)
def test_an_index_edits_the_charts_list(text: str, expected: Any, supplied: Any) -> None:
    values = merge(chart({"a": ["p", "q"]}), flag(text))
    assert (values.tree, values.supplied) == (expected, supplied)


def test_null_removes_a_field_of_a_list_item() -> None:
    values = merge(chart({"a": [{"b": 1, "c": 2}]}), flag("a[0].b=null"))
    assert values.tree == {"a": [{"c": 2}]}
    assert values.supplied == {"a": [{"c": 2}]}


def test_supplied_keeps_nulls_and_leaves_the_chart_out() -> None:
    values = merge(chart({"a": 1, "b": {"x": 1}}), file({"b": {"x": None}, "c": None, "d": 4}))
    assert values.supplied == {"b": {"x": None}, "c": None, "d": 4}


def test_supplied_keeps_what_an_earlier_file_deleted() -> None:
    base = chart({"a": {"x": 1, "y": {"z": 2}}})
    values = merge(base, file({"a": None}), file({"a": {"y": {"q": 3}}}))
    assert values.tree == {"a": {"y": {"q": 3}}}
    assert merge(base, file(values.supplied)).tree == values.tree


def test_a_stored_release_is_supplied_too() -> None:
    stored = Layer({"a": 1}, {(): Where("web revision 3", kind="release")})
    values = merge(chart({"a": 0, "b": 0}), stored, flag("c=2"))
    assert values.supplied == {"a": 1, "c": 2}
    assert values.origin(("a",)) == Where("web revision 3", kind="release")


def test_origins_and_what_they_beat() -> None:
    (below,) = file_layers("a:\n  x: 1\n  q: 2\n", source="a.yaml")
    (above,) = file_layers("a:\n  x: 3\n", source="b.yaml")
    values = merge(below, above, flag("a.x=4"))
    assert values.origins[("a", "x")] == Where("--set a.x", kind="flag")
    assert values.overrides[("a", "x")] == (Where("b.yaml", 2, 3), Where("a.yaml", 2, 3))
    assert values.origins[("a", "q")] == Where("a.yaml", 3, 3)
    assert ("a", "q") not in values.overrides


def test_a_deleted_value_is_still_beaten_when_it_comes_back() -> None:
    values = merge(chart({"a": 1}), file({"a": None}, "n.yaml"), file({"a": 2}, "b.yaml"))
    assert values.overrides[("a",)] == (Where("n.yaml"), CHART)


def test_an_edited_list_keeps_the_origins_of_its_other_items() -> None:
    (below,) = file_layers("a:\n- x\n- y\n", source="a.yaml")
    values = merge(below, flag("a[1]=z"))
    assert values.origins[("a", 0)] == Where("a.yaml", 2, 3)
    assert values.origins[("a", 1)] == Where("--set a[1]", kind="flag")
    assert values.overrides[("a", 1)] == (Where("a.yaml", 3, 3),)


def test_declared_are_the_charts_paths_null_ones_too() -> None:
    values = merge(chart({"a": None, "b": [{"c": 1}]}), file({"d": 1}))
    assert values.declared == {("a",), ("b",), ("b", 0), ("b", 0, "c")}


def test_layers_are_not_changed_or_shared() -> None:
    below, above = {"a": {"x": [1]}}, {"a": {"y": [2]}}
    values = merge(chart(below), file(above), flag("a.x[0]=9,a.z=1"))
    values.tree["a"]["y"].append(3)
    values.supplied["a"]["y"].append(4)
    assert (below, above) == ({"a": {"x": [1]}}, {"a": {"y": [2]}})
    assert values.tree["a"]["y"] == [2, 3]


def test_deep_trees_merge() -> None:
    deep: Any = 1
    for _ in range(200):
        deep = {"a": deep}
    assert merge(chart(deep), file(deep)).tree == deep


keys = st.sampled_from("abc")
scalars = st.integers(0, 3) | st.lists(st.integers(0, 2), max_size=2)
trees = st.recursive(
    st.dictionaries(keys, scalars, max_size=3),
    lambda inner: st.dictionaries(keys, scalars | inner, max_size=3),
    max_leaves=6,
)
nullable = st.recursive(
    st.dictionaries(keys, scalars | st.none(), max_size=3),
    lambda inner: st.dictionaries(keys, scalars | st.none() | inner, max_size=3),
    max_leaves=6,
)
maps = st.recursive(
    st.just({}), lambda inner: st.dictionaries(keys, inner, max_size=3), max_leaves=6
)
edits = st.lists(
    st.sampled_from(["a=1", "a.b=2", "a[1]=3", "b=null", "a.b[0].c=4", "c={x}", "c[0]=null"]),
    max_size=3,
)


def paths(tree: Any, path: Path = ()) -> list[Path]:
    found = [path]
    if isinstance(tree, dict | list):
        for key, item in tree.items() if isinstance(tree, dict) else enumerate(tree):
            found += paths(item, (*path, key))
    return found


def at(tree: Any, path: Path) -> Any:
    for part in path:
        tree = tree[part]
    return tree


def leaves(tree: Any) -> list[Path]:
    return [path for path in paths(tree) if not isinstance(at(tree, path), dict)]


@given(maps, maps, maps)
def test_merging_maps_is_associative(
    one: dict[str, Any], two: dict[str, Any], three: dict[str, Any]
) -> None:
    left = merge(file(merge(file(one), file(two)).tree), file(three))
    right = merge(file(one), file(merge(file(two), file(three)).tree))
    assert left.tree == right.tree == merge(file(one), file(two), file(three)).tree


@given(trees, trees)
def test_the_later_layer_wins(below: dict[str, Any], above: dict[str, Any]) -> None:
    values = merge(file(below), file(above))
    assert all(at(values.tree, path) == at(above, path) for path in leaves(above))


@given(st.lists(trees, min_size=1, max_size=3))
def test_an_origin_is_the_layer_whose_value_it_is(found: list[dict[str, Any]]) -> None:
    values = merge(*(file(tree, str(n)) for n, tree in enumerate(found)))
    for path in leaves(values.tree):
        source = found[int(values.origins[path].source)]
        assert at(source, path) == at(values.tree, path)
        assert all(int(o.source) < int(values.origins[path].source) for o in beaten(values, path))


def beaten(values: Values, path: Path) -> tuple[Where, ...]:
    return values.overrides.get(path, ())


@given(nullable, st.lists(nullable, max_size=3), edits)
def test_supplied_over_the_chart_gives_the_same_values(
    base: dict[str, Any], found: list[dict[str, Any]], texts: list[str]
) -> None:
    values = merge(chart(base), *map(file, found), *map(flag, texts))
    assert merge(chart(base), file(values.supplied)).tree == values.tree


@given(nullable, st.lists(nullable, max_size=3), edits)
def test_every_value_has_an_origin_and_no_map_keeps_a_null(
    base: dict[str, Any], found: list[dict[str, Any]], texts: list[str]
) -> None:
    values = merge(chart(base), *map(file, found), *map(flag, texts))
    assert set(paths(values.tree)) == set(values.origins)
    assert not any(
        at(values.tree, path) is None and isinstance(path[-1], str) for path in leaves(values.tree)
    )
