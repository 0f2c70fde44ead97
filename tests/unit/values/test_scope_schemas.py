"""Values of charts in charts: each schema sees its own chart's values."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.values.trees import layers, tree, values

from holdfast.errors import ValuesError, Where
from holdfast.model.chart import Dependency
from holdfast.values import assemble

A = Dependency("db", condition=("db.use",))
TAGGED = Dependency("db", tags=("back", "all"))
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
