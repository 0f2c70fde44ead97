"""StatefulSets: order, revisions, claims and their retention, adoption, and the known trap."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.embedded.controllers.cluster import (
    START,
    Cluster,
    is_ready,
    stateful_set,
    template,
)

BROKEN = "registry.invalid/web:2"


def running(replicas: int = 3, **spec: Any) -> Cluster:
    """A cluster in which the set is ready."""
    cluster = Cluster()
    cluster.apply(stateful_set(replicas, **spec))
    cluster.run()
    assert len(cluster.ready()) == replicas
    cluster.log.clear()
    return cluster


def pods_of(log: list[str]) -> list[str]:
    return [line for line in log if "Pod/" in line]


def status(cluster: Cluster) -> dict[str, Any]:
    found: dict[str, Any] = cluster.one("StatefulSet", "web")["status"]
    return found


def images(cluster: Cluster) -> list[str]:
    return [pod["spec"]["containers"][0]["image"] for pod in cluster.all("Pod")]


def set_image(cluster: Cluster, image: str) -> None:
    cluster.change("StatefulSet", "web", "spec", "template", to=template(image))


def test_pods_start_in_order_each_with_its_claim() -> None:
    cluster = Cluster()
    cluster.apply(stateful_set(3))
    for _ in cluster.moments():
        assert all(map(is_ready, cluster.all("Pod")[:-1]))
    assert [one for one in cluster.log if "Pod/" in one or "Claim/" in one] == [
        "+PersistentVolumeClaim/data-web-0",
        "+Pod/web-0",
        "+PersistentVolumeClaim/data-web-1",
        "+Pod/web-1",
        "+PersistentVolumeClaim/data-web-2",
        "+Pod/web-2",
    ]
    assert cluster.now - START < 1
    assert {one["status"]["phase"] for one in cluster.all("PersistentVolumeClaim")} == {"Bound"}
    revision = cluster.names("ControllerRevision")[0]
    assert status(cluster) == {
        "observedGeneration": 1,
        "replicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
        "currentReplicas": 3,
        "updatedReplicas": 3,
        "currentRevision": revision,
        "updateRevision": revision,
        "collisionCount": 0,
    }


def test_a_pod_has_an_identity() -> None:
    pod = running(2).one("Pod", "web-1")
    labels = pod["metadata"]["labels"]
    assert labels["statefulset.kubernetes.io/pod-name"] == "web-1"
    assert labels["apps.kubernetes.io/pod-index"] == "1"
    assert labels["controller-revision-hash"].startswith("web-")
    assert (pod["spec"]["hostname"], pod["spec"]["subdomain"]) == ("web-1", "web")
    wired = {"name": "data", "persistentVolumeClaim": {"claimName": "data-web-1"}}
    assert pod["spec"]["volumes"] == [wired]


def test_claims_have_the_selectors_labels() -> None:
    claim = running(1).one("PersistentVolumeClaim", "data-web-0")
    assert claim["metadata"]["labels"] == {"app": "web"}
    assert "ownerReferences" not in claim["metadata"]


def test_scaling_up_and_down_goes_in_order() -> None:
    cluster = running(3)
    cluster.change("StatefulSet", "web", "spec", "replicas", to=5)
    cluster.run()
    assert pods_of(cluster.log) == ["+Pod/web-3", "+Pod/web-4"]
    cluster.log.clear()
    cluster.change("StatefulSet", "web", "spec", "replicas", to=2)
    for _ in cluster.moments():
        assert sum("deletionTimestamp" in pod["metadata"] for pod in cluster.all("Pod")) <= 1
    assert pods_of(cluster.log) == ["-Pod/web-4", "-Pod/web-3", "-Pod/web-2"]
    assert len(cluster.names("PersistentVolumeClaim")) == 5
    assert status(cluster)["replicas"] == 2


def test_parallel_makes_and_ends_all_at_once() -> None:
    cluster = running(3, podManagementPolicy="Parallel")
    assert cluster.now - START < 0.3
    cluster.change("StatefulSet", "web", "spec", "replicas", to=0)
    cluster.settle()
    assert all("deletionTimestamp" in pod["metadata"] for pod in cluster.all("Pod"))
    cluster.run()
    assert cluster.names("Pod") == []


def test_an_update_goes_from_the_highest_ordinal_down() -> None:
    cluster = running(3)
    set_image(cluster, "example.com/web:2")
    for _ in cluster.moments():
        assert len(cluster.ready()) >= 2
    assert pods_of(cluster.log) == [
        f"{sign}Pod/web-{ordinal}" for ordinal in (2, 1, 0) for sign in "-+"
    ]
    assert images(cluster) == ["example.com/web:2"] * 3
    assert status(cluster)["currentRevision"] == status(cluster)["updateRevision"]


def test_a_partition_keeps_the_lower_ordinals() -> None:
    cluster = running(
        3, updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    )
    set_image(cluster, "example.com/web:2")
    cluster.run()
    assert images(cluster) == ["example.com/web:1", "example.com/web:1", "example.com/web:2"]
    assert (status(cluster)["currentReplicas"], status(cluster)["updatedReplicas"]) == (2, 1)
    cluster.delete("Pod", "web-0")
    cluster.run()
    assert images(cluster)[0] == "example.com/web:1"
    cluster.change("StatefulSet", "web", "spec", "updateStrategy", "rollingUpdate", to={})
    cluster.run()
    assert images(cluster) == ["example.com/web:2"] * 3


def test_on_delete_waits_for_the_user() -> None:
    cluster = running(2, updateStrategy={"type": "OnDelete"})
    set_image(cluster, "example.com/web:2")
    cluster.run()
    assert pods_of(cluster.log) == []
    cluster.delete("Pod", "web-0")
    cluster.run()
    assert images(cluster) == ["example.com/web:2", "example.com/web:1"]


def test_a_broken_revision_blocks_and_rolling_back_alone_does_not_help() -> None:
    cluster = running(3)
    set_image(cluster, BROKEN)
    cluster.run()
    assert cluster.ready() == ["web-0", "web-1"]
    stuck = cluster.uids("Pod")["web-2"]
    waiting = cluster.one("Pod", "web-2")["status"]["containerStatuses"][0]["state"]["waiting"]
    assert waiting["reason"] == "ImagePullBackOff"
    assert BROKEN in waiting["message"]
    assert any(BROKEN in text for text in cluster.warnings("web-2"))

    set_image(cluster, "example.com/web:1")
    cluster.run()
    assert cluster.uids("Pod")["web-2"] == stuck

    cluster.delete("Pod", "web-2")
    cluster.run()
    assert cluster.ready() == ["web-0", "web-1", "web-2"]
    assert images(cluster) == ["example.com/web:1"] * 3


def test_parallel_replaces_a_broken_pod_by_itself() -> None:
    cluster = running(2, podManagementPolicy="Parallel")
    set_image(cluster, BROKEN)
    cluster.run()
    set_image(cluster, "example.com/web:1")
    cluster.run()
    assert cluster.ready() == ["web-0", "web-1"]


def test_scaling_down_ends_the_first_unhealthy_pod_only() -> None:
    cluster = running(2, updateStrategy={"type": "OnDelete"})
    set_image(cluster, BROKEN)
    cluster.delete("Pod", "web-0")
    cluster.run()
    cluster.change("StatefulSet", "web", "spec", "replicas", to=0)
    cluster.run()
    # web-1 is healthy but not the one to wait for; web-0 is the first that is not well.
    assert cluster.names("Pod") == []


def test_two_unready_pods_block_scaling_down() -> None:
    cluster = running(2, updateStrategy={"type": "OnDelete"}, podManagementPolicy="OrderedReady")
    set_image(cluster, BROKEN)
    cluster.delete("Pod", "web-1")
    cluster.run()
    cluster.delete("Pod", "web-0")
    cluster.run()
    assert cluster.ready() == []
    cluster.change("StatefulSet", "web", "spec", "replicas", to=0)
    cluster.run()
    assert cluster.names("Pod") == ["web-0", "web-1"]
    cluster.delete("Pod", "web-1")
    cluster.run()
    assert cluster.names("Pod") == []


def test_an_unready_pod_blocks_scaling_down_of_what_is_above_it() -> None:
    cluster = running(3, updateStrategy={"type": "OnDelete"})
    set_image(cluster, BROKEN)
    cluster.delete("Pod", "web-0")
    cluster.run()
    cluster.change("StatefulSet", "web", "spec", "replicas", to=1)
    cluster.run()
    assert cluster.names("Pod") == ["web-0", "web-1", "web-2"]


def test_min_ready_seconds_hold_the_next_pod_back() -> None:
    cluster = Cluster()
    cluster.apply(stateful_set(2, minReadySeconds=7))
    cluster.run_until(lambda: cluster.ready() == ["web-0"])
    assert (status(cluster)["readyReplicas"], status(cluster)["availableReplicas"]) == (1, 0)
    cluster.run_until(lambda: "web-1" in cluster.names("Pod"))
    assert cluster.now == START + 7


def test_ordinals_may_start_elsewhere() -> None:
    cluster = running(2, ordinals={"start": 4})
    assert cluster.names("Pod") == ["web-4", "web-5"]
    cluster.change("StatefulSet", "web", "spec", "ordinals", to={"start": 5})
    cluster.run()
    assert cluster.names("Pod") == ["web-5", "web-6"]


def test_a_lost_pod_comes_back_with_its_claim() -> None:
    cluster = running(2)
    claims = cluster.uids("PersistentVolumeClaim")
    cluster.delete("Pod", "web-0")
    cluster.run()
    assert cluster.ready() == ["web-0", "web-1"]
    assert cluster.uids("PersistentVolumeClaim") == claims


def test_revisions_are_numbered_reused_and_forgotten() -> None:
    cluster = running(1, revisionHistoryLimit=1)

    def revisions() -> dict[int, str]:
        return {
            one["revision"]: one["data"]["spec"]["template"]["spec"]["containers"][0]["image"]
            for one in cluster.all("ControllerRevision")
        }

    set_image(cluster, "example.com/web:2")
    cluster.run()
    assert revisions() == {1: "example.com/web:1", 2: "example.com/web:2"}
    set_image(cluster, "example.com/web:1")
    cluster.run()
    assert revisions() == {2: "example.com/web:2", 3: "example.com/web:1"}
    set_image(cluster, "example.com/web:3")
    cluster.run()
    assert revisions() == {3: "example.com/web:1", 4: "example.com/web:3"}


@pytest.mark.parametrize(
    ("policy", "scaled", "deleted"),
    [
        ({}, ["data-web-0", "data-web-1"], ["data-web-0", "data-web-1"]),
        ({"whenDeleted": "Delete"}, ["data-web-0", "data-web-1"], []),
        ({"whenScaled": "Delete"}, ["data-web-0"], ["data-web-0"]),
        ({"whenScaled": "Delete", "whenDeleted": "Delete"}, ["data-web-0"], []),
    ],
)
def test_claim_retention(policy: dict[str, str], scaled: list[str], deleted: list[str]) -> None:
    cluster = running(2, persistentVolumeClaimRetentionPolicy=policy)
    cluster.change("StatefulSet", "web", "spec", "replicas", to=1)
    cluster.run()
    assert cluster.names("PersistentVolumeClaim") == scaled
    cluster.delete("StatefulSet", "web")
    cluster.run()
    assert cluster.names("Pod") == []
    assert cluster.names("PersistentVolumeClaim") == deleted
    assert len(cluster.names("PersistentVolume")) == len(deleted)


def test_a_retention_policy_taken_back_frees_the_claims() -> None:
    cluster = running(1, persistentVolumeClaimRetentionPolicy={"whenDeleted": "Delete"})
    retain = {"whenDeleted": "Retain", "whenScaled": "Retain"}
    cluster.change("StatefulSet", "web", "spec", "persistentVolumeClaimRetentionPolicy", to=retain)
    cluster.run()
    cluster.delete("StatefulSet", "web")
    cluster.run()
    assert cluster.names("PersistentVolumeClaim") == ["data-web-0"]


def test_orphaned_pods_are_adopted_without_a_restart() -> None:
    cluster = running(3)
    before = cluster.uids("Pod")
    cluster.delete("StatefulSet", "web", "Orphan")
    cluster.run()
    assert cluster.names("StatefulSet") == []
    assert not any("ownerReferences" in pod["metadata"] for pod in cluster.all("Pod"))

    cluster.apply(stateful_set(3, updateStrategy={"type": "RollingUpdate"}))
    cluster.run()
    assert cluster.uids("Pod") == before
    owner = cluster.uids("StatefulSet")["web"]
    assert {pod["metadata"]["ownerReferences"][0]["uid"] for pod in cluster.all("Pod")} == {owner}
    assert len(cluster.names("ControllerRevision")) == 1
    assert status(cluster)["updatedReplicas"] == 3


def test_a_pod_whose_labels_no_longer_match_is_let_go() -> None:
    cluster = running(1)
    cluster.change("Pod", "web-0", "metadata", "labels", to={"app": "debug"})
    cluster.run()
    assert "ownerReferences" not in cluster.one("Pod", "web-0")["metadata"]


def test_a_claim_on_its_way_out_holds_its_pod_back() -> None:
    cluster = running(1)
    cluster.delete("PersistentVolumeClaim", "data-web-0")
    cluster.settle()
    cluster.delete("Pod", "web-0")
    cluster.run()
    assert cluster.log.index("-PersistentVolumeClaim/data-web-0") < cluster.log.index("+Pod/web-0")
    assert cluster.ready() == ["web-0"]
