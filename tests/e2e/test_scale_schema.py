"""A scale keeps to the chart's schema: what the next upgrade would refuse is refused before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import ROOT, run_command
from tests.e2e.charts import CHART, SERVICE, SET, client, data, history, write_chart
from tests.e2e.own_time import OwnTime

from holdfast.model.manifest import ObjectRef

WEB = ObjectRef("apps/v1", "StatefulSet", "default", "web")
SCHEMA = {
    "properties": {
        "replicas": {"type": "integer", "minimum": 1, "maximum": 3},
        "password": {"type": "string", "writeOnly": True},
    }
}


@pytest.fixture(autouse=True)
def _scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_time: OwnTime) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:c.db")
    write_chart(tmp_path, service=SERVICE, set=SET)
    write_schema("web", SCHEMA)


def write_schema(chart: str, schema: object) -> None:
    Path(chart, "values.schema.json").write_text(json.dumps(schema))


def live() -> int:
    with client() as cluster:
        return int(cluster.get(WEB)["spec"]["replicas"])


def test_beyond_the_bounds_nothing_is_written() -> None:
    run_command("install", "web", "web").must()
    for number, words in (("4", "must be at most 3, is 4"), ("0", "must be at least 1, is 0")):
        failed = run_command("scale", "web", number, "-o", "json").must(1)
        error = json.loads(failed.out)
        assert (error["schema"], error["code"]) == ("holdfast/error/v1", "values_error")
        assert [(one["path"], one["message"]) for one in error["problems"]] == [("replicas", words)]
        assert (
            "scale release web: checking the value replicas against the schema of web: 1 problem"
        ) in failed.err
        assert "hint: upgrades would refuse this number as well" in failed.err
        assert run_command("scale", "web", number, "--dry-run").must(1).err.count(words) == 1
    assert (history("web"), live()) == ([(1, "deployed")], 1)
    run_command("scale", "web", "3").must()
    run_command("upgrade", "web", "web").must()
    assert live() == 3
    run_command("scale", "web", "4").must(1)


def test_the_schema_is_that_of_the_revision_that_is_scaled() -> None:
    run_command("install", "web", "web").must()
    write_schema("web", {"properties": {"replicas": {"maximum": 5}}})
    run_command("upgrade", "web", "web").must()
    run_command("scale", "web", "5").must()
    run_command("rollback", "web", "1").must()
    assert "must be at most 3, is 4" in run_command("scale", "web", "4").must(1).err
    assert live() == 1


def test_a_condition_looks_at_the_other_values() -> None:
    rule = {
        "if": {"properties": {"color": {"const": "blue"}}},
        "then": {"properties": {"replicas": {"multipleOf": 2}}},
    }
    write_schema("web", rule)
    run_command("install", "web", "web", "--set", "replicas=2").must()
    assert "must be a multiple of 2, is 3" in run_command("scale", "web", "3").must(1).err
    run_command("upgrade", "web", "web", "--set", "color=red").must()
    run_command("scale", "web", "3").must()


def test_a_subchart_has_a_say_of_its_own() -> None:
    write_chart(Path("outer", "charts"), name="db", service=SERVICE, set=SET)
    write_schema("outer/charts/db", SCHEMA)
    Path("outer/Chart.yaml").write_text(CHART.format(name="outer", version="0.1.0"))
    run_command("install", "web", "outer").must()
    assert "db.replicas: must be at most 3, is 4" in run_command("scale", "web", "4").must(1).err
    run_command("scale", "web", "2").must()


@pytest.mark.parametrize("how", ["no value", "skipped", "no schema"])
def test_where_no_rule_is_known_nothing_changes(how: str) -> None:
    flags = ["--skip-schema-validation"] if how == "skipped" else []
    if how == "no value":
        fixed = SET.replace("{{ values.replicas }}", "1")
        Path("web/templates/set.yaml.j2").write_text(fixed)
    if how == "no schema":
        Path("web/values.schema.json").unlink()
    run_command("install", "web", "web", *flags).must()
    run_command("scale", "web", "4").must()
    assert live() == 4


def test_a_number_that_is_a_text_stays_one() -> None:
    write_schema("web", {"properties": {"replicas": {"type": "string"}}})
    number = SET.replace("{{ values.replicas }}", "{{ values.replicas | int }}")
    Path("web/templates/set.yaml.j2").write_text(number)
    run_command("install", "web", "web", "--set-string", "replicas=1").must()
    run_command("scale", "web", "2").must()
    assert data("get", "values", "web") == {"replicas": "2"}
    run_command("upgrade", "web", "web").must()


def test_the_rules_of_the_shipped_charts() -> None:
    run_command("install", "db", str(ROOT / "charts/etcd"), "--set", "replicas=1").must()
    failed = run_command("scale", "db", "11").must(1)
    assert "must be at most 9, is 11" in failed.err
