"""Scaling through the command, on every cluster there is: in order, with hooks, to stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT, run_command
from tests.contract.bench import short_pause
from tests.e2e.charts import SERVICE, SET, VALUES, client, data, history, ref, write_chart

from holdfast.model.manifest import ObjectRef

NGINX = str(ROOT / "charts/nginx")
HOOK = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ release.name }}-member
  annotations:
    holdfast.dev/hook: pre-scale-up,post-scale-up,pre-scale-down,post-scale-down
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: "tool:1", command: [sh, -c, {{ values.command }}]}]
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ release.name }}-front}
spec:
  replicas: {{ values.front }}
  selector: {matchLabels: {app: {{ release.name }}-front}}
  template:
    metadata: {labels: {app: {{ release.name }}-front}}
    spec: {containers: [{name: front, image: "front:1"}]}
"""


@pytest.fixture(autouse=True)
def _quick(cluster: str, request: pytest.FixtureRequest) -> None:
    """Waiting takes no time where pods are simulated."""
    if cluster == "embedded":
        request.getfixturevalue("own_time")


@pytest.fixture
def at(namespace: str) -> tuple[str, ...]:
    return ("-n", namespace)


def steps(said: str) -> list[str]:
    """What a scale tells of its steps and hooks, without times."""
    kinds = ("scaled", "hook", "kept")
    lines = [line.split(maxsplit=2) for line in said.splitlines()]
    return [words[2] for words in lines if len(words) == 3 and words[1] in kinds]


def install(chart: str, at: tuple[str, ...], *flags: str) -> None:
    run_command("install", "web", chart, "--create-namespace", *at, *flags).must()


def replicas(kind: str, name: str, namespace: str) -> int:
    with client() as cluster:
        found = cluster.get(ObjectRef("apps/v1", kind, namespace, name))
    return int(found["spec"]["replicas"])


def test_one_ordinal_at_a_time_and_claims_stay(at: tuple[str, ...]) -> None:
    install(NGINX, at, "--set", "replicas=1")
    up = run_command("scale", "web", "3", *at).must()
    assert steps(up.err) == [
        "StatefulSet/web-nginx: 1 → 2 replicas, starting web-nginx-1",
        "web-nginx-1 is ready",
        "StatefulSet/web-nginx: 2 → 3 replicas, starting web-nginx-2",
        "web-nginx-2 is ready",
    ]
    assert [line.split()[0] for line in up.out.splitlines()[-3:]] == [
        f"web-nginx-{number}" for number in range(3)
    ]
    volumes = {one["name"]: one["volume"] for one in data("status", "web", *at)["claims"]}
    assert len(volumes) == 3

    down = run_command("scale", "web", "1", *at).must()
    told = steps(down.err)
    assert told[:4] == [
        "StatefulSet/web-nginx: 3 → 2 replicas, stopping web-nginx-2",
        "web-nginx-2 is gone",
        "StatefulSet/web-nginx: 2 → 1 replicas, stopping web-nginx-1",
        "web-nginx-1 is gone",
    ]
    assert [line.partition(": ")[0] for line in told[4:]] == [
        "claim html-web-nginx-1 kept",
        "claim html-web-nginx-2 kept",
    ]
    again = run_command("scale", "web", "3", *at).must()
    assert "web-nginx-1 takes up claim html-web-nginx-1 again" in again.err
    found = data("status", "web", *at)
    assert {one["name"]: one["volume"] for one in found["claims"]} == volumes
    assert {one["state"] for one in found["objects"]} == {"ready"}
    assert [row["description"] for row in data("history", "web", *at)][1:] == [
        "Scale StatefulSet/web-nginx 1 → 3",
        "Scale StatefulSet/web-nginx 3 → 1",
        "Scale StatefulSet/web-nginx 1 → 3",
    ]


