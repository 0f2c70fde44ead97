"""The life of a StatefulSet: order, claims, scaling, rolling updates."""

from __future__ import annotations

from typing import Any

from tests.contract.bench import Bench, is_ready, names, uids
from tests.contract.objects import stateful_set

PODS = ["web-0", "web-1", "web-2"]
REVISION = "controller-revision-hash"


def apply(bench: Bench, **spec: Any) -> dict[str, Any]:
    return bench.cluster.apply(stateful_set(bench.namespace, **spec))


def status(bench: Bench) -> dict[str, Any]:
    found = bench.cluster.get(bench.ref("apps/v1", "StatefulSet", "web"))["status"]
    assert isinstance(found, dict)
    return found


def claims(bench: Bench) -> dict[str, str]:
    found = bench.cluster.list("v1", "PersistentVolumeClaim", bench.namespace)
    return {one["metadata"]["name"]: one["metadata"]["uid"] for one in found}


def images(bench: Bench) -> list[str]:
    return [pod["spec"]["containers"][0]["image"].rpartition(":")[2] for pod in bench.pods("web")]


def test_pods_come_up_one_after_the_other(bench: Bench) -> None:
    apply(bench)
    seen: list[int] = []

    def all_ready() -> bool:
        pods = bench.pods("web")
        assert names(pods) == PODS[: len(pods)]
        # The next pod is only made when every pod before it is ready.
        assert all(map(is_ready, pods[:-1]))
        seen.append(len(pods))
        return [is_ready(pod) for pod in pods] == [True] * 3

    bench.eventually(all_ready, "three ready pods")
    assert seen == sorted(seen)


def test_every_pod_has_its_claim_and_it_is_bound(bench: Bench) -> None:
    apply(bench)
    pods = bench.ready_pods("web", 3)
    for number, pod in enumerate(pods):
        volume = next(one for one in pod["spec"]["volumes"] if one["name"] == "data")
        assert volume["persistentVolumeClaim"]["claimName"] == f"data-web-{number}"
    found = bench.cluster.list("v1", "PersistentVolumeClaim", bench.namespace)
    assert [one["status"]["phase"] for one in found] == ["Bound"] * 3
    assert {one["status"]["capacity"]["storage"] for one in found} == {"1Gi"}
    assert all(one["metadata"]["labels"] == {"app": "web"} for one in found)


def test_pods_are_named_and_labelled_by_ordinal(bench: Bench) -> None:
    made = apply(bench, replicas=1)
    (pod,) = bench.ready_pods("web", 1)
    labels = pod["metadata"]["labels"]
    assert labels["statefulset.kubernetes.io/pod-name"] == "web-0"
    assert labels["apps.kubernetes.io/pod-index"] == "0"
    assert labels[REVISION].startswith("web-")
    assert (pod["spec"]["hostname"], pod["spec"]["subdomain"]) == ("web-0", "web")
    (owner,) = pod["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["uid"], owner["controller"]) == (
        "StatefulSet",
        made["metadata"]["uid"],
        True,
    )


def test_the_status_follows(bench: Bench) -> None:
    made = apply(bench, replicas=2)
    bench.ready_pods("web", 2)

    def settled() -> bool:
        now = status(bench)
        counts = [now.get(f"{of}eplicas") for of in ("r", "readyR", "availableR", "updatedR")]
        return counts == [2] * 4 and now["observedGeneration"] == made["metadata"]["generation"]

    bench.eventually(settled, "the status tells of two replicas")
    assert status(bench)["currentRevision"] == status(bench)["updateRevision"]


def test_the_status_tells_which_generation_it_is_of(bench: Bench) -> None:
    apply(bench, replicas=0)
    changed = apply(bench, replicas=0, minReadySeconds=1)
    assert changed["metadata"]["generation"] == 2
    bench.eventually(lambda: status(bench).get("observedGeneration") == 2, "it is seen")


def test_scaling_down_goes_from_the_highest_and_leaves_the_claims(bench: Bench) -> None:
    apply(bench)
    bench.ready_pods("web", 3)
    before = claims(bench)
    bench.cluster.scale(bench.ref("apps/v1", "StatefulSet", "web"), 1)

    def one_left() -> bool:
        pods = names(bench.pods("web"))
        assert pods == PODS[: len(pods)]
        return pods == ["web-0"]

    bench.eventually(one_left, "one pod")
    assert claims(bench) == before


def test_scaling_up_again_takes_the_old_claims(bench: Bench) -> None:
    apply(bench, replicas=2)
    bench.ready_pods("web", 2)
    before = claims(bench)
    ref = bench.ref("apps/v1", "StatefulSet", "web")
    bench.cluster.scale(ref, 0)
    bench.eventually(lambda: not bench.pods("web"), "no pods")
    bench.cluster.scale(ref, 2)
    bench.ready_pods("web", 2)
    assert claims(bench) == before


def test_claims_go_with_their_pod_where_the_policy_says_so(bench: Bench) -> None:
    apply(bench, replicas=2, persistentVolumeClaimRetentionPolicy={"whenScaled": "Delete"})
    bench.ready_pods("web", 2)
    bench.cluster.scale(bench.ref("apps/v1", "StatefulSet", "web"), 1)
    bench.eventually(lambda: list(claims(bench)) == ["data-web-0"], "one claim")


