"""An object's uid is the server's to give; in a write it says which object is meant."""

from typing import Any

import pytest
from tests.unit.embedded.server import (
    APPLY,
    JSON,
    MAPS,
    MERGE,
    SETS,
    Server,
    config_map,
    stateful_set,
)

JOBS = "/apis/batch/v1/namespaces/default/jobs"
OTHER = "00000000-0000-0000-0000-000000000000"


def with_uid(obj: dict[str, Any], uid: str, **metadata: Any) -> dict[str, Any]:
    return {**obj, "metadata": {**obj["metadata"], "uid": uid, **metadata}}


def apply(server: Server, url: str, obj: Any) -> dict[str, Any]:
    answer: dict[str, Any] = server.refused("PATCH", f"{url}?fieldManager=me", obj, type=APPLY)
    return answer


@pytest.mark.parametrize("namespace", ["default", "nowhere"])
def test_an_apply_that_means_a_lost_object_makes_no_other(namespace: str):
    server = Server()
    url = f"/api/v1/namespaces/{namespace}/configmaps/a"
    answer = apply(server, url, with_uid(config_map(k="v"), OTHER))
    assert (answer["code"], answer["reason"]) == (409, "Conflict")
    assert answer["message"] == (
        'Operation cannot be fulfilled on configmaps "a": uid mismatch: the provided object '
        f"specified uid {OTHER}, and no existing object was found"
    )
    assert server.get(MAPS)["items"] == []


def test_an_apply_that_means_another_object_is_refused_with_all_that_is_wrong():
    server = Server()
    made = server.apply(f"{MAPS}/a", config_map(k="v"))
    answer = apply(server, f"{MAPS}/a", with_uid(config_map(k="w"), OTHER, labels={"a": "_"}))
    assert (answer["code"], answer["reason"]) == (422, "Invalid")
    wrong = [(one["field"], one["message"][-18:]) for one in answer["details"]["causes"]]
    assert wrong[1:] == [("metadata.uid", "field is immutable")]
    assert wrong[0][0] == "metadata.labels"
    assert server.get(f"{MAPS}/a") == made


def test_an_apply_of_the_same_uid_is_as_good_as_one_without_and_does_not_own_it():
    server = Server()
    made = server.apply(f"{MAPS}/a", config_map(k="v"))
    assert server.apply(f"{MAPS}/a", with_uid(config_map(k="v"), made["metadata"]["uid"])) == made
    assert server.apply(f"{MAPS}/a", with_uid(config_map(k="v"), "")) == made


@pytest.mark.parametrize(
    ("type", "body"),
    [
        (MERGE, {"metadata": {"uid": OTHER}}),
        (JSON, [{"op": "replace", "path": "/metadata/uid", "value": OTHER}]),
    ],
)
@pytest.mark.parametrize("url", [f"{SETS}/web", f"{SETS}/web/status"])
def test_no_patch_changes_a_uid(url: str, type: str, body: Any):
    server = Server()
    server.post(SETS, stateful_set())
    answer = server.refused("PATCH", url, body, type=type)
    assert (answer["code"], answer["details"]["causes"][0]["field"]) == (422, "metadata.uid")


def test_an_update_of_another_uid_is_a_conflict():
    server = Server()
    server.post(MAPS, config_map(k="v"))
    answer = server.refused("PUT", f"{MAPS}/a", with_uid(config_map(k="w"), OTHER))
    assert answer["code"] == 409 and f"UID in precondition: {OTHER}" in answer["message"]


def test_a_new_object_gets_a_uid_of_its_own():
    made = Server().post(MAPS, with_uid(config_map(), OTHER))
    assert made["metadata"]["uid"] not in ("", OTHER)


def test_a_jobs_selector_and_labels_are_its_own_uid():
    pod = {"restartPolicy": "Never", "containers": [{"name": "c", "image": "nginx:1"}]}
    made = Server().post(JOBS, {"metadata": {"name": "j"}, "spec": {"template": {"spec": pod}}})
    uid = made["metadata"]["uid"]
    assert made["spec"]["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
    labels = made["spec"]["template"]["metadata"]["labels"]
    assert (
        labels
        == made["metadata"]["labels"]
        == {
            "batch.kubernetes.io/controller-uid": uid,
            "batch.kubernetes.io/job-name": "j",
            "controller-uid": uid,
            "job-name": "j",
        }
    )


def test_an_apply_of_a_status_records_who_owns_it_even_where_nothing_else_changes():
    server = Server()
    made = server.post(SETS, stateful_set())
    status = {"apiVersion": "apps/v1", "kind": "StatefulSet", "status": {"replicas": 0}}
    after = server.apply(f"{SETS}/web/status", {**status, "metadata": {"name": "web"}})
    managers = [one["manager"] for one in server.get(f"{SETS}/web")["metadata"]["managedFields"]]
    assert sorted(managers) == ["me", "test"]
    assert after["status"] == made["status"]