def test_for_machines(at: tuple[str, ...]) -> None:
    install(NGINX, at, "--set", "replicas=2")
    found = data("scale", "web", "statefulset/web-nginx", "1", *at)
    assert (found["schema"], found["revision"]) == ("holdfast/scale/v1", 2)
    assert found["workload"]["kind"] == "StatefulSet"
    assert found["replicas"] == {"before": 2, "after": 1}
    assert [one["ordinal"] for one in found["ordinals"]] == [0]
    assert found["kept_claims"] == ["html-web-nginx-1"]
    plan = data("scale", "web", "2", "--dry-run", *at)
    (change,) = plan["changes"]
    assert (change["verb"], change["ordinals"]) == ("update", [1])
    assert [field["path"] for field in change["fields"]] == ["spec.replicas"]
    nothing = data("scale", "web", "1", *at)
    assert (nothing["revision"], nothing["replicas"]) == (2, {"before": 1, "after": 1})
    assert history("web", *at) == [(1, "superseded"), (2, "deployed")]


def test_upgrades_and_rollbacks_after_a_scale(
    at: tuple[str, ...], namespace: str, tmp_path: Path
) -> None:
    install(NGINX, at, "--set", "replicas=3")
    run_command("scale", "web", "2", *at).must()
    assert data("get", "values", "web", *at) == {"replicas": 2}
    assert run_command("diff", "upgrade", "web", NGINX, "--exit-code", *at).code == 0
    run_command("upgrade", "web", NGINX, "--set", "image.tag=1.29.0", *at).must()
    assert replicas("StatefulSet", "web-nginx", namespace) == 2
    assert data("get", "values", "web", *at)["replicas"] == 2
    file = tmp_path / "prod.yaml"
    file.write_text("image: {tag: 1.29.0}\n")
    planned = run_command("diff", "upgrade", "web", NGINX, "-f", str(file), *at).must()
    assert "no longer set: replicas" in planned.out
    assert "scales 2 → 1: stops web-nginx-1" in planned.out
    run_command("rollback", "web", "1", *at).must()
    assert replicas("StatefulSet", "web-nginx", namespace) == 3


def test_a_number_that_no_single_value_makes_is_held_until_the_chart_asks_for_another(
    at: tuple[str, ...], namespace: str, tmp_path: Path
) -> None:
    text = SET.replace("values.replicas", "values.shards * 2")
    values = VALUES.replace("replicas: 1", "shards: 1")
    chart = write_chart(tmp_path, values=values, service=SERVICE, set=text)
    install(chart, at)
    said = run_command("scale", "web", "3", *at).must().err
    assert "upgrades leave it at 3 until the chart asks for another than 2" in said
    kept = run_command("upgrade", "web", chart, "--set", "color=red", *at).must()
    assert "StatefulSet/web: stays at 3 replicas" in kept.err
    assert replicas("StatefulSet", "web", namespace) == 3
    run_command("upgrade", "web", chart, *at).must()
    assert replicas("StatefulSet", "web", namespace) == 3
    ended = run_command("upgrade", "web", chart, "--set", "shards=2", *at).must()
    assert "the chart now asks for 4 replicas instead of 2: the scale to 3 ends" in ended.err
    assert replicas("StatefulSet", "web", namespace) == 4
    run_command("scale", "web", "1", *at).must()
    back = run_command("scale", "web", "4", *at).must()
    assert "upgrades leave it" not in back.err
    plain = run_command("diff", "upgrade", "web", chart, *at).must()
    assert "stays at" not in plain.out and "no changes" in plain.out


def test_hooks_run_for_each_member_and_are_told_which(
    at: tuple[str, ...], namespace: str, tmp_path: Path
) -> None:
    values = f"{VALUES}command: exit 0\n"
    chart = write_chart(tmp_path, values=values, service=SERVICE, set=SET, hook=HOOK)
    install(chart, at)
    said = steps(run_command("scale", "web", "3", *at).must().err)
    began = [line.removesuffix(" hook Job/web-member started") for line in said]
    order = [line for line in began if line.startswith(("pre-", "post-", "StatefulSet", "web-"))]
    assert [line for line in order if "succeeded" not in line] == [
        "pre-scale-up",
        "StatefulSet/web: 1 → 2 replicas, starting web-1",
        "web-1 is ready",
        "post-scale-up",
        "pre-scale-up",
        "StatefulSet/web: 2 → 3 replicas, starting web-2",
        "web-2 is ready",
        "post-scale-up",
    ]
    assert told(namespace) == {
        "HOLDFAST_HOOK": "post-scale-up",
        "HOLDFAST_WORKLOAD": "web",
        "HOLDFAST_ORDINAL": "2",
        "HOLDFAST_MEMBERS": "3",
        "HOLDFAST_MEMBERS_BEFORE": "2",
    }
    planned = run_command("scale", "web", "2", "--dry-run", *at).must().out
    assert "pre-scale-down hook" in planned and "scale-up" not in planned.partition("\n\n")[0]
    run_command("scale", "web", "2", *at).must()
    facts = told(namespace)
    assert (facts["HOLDFAST_HOOK"], facts["HOLDFAST_ORDINAL"]) == ("post-scale-down", "2")
    bypassed = run_command("upgrade", "web", chart, "--set", "replicas=1", *at).must()
    assert "StatefulSet/web: 2 → 1 replicas without the chart's scale hooks" in bypassed.err
    assert told(namespace) == facts
    quiet = run_command("scale", "web", "2", "--no-hooks", *at).must()
    assert "hook Job" not in quiet.err


