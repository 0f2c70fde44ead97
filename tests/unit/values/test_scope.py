"""Values of charts in charts: layers, null, globals, conditions, tags, imports, schemas.

A tree of charts is written as {"values": …, "deps": [Dependency…], "schema": …, NAME: {…}}.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import ValuesError, Where
from holdfast.model.chart import Chart, ChartFile, ChartMetadata, Dependency, ImportValues
from holdfast.model.values import Layer, Values
from holdfast.values import assemble, build, file_layers, parse_set

_OWN = ("values", "deps", "schema", "files")


def tree(spec: dict[str, Any], name: str = "app", root: str = "app") -> Chart:
    schema, values = spec.get("schema"), spec.get("values")
    return Chart(
        ChartMetadata(name, "1.0.0", dependencies=tuple(spec.get("deps", ()))),
        root,
        "sha256:0",
        values=ChartFile("values.yaml", values.encode()) if values else None,
        schema=ChartFile("values.schema.json", json.dumps(schema).encode()) if schema else None,
        files=tuple(ChartFile(f"files/{n}", t.encode()) for n, t in spec.get("files", {}).items()),
        subcharts=tuple(
            tree(sub, key, f"{root}/charts/{key}") for key, sub in spec.items() if key not in _OWN
        ),
    )


def layers(*texts: str) -> list[Layer]:
    """Files as YAML, flags as `--set a=b`."""
    found: list[Layer] = []
    for text in texts:
        if text.startswith("--set "):
            edits = parse_set(text.removeprefix("--set "), "set", lambda _: b"")
            found.append(Layer({}, edits=edits))
        else:
            found += file_layers(text, source="u.yaml")
    return found


def values(spec: dict[str, Any], *texts: str) -> Values:
    return build(tree(spec), layers(*texts))


def merged(spec: dict[str, Any], *texts: str) -> dict[str, Any]:
    return values(spec, *texts).tree


DB = {"values": "a: {x: 1, w: 2}\n"}


@pytest.mark.parametrize(
    ("spec", "texts", "db"),
    [
        # values.md, "Layers", low to high: each row adds the next one.
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


# helm.md 2.2, row by row: what Helm 4.2 does, and ours. "stays" means a key with the value null.
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


# Conditions and tags

A = Dependency("db", condition=("db.use",))
BOTH = Dependency("db", condition=("first.use", "second.use"))
TAGGED = Dependency("db", tags=("back", "all"))
MIXED = Dependency("db", condition=("db.use",), tags=("back",))


@pytest.mark.parametrize(
    ("item", "texts", "on"),
    [
        (A, (), True),
        (A, ("db: {use: true}",), True),
        (A, ("db: {use: false}",), False),
        (A, ("--set db.use=false",), False),
        (BOTH, ("first: {use: false}\nsecond: {use: true}",), False),
        (BOTH, ("second: {use: false}",), False),
        (BOTH, ("first: {use: null}\nsecond: {use: false}",), False),
        (BOTH, ("first: 5",), True),
        (TAGGED, (), True),
        (TAGGED, ("tags: {back: false}",), False),
        (TAGGED, ("tags: {back: false, all: true}",), True),
        (TAGGED, ("tags: {other: false}",), True),
        (MIXED, ("tags: {back: false}\ndb: {use: true}",), True),
        (MIXED, ("tags: {back: true}\ndb: {use: false}",), False),
        (MIXED, ("tags: {back: false}",), False),
        (None, ("db: {enabled: false}\ntags: {db: false}",), True),
    ],
)
def test_conditions_and_tags(item: Dependency | None, texts: tuple[str, ...], on: bool) -> None:
    found = values({"deps": [item] if item else [], "db": {"values": "a: 1"}}, *texts)
    assert ("db",) in found.disabled or on
    assert found.tree.get("db", {}).get("a") == (1 if on else None)


def test_a_subcharts_own_default_may_decide() -> None:
    spec = {"deps": [A], "db": {"values": "use: false\na: 1"}}
    assert merged(spec) == {}
    assert merged(spec, "db: {use: true}") == {"db": {"use": True, "a": 1}}


def test_a_condition_is_read_in_the_scope_that_declares_it_and_tags_at_the_root() -> None:
    inner = Dependency("log", condition=("log.use", "global.log"), tags=("back",))
    spec = {"db": {"deps": [inner], "log": {"values": "a: 1"}}}
    assert values(spec, "log: {use: false}").disabled == frozenset()
    assert values(spec, "db: {log: {use: false}}").disabled == {("db", "log")}
    assert values(spec, "global: {log: false}").disabled == {("db", "log")}
    assert values(spec, "tags: {back: false}").disabled == {("db", "log")}
    assert values(spec, "db: {tags: {back: false}}").disabled == frozenset()


def test_what_is_off_takes_what_is_below_it_along() -> None:
    spec = {"deps": [A], "db": {"values": "a: 1", "log": {"values": "b: 1"}}}
    found = values(spec, "db: {use: false}")
    assert (found.disabled, found.tree) == ({("db",)}, {"db": {"use": False}})


@pytest.mark.parametrize(
    "text", ["db: {use: 'yes'}", "db: {use: 1}", "db: {use: {}}", "tags: {back: 'true'}"]
)
def test_a_condition_that_is_no_boolean_is_refused(text: str) -> None:
    with pytest.raises(ValuesError, match="must be true or false") as caught:
        values({"deps": [MIXED], "db": {}}, text)
    assert caught.value.where is not None and caught.value.where.source == "u.yaml"


# import-values


def importing(*entries: ImportValues, own: str = "", child: str = "") -> dict[str, Any]:
    text = child or "exports: {data: {a: 1, b: 2}}\nx: {w: {z: 1}}\ns: 5"
    return {
        "values": own,
        "deps": [Dependency("db", condition=("db.use",), import_values=entries)],
        "db": {"values": text},
    }


DATA = ImportValues("exports.data")


@pytest.mark.parametrize(
    ("entries", "own", "texts", "expected"),
    [
        ((DATA,), "", (), {"a": 1, "b": 2}),
        ((DATA,), "a: 9", (), {"a": 9, "b": 2}),
        ((DATA,), "a: null", (), {"b": 2}),
        ((DATA,), "", ("a: 8",), {"a": 8, "b": 2}),
        ((DATA,), "", ("b: null",), {"a": 1}),
        ((DATA,), "db: {exports: {data: {a: 7}}}", (), {"a": 7, "b": 2}),
        ((DATA,), "", ("--set db.exports.data.a=6",), {"a": 6, "b": 2}),
        ((ImportValues("x.w", "m.k"),), "", (), {"m": {"k": {"z": 1}}}),
        ((ImportValues("x.w", "m.k"),), "m: {k: {z: 2, q: 3}}", (), {"m": {"k": {"z": 2, "q": 3}}}),
        ((ImportValues("x"),), "", (), {"w": {"z": 1}}),
        ((DATA, ImportValues("x.w")), "", (), {"a": 1, "b": 2, "z": 1}),
        ((DATA,), "", ("db: {use: false}",), {}),
    ],
)
def test_imports(entries: Any, own: str, texts: tuple[str, ...], expected: Any) -> None:
    found = merged(importing(*entries, own=own), *texts)
    assert {key: value for key, value in found.items() if key != "db"} == expected


@pytest.mark.parametrize("child", ["exports.nope", "x.w.z", "s", "nope.a"])
def test_an_import_that_is_not_there_is_refused(child: str) -> None:
    with pytest.raises(ValuesError, match=f"{child} is (not there|no map)"):
        values(importing(ImportValues(child)))


def test_imports_climb_level_by_level() -> None:
    spec = {
        "deps": [Dependency("db", import_values=(ImportValues("up", "top"),))],
        "db": {
            "deps": [Dependency("log", import_values=(ImportValues("exports.data", "up"),))],
            "log": {"values": "exports: {data: {a: 1}}"},
        },
    }
    assert merged(spec)["top"] == {"a": 1}


def test_an_imported_value_keeps_its_origin() -> None:
    found = values(importing(DATA), "--set db.exports.data.a=6")
    assert found.origin(("a",)) == Where("--set db.exports.data.a", kind="flag")
    assert found.origin(("b",)) == Where("app/charts/db/values.yaml", 1, 24, "chart")
    assert found.supplied == {"db": {"exports": {"data": {"a": 6}}}}


# Origins, errors, schemas


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


STRICT = {"additionalProperties": False, "properties": {"a": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("spec", "text", "problems"),
    [
        ({"schema": STRICT, "db": {}}, "db: {any: 1}\nglobal: {g: 1}", []),
        ({"schema": STRICT, "db": {}}, "dbb: {}", ["dbb: is not known to the schema"]),
        ({"schema": STRICT, "deps": [A], "db": {}}, "db: {use: false}", []),
        ({"schema": STRICT, "deps": [TAGGED], "db": {}}, "tags: {back: true}", []),
        ({"schema": STRICT, "db": {}}, "tags: {back: true}", ["tags: is not known to the schema"]),
        ({"db": {"schema": STRICT}}, "global: {g: 1}", []),
        ({"db": {"schema": STRICT}}, "db: {a: x}", ['db.a: must be an integer, is "x"']),
        ({"db": {"schema": STRICT}}, "db: {b: 1}", ["db.b: is not known to the schema"]),
        (
            {"db": {"schema": {"required": ["p"]}}},
            "a: 1",
            ["db.p: is required"],
        ),
        (
            {"db": {"log": {"schema": STRICT}}},
            "db: {log: {a: x}}",
            ['db.log.a: must be an integer, is "x"'],
        ),
        (
            {"schema": {"properties": {"db": STRICT}}, "db": {}},
            "db: {a: x}",
            ['db.a: must be an integer, is "x"'],
        ),
        ({"deps": [A], "db": {"schema": STRICT}}, "db: {use: false, a: x}", []),
        ({"schema": {"required": ["db"]}, "db": {}}, "a: 1", []),
    ],
)
def test_each_schema_sees_its_own_values(
    spec: dict[str, Any], text: str, problems: list[str]
) -> None:
    _, found = assemble(tree(spec), layers(text))
    assert [f"{problem.path}: {problem.message}" for problem in found] == problems


def test_a_problem_in_a_subchart_names_who_supplied_the_value() -> None:
    _, (problem,) = assemble(tree({"db": {"schema": STRICT}}), layers("db:\n  a: x\n"))
    assert problem.origin == Where("u.yaml", 2, 3)


def test_secrets_of_a_subchart_are_secrets_of_the_whole() -> None:
    spec = {"db": {"schema": {"properties": {"p": {"writeOnly": True}}}}}
    found = values(spec, "db: {p: x}")
    assert found.sensitive == {("db", "p")}
    assert found.below(("db",)).sensitive == {("p",)}


LIBRARY = {
    "schema": {"$defs": {"image": {"properties": {"tag": {"type": "string", "default": "1"}}}}},
    "files": {
        "more.json": '{"$ref": "deep.json#/$defs/k"}',
        "deep.json": '{"$defs": {"k": {"type": "integer"}}}',
    },
}


def test_a_schema_is_made_of_a_librarys_fragments() -> None:
    schema = {
        "properties": {
            "image": {"$ref": "charts/common/values.schema.json#/$defs/image"},
            "k": {"$ref": "charts/common/files/more.json"},
        }
    }
    chart = tree({"schema": schema, "common": LIBRARY})
    found, problems = assemble(chart, layers("image: {tag: 5}\nk: x"))
    assert [problem.path for problem in problems] == ["image.tag", "k"]
    found, problems = assemble(chart, layers("k: 1"))
    assert (found.tree["image"], problems) == ({"tag": "1"}, ())


def test_a_librarys_schema_may_use_its_own_files_and_dependencies() -> None:
    common = {
        "schema": {
            "properties": {},
            "$defs": {
                "a": {"$ref": "files/n.json"},
                "b": {"$ref": "charts/base/values.schema.json#/$defs/s"},
            },
        },
        "files": {"n.json": '{"type": "integer"}'},
        "base": {"schema": {"$defs": {"s": {"type": "string"}}}},
    }
    at = "charts/common/values.schema.json#/$defs"
    schema = {"properties": {"a": {"$ref": f"{at}/a"}, "b": {"$ref": f"{at}/b"}}}
    _, problems = assemble(tree({"schema": schema, "common": common}), layers("a: x\nb: 1"))
    assert [problem.path for problem in problems] == ["a", "b"]


@pytest.mark.parametrize("fragment", [{"type": "strin"}, {"properties": 5}, {"pattern": "("}])
def test_a_librarys_broken_schema_is_told(fragment: dict[str, Any]) -> None:
    reference = "charts/common/values.schema.json#/$defs/bad"
    chart = tree(
        {
            "schema": {"properties": {"a": {"$ref": reference}}},
            "common": {"schema": {"$defs": {"bad": fragment}}},
        }
    )
    with pytest.raises(ValuesError, match=r"charts/common/values\.schema\.json|pattern"):
        assemble(chart, layers("a: x"))


def test_a_fragment_that_is_not_there_is_told() -> None:
    reference = "charts/common/values.schema.json#/$defs/nope"
    chart = tree({"schema": {"properties": {"a": {"$ref": reference}}}, "common": LIBRARY})
    with pytest.raises(ValuesError, match="nope"):
        assemble(chart, layers("a: x"))


@pytest.mark.parametrize(
    ("reference", "hint"),
    [
        ("charts/comon/values.schema.json#/$defs/image", "charts/common/values.schema.json"),
        ("../common/values.schema.json", ""),
        ("charts/common/../../../etc/passwd", ""),
        ("file:///etc/passwd", ""),
        ("/dev/zero", ""),
        ("http://169.254.169.254/latest", ""),
        ("charts/common/values.yaml", ""),
    ],
)
def test_a_reference_out_of_the_charts_is_refused_before_anything(
    reference: str, hint: str
) -> None:
    chart = tree({"schema": {"properties": {"a": {"$ref": reference}}}, "common": LIBRARY})
    with pytest.raises(ValuesError, match="outside of the chart") as caught:
        assemble(chart, layers("a: 1"))
    assert hint in (caught.value.hint or "")


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
