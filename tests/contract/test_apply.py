"""Server-side apply: who owns a field, what a second apply does, conflicts and dry runs."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.bench import Bench
from tests.contract.objects import config_map, deployment, service, stateful_set

from holdfast.errors import Conflict, Invalid


def data(bench: Bench, **entries: str) -> dict[str, Any]:
    return {**config_map(bench.namespace), "data": entries}


def managers(obj: dict[str, Any]) -> dict[str, str]:
    return {row["manager"]: row["operation"] for row in obj["metadata"]["managedFields"]}


def test_apply_creates_and_notes_its_fields(bench: Bench) -> None:
    made = bench.cluster.apply(data(bench, a="1"))
    (row,) = made["metadata"]["managedFields"]
    assert {key: row[key] for key in ("manager", "operation", "apiVersion", "fieldsType")} == {
        "manager": "holdfast",
        "operation": "Apply",
        "apiVersion": "v1",
        "fieldsType": "FieldsV1",
    }
    assert row["fieldsV1"] == {"f:data": {"f:a": {}}}


def test_the_same_apply_again_changes_nothing(bench: Bench) -> None:
    first = bench.cluster.apply(data(bench, a="1"))
    assert bench.cluster.apply(data(bench, a="1")) == first


def test_the_same_apply_of_a_workload_changes_nothing(bench: Bench) -> None:
    obj = deployment(bench.namespace)
    obj["spec"]["replicas"] = 0
    first = bench.cluster.apply(obj)
    again = bench.cluster.apply(obj)
    assert again["metadata"]["generation"] == first["metadata"]["generation"] == 1


def test_a_field_no_longer_applied_goes(bench: Bench) -> None:
    bench.cluster.apply(data(bench, a="1", b="2"))
    assert bench.cluster.apply(data(bench, a="1"))["data"] == {"a": "1"}


def test_a_field_of_another_manager_stays(bench: Bench) -> None:
    bench.cluster.apply(data(bench, a="1"))
    bench.other.apply(data(bench, b="2"))
    assert bench.cluster.apply(data(bench, a="3"))["data"] == {"a": "3", "b": "2"}


def test_a_field_owned_twice_stays_until_both_let_go(bench: Bench) -> None:
    bench.cluster.apply(data(bench, a="1", b="2"))
    assert managers(bench.other.apply(data(bench, b="2"))) == {
        "holdfast": "Apply",
        "kubectl": "Apply",
    }
    assert bench.cluster.apply(data(bench, a="1"))["data"] == {"a": "1", "b": "2"}
    left = bench.other.apply(data(bench))
    assert left["data"] == {"a": "1"}


def test_a_conflict_names_manager_and_field(bench: Bench) -> None:
    bench.other.apply(data(bench, a="1"))
    with pytest.raises(Conflict) as caught:
        bench.cluster.apply(data(bench, a="2"))
    error = caught.value
    assert (error.status, error.reason) == (409, "Conflict")
    assert error.detail == 'Apply failed with 1 conflict: conflict with "kubectl": .data.a'
    assert error.causes == (
        {
            "reason": "FieldManagerConflict",
            "message": 'conflict with "kubectl"',
            "field": ".data.a",
        },
    )


def test_a_conflict_with_an_update_tells_when(bench: Bench) -> None:
    bench.other.create(data(bench, a="1", b="1"))
    with pytest.raises(Conflict) as caught:
        bench.cluster.apply(data(bench, a="2", b="2"))
    assert caught.value.detail.startswith("Apply failed with 2 conflicts: conflicts with ")
    assert [cause["field"] for cause in caught.value.causes] == [".data.a", ".data.b"]
    assert all('"kubectl" using v1' in cause["message"] for cause in caught.value.causes)


def test_a_conflict_inside_a_list_names_the_item(bench: Bench) -> None:
    bench.other.apply(deployment(bench.namespace))
    with pytest.raises(Conflict) as caught:
        bench.cluster.apply(deployment(bench.namespace, image="example.com/web:2"))
    assert [cause["field"] for cause in caught.value.causes] == [
        '.spec.template.spec.containers[name="main"].image'
    ]


def test_an_equal_value_is_no_conflict(bench: Bench) -> None:
    bench.other.apply(data(bench, a="1"))
    assert set(managers(bench.cluster.apply(data(bench, a="1")))) == {"holdfast", "kubectl"}


def test_force_takes_the_field_over(bench: Bench) -> None:
    bench.other.apply(data(bench, a="1", b="1"))
    taken = bench.cluster.apply(data(bench, a="2"), force=True)
    assert taken["data"] == {"a": "2", "b": "1"}
    owned = {row["manager"]: row["fieldsV1"] for row in taken["metadata"]["managedFields"]}
    assert owned == {
        "holdfast": {"f:data": {"f:a": {}}},
        "kubectl": {"f:data": {"f:b": {}}},
    }


def test_force_leaves_no_manager_behind_that_owns_nothing(bench: Bench) -> None:
    bench.other.apply(data(bench, a="1"))
    assert set(managers(bench.cluster.apply(data(bench, a="2"), force=True))) == {"holdfast"}


def test_a_dry_run_answers_in_full_and_persists_nothing(bench: Bench) -> None:
    ref = bench.ref("apps/v1", "StatefulSet", "web")
    answer = bench.cluster.apply(stateful_set(bench.namespace), dry_run=True)
    assert answer["metadata"]["uid"] and answer["metadata"]["generation"] == 1
    spec = answer["spec"]
    assert spec["podManagementPolicy"] == "OrderedReady"
    assert spec["updateStrategy"] == {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}
    assert spec["persistentVolumeClaimRetentionPolicy"] == {
        "whenDeleted": "Retain",
        "whenScaled": "Retain",
    }
    assert spec["template"]["spec"]["restartPolicy"] == "Always"
    assert bench.cluster.find(ref) is None


def test_a_dry_run_of_a_change_leaves_the_live_object(bench: Bench) -> None:
    first = bench.cluster.apply(data(bench, a="1"))
    assert bench.cluster.apply(data(bench, b="2"), dry_run=True)["data"] == {"b": "2"}
    assert bench.cluster.get(bench.ref("v1", "ConfigMap", "settings")) == first


def test_a_dry_run_conflicts_too(bench: Bench) -> None:
    bench.other.apply(data(bench, a="1"))
    with pytest.raises(Conflict, match="kubectl"):
        bench.cluster.apply(data(bench, a="2"), dry_run=True)


def test_list_items_are_merged_by_key(bench: Bench) -> None:
    bench.other.apply(
        service(bench.namespace, ports=[{"name": "admin", "port": 81, "protocol": "TCP"}])
    )
    merged = bench.cluster.apply(
        service(bench.namespace, ports=[{"name": "http", "port": 80, "protocol": "TCP"}])
    )
    assert sorted(port["name"] for port in merged["spec"]["ports"]) == ["admin", "http"]


def test_an_env_variable_of_another_manager_stays(bench: Bench) -> None:
    def with_env(*env: dict[str, str]) -> dict[str, Any]:
        obj = deployment(bench.namespace)
        obj["spec"]["replicas"] = 0
        obj["spec"]["template"]["spec"]["containers"][0]["env"] = list(env)
        return obj

    a, b, c = ({"name": name, "value": name} for name in "ABC")
    bench.cluster.apply(with_env(a, b))
    bench.other.apply(with_env(c))
    merged = bench.cluster.apply(with_env(a))
    env = merged["spec"]["template"]["spec"]["containers"][0]["env"]
    assert sorted(one["name"] for one in env) == ["A", "C"]


def test_an_atomic_list_is_replaced(bench: Bench) -> None:
    def with_args(*args: str) -> dict[str, Any]:
        obj = deployment(bench.namespace)
        obj["spec"]["replicas"] = 0
        obj["spec"]["template"]["spec"]["containers"][0]["args"] = list(args)
        return obj

    bench.cluster.apply(with_args("a", "b"))
    changed = bench.cluster.apply(with_args("b"))
    assert changed["spec"]["template"]["spec"]["containers"][0]["args"] == ["b"]


def test_an_applied_null_is_nothing(bench: Bench) -> None:
    obj = service(bench.namespace)
    obj["spec"]["sessionAffinityConfig"] = None
    assert "sessionAffinityConfig" not in bench.cluster.apply(obj)["spec"]


def test_the_generation_counts_the_spec_only(bench: Bench) -> None:
    obj = stateful_set(bench.namespace, replicas=0)
    assert bench.cluster.apply(obj)["metadata"]["generation"] == 1
    obj["metadata"]["labels"] = {"new": "label"}
    assert bench.cluster.apply(obj)["metadata"]["generation"] == 1
    obj["spec"]["template"]["metadata"]["annotations"] = {"new": "annotation"}
    assert bench.cluster.apply(obj)["metadata"]["generation"] == 2


def test_managed_fields_cannot_be_applied(bench: Bench) -> None:
    obj = data(bench, a="1")
    obj["metadata"]["managedFields"] = [{"manager": "me"}]
    with pytest.raises(Invalid, match="managedFields must be nil"):
        bench.cluster.apply(obj)


def test_apply_to_an_old_version_conflicts(bench: Bench) -> None:
    old = bench.cluster.apply(data(bench, a="1"))["metadata"]["resourceVersion"]
    bench.cluster.apply(data(bench, a="2"))
    obj = data(bench, a="3")
    obj["metadata"]["resourceVersion"] = old
    with pytest.raises(Conflict, match="the object has been modified"):
        bench.cluster.apply(obj, force=True)


NOBODY = "00000000-0000-0000-0000-000000000000"


def test_apply_to_an_object_of_another_uid_is_refused(bench: Bench) -> None:
    bench.cluster.apply(data(bench, a="1"))
    obj = data(bench, a="2")
    obj["metadata"]["uid"] = NOBODY
    with pytest.raises(Invalid) as caught:
        bench.cluster.apply(obj)
    assert {cause["field"] for cause in caught.value.causes} == {"metadata.uid"}


def test_apply_to_an_object_that_is_gone_does_not_make_another(bench: Bench) -> None:
    obj = data(bench, a="1")
    obj["metadata"]["uid"] = NOBODY
    with pytest.raises(Conflict, match="uid mismatch"):
        bench.cluster.apply(obj)