def test_a_hook_can_run_between_the_start_of_a_pod_and_its_readiness(
    at: tuple[str, ...], namespace: str, tmp_path: Path
) -> None:
    hook = HOOK.replace("pre-scale-up,post-scale-up,pre-scale-down,post-scale-down", "on-scale-up")
    values = f"{VALUES}command: exit 0\n"
    chart = write_chart(tmp_path, values=values, service=SERVICE, set=SET, hook=hook)
    install(chart, at)
    said = steps(run_command("scale", "web", "2", *at).must().err)
    assert [line.partition(" after ")[0] for line in said] == [
        "StatefulSet/web: 1 → 2 replicas, starting web-1",
        "on-scale-up hook Job/web-member started",
        "on-scale-up hook Job/web-member succeeded",
        "web-1 is ready",
    ]
    facts = told(namespace)
    assert (facts["HOLDFAST_HOOK"], facts["HOLDFAST_ORDINAL"]) == ("on-scale-up", "1")
    down = run_command("scale", "web", "1", *at).must()
    assert "hook Job" not in down.err


def test_assertion_6_a_member_that_cannot_vote_is_counted_and_the_scale_stops_there(
    at: tuple[str, ...], namespace: str, tmp_path: Path
) -> None:
    hook = HOOK.replace("pre-scale-up,post-scale-up,pre-scale-down,post-scale-down", "on-scale-up")
    values = f"{VALUES}command: exit 3\n"
    chart = write_chart(tmp_path, values=values, service=SERVICE, set=SET, hook=hook)
    install(chart, at)
    failed = run_command("scale", "web", "3", *at).must(4)
    assert "on-scale-up hook Job/web-member failed" in failed.err
    with client() as cluster:
        live = cluster.get(ref("StatefulSet", "web", namespace))
    assert live["spec"]["replicas"] == 2


def told(namespace: str) -> dict[str, str]:
    """What the last hook was told."""
    with client() as cluster:
        job = cluster.get(ObjectRef("batch/v1", "Job", namespace, "web-member"))
    (container,) = job["spec"]["template"]["spec"]["containers"]
    return {row["name"]: row["value"] for row in container["env"]}


def test_a_hook_that_fails_stops_it_and_the_next_scale_goes_on(
    at: tuple[str, ...], namespace: str, tmp_path: Path
) -> None:
    values = f"{VALUES}command: exit 0\n".replace("replicas: 1", "replicas: 3")
    chart = write_chart(tmp_path, values=values, service=SERVICE, set=SET, hook=HOOK)
    install(chart, at, "--set", "command=exit 3")
    failed = run_command("scale", "web", "1", *at).must(4)
    assert "pre-scale-down hook Job/web-member failed" in failed.err
    assert replicas("StatefulSet", "web", namespace) == 3, "nothing was scaled"
    assert history("web", *at) == [(1, "deployed"), (2, "failed")]
    undone = run_command("scale", "web", "3", *at).must(1)
    assert "the pre-scale-down hooks of ordinal 2 may have done their work" in undone.err
    run_command("scale", "web", "3", "--yes", *at).must()
    run_command("scale", "web", "1", *at).must(4)
    run_command("scale", "web", "1", "--no-hooks", *at).must()
    assert [one["ordinal"] for one in data("status", "web", *at)["ordinals"]] == [0]


