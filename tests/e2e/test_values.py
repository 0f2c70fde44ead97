"""Values on the command line: where each came from, from the flag to the plan and the diff."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Holdfast, run_command
from tests.e2e.charts import write_chart

TEMPLATE = """\
{% macro shown(text) %}{{ text }}{% endmacro %}
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ release.name }}}
data:
  plain: {{ values.plain }}
  both: {{ values.host }}:{{ values.port }}
  macro: {{ shown(values.plain) }}
  map:
    {{ values.map | to_yaml }}
  {% for item in values.env %}
  env_{{ item.name }}: {{ item.value }}
  {% endfor %}
  {{ values.more }}
"""
VALUES = """\
plain: a
host: h
port: "80"
map: {k: v}
env:
  - {name: TZ, value: CET}
  - {name: LANG, value: C}
more: {x: one}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    template = TEMPLATE.replace("  map:\n    {{ values.map | to_yaml }}\n", "")
    write_chart(Path(), values=VALUES, config=template)
    return tmp_path


def fields(*arguments: str) -> dict[str, list[str]]:
    """The changed fields of a plan: path → all its origins, spelled."""
    report = json.loads(run_command("diff", *arguments, "-o", "json").must().out)
    return {
        field["path"]: [spell(origin) for origin in field["origins"]]
        for change in report["changes"]
        for field in change["fields"]
    }


def spell(origin: dict[str, Any]) -> str:
    return ":".join(str(origin[key]) for key in ("source", "line", "column") if origin[key])


def test_a_plan_names_file_flag_default_and_stored_release(
    holdfast: Holdfast, folder: Path
) -> None:
    holdfast("install", "web", "web", "--set", "more.x=two").must()
    (folder / "prod.yaml").write_text("plain: b\nhost: i\n")
    given = ("-f", "prod.yaml", "--set-string", "port=81", "--set", "env[name=TZ].value=UTC")
    assert fields("upgrade", "web", "web", *given) == {
        "data.plain": ["prod.yaml:1:1"],
        "data.both": ["prod.yaml:2:1", "--set-string port"],
        "data.macro": ["prod.yaml:1:1"],
        "data.env_TZ": ["--set env[name=TZ].value"],
        "data.x": ["web/values.yaml:8:8"],
    }
    (folder / "web/values.yaml").write_text(VALUES.replace("plain: a", "plain: c"))
    config = folder / "web/templates/config.yaml.j2"
    config.write_text(config.read_text().replace("{{ values.more }}", "x: {{ values.more.x }}!"))
    assert fields("upgrade", "web", "web") == {
        "data.plain": ["web/values.yaml:1:1"],
        "data.macro": ["web/values.yaml:1:1"],
        "data.x": ["web revision 1"],
    }


def test_the_diff_on_screen_notes_each_added_field_once(holdfast: Holdfast, folder: Path) -> None:
    holdfast("install", "web", "web").must()
    given = ("diff", "upgrade", "web", "web", "--set", "plain=b,env[name=TZ].value=UTC")
    shown = holdfast(*given).must().out
    assert "+   plain: b  ← --set plain\n" in shown
    assert "+   env_TZ: UTC  ← --set env[name=TZ].value\n" in shown
    assert shown.count("←") == 3
    assert "←" not in holdfast(*given, "--no-origins").must().out


def test_a_secrets_origin_is_noted_and_its_value_masked(holdfast: Holdfast, folder: Path) -> None:
    schema = '{"properties": {"plain": {"writeOnly": true}}}'
    (folder / "web/values.schema.json").write_text(schema)
    holdfast("install", "web", "web").must()
    given = ("diff", "upgrade", "web", "web", "--set", "plain=hush-hush-hush-9")
    shown = holdfast(*given).must().out
    assert "+   plain: (secret, changed, 1 byte → 16 bytes)  ← --set plain\n" in shown
    (change,) = json.loads(holdfast(*given, "-o", "json").must().out)["changes"]
    assert change["fields"][0]["after"] == {"masked": True, "bytes": 16, "changed": True}
    assert change["fields"][0]["origin"]["source"] == "--set plain"
    assert "hush" not in shown + json.dumps(change["fields"])


def test_a_patch_in_a_file_reaches_the_chart_and_its_release(
    holdfast: Holdfast, folder: Path
) -> None:
    (folder / "p.yaml").write_text("env:\n  $patch(name):\n    LANG: null\n    A: {value: b}\n")
    holdfast("install", "web", "web", "-f", "p.yaml").must()
    stored = json.loads(holdfast("get", "values", "web", "-o", "json").must().out)
    assert stored == {"env": {"$patch(name)": {"LANG": None, "A": {"value": "b"}}}}
    (folder / "web/values.yaml").write_text(VALUES.replace("CET", "UTC"))
    manifest = holdfast("upgrade", "web", "web", "--set", "env[name=A].value=c").must()
    assert manifest.code == 0
    assert holdfast("get", "values", "web", "--all", "-o", "json").out.count("UTC") == 1
    amended = json.loads(holdfast("get", "values", "web", "-o", "json").must().out)
    assert amended["env"]["$patch(name)"]["A"] == {"value": "c"}


def test_a_dropped_patch_is_named_as_a_flag_would(holdfast: Holdfast, folder: Path) -> None:
    holdfast("install", "web", "web", "--set", "env[name=TZ].value=UTC").must()
    (folder / "prod.yaml").write_text("plain: b\n")
    shown = holdfast("diff", "upgrade", "web", "web", "-f", "prod.yaml").must().out
    assert "no longer set: env[name=TZ].value" in shown


def test_values_with_origins(holdfast: Holdfast, folder: Path) -> None:
    (folder / "prod.yaml").write_text("plain: b\n")
    given = ("-f", "prod.yaml", "--set", "env[name=TZ].value=UTC", "--origins")
    listed = json.loads(holdfast("values", "web", *given, "-o", "json").must().out)
    rows = {row["path"]: row for row in listed}
    assert rows["plain"]["origin"]["source"] == "prod.yaml"
    assert [origin["source"] for origin in rows["plain"]["overrides"]] == ["web/values.yaml"]
    assert rows["env[0].value"]["origin"]["source"] == "--set env[name=TZ].value"
    assert rows["env[1].value"]["origin"] == {
        "kind": "chart",
        "source": "web/values.yaml",
        "line": 7,
        "column": 18,
    }


def test_a_url_needs_the_flag(holdfast: Holdfast, folder: Path) -> None:
    refused = holdfast("template", "web", "-f", "https://example.invalid/v.yaml").must(1)
    assert "values from a URL are not allowed" in refused.err
    assert "--allow-remote-values" in refused.err
    assert refused.out == ""
    allowed = ("--allow-remote-values", "-f", "http://127.0.0.1:9/v.yaml")
    assert "the connection was refused" in holdfast("template", "web", *allowed).must(1).err


def test_a_wrong_patch_says_where(holdfast: Holdfast, folder: Path) -> None:
    (folder / "p.yaml").write_text("env:\n  $patch(name):\n    TZ: UTC\n")
    refused = holdfast("template", "web", "-f", "p.yaml").must(1)
    assert "patching env[name=TZ]: an item's changes are a map" in refused.err
    assert "p.yaml:3:5" in refused.err
