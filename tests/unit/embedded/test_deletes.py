import pytest
from tests.unit.embedded.server import CLAIMS, MAPS, SETS, Server, config_map, stateful_set

POD = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "x"}]}}
PODS = "/api/v1/namespaces/default/pods"


def test_a_deleted_object_is_gone_and_the_answer_says_which_it_was():
    server = Server()
    made = server.post(MAPS, config_map())
    status, answer = server.ask("DELETE", f"{MAPS}/a")
    assert (status, answer["status"]) == (200, "Success")
    assert answer["details"] == {
        "name": "a",
        "kind": "configmaps",
        "uid": made["metadata"]["uid"],
    }
    assert server.refused("GET", f"{MAPS}/a")["reason"] == "NotFound"


@pytest.mark.parametrize(
    ("policy", "finalizer"), [("Orphan", "orphan"), ("Foreground", "foregroundDeletion")]
)
def test_what_waits_for_its_dependents_is_marked(policy: str, finalizer: str):
    server = Server()
    server.post(SETS, stateful_set())
    status, answer = server.ask("DELETE", f"{SETS}/web?propagationPolicy={policy}")
    assert status == 200
    assert answer["metadata"]["finalizers"] == [finalizer]
    assert answer["metadata"]["deletionTimestamp"] == "2023-11-14T22:13:20Z"
    assert server.get(f"{SETS}/web")["metadata"]["deletionGracePeriodSeconds"] == 0


def test_the_last_finalizer_to_go_takes_the_marked_object_with_it():
    server = Server()
    server.post(MAPS, {"metadata": {"name": "a", "finalizers": ["x.y/z"]}})
    server.ask("DELETE", f"{MAPS}/a")
    server.patch(f"{MAPS}/a", {"metadata": {"finalizers": None}})
    assert server.refused("GET", f"{MAPS}/a")["reason"] == "NotFound"


def test_preconditions_hold_back_a_delete_of_another_object():
    server = Server()
    server.post(MAPS, config_map())
    answer = server.refused("DELETE", f"{MAPS}/a", {"preconditions": {"uid": "x"}})
    assert answer["reason"] == "Conflict"
    assert "the UID in the precondition (x) does not match" in answer["message"]
    stale = {"preconditions": {"resourceVersion": "1"}}
    assert (
        "ResourceVersion in the precondition (1)"
        in (server.refused("DELETE", f"{MAPS}/a", stale)["message"])
    )


def test_a_claim_is_protected_by_a_finalizer():
    server = Server()
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    server.post(CLAIMS, {"metadata": {"name": "c"}, "spec": spec})
    answer = server.ask("DELETE", f"{CLAIMS}/c")[1]
    assert answer["metadata"]["finalizers"] == ["kubernetes.io/pvc-protection"]


def test_a_pod_without_a_node_goes_at_once_and_a_placed_one_after_its_grace():
    server = Server()
    server.post(PODS, POD)
    server.ask("DELETE", f"{PODS}/p")
    assert server.refused("GET", f"{PODS}/p")["reason"] == "NotFound"
    server.post(PODS, {**POD, "spec": {**POD["spec"], "nodeName": "node-1"}})
    answer = server.ask("DELETE", f"{PODS}/p?gracePeriodSeconds=5")[1]
    assert answer["metadata"]["deletionGracePeriodSeconds"] == 5
    assert answer["metadata"]["deletionTimestamp"] == "2023-11-14T22:13:25Z"
    server.ask("DELETE", f"{PODS}/p?gracePeriodSeconds=0")
    assert server.refused("GET", f"{PODS}/p")["reason"] == "NotFound"


def test_a_collection_is_deleted_by_its_labels():
    server = Server()
    for name, tier in (("a", "x"), ("b", "y")):
        server.post(MAPS, {"metadata": {"name": name, "labels": {"tier": tier}}})
    server.ask("DELETE", f"{MAPS}?labelSelector=tier=x")
    assert [one["metadata"]["name"] for one in server.get(MAPS)["items"]] == ["b"]


def test_a_namespace_goes_when_its_finalizer_is_taken_away():
    server = Server()
    url = "/api/v1/namespaces/gone"
    server.post("/api/v1/namespaces", {"metadata": {"name": "gone"}})
    server.ask("DELETE", url)
    assert server.get(url)["status"] == {"phase": "Terminating"}
    server.ask("PUT", f"{url}/finalize", {"metadata": {"name": "gone"}, "spec": {}})
    assert server.refused("GET", url)["reason"] == "NotFound"


def test_an_unknown_policy_is_refused():
    answer = Server().refused("DELETE", f"{MAPS}/a", {"propagationPolicy": "No"})
    assert answer["details"]["causes"][0]["field"] == "propagationPolicy"
