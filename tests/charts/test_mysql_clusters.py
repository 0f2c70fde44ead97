"""charts/mysql on every cluster there is: what an upgrade moves, and what it must not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import ROOT, Result, run_command
from tests.e2e.charts import client
from tests.e2e.conftest import cluster, namespace

__all__ = ["cluster", "namespace"]

MYSQL = str(ROOT / "charts/mysql")
KINDS = [
    ("v1", "ConfigMap"),
    ("v1", "Secret"),
    ("v1", "Service"),
    ("v1", "ServiceAccount"),
    ("apps/v1", "StatefulSet"),
    ("policy/v1", "PodDisruptionBudget"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("batch/v1", "CronJob"),
]
QUICK = ("--set", "minReadySeconds=0", "--set", "replicas=2", "--set", "backup.enabled=true")


def run(namespace: str, *arguments: str) -> Result:
    return run_command(*arguments, "-n", namespace)


def install(namespace: str, *flags: str) -> None:
    run(namespace, "install", "web", MYSQL, "--create-namespace", *QUICK, *flags).must()


def written(namespace: str) -> dict[str, Any]:
    """What writers left of the release's objects: each write moves one of these."""
    with client() as found:
        return {
            f"{kind}/{obj['metadata']['name']}": (
                obj["metadata"].get("generation"),
                obj["metadata"]["managedFields"],
                None if kind == "StatefulSet" else obj["metadata"]["resourceVersion"],
            )
            for version, kind in KINDS
            for obj in found.list(version, kind, namespace)
            if obj["metadata"].get("labels", {}).get("app.kubernetes.io/name") == "mysql"
        }


def secrets(namespace: str) -> dict[str, str]:
    with client() as found:
        secret = next(
            one
            for one in found.list("v1", "Secret", namespace)
            if one["metadata"]["name"] == "web-mysql"
        )
    return dict(secret["data"])


def pod_template(namespace: str) -> Any:
    with client() as found:
        return found.list("apps/v1", "StatefulSet", namespace)[0]["spec"]["template"]


def ours(fields: dict[str, Any]) -> dict[str, Any]:
    """The managed fields without those of controllers, which write statuses when they like."""
    return {
        key: (generation, [one for one in managed if one.get("subresource") != "status"], version)
        for key, (generation, managed, version) in fields.items()
    }


def test_assertion_20_an_upgrade_moves_no_secret_and_no_pod(cluster: str, namespace: str) -> None:
    install(namespace)
    nothing = run(namespace, "diff", "upgrade", "web", MYSQL, "--exit-code")
    assert nothing.code == 0, nothing.out
    before, kept, template = ours(written(namespace)), secrets(namespace), pod_template(namespace)
    assert len(before) >= len(KINDS)
    run(namespace, "upgrade", "web", MYSQL).must()
    assert ours(written(namespace)) == before
    assert (secrets(namespace), pod_template(namespace)) == (kept, template)
    run(namespace, "upgrade", "web", MYSQL, "--set", "commonLabels.team=a").must()
    assert (secrets(namespace), pod_template(namespace)) == (kept, template)
    run(namespace, "uninstall", "web").must()


def test_assertion_38_a_volume_that_changes_is_refused_before_anything_is_written(
    cluster: str, namespace: str
) -> None:
    install(namespace)
    before = ours(written(namespace))
    refused = run(
        namespace,
        "upgrade",
        "web",
        MYSQL,
        "--set",
        "persistence.size=16Gi",
        "--set",
        "config.common.max_connections=7",
    )
    assert refused.code != 0
    assert "volumeClaimTemplates" in refused.err
    assert ours(written(namespace)) == before
    run(namespace, "uninstall", "web").must()


def test_assertion_39_claims_are_kept_and_told_and_the_history_is_pruned(
    cluster: str, namespace: str
) -> None:
    install(namespace)
    for number in range(11):
        flags = ("--set", f"commonAnnotations.round=r{number}")
        run(namespace, "upgrade", "web", MYSQL, *flags).must()
    history = json.loads(run(namespace, "history", "web", "-o", "json").must().out)
    assert len(history) == 10
    run(namespace, "rollback", "web").must()
    said = run(namespace, "uninstall", "web").must().err
    for name in ("data-web-mysql-0", "data-web-mysql-1"):
        assert f"claim {name} kept" in said
    kept = secrets_of_a_new_install(namespace)
    assert kept == secrets_of_a_new_install(namespace)


def secrets_of_a_new_install(namespace: str) -> dict[str, str]:
    """The volumes are there still, with the passwords that are in them."""
    install(namespace)
    found = secrets(namespace)
    run(namespace, "uninstall", "web").must()
    return found


@pytest.mark.parametrize("number", ["0", "-1"])
def test_ordinal_0_stays(cluster: str, namespace: str, number: str) -> None:
    install(namespace)
    refused = run(namespace, "scale", "web", number)
    assert refused.code != 0
    run(namespace, "uninstall", "web").must()


def test_an_install_without_the_sources_claim_and_with_a_replicas_is_refused(
    cluster: str, namespace: str
) -> None:
    install(namespace)
    run(namespace, "uninstall", "web", "--delete-claims", "data-web-mysql-0").must()
    refused = run(namespace, "install", "web", MYSQL, *QUICK)
    assert refused.code == 1
    assert "the claim data-web-mysql-0 of the source is gone" in refused.err
    assert "delete the claims of the replicas if their data may go" in refused.err
    with client() as found:
        assert not found.list("apps/v1", "StatefulSet", namespace)


def test_what_is_made_when_the_cluster_begins_does_not_change_later(
    cluster: str, namespace: str
) -> None:
    install(namespace, "--set", "auth.database=")
    before = ours(written(namespace))
    for key, was in {
        "auth.username": "app",
        "auth.database": "",
        "replication.user": "replicator",
    }.items():
        refused = run(namespace, "upgrade", "web", MYSQL, "--set", f"{key}=other")
        assert refused.code == 1
        assert f'{key} was "{was}" when the cluster began, and is made only then' in refused.err
        assert f"value: {key}, from --set {key}" in refused.err
    assert ours(written(namespace)) == before
    run(namespace, "upgrade", "web", MYSQL, "--set", "auth.username=app").must()
    run(namespace, "uninstall", "web").must()


def test_a_release_begins_with_a_backup_and_goes_on_without(cluster: str, namespace: str) -> None:
    restored = ("--set", "restore.enabled=true", "--set", "restore.existingClaim=old")
    install(namespace, "--set", "replicas=1", *restored, "--no-hooks")
    run(namespace, "scale", "web", "2").must()
    run(namespace, "upgrade", "web", MYSQL, "--set", "commonLabels.team=a").must()
    for flags in (("--set", "restore.file=b.sql.gz"), ("--set", "restore.existingClaim=new")):
        refused = run(namespace, "upgrade", "web", MYSQL, *flags)
        assert refused.code == 1
        assert "restore.enabled: this release has begun" in refused.err
    run(namespace, "upgrade", "web", MYSQL, "--set", "restore.enabled=false").must()
    refused = run(namespace, "upgrade", "web", MYSQL, *restored)
    assert "value: restore.enabled, from --set restore.enabled" in refused.err
    run(namespace, "uninstall", "web").must()