def test_a_deployment_goes_in_one_step_and_runs_no_hooks_of_members(
    at: tuple[str, ...], namespace: str, tmp_path: Path
) -> None:
    values = f"{VALUES}front: 1\ncommand: exit 0\n"
    chart = write_chart(
        tmp_path, values=values, service=SERVICE, set=SET, front=DEPLOYMENT, hook=HOOK
    )
    install(chart, at)
    unclear = run_command("scale", "web", "4", *at).must(1)
    assert "it has several workloads" in unclear.err
    assert "hint: name one of " in unclear.err and "deployment/web-front" in unclear.err
    found = run_command("scale", "web", "deploy/web-front", "4", *at).must()
    assert steps(found.err) == ["Deployment/web-front: 1 → 4 replicas"]
    assert replicas("Deployment", "web-front", namespace) == 4
    assert replicas("StatefulSet", "web", namespace) == 1
    assert data("get", "values", "web", *at) == {"front": 4}
    with client() as kubectl:
        pause = ObjectRef("apps/v1", "Deployment", namespace, "web-front")
        kubectl.patch(pause, {"spec": {"paused": True}})
    paused = run_command("scale", "web", "web-front", "1", *at).must(1)
    assert "its rollout is paused" in paused.err and "hint: --yes" in paused.err


def test_parallel_sets_and_those_that_start_elsewhere_go_one_by_one_too(
    at: tuple[str, ...], tmp_path: Path
) -> None:
    text = SET.replace(
        "  serviceName:", "  podManagementPolicy: Parallel\n  ordinals: {start: 5}\n  serviceName:"
    )
    install(write_chart(tmp_path, service=SERVICE, set=text), at)
    said = steps(run_command("scale", "web", "3", *at).must().err)
    assert said == [
        "StatefulSet/web: 1 → 2 replicas, starting web-6",
        "web-6 is ready",
        "StatefulSet/web: 2 → 3 replicas, starting web-7",
        "web-7 is ready",
    ]
    down = steps(run_command("scale", "web", "2", *at).must().err)
    assert down[0] == "StatefulSet/web: 3 → 2 replicas, stopping web-7"
    assert down[2].startswith("claim data-web-7 kept")


def test_under_an_autoscaler_it_is_refused_but_for_switching_all_off(
    at: tuple[str, ...], namespace: str
) -> None:
    install(NGINX, at)
    with client() as kubectl:
        kubectl.create(autoscaler(namespace))
    refused = run_command("scale", "web", "3", *at).must(1)
    assert "HorizontalPodAutoscaler/web sets its replicas" in refused.err
    assert "minReplicas and maxReplicas" in refused.err
    assert history("web", *at) == [(1, "deployed")]
    shown = run_command("scale", "web", "3", "--dry-run", *at).must(1)
    assert "refused" in shown.out and "minReplicas" in shown.err
    run_command("scale", "web", "0", *at).must()
    run_command("scale", "web", "1", *at).must()
    assert replicas("StatefulSet", "web-nginx", namespace) == 1


def autoscaler(namespace: str) -> dict[str, Any]:
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web", "namespace": namespace},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web-nginx"},
            "maxReplicas": 5,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {
                        "name": "cpu",
                        "target": {"type": "Utilization", "averageUtilization": 80},
                    },
                }
            ],
        },
    }


def test_the_charts_rules_for_its_members(at: tuple[str, ...], tmp_path: Path) -> None:
    rules = 'annotations: {holdfast.dev/min-replicas: "3", holdfast.dev/quorum: odd}'
    text = SET.replace("metadata: {name: {{ release.name }}}", META.format(rules), 1)
    install(write_chart(tmp_path, service=SERVICE, set=text), at, "--set", "replicas=3")
    few = run_command("scale", "web", "1", *at).must(1)
    assert "1 is fewer than the chart allows (holdfast.dev/min-replicas: 3)" in few.err
    even = run_command("scale", "web", "4", *at).must(1)
    assert "4 is an even number of members" in even.err and "ask for 3 or 5" in even.err
    run_command("scale", "web", "5", *at).must()
    assert [one["ordinal"] for one in data("status", "web", *at)["ordinals"]] == [0, 1, 2, 3, 4]


META = "metadata:\n  name: {{{{ release.name }}}}\n  {}"


