"""How much a verb asks of the API server: a list for each kind, two requests for each object."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import run_command
from tests.e2e.counted import count_requests

MAPS, KEYS, SETS = 30, 20, 2
OBJECTS = MAPS + KEYS + 2 * SETS
KINDS = 4
CONSTANT = 24
"""For the release's own records, the lock, what the server can do, pods, claims and autoscalers."""

TEMPLATE = """\
{% for number in range(values.maps) %}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ release.name }}-{{ number }}"}
data: {color: {{ values.color }}}
{% endfor %}
{% for number in range(values.keys) %}
---
apiVersion: v1
kind: Secret
metadata: {name: "{{ release.name }}-{{ number }}"}
stringData: {color: {{ values.color }}}
{% endfor %}
{% for number in range(values.sets) %}
{% set name = release.name ~ "-" ~ number %}
---
apiVersion: v1
kind: Service
metadata: {name: {{ name }}}
spec: {clusterIP: None, selector: {app: {{ name }}}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: {{ name }}}
spec:
  replicas: 0
  serviceName: {{ name }}
  selector: {matchLabels: {app: {{ name }}}}
  template:
    metadata: {labels: {app: {{ name }}, color: {{ values.color }}}}
    spec: {containers: [{name: main, image: "registry.example.com/main:1"}]}
{% endfor %}
"""
VALUES = f"color: blue\nmaps: {MAPS}\nkeys: {KEYS}\nsets: {SETS}\n"


@pytest.fixture
def chart(tmp_path: Path) -> str:
    folder = tmp_path / "many"
    (folder / "templates").mkdir(parents=True)
    (folder / "Chart.yaml").write_text("apiVersion: holdfast/v1\nname: many\nversion: 0.1.0\n")
    (folder / "values.yaml").write_text(VALUES)
    (folder / "templates/all.yaml.j2").write_text(TEMPLATE)
    return str(folder)


@pytest.mark.parametrize("wait", ["--wait", "--no-wait"])
def test_a_verb_asks_no_more_than_a_list_a_kind_and_two_requests_an_object(
    cluster: str, namespace: str, chart: str, wait: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = count_requests(monkeypatch)

    def requests_of(*words: str) -> int:
        sent.clear()
        run_command(*words, "-n", namespace).must()
        return len(sent)

    most = KINDS + 2 * OBJECTS + CONSTANT
    waited = [] if wait == "--no-wait" else [wait]
    assert requests_of("install", "web", chart, "--create-namespace", wait) <= most
    assert requests_of("upgrade", "web", chart, "--set", "color=red", wait) <= most
    # What is as it should be is only asked about.
    assert requests_of("upgrade", "web", chart, wait) <= KINDS + OBJECTS + CONSTANT
    assert requests_of("diff", "upgrade", "web", chart) <= KINDS + OBJECTS + CONSTANT
    assert requests_of("status", "web") <= KINDS + CONSTANT
    assert requests_of("rollback", "web", "1", wait) <= most
    assert requests_of("uninstall", "web", *waited) <= most


HOOKS = """\
{% for number in range(values.hooks) %}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: "{{ release.name }}-hook-{{ number }}"
  annotations: {holdfast.dev/hook: "{{ "pre-install" if number else "pre-delete" }}"}
data: {}
{% endfor %}
"""


def test_a_status_reads_hooks_by_one_list_a_kind(
    cluster: str, namespace: str, chart: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(chart, "templates/hooks.yaml.j2").write_text(HOOKS)
    few = ("--set", "maps=0,keys=0,sets=0,hooks=2")
    run_command("install", "few", chart, "-n", namespace, "--create-namespace", *few).must()
    many = ("--set", "maps=0,keys=0,sets=0,hooks=9")
    run_command("install", "many", chart, "-n", namespace, *many).must()
    sent = count_requests(monkeypatch)

    def hooks_of(release: str) -> tuple[int, list[str]]:
        sent.clear()
        found = json.loads(run_command("status", release, "-n", namespace, "-o", "json").must().out)
        return len(sent), [one["result"] for one in found["hooks"]]

    asked, results = hooks_of("many")
    assert sorted(results) == ["made"] * 8 + ["missing"]
    assert asked == hooks_of("few")[0]


def test_a_release_is_listed_by_the_metadata_of_its_head(
    cluster: str, namespace: str, chart: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_command("install", "web", chart, "-n", namespace, "--create-namespace", "--no-wait").must()
    sent = count_requests(monkeypatch)
    assert "web" in run_command("list", "-n", namespace).must().out
    assert len(sent) == 1
