"""Restarts through the command, on every cluster there is: rolling, one by one, off a dead node."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import ROOT, run_command
from tests.controlplane.outage import (
    node_ref,
    switched_off,
    taint_keys,
    take_out_of_service,
)
from tests.e2e.charts import SERVICE, SET, client, data, history, write_chart

from holdfast.model.manifest import ObjectRef

NGINX = str(ROOT / "charts/nginx")
WEB = ("--set", "replicas=3")
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ release.name }}-front}
spec:
  replicas: 2
  selector: {matchLabels: {app: {{ release.name }}-front}}
  template:
    metadata: {labels: {app: {{ release.name }}-front}}
    spec: {containers: [{name: front, image: {{ values.image }}}]}
"""
DAEMONS = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: {{ release.name }}-agent}
spec:
  updateStrategy: {type: OnDelete}
  selector: {matchLabels: {app: {{ release.name }}-agent}}
  template:
    metadata: {labels: {app: {{ release.name }}-agent}}
    spec: {containers: [{name: agent, image: {{ values.image }}}]}
"""


@pytest.fixture(autouse=True)
def _quick(cluster: str, request: pytest.FixtureRequest) -> None:
    """Waiting takes no time where pods are simulated."""
    if cluster == "embedded":
        request.getfixturevalue("own_time")


@pytest.fixture
def at(namespace: str) -> tuple[str, ...]:
    return ("-n", namespace)


def install(chart: str, at: tuple[str, ...], *flags: str) -> None:
    run_command("install", "web", chart, "--create-namespace", *at, *flags).must()


def uids(namespace: str, prefix: str = "web", *, ending: bool = True) -> dict[str, str]:
    with client() as cluster:
        pods = cluster.list("v1", "Pod", namespace)
    return {
        one["metadata"]["name"]: one["metadata"]["uid"]
        for one in pods
        if one["metadata"]["name"].startswith(prefix)
        and (ending or "deletionTimestamp" not in one["metadata"])
    }


def deleted(said: str) -> list[str]:
    """The pods that were deleted, in order."""
    return re.findall(r"deleted +Pod/(\S+) deleted", said)


def test_a_rolling_restart_makes_every_pod_anew_and_no_revision(
    at: tuple[str, ...], namespace: str
) -> None:
    install(NGINX, at, *WEB)
    before = uids(namespace)
    said = run_command("restart", "web", *at).must()
    assert "StatefulSet/web-nginx: restarts web-nginx-2, web-nginx-1, web-nginx-0" in said.err
    after = uids(namespace)
    assert after.keys() == before.keys() and not set(after.values()) & set(before.values())
    assert history("web", *at) == [(1, "deployed")]
    found = data("restart", "web", "sts/web-nginx", *at)
    assert (found["schema"], found["revision"]) == ("holdfast/restart/v1", 1)
    assert [one["ready"] for one in found["ordinals"]] == [True] * 3
    assert not set(uids(namespace).values()) & set(after.values())


def test_no_later_verb_restarts_once_more(at: tuple[str, ...], namespace: str) -> None:
    install(NGINX, at, *WEB)
    run_command("upgrade", "web", NGINX, "--set", "service.port=81", *at).must()
    run_command("restart", "web", *at).must()
    pods = uids(namespace)
    assert run_command("diff", "upgrade", "web", NGINX, "--exit-code", *at).code == 0
    run_command("upgrade", "web", NGINX, "--set", "service.port=82", *at).must()
    run_command("rollback", "web", "1", *at).must()
    assert uids(namespace) == pods
    run_command("scale", "web", "2", *at).must()
    assert uids(namespace) == {name: pods[name] for name in ("web-nginx-0", "web-nginx-1")}
    run_command("upgrade", "web", NGINX, "--set", "image.tag=1.29.0", *at).must()
    with client() as cluster:
        found = cluster.get(ObjectRef("apps/v1", "StatefulSet", namespace, "web-nginx"))
    annotations = found["spec"]["template"]["metadata"]["annotations"]
    assert "holdfast.dev/restarted-at" in annotations


def test_a_dry_run_shows_what_restarts(at: tuple[str, ...], namespace: str) -> None:
    install(NGINX, at, *WEB)
    before = uids(namespace)
    plan = data("restart", "web", "--dry-run", *at)
    (change,) = plan["changes"]
    assert (change["effect"], change["ordinals"]) == ("rolling-restart", [2, 1, 0])
    assert "restarted-at" in change["fields"][0]["path"]
    one = data("restart", "web", "--ordinal", "1", "--dry-run", *at)["changes"][0]
    assert (one["verb"], one["effect"], one["ordinals"]) == ("recreate", "recreate-pods", [1])
    assert one["object"]["kind"] == "Pod"
    assert uids(namespace) == before


def test_on_delete_pods_are_deleted_one_by_one_from_the_highest_down(
    at: tuple[str, ...], namespace: str, tmp_path: Path
) -> None:
    text = SET.replace("  serviceName:", "  updateStrategy: {type: OnDelete}\n  serviceName:")
    install(write_chart(tmp_path, service=SERVICE, set=text), at, *WEB)
    before = uids(namespace)
    said = run_command("restart", "web", *at).must().err
    assert deleted(said) == ["web-2", "web-1", "web-0"]
    words = [line.split(maxsplit=1)[1] for line in said.splitlines()]
    order = [words.index(f"ready    web-{number} is back") for number in (2, 1, 0)]
    gone = [next(n for n, w in enumerate(words) if f"Pod/web-{i} deleted" in w) for i in (2, 1, 0)]
    assert gone[0] < order[0] < gone[1] < order[1] < gone[2] < order[2]
    assert not set(uids(namespace).values()) & set(before.values())


def test_a_partition_holds_pods_back(at: tuple[str, ...], namespace: str, tmp_path: Path) -> None:
    strategy = "  updateStrategy: {rollingUpdate: {partition: 2}}\n  serviceName:"
    text = SET.replace("  serviceName:", strategy)
    install(write_chart(tmp_path, service=SERVICE, set=text), at, *WEB)
    before = uids(namespace)
    said = run_command("restart", "web", *at).must().err
    assert "restarts web-2; the partition holds back 2" in said
    after = uids(namespace)
    assert {name for name in before if before[name] != after[name]} == {"web-2"}


def test_deployments_and_daemon_sets(at: tuple[str, ...], namespace: str, tmp_path: Path) -> None:
    chart = write_chart(tmp_path, front=DEPLOYMENT, agent=DAEMONS)
    install(chart, at)
    front, agents = uids(namespace, "web-front"), uids(namespace, "web-agent")
    unclear = run_command("restart", "web", *at).must(1)
    assert "daemonset/web-agent, deployment/web-front" in unclear.err
    run_command("restart", "web", "deployment/web-front", *at).must()
    after = uids(namespace, "web-front", ending=False)
    assert len(after) == 2 and not set(after.values()) & set(front.values())
    said = run_command("restart", "web", "ds/web-agent", *at).must().err
    assert sorted(deleted(said)) == sorted(agents)
    assert not set(uids(namespace, "web-agent").values()) & set(agents.values())
    no_ordinals = run_command("restart", "web", "--ordinal", "0", *at).must(1)
    assert "it has no StatefulSet" in no_ordinals.err
    with client() as kubectl:
        place = ObjectRef("apps/v1", "Deployment", namespace, "web-front")
        kubectl.patch(place, {"spec": {"paused": True}})
    paused = run_command("restart", "web", "web-front", *at).must(1)
    assert "its rollout is paused" in paused.err
    assert "kubectl rollout resume deployment/web-front" in paused.err


def test_one_ordinal_comes_back_with_its_claim(at: tuple[str, ...], namespace: str) -> None:
    install(NGINX, at, *WEB)
    before = uids(namespace)
    claims = data("status", "web", *at)["claims"]
    said = run_command("restart", "web", "--ordinal", "1", *at).must()
    after = uids(namespace)
    assert {name for name in before if before[name] != after[name]} == {"web-nginx-1"}
    assert "web-nginx-1 is back" in said.err
    assert data("status", "web", *at)["claims"] == claims
    unknown = run_command("restart", "web", "--ordinal", "3", *at).must(1)
    assert "StatefulSet/web-nginx has no ordinal 3" in unknown.err
    assert "hint: its ordinals: 0 to 2" in unknown.err
    run_command("restart", "none", *at).must(1)
    assert uids(namespace) == after


def test_a_second_member_is_taken_away_only_when_agreed_to(
    at: tuple[str, ...], namespace: str
) -> None:
    install(NGINX, at, *WEB)
    with client() as kubectl, switched_off(kubectl, node_of(namespace, "web-nginx-2")):
        victim = next(
            number
            for number in (0, 1)
            if node_of(namespace, f"web-nginx-{number}") != node_of(namespace, "web-nginx-2")
        )
        asked = run_command("restart", "web", "--ordinal", str(victim), *at).must(1)
        assert "web-nginx-2 is not ready" in asked.err and "hint: --yes" in asked.err


def node_of(namespace: str, name: str) -> str:
    with client() as cluster:
        found = cluster.get(ObjectRef("v1", "Pod", namespace, name))
    return str(found["spec"]["nodeName"])


@pytest.fixture
def dead(at: tuple[str, ...], namespace: str) -> Iterator[tuple[str, str]]:
    """A pod of two whose node is switched off, and that node."""
    install(NGINX, at, "--set", "replicas=2")
    node = node_of(namespace, "web-nginx-1")
    with client() as kubectl, switched_off(kubectl, node):
        yield "web-nginx-1", node


def test_the_pod_of_a_node_that_does_not_answer_is_left_alone_and_explained(
    at: tuple[str, ...], namespace: str, dead: tuple[str, str]
) -> None:
    name, node = dead
    before = uids(namespace)
    refused = run_command("restart", "web", "--ordinal", "1", *at).must(1)
    assert f"node {node} does not answer (Ready is Unknown since " in refused.err
    assert "Kubelet stopped posting node status." in refused.err
    assert f"{name} may still run there, and a second {name} would write" in refused.err
    assert f"kubectl taint nodes {node} node.kubernetes.io/out-of-service=" in refused.err
    assert "its end was never confirmed" not in refused.err
    with client() as kubectl:
        kubectl.delete(ObjectRef("v1", "Pod", namespace, name))
    again = run_command("restart", "web", "--ordinal", "1", "--yes", *at).must(1)
    assert "its end was never confirmed" in again.err
    plan = data_of(run_command("restart", "web", "--ordinal", "1", "--dry-run", "-o", "json", *at))
    assert plan["changes"][0]["verb"] == "refused"
    assert uids(namespace) == before, "nothing was forced"


def data_of(result) -> dict:
    import json

    return json.loads(result.must(1).out)


@pytest.mark.parametrize("way", ["out-of-service", "gone"])
def test_a_pod_whose_node_is_dead_for_sure_comes_back_elsewhere(
    way: str, cluster: str, at: tuple[str, ...], namespace: str, dead: tuple[str, str]
) -> None:
    name, node = dead
    uid = uids(namespace)[name]
    with client() as kubectl:
        kubectl.delete(ObjectRef("v1", "Pod", namespace, name))
        if way == "gone":
            kubectl.delete(node_ref(node))
        else:
            take_out_of_service(kubectl, node)
    said = run_command("restart", "web", "--ordinal", "1", *at).must()
    if cluster == "embedded":  # a real cluster's own collector may come first, at any moment
        assert "Pod/web-nginx-1 deleted by force" in said.err
        assert "web-nginx-1 is back" in said.err
    assert uids(namespace)[name] != uid
    assert node_of(namespace, name) != node
    status = data("status", "web", *at)
    assert [one["ready"] for one in status["ordinals"]] == [True, True]


def test_the_taint_alone_forces_nothing_on_a_node_that_answers(
    at: tuple[str, ...], namespace: str
) -> None:
    install(NGINX, at, "--set", "replicas=1")
    node = node_of(namespace, "web-nginx-0")
    with client() as kubectl:
        taint = {"key": "node.kubernetes.io/out-of-service", "effect": "NoSchedule"}
        kubectl.patch(node_ref(node), {"spec": {"taints": [taint]}})
        try:
            said = run_command("restart", "web", "--ordinal", "0", *at).must().err
            assert "by force" not in said and node_of(namespace, "web-nginx-0") != node
        finally:
            kubectl.patch(node_ref(node), {"spec": {"taints": None}})
            assert not taint_keys(kubectl.get(node_ref(node)))
