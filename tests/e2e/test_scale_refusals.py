"""What scale and restart refuse, and with which exit code; and which value a scale changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import ROOT, Result, run_command
from tests.e2e.charts import (
    CHART,
    CONFIG,
    SERVICE,
    SET,
    STUCK,
    VALUES,
    client,
    data,
    history,
    small_chart,
    write_chart,
)
from tests.e2e.own_time import OwnTime

from holdfast.model.manifest import ObjectRef

NGINX = str(ROOT / "charts/nginx")
NAMED = "metadata: {name: {{ release.name }}}"
WEB = ObjectRef("apps/v1", "StatefulSet", "default", "web")


@pytest.fixture(autouse=True)
def _scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_time: OwnTime) -> None:
    small_chart(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:c.db")


def scale(*arguments: str, code: int = 0) -> Result:
    return run_command("scale", *arguments).must(code)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("web", "--", "-1"), 2, "scale release web: -1 replicas are below 0"),
        (("web", "-1"), 2, "scale release web: -1 replicas are below 0"),
        (("web", "three"), 2, "'three' is no number of replicas: it comes last"),
        (("web", "1.5"), 2, "'1.5' is no number of replicas"),
        (("web",), 2, "Missing argument '[WORKLOAD] N'"),
        (("web", "web", "1", "2"), 2, "at most one WORKLOAD, and N"),
        (("web", "2", "--tiemout", "5s"), 2, "No such option '--tiemout'"),
        (("web", "nope", "2"), 1, "it has no workload nope"),
        (("web", "deployment/web", "2"), 1, "it has no workload deployment/web"),
        (("none", "2"), 1, "release none: there is no such release"),
        (("Web!", "2"), 1, "Web!"),
    ],
)
def test_what_is_called_wrongly(arguments: tuple[str, ...], code: int, words: str) -> None:
    run_command("install", "web", "web").must()
    failed = scale(*arguments, code=code)
    assert words in failed.err and "Traceback" not in failed.err
    assert history("web") == [(1, "deployed")]


def test_a_chart_without_members() -> None:
    run_command("install", "web", write_chart(Path("bare"), config=CONFIG)).must()
    for verb in (("scale", "web", "2"), ("restart", "web")):
        failed = run_command(*verb).must(1)
        assert "it has no StatefulSet or Deployment" in failed.err


def test_the_error_as_json() -> None:
    run_command("install", "web", "web").must()
    error = json.loads(scale("web", "nope", "2", "-o", "json", code=1).out)
    assert (error["schema"], error["code"]) == ("holdfast/error/v1", "plan_error")
    assert error["hint"] == "it has statefulset/web"


def test_a_failed_upgrade_is_mended_first_and_a_failed_scale_goes_on() -> None:
    run_command("install", "web", "web").must()
    run_command(*STUCK, "--timeout", "5s").must(4)
    failed = scale("web", "3", code=1)
    assert "revision 2 is failed" in failed.err and "holdfast rollback web" in failed.err
    run_command("rollback", "web").must()
    never_placed("cordon")
    scale("web", "2", "--timeout", "5s", code=4)
    never_placed("uncordon")
    assert "web-1 is ready" in scale("web", "2").err
    assert [status for _, status in history("web")][-2:] == ["failed", "deployed"]


def never_placed(what: str) -> None:
    with client() as kubectl:
        for node in kubectl.list("v1", "Node"):
            place = ObjectRef("v1", "Node", "", node["metadata"]["name"])
            kubectl.patch(place, {"spec": {"unschedulable": what == "cordon"}})


def test_what_belongs_to_somebody_else() -> None:
    run_command("install", "web", "web").must()
    label = {"holdfast.dev/release": "other"}
    with client() as kubectl:
        kubectl.patch(WEB, {"metadata": {"labels": label}})
    for verb in (("scale", "web", "2"), ("restart", "web"), ("restart", "web", "--ordinal", "0")):
        failed = run_command(*verb).must(1)
        assert "belongs to the release other in the namespace default" in failed.err


def test_rules_that_cannot_be_read_are_told_at_the_latest_when_they_matter() -> None:
    own = "metadata:\n  name: {{ release.name }}\n  annotations: {holdfast.dev/%s: %s}"
    for key, text, words in (
        ("min-replicas", "three", "must be a whole number in quotes, not 'three'"),
        ("quorum", "most", "names 'most', which is not known"),
    ):
        write_chart(Path(), set=SET.replace(NAMED, own % (key, text), 1))
        refused = run_command("install", "web", "web").must(1)
        assert f'holdfast.dev/{key}" {words}' in refused.err
        assert "web/templates/set.yaml.j2:5" in refused.err
    write_chart(Path(), set=SET)
    run_command("install", "web", "web").must()
    with client() as kubectl:
        kubectl.patch(WEB, {"metadata": {"annotations": {"holdfast.dev/quorum": "most"}}})
    live = scale("web", "2", code=1)
    assert "scale StatefulSet/web: its annotation holdfast.dev/quorum names 'most'" in live.err


def test_data_go_only_when_agreed_to() -> None:
    delete = ("--set", "persistence.retention.whenScaled=Delete", "--set", "replicas=3")
    run_command("install", "web", NGINX, *delete).must()
    refused = scale("web", "1", code=1)
    assert "it would delete data" in refused.err
    assert "html-web-nginx-1, html-web-nginx-2 and the data" in refused.err
    said = scale("web", "1", "--yes")
    assert "kept" not in [line.split()[1:2] for line in said.err.splitlines()]
    assert [claim["name"] for claim in data("status", "web")["claims"]] == ["html-web-nginx-0"]


def test_an_ordered_set_that_waits_for_a_sick_member_is_asked_about() -> None:
    run_command("install", "web", "web", "--set", "replicas=3").must()
    with client() as kubectl:
        pod = kubectl.get(ObjectRef("v1", "Pod", "default", "web-0"))
        node = ObjectRef("v1", "Node", "", pod["spec"]["nodeName"])
        told = kubectl.get(node)["status"]["conditions"]
        silent = [{**one, "status": "Unknown"} for one in told]
        kubectl.patch(node, {"status": {"conditions": silent}}, subresource="status")
    asked = scale("web", "2", code=1)
    assert "web-0 is to stay and is not ready" in asked.err
    late = scale("web", "2", "--yes", "--timeout", "20s", code=4)
    assert "scale of release web: not ready after 20 s" in late.err


def test_a_rollout_under_way_is_asked_about() -> None:
    run_command("install", "web", "web", "--set", "replicas=3").must()
    held = {"updateStrategy": {"rollingUpdate": {"partition": 2}}}
    with client() as kubectl:
        kubectl.patch(WEB, {"spec": held})
    run_command("restart", "web").must()
    asked = scale("web", "2", code=1)
    assert "StatefulSet/web: a rollout is held back at the partition 2" in asked.err
    scale("web", "2", "--yes")
    scale("web", "3")


SUB = {"name": "sub", "values": VALUES}
TWO = """\
{{% for worker in values.workers %}}
---
{set}
{{% endfor %}}
"""


def value_after(chart: str, *flags: str, workload: str = "web") -> dict[str, object]:
    """What the release was given, after a scale to 2 and an upgrade that changes nothing."""
    run_command("install", "web", chart, *flags).must()
    scale("web", workload, "2")
    assert "no changes" in run_command("diff", "upgrade", "web", chart).must().out
    found: dict[str, object] = data("get", "values", "web")
    return found


def test_the_value_of_a_subchart(tmp_path: Path) -> None:
    write_chart(tmp_path / "app/charts", name="sub", service=SERVICE, set=SET)
    chart = CHART.format(name="app", version="0.1.0")
    dependency = "dependencies:\n- {name: sub, version: 0.1.0}\n"
    (tmp_path / "app/Chart.yaml").write_text(chart + dependency)
    assert value_after("app") == {"sub": {"replicas": 2}}


def test_the_value_of_one_item_of_a_list() -> None:
    text = SET.replace("{{ release.name }}", "{{ worker.name }}").replace(
        "values.replicas", "worker.count"
    )
    values = VALUES + "workers:\n- {name: web, count: 1}\n- {name: other, count: 1}\n"
    write_chart(Path(), values=values, set=TWO.format(set=text))
    found = value_after("web")
    assert found == {"workers": [{"name": "web", "count": 2}, {"name": "other", "count": 1}]}


def test_a_value_that_two_workloads_share_is_neither_ones() -> None:
    other = SET.replace("{{ release.name }}", "{{ release.name }}-other")
    write_chart(Path(), set=SET, other=other)
    assert value_after("web") == {}
    with client() as kubectl:
        found = kubectl.get(ObjectRef("apps/v1", "StatefulSet", "default", "web-other"))
    assert found["spec"]["replicas"] == 1


def test_a_number_that_a_patch_makes_is_held_against_the_patch() -> None:
    patch = "kind: StatefulSet\nmetadata: {name: web}\nspec: {replicas: 3}\n"
    Path("more.yaml").write_text("apiVersion: apps/v1\n" + patch)
    assert value_after("web", "--patch", "more.yaml") == {}
    kept = run_command("upgrade", "web", "web", "--set", "color=red").must()
    assert "stays at 2 replicas, to which it was scaled; the chart's own 3" in kept.err
    run_command("upgrade", "web", "web", "--reset-patches").must()
    with client() as kubectl:
        assert kubectl.get(WEB)["spec"]["replicas"] == 1


def test_who_else_reads_the_value_is_named() -> None:
    config = CONFIG.replace("{{ values.color }}", "{{ values.replicas | string }}")
    write_chart(Path(), config=config, set=SET)
    run_command("install", "web", "web").must()
    said = scale("web", "2").err
    assert "kept as the value replicas=2" in said and "(ConfigMap/web)" in said
    planned = run_command("diff", "upgrade", "web", "web").must().out
    assert "update" in planned and "ConfigMap/web" in planned and "StatefulSet/web" not in planned


def test_plans_hide_what_is_secret() -> None:
    labels = "labels: {app: {{ release.name }}}"
    own = f"metadata:\n      {labels}\n      annotations: {{a: {{{{ values.key }}}}}}"
    text = SET.replace(f"metadata: {{{labels}}}", own)
    write_chart(Path(), values=f"{VALUES}key: ''\n", set=text)
    schema = {"properties": {"key": {"type": "string", "writeOnly": True}}}
    Path("web/values.schema.json").write_text(json.dumps(schema))
    run_command("install", "web", "web", "--set", "key=Hunter2-and-more").must()
    for verb in (("restart", "web"), ("scale", "web", "2"), ("restart", "web", "--ordinal", "0")):
        shown = run_command(*verb, "--dry-run").must()
        done = run_command(*verb).must()
        machine = run_command(*verb, "-o", "json").must()
        for text in (shown.out, shown.err, done.out, done.err, machine.out, machine.err):
            assert "Hunter2" not in text
    assert "(secret, 16 bytes)" in run_command("restart", "web", "--dry-run").must().out


def test_a_chart_that_leaves_the_number_alone() -> None:
    write_chart(Path(), set=SET.replace("  replicas: {{ values.replicas }}\n", ""))
    run_command("install", "web", "web").must()
    assert "the chart leaves the number of replicas alone" in scale("web", "2").err
    run_command("upgrade", "web", "web", "--set", "color=red").must()
    with client() as kubectl:
        assert kubectl.get(WEB)["spec"]["replicas"] == 2
