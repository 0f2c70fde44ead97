"""The autoscalers beside what a release wants: asked for once per namespace, and only if needed."""

from __future__ import annotations

import pytest
from tests.unit.cluster.apps import cluster_of, no, ok

from holdfast.cluster.autoscalers import find_autoscalers
from holdfast.errors import ServerFailed, Unauthorized, Where
from holdfast.model.manifest import Manifest, ObjectRef

HPAS = "GET /apis/autoscaling/v2/namespaces/{}/horizontalpodautoscalers"


def manifest(kind, name="web", namespace="a", api_version="apps/v1", **rest):
    obj = {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **rest}
    return Manifest(ObjectRef(api_version, kind, namespace, name), obj, Where("t"))


def scaler(name):
    return {"metadata": {"name": name, "namespace": "a"}, "spec": {}}


def test_once_for_each_namespace_with_a_workload():
    table = {HPAS.format(name): ok({"items": [scaler(f"in-{name}")]}) for name in "ab"}
    cluster, asked = cluster_of(table)
    wanted = (
        manifest("Deployment"),
        manifest("StatefulSet", "db"),
        manifest("Deployment", namespace="b"),
        manifest("ConfigMap", namespace="c", api_version="v1"),
    )
    found, remarks = find_autoscalers(cluster, wanted)
    assert [one["metadata"]["name"] for one in found] == ["in-a", "in-b"] and remarks == ()
    assert asked == [HPAS.format("a"), HPAS.format("b")]


@pytest.mark.parametrize(
    "wanted",
    [
        manifest("ConfigMap", api_version="v1"),
        manifest("DaemonSet"),
        manifest("Widget", api_version="example.com/v1", spec={"size": 3}),
    ],
)
def test_nothing_is_asked_for_what_cannot_be_scaled(wanted):
    cluster, asked = cluster_of({})
    assert find_autoscalers(cluster, (wanted,)) == ((), ()) and asked == []


def test_a_custom_resource_with_replicas_may_be_scaled():
    cluster, asked = cluster_of({HPAS.format("a"): ok({"items": []})})
    widget = manifest("Widget", api_version="example.com/v1", spec={"replicas": 3})
    find_autoscalers(cluster, (widget,))
    assert asked == [HPAS.format("a")]


def test_who_may_not_look_is_told_what_is_not_known():
    cluster, _ = cluster_of({HPAS.format("a"): no(403)})
    found, remarks = find_autoscalers(cluster, (manifest("Deployment"),))
    assert found == () and "namespace a may not be listed" in remarks[0]


def test_a_server_without_autoscalers_has_none():
    cluster, _ = cluster_of({})
    assert find_autoscalers(cluster, (manifest("Deployment"),)) == ((), ())


@pytest.mark.parametrize(("code", "error"), [(401, Unauthorized), (503, ServerFailed)])
def test_a_cluster_that_cannot_be_asked_is_an_error(code, error):
    cluster, _ = cluster_of({HPAS.format("a"): no(code)})
    with pytest.raises(error):
        find_autoscalers(cluster, (manifest("Deployment"),))
