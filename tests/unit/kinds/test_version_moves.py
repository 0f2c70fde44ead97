"""Which version may follow which on the same data: whole tables, for a wrong row costs the data."""

from __future__ import annotations

import pytest

from holdfast.kinds.hooks import BadAnnotation
from holdfast.kinds.version_moves import (
    REASON,
    ROLLBACKS_TO,
    UPGRADES_FROM,
    VERSION,
    object_to_move,
    version_rule,
)


def workload(version: str = "", **more: str) -> dict[str, object]:
    annotations = {**({VERSION: version} if version else {}), **more}
    return {"kind": "StatefulSet", "metadata": {"name": "db", "annotations": annotations}}


def mysql(version: str) -> dict[str, object]:
    rules = {
        "8.0": {UPGRADES_FROM: "~8.0"},
        "8.4": {UPGRADES_FROM: ">=8.0.37 <8.1 || ~8.4", ROLLBACKS_TO: "~8.4", REASON: "Dump it."},
        "9.7": {UPGRADES_FROM: "~8.4 || ~9.7", ROLLBACKS_TO: "~9.7"},
    }
    return workload(version, **rules[version[:3]])


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ("8.4.9", "8.4.10", True),
        ("8.4.10", "8.4.9", True),
        ("8.0.40", "8.4.10", True),
        ("8.0.36", "8.4.10", False),
        ("8.4.10", "8.0.40", False),
        ("8.0.40", "9.7.1", False),
        ("8.4.10", "9.7.1", True),
        ("9.7.1", "8.4.10", False),
    ],
)
def test_the_higher_version_decides(before: str, after: str, allowed: bool) -> None:
    objection = object_to_move(mysql(before), mysql(after))
    assert (objection is None) == allowed
    if objection:
        assert before in objection.reason and after in objection.reason
        assert VERSION in objection.hint


def test_the_charts_own_reason_is_told() -> None:
    objection = object_to_move(mysql("8.4.10"), mysql("8.0.40"))
    assert objection and objection.hint.startswith("Dump it; ")


def test_without_a_version_on_both_sides_there_is_no_rule() -> None:
    ruled = mysql("9.7.1")
    assert object_to_move(workload(), ruled) is None
    assert object_to_move(ruled, workload()) is None
    assert object_to_move(workload("1.0"), workload("2.0")) is None


@pytest.mark.parametrize(
    ("key", "text"), [(VERSION, "latest"), (UPGRADES_FROM, "8.4 or so"), (ROLLBACKS_TO, "old")]
)
def test_what_is_no_rule(key: str, text: str) -> None:
    with pytest.raises(BadAnnotation) as bad:
        version_rule(workload(**{key: text}))
    assert bad.value.name == key and bad.value.hint
