from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.embedded.server import (
    APPLY,
    MAPS,
    MERGE,
    SERVICES,
    SETS,
    Server,
    config_map,
    fields,
    stateful_set,
)

KEYS = st.sampled_from("abcd")
DATA = st.dictionaries(KEYS, st.sampled_from(["1", "2"]), max_size=4)


def service(name: str = "s", **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def test_the_first_apply_creates_and_the_applier_owns_what_it_applied_not_the_defaults():
    server = Server()
    status, made = server.ask("PATCH", f"{SETS}/web?fieldManager=me", stateful_set(), type=APPLY)
    assert status == 201
    assert made["spec"]["replicas"] == 1
    container = 'k:{"name":"c"}'
    assert fields(made, "me") == {
        "f:spec": {
            "f:selector": {},
            "f:template": {
                "f:metadata": {"f:labels": {"f:app": {}}},
                "f:spec": {"f:containers": {container: {".": {}, "f:image": {}, "f:name": {}}}},
            },
        }
    }


def test_applying_an_equal_object_again_changes_nothing_not_even_the_time():
    server = Server()
    obj = stateful_set(volumeClaimTemplates=[claim_template("1024Mi")])
    first = server.apply(f"{SETS}/web", obj)
    server.now += 60
    assert server.apply(f"{SETS}/web", obj) == first


def claim_template(size: str) -> dict[str, Any]:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    return {"metadata": {"name": "data"}, "spec": spec}


def test_a_change_of_value_moves_the_time_of_its_manager():
    server = Server()
    server.apply(f"{MAPS}/a", config_map(k="1"))
    server.now += 60
    after = server.apply(f"{MAPS}/a", config_map(k="2"))
    assert [one["time"] for one in after["metadata"]["managedFields"]] == ["2023-11-14T22:14:20Z"]


def test_a_field_of_another_applier_is_a_conflict_that_names_it():
    server = Server()
    server.apply(f"{SETS}/web", stateful_set(replicas=1), "one")
    answer = server.refused(
        "PATCH", f"{SETS}/web?fieldManager=two", stateful_set(replicas=2), type=APPLY
    )
    assert answer["reason"] == "Conflict"
    assert answer["message"] == (
        'Apply failed with 1 conflict: conflict with "one": .spec.replicas'
    )
    assert answer["details"]["causes"] == [
        {
            "reason": "FieldManagerConflict",
            "message": 'conflict with "one"',
            "field": ".spec.replicas",
        }
    ]


def test_several_conflicts_are_listed_by_manager():
    server = Server()
    server.apply(f"{MAPS}/a", config_map(k="1", l="1"), "one")
    answer = server.refused(
        "PATCH", f"{MAPS}/a?fieldManager=two", config_map(k="2", l="2"), type=APPLY
    )
    assert answer["message"] == (
        'Apply failed with 2 conflicts: conflicts with "one":\n- .data.k\n- .data.l'
    )


def test_a_field_taken_by_a_patch_is_a_conflict_with_that_program_and_its_version():
    server = Server()
    server.apply(f"{SETS}/web", stateful_set(replicas=1))
    server.ask("PATCH", f"{SETS}/web", {"spec": {"replicas": 3}}, type=MERGE, agent="kubectl/v1.34")
    answer = server.refused(
        "PATCH", f"{SETS}/web?fieldManager=me", stateful_set(replicas=1), type=APPLY
    )
    assert answer["message"].endswith('conflict with "kubectl" using apps/v1: .spec.replicas')


def test_a_field_taken_by_scaling_is_a_conflict_with_the_scale_subresource():
    server = Server()
    server.apply(f"{SETS}/web", stateful_set(replicas=1))
    server.patch(f"{SETS}/web/scale?fieldManager=hpa", {"spec": {"replicas": 3}})
    answer = server.refused(
        "PATCH", f"{SETS}/web?fieldManager=me", stateful_set(replicas=1), type=APPLY
    )
    assert 'conflict with "hpa" with subresource "scale" using apps/v1' in answer["message"]


def test_force_takes_the_field_from_its_owner():
    server = Server()
    server.apply(f"{MAPS}/a", config_map(k="1", l="1"), "one")
    after = server.apply(f"{MAPS}/a", config_map(k="2"), "two", force=True)
    assert after["data"] == {"k": "2", "l": "1"}
    assert fields(after, "one") == {"f:data": {"f:l": {}}}
    assert fields(after, "two") == {"f:data": {"f:k": {}}}


def test_the_same_value_is_owned_together_without_a_conflict():
    server = Server()
    server.apply(f"{MAPS}/a", config_map(k="1"), "one")
    after = server.apply(f"{MAPS}/a", config_map(k="1"), "two")
    assert fields(after, "one") == fields(after, "two") == {"f:data": {"f:k": {}}}


def test_what_is_no_longer_applied_goes_unless_another_owns_it():
    server = Server()
    server.apply(f"{MAPS}/a", config_map(k="1", l="1"), "one")
    server.apply(f"{MAPS}/a", config_map(l="1"), "two")
    after = server.apply(f"{MAPS}/a", config_map(), "one")
    assert after["data"] == {"l": "1"}
    assert fields(after, "one") is None


def test_a_list_item_that_is_no_longer_applied_goes_with_its_defaults():
    server = Server()
    two = [{"port": 80, "name": "http"}, {"port": 443, "name": "https"}]
    server.apply(f"{SERVICES}/s", service(ports=two))
    after = server.apply(f"{SERVICES}/s", service(ports=two[:1]))
    assert [port["port"] for port in after["spec"]["ports"]] == [80]


def test_items_of_two_appliers_stand_side_by_side_by_their_keys():
    server = Server()
    server.apply(f"{SERVICES}/s", service(ports=[{"port": 80, "name": "http"}]), "one")
    after = server.apply(f"{SERVICES}/s", service(ports=[{"port": 443, "name": "https"}]), "two")
    assert [port["port"] for port in after["spec"]["ports"]] == [80, 443]
    assert fields(after, "two")["f:spec"]["f:ports"].keys() == {'k:{"port":443,"protocol":"TCP"}'}


def test_a_struct_goes_with_the_last_field_that_was_applied_in_it():
    server = Server()
    probe = {"httpGet": {"port": 80}}
    with_probe = stateful_set()
    with_probe["spec"]["template"]["spec"]["containers"][0]["livenessProbe"] = probe
    server.apply(f"{SETS}/web", with_probe)
    after = server.apply(f"{SETS}/web", stateful_set())
    assert "livenessProbe" not in after["spec"]["template"]["spec"]["containers"][0]


def test_the_last_label_can_be_taken_back():
    server = Server()
    labelled = {"metadata": {"name": "a", "labels": {"k": "v"}}}
    server.apply(f"{MAPS}/a", config_map() | labelled)
    after = server.apply(f"{MAPS}/a", config_map())
    assert "labels" not in after["metadata"] and after["metadata"]["name"] == "a"


def test_a_default_comes_back_for_what_is_no_longer_applied():
    server = Server()
    server.apply(f"{SETS}/web", stateful_set(replicas=3))
    assert server.apply(f"{SETS}/web", stateful_set())["spec"]["replicas"] == 1


def test_an_object_without_owners_counts_as_owned_by_whoever_made_it():
    server = Server()
    nodes = "/api/v1/nodes/node-1"
    labels = {"kubernetes.io/os": "other"}
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1", "labels": labels}}
    answer = server.refused("PATCH", f"{nodes}?fieldManager=me", node, type=APPLY)
    assert 'conflict with "before-first-apply" using v1' in answer["message"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"foo": 1}, ".spec.foo: field not declared in schema"),
        ({"replicas": "x"}, ".spec.replicas: expected numeric (int or float), got string"),
        ({"template": []}, ".spec.template: expected map, got &{[]}"),
    ],
)
def test_an_applied_object_has_to_fit_its_kind(change: dict[str, Any], message: str):
    url = f"{SETS}/web?fieldManager=me"
    answer = Server().refused("PATCH", url, stateful_set(**change), type=APPLY)
    assert answer["code"] == 500
    assert answer["message"] == (
        f"failed to create typed patch object (/web; apps/v1, Kind=StatefulSet): {message}"
    )


