"""Values of charts in charts: conditions, tags and imports."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.values.trees import merged, values

from holdfast.errors import ValuesError, Where
from holdfast.model.chart import Dependency, ImportValues

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
