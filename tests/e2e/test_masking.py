"""What the schema calls a secret: real in what pipelines read, hidden in what people look at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import Holdfast, run_command
from tests.e2e.charts import SERVICE, SET, write_chart
from tests.e2e.own_time import OwnTime

SECRET = "hunter-Secret-22"
SCHEMA = {
    "type": "object",
    "properties": {
        "password": {"type": "string", "writeOnly": True},
        "pin": {"type": "string", "format": "password"},
        "copy": {"type": "string"},
    },
}
CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ release.name }}}
data:
  url: mysql://me:{{ values.password }}@db
  packed: {{ values.password | b64encode }}
  copy: {{ values.copy }}
  pin: {{ values.pin }}
"""
GIVEN = ("--set", f"password={SECRET},copy={SECRET}", "--set-string", "pin=1234")


@pytest.fixture
def chart(tmp_path: Path, holdfast: Holdfast) -> str:
    path = write_chart(tmp_path, values="password: x\npin: x\ncopy: x\n", config=CONFIG)
    (tmp_path / "web/values.schema.json").write_text(json.dumps(SCHEMA))
    (tmp_path / "web/NOTES.txt.j2").write_text("{{ values.password }} {{ values.copy }}\n")
    return path


def test_pipelines_get_real_data(chart: str) -> None:
    run_command("install", "web", chart, "--no-wait", *GIVEN).must()
    for verb in (
        ("template", "web", chart, *GIVEN),
        ("values", chart, *GIVEN),
        ("get", "values", "web"),
        ("get", "manifest", "web"),
    ):
        assert SECRET in run_command(*verb).must().out


def test_people_do_not_see_it(chart: str) -> None:
    shown = [
        run_command("diff", "install", "web", chart, *GIVEN),
        run_command("diff", "install", "web", chart, *GIVEN, "-o", "json"),
        run_command("install", "web", chart, "--no-wait", *GIVEN),
        run_command("diff", "upgrade", "web", chart, "--set", "copy=other"),
        run_command("status", "web"),
        run_command("history", "web"),
        run_command("get", "notes", "web"),
        run_command("values", chart, *GIVEN, "--origins"),
        run_command("values", chart, *GIVEN, "--origins", "-o", "json"),
        run_command("template", "web", chart, *GIVEN, "--set", f"nope={SECRET}"),
    ]
    for result in shown:
        assert SECRET not in result.out.partition("kind: ConfigMap")[0] + result.err
        assert "aHVudGVyLVNlY3JldC0yMg==" not in result.err
    assert "(secret) (secret)" in run_command("get", "notes", "web").must().out


def test_a_schema_error_does_not_repeat_it(chart: str) -> None:
    schema = {**SCHEMA, "properties": {**SCHEMA["properties"], "copy": {"type": "integer"}}}
    (Path(chart) / "values.schema.json").write_text(json.dumps(schema))
    wrong = run_command("template", "web", chart, *GIVEN)
    assert wrong.code == 1 and "copy: must be an integer" in wrong.err
    assert SECRET not in wrong.err


def test_the_server_quotes_it_and_we_do_not(chart: str) -> None:
    bad = CONFIG + "  " + "x" * 300 + ": {{ values.password }}\n"
    (Path(chart) / "templates/config.yaml.j2").write_text(
        bad.replace("kind: ConfigMap", "kind: ConfigMap\nimmutable: {{ values.password }}")
    )
    refused = run_command("install", "web", chart, "--no-wait", *GIVEN)
    assert refused.code == 1 and SECRET not in refused.err + refused.out


def test_events_failures_and_status_do_not_quote_it(
    tmp_path: Path, holdfast: Holdfast, own_time: OwnTime
) -> None:
    chart = write_chart(tmp_path / "set", service=SERVICE, set=SET)
    secret = {"type": "object", "properties": {"image": {"type": "string", "writeOnly": True}}}
    (Path(chart) / "values.schema.json").write_text(json.dumps(secret))
    image = "registry.invalid/hunter-22-secret:1"
    shown = [
        run_command("install", "web", chart, "--set", f"image={image}", "--timeout", "5s").must(4),
        run_command("status", "web").must(),
        run_command("status", "web", "-o", "json").must(),
        run_command("history", "web", "-o", "json").must(),
    ]
    for result in shown:
        assert "(secret)" in result.out + result.err
        assert image not in result.out + result.err
