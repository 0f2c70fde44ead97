"""`lookup` against the cluster a verb works on, and against none."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Holdfast, run_command
from tests.e2e.charts import client, data, ref, write_chart

CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ release.name }}}
data:
  one: {{ lookup('v1', 'ConfigMap', 'default', 'other') | dig('data', 'a', default='absent') }}
  none: {{ lookup('v1', 'ConfigMap', 'default', 'nobody') | to_json }}
  unknown: {{ lookup('example.com/v1', 'Thing', 'default', 'x') | to_json }}
  unknowns: {{ lookup('example.com/v1', 'Thing') | to_json }}
  kinds: {{ lookup('v1', 'Namespace').items | pluck('kind') | uniq | join(',') }}
  found: {{ lookup('v1', 'Secret', 'default', 'theirs') | dig('data', 'p', default='') }}
"""


@pytest.fixture
def chart(tmp_path: Path, holdfast: Holdfast) -> str:
    with client() as cluster:
        for kind, name, entries in (
            ("ConfigMap", "other", {"a": "found"}),
            ("Secret", "theirs", {"p": base64.b64encode(b"their-Passw0rd").decode()}),
        ):
            meta = {"name": name, "namespace": "default"}
            cluster.create({"apiVersion": "v1", "kind": kind, "metadata": meta, "data": entries})
    return write_chart(tmp_path, values="{}\n", config=CONFIG)


def test_install_sees_what_is_there(chart: str) -> None:
    run_command("install", "web", chart, "--no-wait").must()
    with client() as cluster:
        made: dict[str, Any] = cluster.get(ref("ConfigMap", "web"))["data"]
    assert made == {
        "one": "found",
        "none": "{}",
        "unknown": "{}",
        "unknowns": '{"items":[]}',
        "kinds": "Namespace",
        "found": base64.b64encode(b"their-Passw0rd").decode(),
    }


def test_template_asks_nobody(chart: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:/nowhere/at/all.db")
    (made,) = json.loads(run_command("template", "web", chart, "-o", "json").must().out)
    assert made["data"] == {
        "one": "absent",
        "none": "{}",
        "unknown": "{}",
        "unknowns": '{"items":[]}',
        "kinds": "",
        "found": "",
    }


def test_a_diff_sees_it_too_and_shows_no_secret(chart: str) -> None:
    planned = data("diff", "install", "web", chart)
    (change,) = planned["changes"]
    fields = {row["path"]: row["after"] for row in change["fields"]}
    assert "found" in json.dumps(fields)
    shown = run_command("diff", "install", "web", chart).must().out
    secret = base64.b64encode(b"their-Passw0rd").decode()
    assert secret not in shown + json.dumps(planned) and "(secret, " in shown
