"""charts/etcd on both clusters: what it lets an upgrade and a scale do, and that it rests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT, Result, run_command
from tests.e2e.charts import client
from tests.e2e.conftest import cluster, namespace, own_time

__all__ = ["cluster", "namespace", "own_time"]
CHART = str(ROOT / "charts/etcd")
KINDS = (
    *(("v1", kind) for kind in ("ConfigMap", "Service", "ServiceAccount")),
    ("apps/v1", "StatefulSet"),
    ("policy/v1", "PodDisruptionBudget"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
)
QUICK = "minReadySeconds: 0\n"


@pytest.fixture(autouse=True)
def _quick(cluster: str, request: pytest.FixtureRequest) -> None:
    """Waiting takes no time where pods are simulated."""
    if cluster == "embedded":
        request.getfixturevalue("own_time")


class Release:
    """One release of the chart, in a namespace of its own."""

    def __init__(self, folder: Path, namespace: str, workload: str = "db") -> None:
        self.folder, self.namespace, self.workload = folder, namespace, workload

    def run(self, *arguments: str) -> Result:
        return run_command(*arguments, "-n", self.namespace)

    def with_values(self, verb: str, values: str) -> Result:
        path = self.folder / "values.yaml"
        path.write_text(QUICK + values)
        made = ["--create-namespace"] if verb == "install" else []
        return self.run(verb, "db", CHART, "-f", str(path), *made)

    def install(self, values: str = "") -> None:
        self.with_values("install", values).must()

    def refuses(self, values: str, *says: str) -> None:
        """The upgrade is refused with all of these words, and nothing is written."""
        before = self.objects()
        result = self.with_values("upgrade", values)
        assert result.code != 0
        for words in says:
            assert words in result.err
        assert self.objects() == before

    def objects(self) -> dict[str, Any]:
        """All metadata of what the release has made, by kind and name."""
        found = {}
        with client() as live:
            for version, kind in KINDS:
                for one in live.list(version, kind, self.namespace):
                    name = one["metadata"]["name"]
                    if name.startswith(self.workload):
                        found[f"{kind}/{name}"] = one["metadata"]
        return found

    def history(self) -> list[int]:
        said = self.run("history", "db", "-o", "json").must().out
        return [one["revision"] for one in json.loads(said)]


@pytest.fixture
def release(tmp_path: Path, namespace: str) -> Release:
    return Release(tmp_path, namespace)


def steps(said: str) -> list[str]:
    """What a scale does, in order."""
    lines = [line.split(maxsplit=2)[1:] for line in said.splitlines() if len(line.split()) > 2]
    told = [words[1] for words in lines if words[0] in ("hook", "scaled")]
    return [one.partition(" after ")[0] for one in told if not one.endswith(" started")]


def test_assertion_6_members_join_before_they_are_counted_and_vote_before_they_are_ready(
    release: Release,
) -> None:
    release.install()
    grown = []
    for n in (3, 4):
        grown += [
            "pre-scale-up hook Job/db-etcd-join succeeded",
            f"StatefulSet/db-etcd: {n} → {n + 1} replicas, starting db-etcd-{n}",
            "on-scale-up hook Job/db-etcd-vote succeeded",
            f"db-etcd-{n} is ready",
        ]
    assert steps(release.run("scale", "db", "5").must().err) == grown


def test_assertion_7_members_leave_before_their_pods_one_at_a_time(release: Release) -> None:
    release.install()
    shrunk = []
    for n in (3, 2):
        shrunk += [
            "pre-scale-down hook Job/db-etcd-leave succeeded",
            f"StatefulSet/db-etcd: {n} → {n - 1} replicas, stopping db-etcd-{n - 1}",
            f"db-etcd-{n - 1} is gone",
        ]
    assert steps(release.run("scale", "db", "1").must().err) == shrunk


@pytest.mark.parametrize(
    ("number", "says"),
    [("4", "must be one of 0, 1, 3, 5, 7, 9, is 4"), ("0", "fewer than the chart allows")],
)
def test_a_size_that_keeps_no_quorum_is_refused(release: Release, number: str, says: str) -> None:
    release.install()
    before = release.objects()
    refused = release.run("scale", "db", number, "--yes")
    assert refused.code != 0 and says in refused.err
    assert release.objects() == before


@pytest.mark.parametrize(
    ("running", "wanted", "says"),
    [
        ("v3.5.33", "v3.7.0", "one minor version at a time"),
        ("v3.6.10", "v3.7.0", "to 3.7 from 3.6.11 or later"),
        ("v3.5.31", "v3.6.11", "to 3.6 from 3.5.32 or later"),
        ("v3.7.0", "v3.6.11", "etcdctl downgrade enable"),
    ],
)
def test_assertion_10_a_version_that_cannot_follow_is_refused_before_any_write(
    release: Release, running: str, wanted: str, says: str
) -> None:
    release.install(f"image: {{tag: {running}}}\n")
    release.refuses(f"image: {{tag: {wanted}}}\n", running[1:], wanted[1:], says)
    assert len(release.history()) == 1


def test_versions_that_can_follow_do(release: Release) -> None:
    release.install("image: {tag: v3.5.33}\n")
    for tag in ("v3.6.11", "v3.7.0-rc.1"):
        release.with_values("upgrade", f"image: {{tag: {tag}}}\n").must()
    refused = release.run("rollback", "db", "2")
    assert refused.code != 0 and "etcdctl downgrade enable" in refused.err
    allowed = "image: {tag: v3.7.0}\ncluster: {allowDowngrade: true}\n"
    release.with_values("upgrade", allowed).must()
    release.with_values("upgrade", allowed.replace("3.7.0", "3.6.11")).must()


def test_assertion_11_a_restore_wants_all_members_stopped_and_a_new_token(
    release: Release,
) -> None:
    release.install()
    restore = "restore: {enabled: true, existingClaim: c, file: a.db}\n"
    release.refuses(f"{restore}cluster: {{token: second}}\n", "3 members run")
    release.with_values("upgrade", "replicas: 0\n").must()
    old = f"{release.namespace}-db-etcd"
    release.refuses(f"{restore}cluster: {{token: {old}}}\n", "new cluster.token", old)
    asked = f"{restore}replicas: 0\ncluster: {{token: second}}\n"
    release.with_values("upgrade", asked).must()


def test_a_new_beginning_wants_a_new_token(release: Release) -> None:
    release.install()
    anew = "cluster: {state: new"
    release.refuses(f"{anew}}}\n", "cluster.state", "new cluster.token", "db-etcd")
    release.with_values("upgrade", f"{anew}, token: second}}\n").must()
    release.with_values("upgrade", f"{anew}, token: second}}\n").must()


def test_members_that_are_to_stop_are_not_asked_how_they_are(release: Release) -> None:
    release.install()
    changed = release.with_values("upgrade", "snapshotCount: 5000\n").must()
    assert "pre-upgrade hook Job/db-etcd-check" in changed.err
    stopped = release.with_values("upgrade", "replicas: 0\n").must()
    assert "pre-upgrade hook" not in stopped.err


def test_what_only_members_can_change_is_refused(release: Release) -> None:
    release.install()
    release.refuses("replicas: 5\n", "3 members run", "`holdfast scale db 5 -n ")
    secret = "tls: {peer: {enabled: true, existingSecret: x}}\n"
    release.refuses(secret, "tls.peer.enabled", "etcdctl member update")


def test_clients_come_to_tls_by_an_upgrade_that_does_not_ask_the_members(release: Release) -> None:
    secret = "auth: {enabled: true}\n"  # Any Secret will do: nothing runs here.
    release.install(secret)
    client = f"{secret}tls: {{client: {{enabled: true, existingSecret: db-etcd-auth}}}}\n"
    release.refuses(client, "tls.client.enabled", "cluster.upgradeUnhealthy")
    release.with_values("upgrade", f"{client}cluster: {{upgradeUnhealthy: true}}\n").must()
    release.with_values("upgrade", client).must()


def test_all_members_are_stopped_and_started_again_together(release: Release) -> None:
    release.install()
    release.with_values("upgrade", "replicas: 0\n").must()
    release.with_values("upgrade", "").must()
    release.run("scale", "db", "5").must()
    release.with_values("upgrade", "replicas: 5\n").must()


def test_assertion_38_another_size_of_the_claims_is_refused_before_any_write(
    release: Release,
) -> None:
    release.install()
    release.refuses("persistence: {size: 4Gi}\n", "volumeClaimTemplates")
    assert len(release.history()) == 1


def test_assertion_39_an_uninstall_lists_the_claims_that_it_keeps(release: Release) -> None:
    release.install()
    said = release.run("uninstall", "db").must().err
    for n in range(3):
        assert f"claim data-db-etcd-{n} kept" in said


def test_a_second_upgrade_moves_nothing(release: Release) -> None:
    values = "snapshot: {enabled: true}\nauth: {enabled: true, token: jwt}\n"
    release.install(values)
    path = str(release.folder / "values.yaml")
    assert "no changes" in release.run("diff", "upgrade", "db", CHART, "-f", path).must().out
    before = release.objects()
    release.with_values("upgrade", values).must()
    after = release.objects()
    # What a hook makes says which run it was.
    hook = "ConfigMap/db-etcd-formed"
    assert before.pop(hook)["uid"] == after.pop(hook)["uid"]
    assert before == after
