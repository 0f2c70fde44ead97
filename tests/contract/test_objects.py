"""Plain reading and writing: create, get, list, update, patch, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.bench import Bench, names
from tests.contract.objects import config_map, deployment

from holdfast.cluster.client import Cluster
from holdfast.errors import Conflict, Invalid, NotFound
from holdfast.model.manifest import ObjectRef


def test_create_gives_identity_and_get_reads_it_back(bench: Bench) -> None:
    made = bench.cluster.create(config_map(bench.namespace))
    metadata = made["metadata"]
    assert metadata["uid"] and metadata["resourceVersion"] and metadata["creationTimestamp"]
    assert bench.cluster.get(bench.ref("v1", "ConfigMap", "settings")) == made


def test_a_name_is_taken_once(bench: Bench) -> None:
    bench.cluster.create(config_map(bench.namespace))
    with pytest.raises(Conflict, match='configmaps "settings" already exists') as caught:
        bench.cluster.create(config_map(bench.namespace))
    assert (caught.value.status, caught.value.reason) == (409, "AlreadyExists")


def test_what_is_not_there_is_not_found(bench: Bench) -> None:
    with pytest.raises(NotFound, match='configmaps "none" not found') as caught:
        bench.cluster.get(bench.ref("v1", "ConfigMap", "none"))
    assert (caught.value.status, caught.value.reason) == (404, "NotFound")
    assert bench.cluster.find(bench.ref("v1", "ConfigMap", "none")) is None


def test_a_missing_namespace_takes_nothing(cluster: Cluster) -> None:
    with pytest.raises(NotFound, match='namespaces "no-such-place" not found'):
        cluster.create(config_map("no-such-place"))
    with pytest.raises(NotFound, match='namespaces "no-such-place" not found'):
        cluster.apply(config_map("no-such-place"))


def test_reading_a_missing_namespace_finds_nothing(cluster: Cluster) -> None:
    assert cluster.list("v1", "ConfigMap", "no-such-place") == ()
    assert cluster.find(ObjectRef("v1", "ConfigMap", "no-such-place", "a")) is None


@pytest.mark.parametrize("name", ["Upper", "under_score", "-dash", "a" * 254, "with space"])
def test_a_bad_name_is_invalid(bench: Bench, name: str) -> None:
    with pytest.raises(Invalid) as caught:
        bench.cluster.create(config_map(bench.namespace, name))
    assert (caught.value.status, caught.value.reason) == (422, "Invalid")
    assert [cause["field"] for cause in caught.value.causes] == ["metadata.name"]


def test_a_generated_name_begins_as_asked(bench: Bench) -> None:
    obj = config_map(bench.namespace)
    obj["metadata"] = {"generateName": "note-", "namespace": bench.namespace}
    first, second = (bench.cluster.create(obj)["metadata"]["name"] for _ in range(2))
    assert first.startswith("note-") and second.startswith("note-") and first != second


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("tier=web", ["a", "b"]),
        ("tier=web,size!=big", ["a"]),
        ("size in (big,huge)", ["b", "c"]),
        ("size notin (big,huge)", ["a"]),
        ("tier,size", ["b"]),
        ("!tier", ["c"]),
        ("tier=nothing", []),
    ],
)
def test_labels_select(bench: Bench, selector: str, expected: list[str]) -> None:
    for name, labels in (
        ("a", {"case": "x", "tier": "web"}),
        ("b", {"case": "x", "tier": "web", "size": "big"}),
        ("c", {"case": "x", "size": "huge"}),
    ):
        bench.cluster.create(config_map(bench.namespace, name, labels=labels))
    found = bench.cluster.list(
        "v1", "ConfigMap", bench.namespace, label_selector=f"case=x,{selector}"
    )
    assert names(found) == expected


def test_fields_select(bench: Bench) -> None:
    for name in "ab":
        bench.cluster.create(config_map(bench.namespace, name))
    found = bench.cluster.list("v1", "ConfigMap", bench.namespace, field_selector="metadata.name=b")
    assert names(found) == ["b"]


def test_an_unknown_field_selects_nothing(bench: Bench) -> None:
    with pytest.raises(Invalid, match=r"data\.a.* is not a known field selector"):
        bench.cluster.list("v1", "ConfigMap", bench.namespace, field_selector="data.a=1")


def test_pages_join_to_the_whole(bench: Bench) -> None:
    for number in range(5):
        bench.cluster.create(config_map(bench.namespace, f"n{number}", labels={"case": "x"}))
    found = bench.cluster.list("v1", "ConfigMap", bench.namespace, label_selector="case=x", limit=2)
    assert names(found) == ["n0", "n1", "n2", "n3", "n4"]
    assert {(one["apiVersion"], one["kind"]) for one in found} == {("v1", "ConfigMap")}


def test_every_namespace_is_listed_together(bench: Bench) -> None:
    label = {"case": bench.namespace}
    bench.cluster.create(config_map(bench.namespace, "here", labels=label))
    bench.cluster.create(config_map("default", f"there-{bench.namespace}", labels=label))
    found = bench.cluster.list("v1", "ConfigMap", label_selector=f"case={bench.namespace}")
    assert sorted(names(found)) == ["here", f"there-{bench.namespace}"]


def test_metadata_comes_alone(bench: Bench) -> None:
    made = bench.cluster.create(config_map(bench.namespace, labels={"case": "x"}))
    found = bench.cluster.list_metadata("v1", "ConfigMap", bench.namespace, label_selector="case=x")
    assert found == ({"apiVersion": "v1", "kind": "ConfigMap", "metadata": made["metadata"]},)


def test_an_update_replaces_the_whole(bench: Bench) -> None:
    made = bench.cluster.create(config_map(bench.namespace, labels={"old": "yes"}))
    bench.cluster.update({**config_map(bench.namespace), "data": {"b": "2"}})
    live = bench.cluster.get(bench.ref("v1", "ConfigMap", "settings"))
    assert live["data"] == {"b": "2"} and "labels" not in live["metadata"]
    assert live["metadata"]["uid"] == made["metadata"]["uid"]


def test_an_update_of_an_old_version_conflicts(bench: Bench) -> None:
    old = bench.cluster.create(config_map(bench.namespace))
    bench.cluster.update({**old, "data": {"a": "2"}})
    with pytest.raises(Conflict, match="the object has been modified") as caught:
        bench.cluster.update({**old, "data": {"a": "3"}})
    assert (caught.value.status, caught.value.reason) == (409, "Conflict")
    assert bench.cluster.get(bench.ref("v1", "ConfigMap", "settings"))["data"] == {"a": "2"}


def test_an_update_of_nothing_is_not_found(bench: Bench) -> None:
    with pytest.raises(NotFound):
        bench.cluster.update(config_map(bench.namespace))


def test_an_equal_update_changes_no_version(bench: Bench) -> None:
    made = bench.cluster.create(config_map(bench.namespace))
    again = bench.cluster.update(made)
    assert again["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]


def test_another_namespace_in_the_body_is_refused(bench: Bench) -> None:
    ref = bench.ref("v1", "ConfigMap", "settings")
    bench.cluster.create(config_map(bench.namespace))
    with pytest.raises(Invalid):
        bench.cluster.patch(ref, {"metadata": {"namespace": "default"}})


def test_a_merge_patch_sets_and_null_removes(bench: Bench) -> None:
    bench.cluster.create({**config_map(bench.namespace), "data": {"a": "1", "b": "2"}})
    ref = bench.ref("v1", "ConfigMap", "settings")
    bench.cluster.patch(ref, {"data": {"a": None, "c": "3"}})
    assert bench.cluster.get(ref)["data"] == {"b": "2", "c": "3"}


def test_a_json_patch_is_done_in_order(bench: Bench) -> None:
    bench.cluster.create(config_map(bench.namespace))
    ref = bench.ref("v1", "ConfigMap", "settings")
    steps = [
        {"op": "test", "path": "/data/a", "value": "1"},
        {"op": "add", "path": "/data/b", "value": "2"},
        {"op": "move", "from": "/data/a", "path": "/data/c"},
        {"op": "add", "path": "/metadata/annotations", "value": {}},
        {"op": "add", "path": "/metadata/annotations/x.io~1y", "value": "z"},
    ]
    bench.cluster.patch(ref, steps, type="json")
    live = bench.cluster.get(ref)
    assert live["data"] == {"b": "2", "c": "1"}
    assert live["metadata"]["annotations"] == {"x.io/y": "z"}


def test_a_json_patch_whose_test_fails_does_nothing(bench: Bench) -> None:
    bench.cluster.create(config_map(bench.namespace))
    ref = bench.ref("v1", "ConfigMap", "settings")
    steps = [
        {"op": "add", "path": "/data/b", "value": "2"},
        {"op": "test", "path": "/data/a", "value": "other"},
    ]
    with pytest.raises(Invalid):
        bench.cluster.patch(ref, steps, type="json")
    assert bench.cluster.get(ref)["data"] == {"a": "1"}


def test_a_strategic_patch_merges_lists_by_key(bench: Bench) -> None:
    obj = deployment(bench.namespace)
    obj["spec"]["replicas"] = 0
    bench.cluster.create(obj)
    ref = bench.ref("apps/v1", "Deployment", "web")

    def patch(*containers: dict[str, Any]) -> list[tuple[str, str]]:
        body = {"spec": {"template": {"spec": {"containers": list(containers)}}}}
        made = bench.cluster.patch(ref, body, type="strategic")
        rows = made["spec"]["template"]["spec"]["containers"]
        return sorted((row["name"], row["image"]) for row in rows)

    assert patch({"name": "main", "image": "main:2"}, {"name": "side", "image": "side:1"}) == [
        ("main", "main:2"),
        ("side", "side:1"),
    ]
    assert patch({"$patch": "delete", "name": "main"}) == [("side", "side:1")]


def test_a_patch_conditional_on_a_version(bench: Bench) -> None:
    old = bench.cluster.create(config_map(bench.namespace))["metadata"]["resourceVersion"]
    ref = bench.ref("v1", "ConfigMap", "settings")
    bench.cluster.patch(ref, {"data": {"a": "2"}})
    with pytest.raises(Conflict):
        bench.cluster.patch(ref, {"metadata": {"resourceVersion": old}, "data": {"a": "3"}})


def test_dry_runs_of_every_write_persist_nothing(bench: Bench) -> None:
    ref = bench.ref("v1", "ConfigMap", "settings")
    assert bench.cluster.create(config_map(bench.namespace), dry_run=True)["metadata"]["uid"]
    assert bench.cluster.find(ref) is None
    made = bench.cluster.create(config_map(bench.namespace))
    changed = {**config_map(bench.namespace), "data": {"a": "2"}}
    assert bench.cluster.update(changed, dry_run=True)["data"] == {"a": "2"}
    assert bench.cluster.patch(ref, {"data": {"a": "3"}}, dry_run=True)["data"] == {"a": "3"}
    bench.cluster.delete(ref, dry_run=True)
    assert bench.cluster.get(ref) == made
