"""What the server will not have, and how it says so."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.bench import Bench
from tests.contract.objects import config_map, deployment, job, service, stateful_set

from holdfast.errors import Invalid

FORBIDDEN = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
    "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and "
    "'minReadySeconds' are forbidden"
)


def refusal(bench: Bench, obj: dict[str, Any]) -> Invalid:
    with pytest.raises(Invalid) as caught:
        bench.cluster.apply(obj)
    return caught.value


def test_an_unknown_field_is_refused(bench: Bench) -> None:
    obj = deployment(bench.namespace)
    obj["spec"]["template"]["spec"]["containers"][0]["imagee"] = "typo"
    error = refusal(bench, obj)
    assert '.spec.template.spec.containers[name="main"].imagee: field not declared in schema' in (
        error.detail
    )


def test_an_unknown_field_of_a_create_is_refused(bench: Bench) -> None:
    obj = deployment(bench.namespace)
    obj["spec"]["replica"] = 1
    with pytest.raises(Invalid, match=r'strict decoding error: unknown field "spec\.replica"'):
        bench.cluster.create(obj)


def test_a_wrong_type_is_refused(bench: Bench) -> None:
    obj = stateful_set(bench.namespace)
    obj["spec"]["replicas"] = "three"
    assert ".spec.replicas: expected numeric (int or float), got string" in (
        refusal(bench, obj).detail
    )


def test_a_number_where_text_belongs_is_refused(bench: Bench) -> None:
    obj = config_map(bench.namespace) | {"data": {"port": 80}}
    assert ".data.port: expected string, got " in (refusal(bench, obj).detail)


def test_a_missing_field_is_named(bench: Bench) -> None:
    obj = deployment(bench.namespace)
    del obj["spec"]["template"]["spec"]["containers"][0]["name"]
    with pytest.raises(Invalid) as caught:
        bench.cluster.create(obj)
    (cause,) = caught.value.causes
    assert (cause["reason"], cause["field"]) == (
        "FieldValueRequired",
        "spec.template.spec.containers[0].name",
    )


def test_a_selector_has_to_match_the_template(bench: Bench) -> None:
    obj = deployment(bench.namespace)
    obj["spec"]["selector"]["matchLabels"] = {"app": "other"}
    error = refusal(bench, obj)
    assert (error.status, error.reason) == (422, "Invalid")
    assert [cause["field"] for cause in error.causes] == ["spec.template.metadata.labels"]
    assert "`selector` does not match template `labels`" in error.detail


def test_a_port_out_of_range_is_invalid(bench: Bench) -> None:
    error = refusal(bench, service(bench.namespace, ports=[{"port": 70000}]))
    assert error.causes[0]["field"] == "spec.ports[0].port"
    assert "must be between 1 and 65535, inclusive" in error.detail


def test_a_bad_label_is_invalid(bench: Bench) -> None:
    error = refusal(bench, config_map(bench.namespace, labels={"ok": "not ok!"}))
    assert [cause["field"] for cause in error.causes] == ["metadata.labels"]


def test_a_bad_quantity_is_refused(bench: Bench) -> None:
    obj = deployment(bench.namespace)
    resources = {"requests": {"memory": "1 GB"}}
    obj["spec"]["template"]["spec"]["containers"][0]["resources"] = resources
    assert "quantities must match the regular expression" in refusal(bench, obj).detail


def test_claim_templates_cannot_change(bench: Bench) -> None:
    obj = stateful_set(bench.namespace, replicas=0)
    bench.cluster.apply(obj)
    claim = obj["spec"]["volumeClaimTemplates"][0]
    claim["spec"]["resources"]["requests"]["storage"] = "2Gi"
    error = refusal(bench, obj)
    assert (error.status, error.reason) == (422, "Invalid")
    assert error.detail == (f'StatefulSet.apps "web" is invalid: spec: Forbidden: {FORBIDDEN}')
    assert error.causes == (
        {"reason": "FieldValueForbidden", "message": f"Forbidden: {FORBIDDEN}", "field": "spec"},
    )


@pytest.mark.parametrize(
    "change",
    [{"serviceName": "other"}, {"podManagementPolicy": "Parallel"}],
    ids=["serviceName", "podManagementPolicy"],
)
def test_the_rest_of_a_stateful_set_cannot_change_either(
    bench: Bench, change: dict[str, str]
) -> None:
    bench.cluster.apply(stateful_set(bench.namespace, replicas=0))
    assert FORBIDDEN in refusal(bench, stateful_set(bench.namespace, replicas=0, **change)).detail


@pytest.mark.parametrize(
    "change",
    [
        {"replicas": 1},
        {"updateStrategy": {"rollingUpdate": {"partition": 1}}},
        {"revisionHistoryLimit": 3},
        {"minReadySeconds": 5},
        {"ordinals": {"start": 2}},
        {"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_these_fields_of_a_stateful_set_can_change(bench: Bench, change: dict[str, Any]) -> None:
    bench.cluster.apply(stateful_set(bench.namespace, replicas=0))
    changed = bench.cluster.apply(
        stateful_set(bench.namespace, **{"replicas": 0, **change}), dry_run=True
    )
    (key, value), *_ = change.items()
    got = changed["spec"][key]
    assert got == (got | value if isinstance(value, dict) else value)


def test_the_selector_of_a_deployment_cannot_change(bench: Bench) -> None:
    obj = deployment(bench.namespace)
    obj["spec"]["replicas"] = 0
    bench.cluster.apply(obj)
    for labels in (
        obj["spec"]["selector"]["matchLabels"],
        obj["spec"]["template"]["metadata"]["labels"],
    ):
        labels["extra"] = "label"
    error = refusal(bench, obj)
    assert [cause["field"] for cause in error.causes] == ["spec.selector"]
    assert "field is immutable" in error.detail


def test_the_template_of_a_job_cannot_change(bench: Bench) -> None:
    obj = job(bench.namespace)
    bench.cluster.apply(obj)
    obj["spec"]["template"]["spec"]["containers"][0]["image"] = "example.com/web:2"
    error = refusal(bench, obj)
    assert [cause["field"] for cause in error.causes] == ["spec.template"]
    assert "field is immutable" in error.detail


def test_an_immutable_config_map_keeps_its_data(bench: Bench) -> None:
    obj = config_map(bench.namespace) | {"immutable": True}
    bench.cluster.apply(obj)
    error = refusal(bench, obj | {"data": {"a": "2"}})
    assert "field is immutable when `immutable` is set" in error.detail


def secret(bench: Bench, data: dict[str, str], **rest: Any) -> dict[str, Any]:
    metadata = {"name": "login", "namespace": bench.namespace}
    text = {"stringData": data}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, **text, **rest}


def test_a_secret_holds_a_mebibyte_and_no_more(bench: Bench) -> None:
    full = {"a": "x" * (1 << 19), "b": "y" * (1 << 19)}
    bench.cluster.create(secret(bench, full), dry_run=True)
    with pytest.raises(Invalid, match="Too long: may not be more than 1048576 bytes") as caught:
        bench.cluster.create(secret(bench, {**full, "c": "z"}))
    assert [cause["field"] for cause in caught.value.causes] == ["data"]


def test_the_type_of_a_secret_cannot_change(bench: Bench) -> None:
    bench.cluster.apply(secret(bench, {"a": "1"}, type="example.com/one"))
    error = refusal(bench, secret(bench, {"a": "1"}, type="example.com/other"))
    assert [cause["field"] for cause in error.causes] == ["type"]
    assert "field is immutable" in error.detail


def test_a_key_of_a_config_map_is_no_path(bench: Bench) -> None:
    error = refusal(bench, config_map(bench.namespace) | {"data": {"a/b": "1"}})
    assert [cause["field"] for cause in error.causes] == ["data[a/b]"]


def test_a_claim_cannot_shrink_or_change_its_class(bench: Bench) -> None:
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", "namespace": bench.namespace},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "standard",
            "resources": {"requests": {"storage": "2Gi"}},
        },
    }
    bench.cluster.apply(claim)
    claim["spec"]["storageClassName"] = "other"
    assert "spec is immutable after creation except resources.requests" in (
        refusal(bench, claim).detail
    )
