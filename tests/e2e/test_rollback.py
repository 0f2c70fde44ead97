"""A rollback says what it is about to do, and goes over what Kubernetes has removed since."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.conftest import run_command
from tests.e2e.charts import CONFIG, SERVICE, client, data, history, small_chart, write_chart
from tests.e2e.terminal import on_terminal

from holdfast.errors import Where
from holdfast.model.clock import SystemClock
from holdfast.model.manifest import Manifest, ObjectRef
from holdfast.model.release import Status
from holdfast.releases.store import Store

BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: {{ release.name }}}
spec: {minAvailable: 1, selector: {matchLabels: {app: {{ release.name }}}}}
"""
CRON = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: {{ release.name }}}
spec:
  schedule: "@daily"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: {{ release.name }}}
spec: {defaultBackend: {service: {name: {{ release.name }}, port: {number: 80}}}}
"""
OLD_INGRESS = {"backend": {"serviceName": "web", "servicePort": 80}}


@pytest.fixture
def at(namespace: str) -> tuple[str, ...]:
    return ("-n", namespace)


@pytest.fixture
def chart(tmp_path: Path) -> str:
    parts = {"config": CONFIG, "service": SERVICE, "budget": BUDGET}
    return write_chart(tmp_path, **parts, cron=CRON, ingress=INGRESS)


def record_again(namespace: str, change: Callable[[Manifest], Manifest]) -> None:
    """Another revision with the objects of the newest, as an older Kubernetes would have had it."""
    with client() as cluster:
        store = Store(cluster, SystemClock())
        head = store.head("web", namespace)
        assert head is not None
        newest = store.read(head, head.current)
        hold = store.acquire("web", namespace, holder="test", operation="upgrade")
        manifests = tuple(map(change, newest.manifests))
        number = newest.number + 1
        hold.begin(
            replace(newest, number=number, status=Status.PENDING_UPGRADE, manifests=manifests)
        )
        hold.settle(number, Status.DEPLOYED, description="On an older Kubernetes")


def as_then(manifest: Manifest) -> Manifest:
    """The object in the version that was usual before Kubernetes 1.22."""
    old = {
        "PodDisruptionBudget": "policy/v1beta1",
        "CronJob": "batch/v1beta1",
        "Ingress": "extensions/v1beta1",
    }.get(manifest.ref.kind)
    if old is None:
        return manifest
    obj = {**manifest.object, "apiVersion": old}
    if manifest.ref.kind == "Ingress":
        obj["spec"] = OLD_INGRESS
    return replace(manifest, ref=replace(manifest.ref, api_version=old), object=obj)


def test_objects_in_removed_versions_are_applied_in_those_that_took_their_place(
    cluster: str, chart: str, at: tuple[str, ...], namespace: str
) -> None:
    run_command("install", "web", chart, "--create-namespace", *at).must()
    record_again(namespace, as_then)
    run_command("upgrade", "web", chart, "--set", "color=red", *at).must()
    with client() as kubectl:
        ingress = ObjectRef("networking.k8s.io/v1", "Ingress", namespace, "web")
        kubectl.delete(ingress)

    planned = data("diff", "rollback", "web", "2", *at)
    changes = {row["object"]["kind"]: row for row in planned["changes"]}
    assert changes["Ingress"]["verb"] == "create"
    assert changes["Ingress"]["object"]["api_version"] == "networking.k8s.io/v1"
    assert changes["Ingress"]["reason"].endswith(
        "extensions/v1beta1 was removed in Kubernetes 1.22: applied as networking.k8s.io/v1"
    )
    assert changes["PodDisruptionBudget"]["verb"] == "none"

    back = run_command("rollback", "web", "2", *at).must()
    assert "policy/v1beta1 was removed in Kubernetes 1.25: applied as policy/v1" in back.err
    assert "batch/v1beta1 was removed in Kubernetes 1.25: applied as batch/v1" in back.err
    with client() as kubectl:
        backend = kubectl.get(ingress)["spec"]["defaultBackend"]["service"]
        assert (backend["name"], backend["port"]) == ("web", {"number": 80})
    stored = run_command("get", "manifest", "web", *at).must().out
    versions = [one["apiVersion"] for one in yaml.safe_load_all(stored)]
    assert sorted(versions) == ["batch/v1", "networking.k8s.io/v1", "policy/v1", "v1", "v1"]


def test_what_was_recorded_in_a_removed_version_is_found_and_removed(
    cluster: str, chart: str, at: tuple[str, ...], namespace: str, tmp_path: Path
) -> None:
    run_command("install", "web", chart, "--create-namespace", *at).must()
    record_again(namespace, as_then)
    states = {row["kind"]: row["state"] for row in data("status", "web", *at)["objects"]}
    assert set(states.values()) == {"ready"}, states
    (tmp_path / "web/templates/ingress.yaml.j2").unlink()
    gone = run_command("upgrade", "web", chart, *at).must()
    assert "deleted  Ingress/web deleted" in gone.err
    record_again(namespace, as_then)
    removed = run_command("uninstall", "web", *at).must()
    assert "PodDisruptionBudget/web deleted" in removed.err and "CronJob/web deleted" in removed.err


def with_policy(manifest: Manifest) -> Manifest:
    if manifest.ref.kind != "ConfigMap":
        return manifest
    obj = {"apiVersion": "policy/v1beta1", "kind": "PodSecurityPolicy", "metadata": {"name": "web"}}
    return Manifest(ObjectRef("policy/v1beta1", "PodSecurityPolicy", "", "web"), obj, Where("a"))


def test_what_nothing_took_the_place_of_is_left_out(
    cluster: str, chart: str, at: tuple[str, ...], namespace: str
) -> None:
    run_command("install", "web", chart, "--create-namespace", *at).must()
    record_again(namespace, with_policy)
    run_command("upgrade", "web", chart, *at).must()
    back = run_command("rollback", "web", "2", *at).must()
    left = "PodSecurityPolicy/web: left out: policy/v1beta1 was removed in Kubernetes 1.25"
    assert left in back.err
    assert "PodSecurityPolicy" not in run_command("get", "manifest", "web", *at).must().out


def with_definition(manifest: Manifest) -> Manifest:
    if manifest.ref.kind != "ConfigMap":
        return manifest
    version, kind = "apiextensions.k8s.io/v1beta1", "CustomResourceDefinition"
    obj: dict[str, Any] = {"apiVersion": version, "kind": kind, "metadata": {"name": "as.a.com"}}
    return Manifest(ObjectRef(version, kind, "", "as.a.com"), obj, Where("a"))


def test_what_changed_its_shape_is_refused_and_nothing_is_done(
    cluster: str, chart: str, at: tuple[str, ...], namespace: str
) -> None:
    run_command("install", "web", chart, "--create-namespace", *at).must()
    record_again(namespace, with_definition)
    run_command("upgrade", "web", chart, *at).must()
    before = history("web", *at)
    refused = run_command("rollback", "web", "2", *at).must(1)
    assert (
        "CustomResourceDefinition/as.a.com: apiextensions.k8s.io/v1beta1 was removed" in refused.err
    )
    assert "needs a structural schema per version" in refused.err
    assert "nothing was changed" in refused.err
    assert history("web", *at) == before


def test_a_chart_that_writes_a_removed_version_is_told_what_to_write(
    cluster: str, tmp_path: Path, at: tuple[str, ...]
) -> None:
    old = write_chart(tmp_path, budget=BUDGET.replace("policy/v1", "policy/v1beta1"))
    refused = run_command("install", "web", old, "--create-namespace", *at).must(1)
    words = "policy/v1beta1 PodDisruptionBudget was removed in Kubernetes 1.25: write policy/v1"
    assert words in refused.err


def test_the_plan_is_shown_first_on_stderr_with_bodies_on_a_terminal_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_chart(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:c.db")
    run_command("install", "web", "web").must()
    run_command("upgrade", "web", "web", "--set", "color=red").must()
    back = run_command("rollback", "web").must()
    told, _, done = back.err.partition(" started  rollback of release web to revision 3")
    assert re.search(r"^update +ConfigMap/web +", told, re.MULTILINE)
    assert "no longer set: color" in told and "no longer set" not in done
    assert "2 to update, 1 unchanged" in told
    assert "color: blue" not in told
    assert "VERB" not in back.out

    run_command("upgrade", "web", "web", "--set", "color=green").must()
    with on_terminal("rollback", "web", lines=60) as command:
        assert command.finish() == 0
        told = command.screen.text.partition(" started  rollback")[0]
    assert re.search(r"^- +color: green$", told, re.MULTILINE), told
    assert re.search(r"^\+ +color: blue$", told, re.MULTILINE), told
    assert "VERB" not in run_command("rollback", "web", "2", "-q").must().err
