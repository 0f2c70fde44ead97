"""The schemas of the installed package, each on its own."""

from __future__ import annotations

import json
import re

import pytest
from jsonschema import Draft202012Validator

from holdfast.errors import UsageError
from holdfast.lint.kubecheck import without_nulls
from holdfast.lint.kubeschemas import open_schemas


@pytest.mark.parametrize("version", ["1.25", "1.37"])
def test_a_schema_is_self_contained(version: str) -> None:
    schema = open_schemas(version).find("apps/v1", "StatefulSet")
    assert schema is not None
    text = json.dumps(schema)
    assert '"$id"' not in text
    refs = set(re.findall(r'"\$ref": "([^"]*)"', text))
    assert refs == {f"#/$defs/{name}" for name in schema["$defs"]}
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("api_version", "kind", "known"),
    [
        ("v1", "Service", True),
        ("rbac.authorization.k8s.io/v1", "Role", True),
        ("apps.example.com/v1", "StatefulSet", False),
        ("apps/v1", "Nothing", False),
        ("v1", "../_definitions", False),
        ("apps/v1", "StatefulSetSpec", False),
    ],
)
def test_only_kinds_of_kubernetes_are_known(api_version: str, kind: str, known: bool) -> None:
    assert (open_schemas("1.34").find(api_version, kind) is not None) == known


@pytest.mark.parametrize("version", ["1.34", "v1.34.4", "1.34.0-rc.1"])
def test_a_version_is_found_by_its_minor(version: str) -> None:
    assert open_schemas(version).version == "1.34"


@pytest.mark.parametrize("version", ["1.3", "1", "latest", "2.34", "1.345"])
def test_an_unknown_version_is_refused(version: str) -> None:
    with pytest.raises(UsageError, match="no schemas of that version") as raised:
        open_schemas(version)
    assert "1.25 to 1.37" in (raised.value.hint or "")


def test_a_null_field_is_no_field() -> None:
    assert without_nulls({"a": None, "b": [{"c": None}, None]}) == {"b": [{}, None]}