def test_members_that_stay_and_are_not_ready_have_to_be_agreed_to(
    at: tuple[str, ...], namespace: str, tmp_path: Path
) -> None:
    text = SET.replace("  serviceName:", "  podManagementPolicy: Parallel\n  serviceName:")
    chart = write_chart(tmp_path, service=SERVICE, set=text)
    install(chart, at, "--set", "replicas=3")
    with client() as kubectl:
        unwell(kubectl, namespace, "web-1")
    refused = run_command("scale", "web", "2", *at).must(1)
    assert "web-1 is to stay and is not ready" in refused.err and "hint: --yes" in refused.err
    assert history("web", *at) == [(1, "deployed")]
    done = run_command("scale", "web", "2", "--yes", *at).must()
    assert "web-2 is gone" in done.err
    assert replicas("StatefulSet", "web", namespace) == 2


def unwell(kubectl: Any, namespace: str, name: str) -> None:
    """Let a pod be not ready: its image is changed to one that cannot be pulled, and it is killed.

    A StatefulSet's own template stays as it is, so that nothing replaces the pod.
    """
    pod = ObjectRef("v1", "Pod", namespace, name)
    found = kubectl.get(pod)
    conditions = [
        {**one, "status": "False"} if one["type"] == "Ready" else one
        for one in found["status"]["conditions"]
    ]
    node = {"annotations": {"example.com/off": "true"}}
    kubectl.patch(pod, {"metadata": node})
    kubectl.patch(pod, {"status": {"conditions": conditions}}, subresource="status")


def test_a_broken_set_is_stopped_and_sick_members_go_with_those_above_them(
    at: tuple[str, ...], namespace: str, tmp_path: Path
) -> None:
    chart = write_chart(tmp_path, service=SERVICE, set=SET)
    install(chart, at, "--set", "replicas=3")
    with client() as kubectl:
        pod = ObjectRef("v1", "Pod", namespace, "web-1")
        uid = kubectl.get(pod)["metadata"]["uid"]
        cordon(kubectl, True)
        try:
            kubectl.delete(pod)
            wait_for_successor(kubectl, pod, uid)
            said = run_command("scale", "web", "1", *at).must().err
        finally:
            cordon(kubectl, False)
    assert "web-2, web-1 go in one step: an ordered set ends no pod above one" in said
    assert steps(said)[:3] == [
        "StatefulSet/web: 3 → 1 replicas, stopping web-2, web-1",
        "web-2 is gone",
        "web-1 is gone",
    ]
    run_command("upgrade", "web", chart, "--set", "replicas=3", "--no-wait", *at).must()
    broken = ("--set", "image=registry.invalid/nginx:1", "--set", "replicas=3")
    run_command("uninstall", "web", *at).must()
    run_command("install", "web", chart, "--no-wait", *broken, *at).must()
    said = run_command("scale", "web", "0", *at).must().err
    assert steps(said)[0] == "StatefulSet/web: 3 → 0 replicas, stopping web-2, web-1, web-0"
    assert data("status", "web", *at)["ordinals"] == []


def wait_for_successor(kubectl: Any, pod: ObjectRef, uid: str) -> None:
    for _ in range(400):
        found = kubectl.find(pod)
        if found and found["metadata"]["uid"] != uid:
            return
        short_pause()
    raise AssertionError(f"never: another {pod}")


def cordon(kubectl: Any, closed: bool) -> None:
    for node in kubectl.list("v1", "Node"):
        place = ObjectRef("v1", "Node", "", node["metadata"]["name"])
        kubectl.patch(place, {"spec": {"unschedulable": closed}})


def test_what_somebody_else_scaled_is_taken_as_it_is(at: tuple[str, ...], namespace: str) -> None:
    install(NGINX, at, "--set", "replicas=3")
    with client() as kubectl:
        kubectl.scale(ref("StatefulSet", "web-nginx", namespace), 2)
    found = data("scale", "web", "2", *at)
    assert (found["revision"], found["replicas"]) == (2, {"before": 2, "after": 2})
    assert data("get", "values", "web", *at) == {"replicas": 2}
    assert run_command("diff", "upgrade", "web", NGINX, "--exit-code", *at).code == 0
    with client() as kubectl:
        kubectl.delete(ref("StatefulSet", "web-nginx", namespace))
    gone = run_command("scale", "web", "3", *at).must(1)
    assert "StatefulSet/web-nginx is not in the cluster" in gone.err