def test_two_items_with_one_key_cannot_be_applied():
    obj = service(ports=[{"port": 80}, {"port": 80, "protocol": "TCP"}])
    answer = Server().refused("PATCH", f"{SERVICES}/s?fieldManager=me", obj, type=APPLY)
    assert 'duplicate entries for key [port=80,protocol="TCP"]' in answer["message"]


def test_yaml_can_be_applied():
    text = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: 'yes'}\n"
    server = Server()
    assert server.ask("PATCH", f"{MAPS}/a?fieldManager=me", text, type=APPLY)[0] == 201
    assert server.get(f"{MAPS}/a")["data"] == {"k": "yes"}


def test_an_apply_needs_a_manager_the_kind_and_no_managed_fields():
    server, url = Server(), f"{MAPS}/a?fieldManager=me"
    assert server.refused("PATCH", f"{MAPS}/a", config_map(), type=APPLY)["message"] == (
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: '
        "is required for apply patch"
    )
    assert server.refused("PATCH", url, {"kind": "X"}, type=APPLY)["message"] == (
        "invalid object type: /, Kind=X"
    )
    owned = {"metadata": {"name": "a", "managedFields": [{"manager": "x"}]}}
    answer = server.refused("PATCH", url, config_map() | owned, type=APPLY)
    assert answer["message"] == "metadata.managedFields must be nil"


