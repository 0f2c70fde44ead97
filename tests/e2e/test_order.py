"""Waves and dependencies: what comes later waits; an order that cannot be is told at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import run_command, write_tree
from tests.e2e.charts import CHART, client, data, history

from holdfast.model.manifest import ObjectRef

POD = """\
  template:
    metadata: {labels: {app: NAME}}
    spec:
      containers: [{name: main, image: {{ values.image }}}]
"""
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
  annotations: {ANNOTATIONS}
spec:
  selector: {matchLabels: {app: NAME}}
"""
JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: load
  annotations: {holdfast.dev/depends-on: Deployment/db}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: load, image: "load:1"}]
"""


def workload(name: str, annotations: str = "", image: str = "{{ values.image }}") -> str:
    text = (WORKLOAD + POD).replace("NAME", name).replace("ANNOTATIONS", annotations)
    return text.replace("{{ values.image }}", image)


def write(**templates: str) -> None:
    tree = {
        "Chart.yaml": CHART.format(name="shop", version="0.1.0"),
        "values.yaml": "image: nginx:1.28\n",
        **{f"templates/{name}.yaml.j2": text for name, text in templates.items()},
    }
    write_tree(Path("shop"), tree)


@pytest.fixture
def at(cluster: str, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A namespace of its own, and a chart: db, a job that needs it, and then the rest."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    write(
        api=workload("api", 'holdfast.dev/wave: "1"', image="nginx:1.28"),
        config="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n",
        db=workload("db"),
        load=JOB,
    )
    with client() as kubectl:
        kubectl.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    return namespace


def steps(said: str, *words: str) -> list[str]:
    """What was told of those kinds of steps, without the times."""
    lines = (line.split(maxsplit=2) for line in said.splitlines())
    return [f"{line[1]} {line[2]}" for line in lines if line[1:2] and line[1] in words]


def test_what_comes_later_waits_even_where_nobody_waits_for_the_end(at: str) -> None:
    planned = run_command("diff", "install", "web", "shop").must().out
    table = [line.split() for line in planned.splitlines()[1:8]]
    assert [" ".join(words if words[0] == "──" else words[:2]) for words in table] == [
        "── wave 0",
        "create ConfigMap/settings",
        "create Deployment/db",
        "── wave 0, after Deployment/db",
        "create Job/load",
        "── wave 1",
        "create Deployment/api",
    ]
    plan = data("diff", "install", "web", "shop")
    assert [stage["title"] for stage in plan["stages"]] == [
        "wave 0",
        "wave 0, after Deployment/db",
        "wave 1",
    ]
    assert [row["stage"] for row in plan["changes"]] == [0, 0, 1, 2]
    assert [ref["name"] for ref in plan["stages"][2]["ready"]] == ["settings", "db", "load"]

    said = run_command("install", "web", "shop", "--no-wait").must().err
    assert steps(said, "applied", "ready") == [
        "applied ConfigMap/settings created",
        "applied Deployment/db created",
        "ready Deployment/db: 1 of 1 pods ready",
        "applied Job/load created",
        "ready Job/load: complete",
        "applied Deployment/api created",
    ]
    assert data("diff", "upgrade", "web", "shop")["summary"]["none"] == 4


def test_an_uninstall_goes_the_other_way_and_waits_until_pods_are_gone(at: str) -> None:
    run_command("install", "web", "shop").must()
    said = run_command("uninstall", "web", "--no-wait").must().err
    assert steps(said, "deleted") == [
        "deleted Deployment/api deleted",
        "deleted Job/load deleted",
        "deleted Deployment/db deleted",
        "deleted ConfigMap/settings deleted",
    ]
    with client() as kubectl:
        left = kubectl.list("v1", "Pod", at)
    assert {pod["metadata"]["labels"]["app"] for pod in left} <= {"db"}


def test_objects_that_leave_the_chart_go_the_other_way_too(at: str) -> None:
    run_command("install", "web", "shop").must()
    for name in ("api", "load"):
        Path(f"shop/templates/{name}.yaml.j2").unlink()
    plan = data("diff", "upgrade", "web", "shop")
    assert [stage["title"] for stage in plan["stages"]] == [
        "first",
        "removal, wave 1",
        "removal, wave 0, before Deployment/db",
    ]
    said = run_command("upgrade", "web", "shop").must().err
    assert steps(said, "deleted") == ["deleted Deployment/api deleted", "deleted Job/load deleted"]


def test_a_wave_that_does_not_get_ready_stops_those_after_it(at: str) -> None:
    broken = ("--set", "image=registry.invalid/db:1", "--timeout", "3s", "--no-wait")
    failed = run_command("install", "web", "shop", *broken).must(4)
    assert "Deployment/db: 0 of 1 pods ready" in failed.err
    assert "wave 0, after Deployment/db was not begun" in failed.err
    with client() as kubectl:
        assert kubectl.find(ObjectRef("batch/v1", "Job", at, "load")) is None
        assert kubectl.find(ObjectRef("apps/v1", "Deployment", at, "api")) is None
    assert history("web") == [(1, "failed")]

    # What is there already and not ready holds the next operation up as well.
    again = run_command("upgrade", "web", "shop", *broken).must(4)
    assert steps(again.err, "applied") == []
    run_command("upgrade", "web", "shop", "--set", "image=nginx:1.28").must()
    assert {row["state"] for row in data("status", "web")["objects"]} == {"ready"}


def test_without_a_change_behind_it_nothing_is_waited_for(at: str) -> None:
    run_command("install", "web", "shop").must()
    said = run_command("upgrade", "web", "shop", "--no-wait").must().err
    assert steps(said, "applied", "ready", "waiting") == []


@pytest.mark.parametrize(
    ("annotation", "message", "hint"),
    [
        (
            "holdfast.dev/depends-on: Deployment/dbs",
            "there is no Deployment/dbs in this release",
            "did you mean Deployment/db?",
        ),
        (
            "holdfast.dev/depends-on: Job/load",
            "they wait for each other: Deployment/db → Job/load → Deployment/db",
            "take one away",
        ),
        ('holdfast.dev/wave: "soon"', "must be a whole number", "objects without a wave"),
        (
            'holdfast.dev/wave: "3"',
            "Deployment/db comes later: it is in wave 3, this one in wave 0",
            "the same wave, or a higher",
        ),
    ],
)
def test_an_order_that_cannot_be_is_refused_before_anything_is_touched(
    at: str, annotation: str, message: str, hint: str
) -> None:
    write(db=workload("db", annotation))
    place = "load.yaml.j2:5" if "comes later" in message else "db.yaml.j2:5"
    for verb in (("install", "web"), ("template",)):
        refused = run_command(*verb, "shop").must(1).err
        assert message in refused and hint in refused
        assert f"at shop/templates/{place}" in refused
    with client() as kubectl:
        assert not kubectl.list("v1", "Secret", at)
        assert not kubectl.list("apps/v1", "Deployment", at)


def test_a_wave_without_quotes_names_its_line(at: str) -> None:
    write(db=workload("db", "holdfast.dev/wave: 1"))
    refused = run_command("install", "web", "shop").must(1).err
    assert "must be a string, not 1" in refused and "put it in quotes" in refused
    assert "at shop/templates/db.yaml.j2:5" in refused


def test_a_rollback_goes_in_the_order_of_the_older_revision(at: str) -> None:
    run_command("install", "web", "shop").must()
    write(
        api=workload("api", 'holdfast.dev/wave: "-1"'),
        config="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: b}\n",
    )
    plan = data("diff", "upgrade", "web", "shop")
    assert plan["stages"][0]["title"] == "wave -1"
    run_command("upgrade", "web", "shop").must()
    assert data("diff", "rollback", "web")["stages"][0]["title"] == "wave 0"
    run_command("rollback", "web").must()
