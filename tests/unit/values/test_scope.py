"""Values of charts in charts: layers, null, globals; what is stored gives the same again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.values.trees import DB, merged, tree, values

from holdfast.errors import ValuesError, Where
from holdfast.model.values import Layer
from holdfast.values import build


@pytest.mark.parametrize(
    ("spec", "texts", "db"),
    [
        # Layers, low to high: each row adds the next one.
        ({"db": {"schema": {"properties": {"a": {"default": 1}}}}}, (), {"a": 1}),
        ({"db": {"schema": {"properties": {"a": {"default": 1}}}, "values": "a: 2"}}, (), {"a": 2}),
        ({"values": "db: {a: 3}", "db": {"values": "a: 2"}}, (), {"a": 3}),
        ({"values": "db: {a: 3}", "db": {"values": "a: 2"}}, ("db: {a: 4}",), {"a": 4}),
        ({"values": "db: {a: 3}", "db": {"values": "a: 2"}}, ("--set db.a=5",), {"a": 5}),
        # The parent's schema is the lowest of all, below the subchart's own file.
        (
            {
                "schema": {"properties": {"db": {"properties": {"a": {"default": 9}}}}},
                "db": {"values": "a: 2"},
            },
            (),
            {"a": 2},
        ),
        # Maps merge, lists replace, an index edits the subchart's default.
        ({"values": "db: {a: {w: 3}}", "db": DB}, (), {"a": {"x": 1, "w": 3}}),
        ({"values": "db: {l: [3]}", "db": {"values": "l: [1, 2]"}}, (), {"l": [3]}),
        ({"db": {"values": "l: [1, 2]"}}, ("--set db.l[1]=9",), {"l": [1, 9]}),
        # A chart without values is an empty map.
        ({"db": {}}, (), {}),
    ],
)
def test_layers(spec: dict[str, Any], texts: tuple[str, ...], db: Any) -> None:
    assert merged(spec, *texts)["db"] == db


# Row by row what Helm 4.2 does, and ours. "stays" means a key with the value null.
NULLS = [
    ("user null, key in chart defaults", "removed", {"values": "a: 1"}, ("a: null",), {}),
    ("nested", "removed", {"values": "m: {a: 1, b: 2}"}, ("m: {a: null}",), {"m": {"b": 2}}),
    ("the whole map", "removed", {"values": "m: {a: 1}"}, ("m: null",), {}),
    ("user null, key NOT in defaults", "stays, nil", {"values": "b: 1"}, ("a: null",), {"b": 1}),
    ("chart default null", "dropped", {"values": "a: null"}, (), {}),
    ("user null for a subchart default", "removed", {"db": DB}, ("db: {a: null}",), {"db": {}}),
    ("the same by --set", "removed", {"db": DB}, ("--set db.a=null",), {"db": {}}),
    (
        "null in PARENT values for a subchart default, user silent",
        "default comes back",
        {"values": "db: {a: {x: null}}", "db": DB},
        (),
        {"db": {"a": {"w": 2}}},
    ),
    (
        "same, but user sets any sibling key",
        "removed",
        {"values": "db: {a: {x: null}}", "db": DB},
        ("db: {z: 1}",),
        {"db": {"a": {"w": 2}, "z": 1}},
    ),
    (
        "null two levels down, by the root",
        "default comes back",
        {"values": "db: {log: {a: null}}", "db": {"log": {"values": "a: 1\nb: 2"}}},
        (),
        {"db": {"log": {"b": 2}}},
    ),
    (
        "null deletes the subchart's schema default",
        "no defaults from schemas",
        {"db": {"schema": {"properties": {"a": {"default": 1}}}}},
        ("db: {a: null}",),
        {"db": {}},
    ),
    (
        "user scalar over default map",
        "user wins, a warning",
        {"db": DB},
        ("db: {a: 5}",),
        {"db": {"a": 5}},
    ),
    ("list over list", "replaced", {"values": "l: [1]"}, ("l: [2]",), {"l": [2]}),
    (
        "integers",
        "1000000 prints 1e+06",
        {"db": {"values": "k: 100000000000000000001"}},
        (),
        {"db": {"k": 100000000000000000001}},
    ),
    # `sub: null` for a whole subchart means: its own defaults.
    (
        "whole subchart, by the user",
        "removed",
        {"db": DB},
        ("db: null",),
        {"db": {"a": {"x": 1, "w": 2}}},
    ),
    (
        "whole subchart, what the parent said goes",
        "removed",
        {"values": "db: {a: {x: 7}}", "db": DB},
        ("--set db=null",),
        {"db": {"a": {"x": 1, "w": 2}}},
    ),
    (
        "whole subchart in an earlier file",
        "removed, then set",
        {"values": "db: {a: {x: 7}, q: 1}", "db": DB},
        ("db: null", "db: {z: 1}"),
        {"db": {"a": {"x": 1, "w": 2}, "z": 1}},
    ),
    (
        "whole subchart by the parent",
        "removed",
        {"values": "db: null", "db": DB},
        (),
        {"db": {"a": {"x": 1, "w": 2}}},
    ),
    (
        "a subchart's subchart",
        "removed",
        {"values": "db: {log: {a: 7}}", "db": {"values": "log: {a: 5}", "log": {"values": "a: 1"}}},
        ("db: {log: null}",),
        {"db": {"log": {"a": 1}}},
    ),
]


@pytest.mark.parametrize(
    ("helm", "spec", "texts", "expected"),
    [row[1:] for row in NULLS],
    ids=[row[0] for row in NULLS],
)
def test_null(
    helm: str, spec: dict[str, Any], texts: tuple[str, ...], expected: dict[str, Any]
) -> None:
    assert helm, "the row says what Helm does"
    assert merged(spec, *texts) == expected


@pytest.mark.parametrize("row", NULLS, ids=[row[0] for row in NULLS])
def test_supplied_values_give_the_same_again(row: Any) -> None:
    _, _, spec, texts, expected = row
    stored = values(spec, *texts).supplied
    again = Layer(stored, {(): Where("web revision 1", kind="release")})
    assert build(tree(spec), [again]).tree == expected


GLOBALS = [
    ("handed down", {"values": "global: {g: 1}", "db": {}}, (), {"g": 1}),
    (
        "over any depth",
        {"values": "global: {g: 1}", "db": {"values": "global: {g: 2}"}},
        ("global: {h: 3}",),
        {"g": 1, "h": 3},
    ),
    (
        "the root's wins",
        {"values": "global: {g: 1}", "db": {"values": "global: {g: 2}"}},
        (),
        {"g": 1},
    ),
    (
        "maps merge, the child's own stay",
        {"values": "global: {m: {a: 1}}", "db": {"values": "global: {m: {b: 2}, own: 3}"}},
        (),
        {"m": {"a": 1, "b": 2}, "own": 3},
    ),
    (
        "null by the user",
        {"values": "global: {g: 1}", "db": {"values": "global: {g: 2, h: 3}"}},
        ("global: {g: null}",),
        {"h": 3},
    ),
    (
        "null for a global that only the child has",
        {"db": {"values": "global: {m: {g: 2, h: 3}}"}},
        ("--set global.m.g=null",),
        {"m": {"h": 3}},
    ),
    ("null for all globals", {"db": {"values": "global: {g: 2}"}}, ("global: null",), None),
    (
        "null by the parent",
        {"values": "db: {global: {g: null}}", "db": {"values": "global: {g: 2}"}},
        (),
        {},
    ),
    (
        "a list replaces",
        {"values": "global: {g: [1]}", "db": {"values": "global: {g: [2, 3]}"}},
        (),
        {"g": [1]},
    ),
]


@pytest.mark.parametrize(
    ("spec", "texts", "expected"), [row[1:] for row in GLOBALS], ids=[row[0] for row in GLOBALS]
)
def test_globals(spec: dict[str, Any], texts: tuple[str, ...], expected: Any) -> None:
    assert merged(spec, *texts)["db"].get("global") == expected


def test_globals_reach_the_third_level_and_never_the_sister() -> None:
    spec = {
        "values": "global: {g: 1}",
        "db": {"values": "global: {d: 2}", "log": {"values": "global: {l: 3, g: 9}"}},
        "mq": {},
    }
    found = merged(spec, "global: {u: 4}")
    assert found["db"]["log"]["global"] == {"g": 1, "u": 4, "d": 2, "l": 3}
    assert found["db"]["global"] == {"g": 1, "u": 4, "d": 2}
    assert found["mq"]["global"] == found["global"] == {"g": 1, "u": 4}


def test_a_null_global_reaches_the_third_level() -> None:
    spec = {"db": {"log": {"values": "global: {g: 9, h: 1}"}}}
    assert merged(spec, "global: {g: null}")["db"]["log"]["global"] == {"h": 1}


# Origins, errors


def test_origins_tell_parent_from_chart() -> None:
    found = values({"values": "db: {a: {x: 3}}", "db": DB}, "db: {b: 1}")
    assert found.origin(("db", "a", "x")) == Where("app/values.yaml", 1, 10, "parent")
    assert found.overrides[("db", "a", "x")] == (Where("app/charts/db/values.yaml", 1, 5, "chart"),)
    assert found.origin(("db", "a", "w")) == Where("app/charts/db/values.yaml", 1, 11, "chart")
    assert found.origin(("db", "b")) == Where("u.yaml", 1, 6)
    assert ("db", "a", "w") in found.declared


def test_a_handed_down_global_names_who_gave_it() -> None:
    found = values({"db": {"values": "global: {g: 1}"}}, "global: {g: 2}")
    assert found.origin(("db", "global", "g")) == Where("u.yaml", 1, 10)
    assert found.overrides[("db", "global", "g")] == (
        Where("app/charts/db/values.yaml", 1, 10, "chart"),
    )


@pytest.mark.parametrize(
    "text", ["db: 5", "db: [1]", "global: 5", "db: {global: x}\nglobal: {a: 1}"]
)
def test_what_must_be_a_map_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(ValuesError, match="must be a map") as caught:
        values({"db": DB}, text)
    assert caught.value.where is not None and caught.value.where.source == "u.yaml"


PROPERTY = {
    "values": "a: 1\nglobal: {a: 1, m: {a: 1}}\ndb: {a: 2, m: {a: 2}, log: {a: 3}}\n",
    "db": {
        "values": "a: 5\nb: 5\nm: {a: 5, b: 5}\nlog: {b: 4}\nglobal: {b: 5, m: {b: 5}}\n",
        "log": {"values": "a: 6\nb: 6\nglobal: {a: 6, m: {c: 6}}\n"},
    },
}
_leaf = st.sampled_from([None, 7, [8]])
_map = st.dictionaries(
    st.sampled_from("abm"), _leaf | st.dictionaries(st.sampled_from("ab"), _leaf)
)
_log = st.none() | _map
_db = st.none() | st.tuples(_map, st.none() | st.fixed_dictionaries({"log": _log})).map(
    lambda pair: {**pair[0], **(pair[1] or {})}
)
_user = st.lists(
    st.fixed_dictionaries({}, optional={"a": _leaf, "db": _db, "global": st.none() | _map}),
    max_size=3,
)


@given(_user)
def test_what_is_stored_gives_the_same_values_again(files: list[dict[str, Any]]) -> None:
    chart = tree(PROPERTY)
    given_layers = [Layer(file, {(): Where(f"{n}.yaml")}) for n, file in enumerate(files)]
    found = build(chart, given_layers)
    stored = Layer(found.supplied, {(): Where("web revision 1", kind="release")})
    assert build(chart, [stored]).tree == found.tree


@given(_user)
def test_no_map_keeps_a_null_and_every_value_has_an_origin(files: list[dict[str, Any]]) -> None:
    found = build(tree(PROPERTY), [Layer(file, {(): Where("u.yaml")}) for file in files])
    todo: list[tuple[Any, Any]] = [((), found.tree)]
    while todo:
        path, node = todo.pop()
        assert node is not None and path in found.origins
        if isinstance(node, dict):
            todo += [((*path, key), inner) for key, inner in node.items()]