def test_applying_a_stale_resource_version_is_a_conflict():
    server = Server()
    server.apply(f"{MAPS}/a", config_map(k="1"))
    stale = config_map(k="2") | {"metadata": {"name": "a", "resourceVersion": "1"}}
    answer = server.refused("PATCH", f"{MAPS}/a?fieldManager=me", stale, type=APPLY)
    assert answer["reason"] == "Conflict"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["one", "two"]), DATA), min_size=1, max_size=6))
def test_any_sequence_of_forced_applies_keeps_exactly_what_somebody_still_applies(
    steps: list[tuple[str, dict[str, str]]],
):
    """A model of ownership: the last to write a key owns it; equal values are shared."""
    server = Server()
    live: dict[str, str] = {}
    owned: dict[str, set[str]] = {"one": set(), "two": set()}
    for manager, data in steps:
        other = "two" if manager == "one" else "one"
        after = server.apply(f"{MAPS}/a", config_map(**data), manager, force=True)
        owned[other] -= {key for key in data if live.get(key) != data[key]}
        kept = owned[other] | data.keys()
        live = {k: v for k, v in live.items() if k in kept or k not in owned[manager]} | data
        owned[manager] = set(data)
        assert after.get("data", {}) == live
        for name, keys in owned.items():
            mine = (fields(after, name) or {}).get("f:data", {})
            assert mine.keys() == {f"f:{key}" for key in keys}
        assert server.apply(f"{MAPS}/a", config_map(**data), manager) == after


@settings(max_examples=40, deadline=None)
@given(DATA, DATA)
def test_disjoint_appliers_never_conflict_and_see_both_parts(
    one: dict[str, str], two: dict[str, str]
):
    server = Server()
    two = {f"x{key}": value for key, value in two.items()}
    server.apply(f"{MAPS}/a", config_map(**one), "one")
    after = server.apply(f"{MAPS}/a", config_map(**two), "two")
    assert after.get("data", {}) == {**one, **two}
    alone = server.apply(f"{MAPS}/a", config_map(), "one")
    assert alone.get("data", {}) == two
