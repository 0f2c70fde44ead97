from typing import Any

import pytest
from tests.unit.embedded.server import CLAIMS, MAPS, SETS, START, Server, config_map, stateful_set

from holdfast.embedded.controllers import reconcile as all_controllers
from holdfast.embedded.state import Put, Remove, State, Write
from holdfast.model.manifest import ObjectRef

A = ObjectRef("v1", "ConfigMap", "default", "a")


def grow(state: State, now: float) -> tuple[Write, ...]:
    """A controller of ConfigMaps: adds its age, every ten seconds, up to three times."""
    found = state.get(A)
    if found is None:
        return ()
    due, seen = state.due(A), found.get("data", {})
    if due is None and not seen:
        return (Put(found, now + 10),)
    if due is None or due > now or len(seen) == 3:
        return ()
    data = {**seen, f"at-{now - START:.0f}": "x"}
    return (Put({**found, "data": data}, now + 10 if len(data) < 3 else None),)


def test_due_moments_are_lived_through_one_by_one_at_their_own_times():
    server = Server(reconcile=grow)
    server.post(MAPS, config_map())
    server.now = START + 25
    assert server.get(f"{MAPS}/a")["data"] == {"at-10": "x", "at-20": "x"}
    server.now = START + 1000
    assert server.get(f"{MAPS}/a")["data"] == {"at-10": "x", "at-20": "x", "at-30": "x"}


def test_the_history_is_the_same_however_often_somebody_looks():
    often, once = Server(reconcile=grow), Server(reconcile=grow)
    for server in (often, once):
        server.post(MAPS, config_map())
    for second in range(0, 40, 7):
        often.now = START + second
        often.get(MAPS)
    often.now = once.now = START + 40
    assert often.get(f"{MAPS}/a")["data"] == once.get(f"{MAPS}/a")["data"]


def test_an_equal_put_is_no_write():
    def same(state: State, now: float) -> tuple[Write, ...]:
        found = state.get(A)
        return (Put(dict(found)),) if found else ()

    server = Server(reconcile=same)
    made = server.post(MAPS, config_map(k="v"))
    assert server.get(f"{MAPS}/a") == made


def test_a_put_keeps_what_only_the_server_gives():
    def add(state: State, now: float) -> tuple[Write, ...]:
        found = state.get(A)
        if found is None or "l" in found["data"]:
            return ()
        metadata: dict[str, Any] = {"name": "a", "namespace": "default", "uid": "forged"}
        return (Put({**found, "metadata": metadata, "data": {**found["data"], "l": "w"}}),)

    server = Server(reconcile=add)
    made = server.post(MAPS, config_map(k="v"))
    after = server.get(f"{MAPS}/a")
    assert after["data"] == {"k": "v", "l": "w"}
    assert after["metadata"]["uid"] == made["metadata"]["uid"]
    assert after["metadata"]["managedFields"] == made["metadata"]["managedFields"]


def test_remove_only_marks_what_has_finalizers():
    def clean(state: State, now: float) -> tuple[Write, ...]:
        return tuple(
            Remove(ObjectRef("v1", "ConfigMap", "default", one["metadata"]["name"]))
            for one in state.list("v1", "ConfigMap", "default")
        )

    server = Server(reconcile=clean)
    server.post(MAPS, config_map("free"))
    server.post(MAPS, {"metadata": {"name": "held", "finalizers": ["x.y/z"]}})
    items = server.get(MAPS)["items"]
    assert [one["metadata"]["name"] for one in items] == ["held"]
    assert "deletionTimestamp" in items[0]["metadata"]


def test_controllers_that_never_rest_are_stopped_and_the_write_is_taken_back():
    def restless(state: State, now: float) -> tuple[Write, ...]:
        found = state.get(A)
        if found is None:
            return ()
        count = int(found.get("data", {}).get("n", "0")) + 1
        return (Put({**found, "data": {"n": str(count)}}),)

    server = Server(reconcile=restless)
    assert server.refused("POST", MAPS, config_map())["code"] == 500
    assert server.get(MAPS)["items"] == []


def test_a_dry_run_wakes_no_controller():
    server = Server(reconcile=grow)
    server.post(f"{MAPS}?dryRun=All", config_map())
    server.now += 100
    assert server.get(MAPS)["items"] == []


@pytest.fixture
def cluster() -> Server:
    return Server(reconcile=all_controllers)


def with_claims(size: str = "1Gi", **spec: Any) -> dict[str, Any]:
    requests = {"requests": {"storage": size}}
    claim = {"accessModes": ["ReadWriteOnce"], "resources": requests}
    templates = [{"metadata": {"name": "data"}, "spec": claim}]
    return stateful_set(volumeClaimTemplates=templates, serviceName="web", **spec)


def names(server: Server, url: str) -> list[str]:
    return [one["metadata"]["name"] for one in server.get(url)["items"]]


PODS = "/api/v1/namespaces/default/pods"


def test_a_stateful_set_lives_scales_and_goes_and_its_claims_stay(cluster: Server):
    cluster.apply(f"{SETS}/web", with_claims(replicas=3))
    assert names(cluster, PODS) == ["web-0"]
    cluster.now += 60
    assert cluster.get(f"{SETS}/web")["status"]["readyReplicas"] == 3
    cluster.patch(f"{SETS}/web/scale", {"spec": {"replicas": 0}})
    cluster.now += 60
    assert names(cluster, PODS) == []
    cluster.ask("DELETE", f"{SETS}/web")
    cluster.now += 60
    assert names(cluster, SETS) == []
    assert names(cluster, CLAIMS) == ["data-web-0", "data-web-1", "data-web-2"]


def test_pods_of_an_orphaned_set_are_adopted_without_a_restart(cluster: Server):
    cluster.apply(f"{SETS}/web", with_claims(replicas=2))
    cluster.now += 60
    before = [one["metadata"]["uid"] for one in cluster.get(PODS)["items"]]
    cluster.ask("DELETE", f"{SETS}/web", {"propagationPolicy": "Orphan"})
    assert names(cluster, SETS) == []
    cluster.apply(f"{SETS}/web", with_claims("2Gi", replicas=2))
    cluster.now += 60
    assert [one["metadata"]["uid"] for one in cluster.get(PODS)["items"]] == before


def test_a_namespace_takes_its_content_with_it(cluster: Server):
    cluster.post("/api/v1/namespaces", {"metadata": {"name": "x"}})
    cluster.post("/api/v1/namespaces/x/configmaps", config_map())
    assert names(cluster, "/api/v1/namespaces/x/serviceaccounts") == ["default"]
    cluster.ask("DELETE", "/api/v1/namespaces/x")
    cluster.now += 60
    assert cluster.refused("GET", "/api/v1/namespaces/x")["reason"] == "NotFound"
    assert names(cluster, "/api/v1/configmaps") == []


def test_looking_at_a_quiet_cluster_writes_nothing(cluster: Server):
    cluster.apply(f"{SETS}/web", with_claims(replicas=2))
    cluster.now += 60
    revision = cluster.get(PODS)["metadata"]["resourceVersion"]
    cluster.now += 3600
    assert cluster.get(PODS)["metadata"]["resourceVersion"] == revision
