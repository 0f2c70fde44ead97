"""charts/etcd with a real etcd, where members cannot be reached, or too many of them are lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from tests.kubelet import faults
from tests.kubelet.kubelet import Kubelet
from tests.kubelet.scene import Scene
from tests.real.etcd import (
    CHART,
    check_kept,
    etcdctl,
    holdfast,
    init_log,
    install,
    is_another,
    members,
    run_cron_job,
    snapshots,
    upgrade,
    url,
    writing,
    written,
)

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("kubelet"), pytest.mark.timeout(400)]

Fault = Callable[[Kubelet, str, str], AbstractContextManager[None]]


@pytest.mark.parametrize(
    ("fault", "time", "says"),
    [
        (faults.cut_off, "60s", "--timeout gives more time"),
        (faults.kept_apart, "180s", "has not caught up"),
    ],
    ids=["its cable is pulled", "others do not reach it"],
)
def test_assertion_6_with_a_learner_that_cannot_vote_the_replicas_stay_the_members(
    scene: Scene, tmp_path: Path, fault: Fault, time: str, says: str
) -> None:
    # A member is asked a while after it has joined: time to be left behind.
    slow = ("--set", "startupProbe.initialDelaySeconds=6")
    install(scene, tmp_path, "cluster: {learnerTimeout: 10}\n", *slow)
    with writing(scene, ",".join(url(scene, n) for n in range(3))) as found:
        with ThreadPoolExecutor() as pool:
            scaling = pool.submit(holdfast, scene, "scale", "db", "5", "--timeout", time)
            scene.wait(lambda: "db-3" in members(scene), "the learner")
            with fault(scene.kubelet, scene.namespace, "db-3"):
                assert says in scaling.result().must(4).err
                assert votes(scene) == {"db-0", "db-1", "db-2"}
                assert members(scene)["db-3"][5] == "true"
                assert scene.get("StatefulSet", "db")["spec"]["replicas"] == 4
        scene.wait(lambda: has_caught_up(scene, "db-3"), "the learner to catch up")
        holdfast(scene, "scale", "db", "5").must()
    assert votes(scene) == {f"db-{n}" for n in range(5)}
    check_kept(scene, found)


def has_caught_up(scene: Scene, pod: str) -> bool:
    """Tell whether a member may vote: it has nine tenths of what the others have (etcd's rule)."""
    applied = []
    for one in ("db-0", pod):
        ask = ("etcdctl", "endpoint", "status", "-w", "json")
        code, said = scene.kubelet.execute(scene.namespace, one, "etcd", *ask)
        if code:  # one that has just been cut off does not answer yet
            return False
        applied.append(json.loads(said)[0]["Status"]["raftAppliedIndex"])
    return applied[1] > 0.95 * applied[0]


def votes(scene: Scene) -> set[str]:
    return {name for name, row in members(scene).items() if row[5] == "false"}


def test_an_upgrade_that_is_refused_while_members_are_away_is_abandoned_all_the_same(
    scene: Scene, tmp_path: Path
) -> None:
    install(scene, tmp_path, "replicas: 1\n")
    faults.lose_volume(scene.kubelet, scene.namespace, "data-db-0")
    scene.delete("Pod", "db-0", grace=1)
    scene.wait(lambda: "Waiting" in init_log(scene, "db-0"), "its refusal")
    changed = written(tmp_path, "replicas: 1\nsnapshotCount: 5000\n")
    refused = holdfast(scene, "upgrade", "db", CHART, "-f", changed).must(4)
    assert "not every member is healthy" in refused.err
    assert "is not waited for" in holdfast(scene, "abandon", "db").must().err


@pytest.mark.parametrize(
    ("source", "color"),
    [
        ("existingClaim: db-snapshots", "blue"),
        ("existingClaim: data-db-2, skipHashCheck: true, file: data/member/snap/db", "red"),
    ],
    ids=["the newest snapshot", "what the survivor has"],
)
def test_two_of_three_members_lost_with_their_volumes(
    scene: Scene, tmp_path: Path, source: str, color: str
) -> None:
    snapshot = "snapshot: {enabled: true}\n"
    install(scene, tmp_path, snapshot)
    etcdctl(scene, "put", "color", "blue")
    run_cron_job(scene, "db-snapshot", "now")
    etcdctl(scene, "put", "color", "red")
    for name in ("db-0", "db-1"):
        faults.lose_volume(scene.kubelet, scene.namespace, f"data-{name}")
        scene.delete("Pod", name, grace=1)
    for name in ("db-0", "db-1"):
        scene.wait(lambda name=name: "Waiting" in init_log(scene, name), "their refusal")

    upgrade(scene, tmp_path, f"{snapshot}replicas: 0\n")
    found = source if "file" in source else f"{source}, file: {snapshots(scene)[-1]}"
    restore = f"restore: {{enabled: true, {found}}}\n"
    asked = f"{snapshot}{restore}replicas: 1\ncluster: {{token: second}}\n"
    upgrade(scene, tmp_path, asked)
    assert etcdctl(scene, "get", "color", "--print-value-only").strip() == color
    holdfast(scene, "scale", "db", "3").must()
    assert votes(scene) == {"db-0", "db-1", "db-2"}

    # A volume that is lost afterwards is filled by the others, not from the snapshot.
    etcdctl(scene, "put", "color", "green")
    uid = scene.get("Pod", "db-0")["metadata"]["uid"]
    faults.lose_volume(scene.kubelet, scene.namespace, "data-db-0")
    scene.delete("Pod", "db-0", grace=1)
    scene.wait(lambda: is_another(scene, "db-0", uid), "db-0 to come back")
    for pod in ("db-0", "db-1", "db-2"):
        scene.wait(lambda pod=pod: reads(scene, pod, "green"), f"what {pod} has")


def reads(scene: Scene, pod: str, color: str) -> bool:
    """Tell whether a member has that color. One that has just come serves no client at first."""
    ask = ("etcdctl", "get", "color", "--print-value-only")
    code, said = scene.kubelet.execute(scene.namespace, pod, "etcd", *ask)
    return (code, said.strip()) == (0, color)
