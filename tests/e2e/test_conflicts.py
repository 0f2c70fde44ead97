"""Fields that others own: shown with both values, and taken, left or refused one by one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import run_command
from tests.e2e.charts import CONFIG, client, history, write_chart

from holdfast.model.manifest import ObjectRef

SIZES = CONFIG + "  size: {{ values.size }}\n"
APP = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ release.name }}
  annotations: {{ values.annotations }}
spec:
  replicas: 3
  selector: {matchLabels: {app: {{ release.name }}}}
  template:
    metadata: {labels: {app: {{ release.name }}}}
    spec:
      containers:
        - {name: web, image: {{ values.image }}, env: [{name: COLOR, value: {{ values.color }}}]}
        - {name: side, image: nginx:1.28}
"""
PASSWORD = """\
apiVersion: v1
kind: Secret
metadata: {name: {{ release.name }}}
stringData: {password: {{ values.color }}}
"""
VALUES = "image: nginx:1.28\ncolor: blue\nsize: small\nannotations: {}\n"
ANNOTATION = "holdfast.dev/on-conflict"


@pytest.fixture
def at(cluster: str, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A namespace that is there, and a folder for the chart."""
    with client() as kubectl:
        kubectl.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    monkeypatch.chdir(tmp_path)
    return namespace


def edit(namespace: str, kind: str, body: dict[str, Any], manager: str = "kubectl-edit") -> None:
    with client(manager) as hand:
        hand.patch(found(namespace, kind), body, type="strategic")


def found(namespace: str, kind: str) -> ObjectRef:
    return ObjectRef("apps/v1" if kind == "Deployment" else "v1", kind, namespace, "web")


def live(namespace: str, kind: str = "ConfigMap") -> dict[str, Any]:
    with client() as kubectl:
        return kubectl.get(found(namespace, kind))


def images(namespace: str) -> dict[str, str]:
    containers = live(namespace, "Deployment")["spec"]["template"]["spec"]["containers"]
    return {one["name"]: one["image"] for one in containers}


def data_of(*arguments: str) -> Any:
    """The JSON of a verb that is refused."""
    return json.loads(run_command(*arguments, "-o", "json").must(1).out)


def two_conflicts(namespace: str) -> None:
    write_chart(Path(), values=VALUES, config=SIZES)
    run_command("install", "web", "web").must()
    edit(namespace, "ConfigMap", {"data": {"color": "green", "size": "large"}})


def test_each_field_is_shown_with_its_owner_and_both_values(at: str) -> None:
    two_conflicts(at)
    planned = run_command("diff", "upgrade", "web", "web").must(1)
    head, *rows = planned.out.split("\n\n")[1].splitlines()
    assert head.split() == ["OBJECT", "FIELD", "OWNER", "THEIRS", "OURS", "POLICY"]
    cells = [row.split("   ") for row in rows]
    assert [[cell.strip() for cell in row if cell] for row in cells] == [
        ["ConfigMap/web", "data.color", cells[0][-4].strip(), "green", "blue", "fail"],
        ["ConfigMap/web", "data.size", cells[1][-4].strip(), "large", "small", "fail"],
    ]
    assert "kubectl-edit, 20" in rows[0]
    assert "data.color is managed by kubectl-edit (theirs green, ours blue)" in planned.out
    assert "--on-conflict 'ConfigMap/web:data.color=leave'" in planned.err

    (change,) = data_of("diff", "upgrade", "web", "web")["changes"]
    assert change["verb"] == "refused"
    assert [{**row, "time": ""} for row in change["conflicts"]] == [
        {
            "path": f"data.{key}",
            "manager": "kubectl-edit",
            "operation": "Update",
            "subresource": None,
            "time": "",
            "theirs": theirs,
            "ours": ours,
            "policy": "fail",
            "by": None,
        }
        for key, theirs, ours in (("color", "green", "blue"), ("size", "large", "small"))
    ]


def test_one_field_is_taken_and_another_left(at: str) -> None:
    two_conflicts(at)
    decided = ("--on-conflict", "ConfigMap/web:data.color=take", "--on-conflict", "data.size=leave")
    planned = run_command("diff", "upgrade", "web", "web", *decided).must()
    assert "takes over data.color from kubectl-edit (theirs green, ours blue)" in planned.out
    assert "data.size is left to kubectl-edit (theirs large, ours small)" in planned.out

    upgraded = run_command("upgrade", "web", "web", *decided).must()
    assert "ConfigMap/web: takes over data.color from kubectl-edit" in upgraded.err
    assert live(at)["data"] == {"color": "blue", "size": "large"}
    owners = {row["manager"]: row["fieldsV1"] for row in live(at)["metadata"]["managedFields"]}
    assert "f:size" not in owners["holdfast"]["f:data"]
    assert "f:color" not in owners["kubectl-edit"]["f:data"]
    # A flag is for one operation: the next one asks again.
    again = run_command("upgrade", "web", "web").must(1)
    assert "data.size is managed by kubectl-edit" in again.err
    assert history("web") == [(1, "superseded"), (2, "deployed")]


def test_force_takes_all_that_nobody_decided_on(at: str) -> None:
    two_conflicts(at)
    left = ("--force-conflicts", "--on-conflict", "data.size=leave")
    run_command("upgrade", "web", "web", *left).must()
    assert live(at)["data"] == {"color": "blue", "size": "large"}
    strict = ("--force-conflicts", "--on-conflict", "data.size=fail")
    assert "data.size is managed by" in run_command("upgrade", "web", "web", *strict).must(1).err
    run_command("upgrade", "web", "web", "--force-conflicts").must()
    assert live(at)["data"] == {"color": "blue", "size": "small"}


def annotated(rules: str) -> tuple[str, str]:
    return ("--set-json", f'annotations={{"{ANNOTATION}": "{rules}"}}')


def test_the_chart_decides_by_annotation(at: str) -> None:
    write_chart(Path(), values=VALUES, app=APP)
    rules = "spec.template.spec.containers[name=web].image=leave, spec.replicas=take"
    run_command("install", "web", "web", "--no-wait", *annotated(rules)).must()
    template = {"spec": {"containers": [{"name": "web", "image": "nginx:1.29"}]}}
    edit(at, "Deployment", {"spec": {"replicas": 5, "template": template}})

    run_command("upgrade", "web", "web", "--no-wait", "--set", "color=red").must()
    spec = live(at, "Deployment")["spec"]
    assert spec["replicas"] == 3
    assert images(at) == {"web": "nginx:1.29", "side": "nginx:1.28"}
    env = spec["template"]["spec"]["containers"][0]["env"]
    assert env == [{"name": "COLOR", "value": "red"}], "the rest of the container is ours"

    # Left is left, by force too; a flag for the field is the user's own word.
    run_command("upgrade", "web", "web", "--no-wait", "--force-conflicts").must()
    assert images(at)["web"] == "nginx:1.29"
    take = ("--on-conflict", "Deployment/*:spec.template.spec.containers[*].image=take")
    run_command("upgrade", "web", "web", "--no-wait", *take).must()
    assert images(at)["web"] == "nginx:1.28"


def test_what_is_left_stays_although_the_other_value_was_ours_too(at: str) -> None:
    """Both own the field, with one value: what we leave must not go with our next apply."""
    write_chart(Path(), values=VALUES, config=SIZES)
    run_command("install", "web", "web").must()
    with client("operator") as operator:
        operator.apply(
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": "web", "namespace": at},
                "data": {"size": "small"},
            }
        )
    run_command("upgrade", "web", "web", "--on-conflict", "data.size=leave").must()
    owners = {row["manager"]: row["fieldsV1"] for row in live(at)["metadata"]["managedFields"]}
    assert "f:size" in owners["operator"]["f:data"]
    assert "f:size" not in owners["holdfast"]["f:data"]
    assert live(at)["data"]["size"] == "small"
    nothing = run_command("diff", "upgrade", "web", "web", "--on-conflict", "data.size=leave")
    assert "data.size is left to operator" in nothing.out and "no changes" in nothing.out


def test_a_secret_in_conflict_is_not_shown(at: str) -> None:
    write_chart(Path(), values=VALUES, password=PASSWORD)
    run_command("install", "web", "web", "--set", "color=hunter2-ours").must()
    edit(at, "Secret", {"stringData": {"password": "hunter2-theirs"}})
    for form in ("table", "json"):
        refused = run_command("diff", "upgrade", "web", "web", "-o", form).must(1)
        assert "hunter2" not in refused.out + refused.err
        assert "aHVudGVyMi" not in refused.out + refused.err
    (row,) = data_of("diff", "upgrade", "web", "web")["changes"][0]["conflicts"]
    assert row["theirs"] == row["ours"] == {"masked": True}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("data.color", "names no policy"),
        ("data.color=keep", "'keep' is no policy: take, leave or fail"),
        ("=take", "it names no field"),
        ("data[color=take", "'data[color' is no field"),
        ("spec.containers[web]=take", "[web] is no item of a list"),
        ("Secret/other:data=take", "the chart renders no Secret/other"),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused(at: str, rule: str, words: str) -> None:
    write_chart(Path(), values=VALUES, config=SIZES)
    refused = run_command("install", "web", "web", "--on-conflict", rule).must(2)
    assert words in refused.err and "hint: " in refused.err


def test_an_annotation_that_cannot_be_read_is_told_with_its_line(at: str) -> None:
    write_chart(Path(), values=VALUES, app=APP)
    refused = run_command("install", "web", "web", *annotated("spec.replicas")).must(1)
    assert f"reading Deployment/web: its annotation {ANNOTATION}" in refused.err
    assert "'spec.replicas' names no policy" in refused.err
    assert "web/templates/app.yaml.j2:5" in refused.err
    assert "there is no such release" in run_command("history", "web").must(1).err


def test_a_key_dropped_from_a_secrets_string_data_goes(at: str) -> None:
    write_chart(Path(), values=VALUES, password=PASSWORD)
    run_command("install", "web", "web").must()
    assert live(at, "Secret")["data"] == {"password": "Ymx1ZQ=="}
    write_chart(Path(), values=VALUES, password=PASSWORD.replace("password: {{", "token: {{"))
    run_command("upgrade", "web", "web").must()
    assert live(at, "Secret")["data"] == {"token": "Ymx1ZQ=="}


def test_an_item_of_a_list_can_be_left_whole(at: str) -> None:
    write_chart(Path(), values=VALUES, app=APP)
    rules = annotated("spec.template.spec.containers[name=side]=leave")
    run_command("install", "web", "web", "--no-wait").must()
    mesh = {"spec": {"template": {"spec": {"containers": [{"name": "side", "image": "mesh:2"}]}}}}
    with client("mesh") as operator:
        wanted = {"apiVersion": "apps/v1", "kind": "Deployment", **mesh}
        operator.apply({**wanted, "metadata": {"name": "web", "namespace": at}}, force=True)
    run_command("upgrade", "web", "web", "--no-wait", *rules).must()
    assert images(at) == {"web": "nginx:1.28", "side": "mesh:2"}
    with client("mesh") as operator:
        bare = {"apiVersion": "apps/v1", "kind": "Deployment"}
        operator.apply({**bare, "metadata": {"name": "web", "namespace": at}})
    assert images(at) == {"web": "nginx:1.28"}, "it was no longer ours"
