"""Every row of the table of removed API versions: an old object in, the object of today out."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from tests.conftest import ROOT

from holdfast.kinds.successors import TABLE, Outcome, succeed, successor_of

CASES = yaml.safe_load((ROOT / "tests/unit/kinds/successors.yaml").read_text())


def name(case: dict[str, Any]) -> str:
    return f"{case['old']['apiVersion']}/{case['old']['kind']}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_the_row(case: dict[str, Any]) -> None:
    old = case["old"]
    found = succeed(old)
    assert case["removed"] in found.reason
    assert old["apiVersion"] in found.reason
    if "new" in case:
        assert found.outcome is Outcome.CONVERTED
        assert found.object == case["new"]
        assert found.reason.endswith(f"applied as {case['new']['apiVersion']}")
    else:
        assert found.object is None
        assert case["said"] in found.reason


def test_every_row_has_a_case() -> None:
    known = {(case["old"]["apiVersion"], case["old"]["kind"]) for case in CASES}
    assert known == set(TABLE)


def test_the_old_object_is_left_as_it_is() -> None:
    for case in CASES:
        before = yaml.safe_dump(case["old"])
        succeed(case["old"])
        assert yaml.safe_dump(case["old"]) == before, name(case)


def test_no_row_is_for_a_version_that_is_served() -> None:
    assert successor_of("apps/v1", "StatefulSet") is None
    assert not {row.api_version for row in TABLE.values()} & {version for version, _ in TABLE}
