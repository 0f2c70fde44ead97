"""The etcd of Huawei Cloud CCE's document: what it builds, and its life from first to last."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.charts.order import is_ready, one_by_one, steps
from tests.charts.rendering import check_references, check_restricted, only, render
from tests.charts.test_etcd_clusters import Release, cluster, namespace, own_time
from tests.conftest import ROOT
from tests.e2e.charts import client
from tests.e2e.test_refused_midway import until

from holdfast.model.manifest import ObjectRef

__all__ = ["cluster", "namespace", "own_time"]
SEED = ROOT / "charts/etcd/examples/seeds/001-cce-etcd.yaml"


def test_it_has_the_names_labels_and_variables_of_the_document(tmp_path: Path) -> None:
    objects = render("etcd", tmp_path, SEED.read_text(), name="etcd")
    workload = objects["StatefulSet/etcd"]["spec"]
    assert workload["serviceName"] == "etcd-svc"
    assert workload["updateStrategy"]["type"] == "RollingUpdate"
    pod = workload["template"]
    assert pod["metadata"]["labels"]["app"] == "etcd"
    (container,) = pod["spec"]["containers"]
    assert container["name"] == "container-0"
    assert container["imagePullPolicy"] == "IfNotPresent"
    assert container["env"] == [
        {"name": "PAAS_APP_NAME", "value": "tesyhhj"},
        {"name": "PAAS_NAMESPACE", "value": "default"},
        {"name": "PAAS_PROJECT_ID", "value": "9632fae707ce4416a0ab1e3e121fe555"},
    ]
    assert {"name": "default-secret"} in pod["spec"]["imagePullSecrets"]
    service = objects["Service/etcd-svc"]
    assert service["metadata"]["labels"]["app"] == "etcd"
    assert service["spec"]["clusterIP"] == "None"
    assert service["spec"]["ports"][0]["name"] == "etcd-svc"
    check_references(objects)
    check_restricted(objects)


def test_what_is_wrong_in_the_document_is_corrected(tmp_path: Path) -> None:
    objects = render("etcd", tmp_path, SEED.read_text(), name="etcd")
    workload = only(objects, "StatefulSet")["spec"]
    assert workload["replicas"] == 3
    (container,) = workload["template"]["spec"]["containers"]
    assert container["image"].rpartition(":")[2] != "latest"
    assert workload["volumeClaimTemplates"]
    service = objects["Service/etcd-svc"]["spec"]
    assert service["publishNotReadyAddresses"] is True
    assert [port["port"] for port in service["ports"]] == [2379, 2380, 2381]
    for word in ("replicas: 2", "without a tag", "No volume", "3120"):
        assert word in SEED.read_text()


@pytest.fixture
def release(
    tmp_path: Path, namespace: str, cluster: str, request: pytest.FixtureRequest
) -> Release:
    if cluster == "embedded":
        request.getfixturevalue("own_time")
    return Release(tmp_path, namespace, workload="etcd")


def test_its_life_from_creation_to_deletion(release: Release) -> None:
    values = SEED.read_text()
    release.install(values)
    first = claims(release)
    assert set(first) == {f"data-etcd-{n}" for n in range(3)}
    new = ["etcd-3", "etcd-4"]
    with client() as live:
        (workload,) = live.list("apps/v1", "StatefulSet", release.namespace)
        release.run("scale", "db", "5").must()
        since = workload["metadata"]["resourceVersion"]
        assert steps(live, release.namespace, since, new) == one_by_one(new)
    grown = claims(release)
    release.run("scale", "db", "3").must()
    assert claims(release) == grown and first.items() <= grown.items()
    old = pods(release)
    with client() as live:
        live.delete(ObjectRef("v1", "Pod", release.namespace, "etcd-1"))
    until(lambda: pods(release).get("etcd-1", old["etcd-1"]) != old["etcd-1"])
    assert {name for name, uid in pods(release).items() if old[name] != uid} == {"etcd-1"}
    release.run("restart", "db").must()
    assert not set(old.values()) & set(pods(release).values())
    release.run("restart", "db", "--ordinal", "1").must()
    for count in range(5000, 12000, 1000):
        release.with_values("upgrade", f"{values}\nsnapshotCount: {count}\n").must()
    release.run("rollback", "db").must()
    assert "snapshot-count: 10000" in release.run("get", "manifest", "db").must().out
    # The document lowers the number to 0 before it deletes.
    release.with_values("upgrade", values.replace("replicas: 3", "replicas: 0")).must()
    assert release.history() == list(range(3, 13)), "12 there were, 10 are kept"
    assert pods(release) == {} and claims(release) == grown
    said = release.run("uninstall", "db").must().err
    assert all(f"claim {name} kept" in said for name in grown)
    assert claims(release) == grown


def pods(release: Release) -> dict[str, str]:
    """The members' pods that are ready, and their uids."""
    with client() as live:
        found = live.list("v1", "Pod", release.namespace)
    names = {one["metadata"]["name"]: one["metadata"]["uid"] for one in found if is_ready(one)}
    return {name: uid for name, uid in names.items() if re.fullmatch(r"etcd-\d", name)}


def claims(release: Release) -> dict[str, str]:
    """The claims of the members, and their uids."""
    with client() as live:
        found = live.list("v1", "PersistentVolumeClaim", release.namespace)
    return {one["metadata"]["name"]: one["metadata"]["uid"] for one in found}