def test_a_rolling_update_reaches_every_pod_from_the_highest(bench: Bench) -> None:
    apply(bench)
    before = uids(bench.ready_pods("web", 3))
    apply(bench, image="example.com/web:2")

    def updated() -> bool:
        now = images(bench)
        # A pod of the new revision never stands below one of the old.
        assert now == sorted(now)
        return now == ["2"] * 3 and all(map(is_ready, bench.pods("web")))

    bench.eventually(updated, "every pod has the new image")
    after = uids(bench.pods("web"))
    assert after.keys() == before.keys() and not set(after.values()) & set(before.values())
    bench.eventually(
        lambda: status(bench)["currentRevision"] == status(bench)["updateRevision"],
        "the update is complete",
    )
    revision = status(bench)["updateRevision"]
    assert {pod["metadata"]["labels"][REVISION] for pod in bench.pods("web")} == {revision}


def test_a_partition_holds_the_lower_pods_back(bench: Bench) -> None:
    apply(bench)
    bench.ready_pods("web", 3)
    partitioned = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    apply(bench, image="example.com/web:2", updateStrategy=partitioned)
    bench.eventually(lambda: images(bench) == ["1", "1", "2"], "the highest pod is updated")
    bench.ready_pods("web", 3)
    bench.eventually(lambda: status(bench).get("updatedReplicas") == 1, "the status tells so")
    assert status(bench)["currentRevision"] != status(bench)["updateRevision"]
    assert images(bench) == ["1", "1", "2"]


def test_on_delete_waits_for_somebody_to_delete(bench: Bench) -> None:
    on_delete = {"type": "OnDelete"}
    apply(bench, replicas=2, updateStrategy=on_delete)
    bench.ready_pods("web", 2)
    apply(bench, replicas=2, updateStrategy=on_delete, image="example.com/web:2")
    bench.eventually(lambda: status(bench)["observedGeneration"] == 2, "the change is seen")
    assert images(bench) == ["1", "1"]
    bench.cluster.delete(bench.ref("v1", "Pod", "web-0"))
    bench.eventually(lambda: images(bench) == ["2", "1"], "the deleted pod is the new one")


def test_a_deleted_pod_comes_back_by_name_with_its_claim(bench: Bench) -> None:
    apply(bench, replicas=2)
    before, kept = uids(bench.ready_pods("web", 2)), claims(bench)
    bench.cluster.delete(bench.ref("v1", "Pod", "web-0"))

    def back() -> bool:
        now = uids(bench.pods("web"))
        return now.keys() == before.keys() and now["web-0"] != before["web-0"]

    bench.eventually(back, "another web-0")
    assert uids(bench.ready_pods("web", 2))["web-1"] == before["web-1"]
    assert claims(bench) == kept


def test_parallel_pods_do_not_wait_for_each_other(bench: Bench) -> None:
    broken = "registry.invalid/web:1"
    apply(bench, podManagementPolicy="Parallel", image=broken)
    bench.eventually(lambda: names(bench.pods("web")) == PODS, "three pods that are not ready")
    assert not any(map(is_ready, bench.pods("web")))


def test_ordered_pods_wait_for_one_that_does_not_start(bench: Bench) -> None:
    apply(bench, image="registry.invalid/web:1")

    def waiting() -> list[str]:
        statuses = [
            status
            for pod in bench.pods("web")
            for status in pod["status"].get("containerStatuses", ())
        ]
        return [one["state"].get("waiting", {}).get("reason") for one in statuses]

    bench.eventually(lambda: waiting() in (["ImagePullBackOff"], ["ErrImagePull"]), "no image")
    assert names(bench.pods("web")) == ["web-0"]


def test_ordinals_may_start_elsewhere(bench: Bench) -> None:
    apply(bench, replicas=2, ordinals={"start": 5})
    assert names(bench.ready_pods("web", 2)) == ["web-5", "web-6"]


def test_revisions_are_kept(bench: Bench) -> None:
    apply(bench, replicas=1)
    bench.ready_pods("web", 1)
    first = status(bench)["updateRevision"]
    apply(bench, replicas=1, image="example.com/web:2")
    bench.eventually(lambda: status(bench)["updateRevision"] != first, "a second revision")
    found = bench.cluster.list("apps/v1", "ControllerRevision", bench.namespace)
    assert {first, status(bench)["updateRevision"]} == set(names(found))
    assert sorted(one["revision"] for one in found) == [1, 2]


def test_the_old_template_again_is_the_old_revision(bench: Bench) -> None:
    apply(bench, replicas=1)
    bench.ready_pods("web", 1)
    first = status(bench)["updateRevision"]
    apply(bench, replicas=1, image="example.com/web:2")
    bench.eventually(lambda: images(bench) == ["2"], "the new image")
    bench.ready_pods("web", 1)
    apply(bench, replicas=1)
    bench.eventually(lambda: images(bench) == ["1"], "the old image")
    bench.eventually(lambda: status(bench)["updateRevision"] == first, "the first revision")
