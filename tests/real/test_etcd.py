"""charts/etcd with a real etcd: what its users live through, while somebody writes all the time."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
import trustme
from tests.e2e.processes import run_later, start
from tests.kubelet import faults
from tests.kubelet.scene import Scene
from tests.real.etcd import (
    CHART,
    check_kept,
    etcdctl,
    holdfast,
    init_log,
    install,
    is_another,
    job_log,
    members,
    run_cron_job,
    snapshots,
    upgrade,
    url,
    writing,
    written,
)

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("kubelet"), pytest.mark.timeout(400)]


def test_a_writer_goes_on_while_it_grows_shrinks_and_changes(scene: Scene, tmp_path: Path) -> None:
    install(scene, tmp_path)
    assert set(members(scene)) == {"db-0", "db-1", "db-2"}
    with writing(scene, ",".join(url(scene, n) for n in range(3))) as found:
        holdfast(scene, "scale", "db", "5").must()
        assert [row[5] for row in members(scene).values()] == ["false"] * 5
        holdfast(scene, "scale", "db", "3").must()
        assert set(members(scene)) == {"db-0", "db-1", "db-2"}
        upgrade(scene, tmp_path, "snapshotCount: 5000\n")
        holdfast(scene, "scale", "db", "5").must()
        assert set(members(scene)) == {f"db-{n}" for n in range(5)}
    check_kept(scene, found)
    assert len(found.acknowledged) > 100


@pytest.mark.parametrize("verb", [("abandon", "db"), ("scale", "db", "5"), ("resume", "db")])
def test_a_scale_that_is_killed_when_a_member_has_left_the_cluster(
    scene: Scene, tmp_path: Path, verb: tuple[str, ...]
) -> None:
    install(scene, tmp_path, "replicas: 5\n")
    with writing(scene, ",".join(url(scene, n) for n in range(3))) as found:
        with start("scale", "db", "3", "-n", scene.namespace) as process:
            scene.wait(lambda: len(members(scene)) == 4, "the member to leave")
            process.kill()
        assert scene.get("StatefulSet", "db")["spec"]["replicas"] == 5
        run_later(*verb, "-n", scene.namespace)
        there = 3 if verb[0] == "resume" else 5
        assert scene.get("StatefulSet", "db")["spec"]["replicas"] == there
        assert set(members(scene)) == {f"db-{n}" for n in range(there)}
        assert [row[5] for row in members(scene).values()] == ["false"] * there
        assert all(scene.is_ready(f"db-{n}") for n in range(there))
    check_kept(scene, found)


def test_a_member_that_lost_its_volume_comes_back_as_another(scene: Scene, tmp_path: Path) -> None:
    install(scene, tmp_path)
    before = members(scene)
    with writing(scene, ",".join(url(scene, n) for n in range(3))) as found:
        faults.lose_volume(scene.kubelet, scene.namespace, "data-db-2")
        uid = scene.get("Pod", "db-2")["metadata"]["uid"]
        scene.delete("Pod", "db-2", grace=1)
        scene.wait(lambda: is_another(scene, "db-2", uid), "db-2 to come back")
    after = members(scene)
    assert set(after) == {"db-0", "db-1", "db-2"}
    assert after["db-2"][0] != before["db-2"][0]
    assert after["db-0"] == before["db-0"]
    check_kept(scene, found)


def test_a_member_alone_with_an_empty_volume_begins_no_cluster_of_its_own(
    scene: Scene, tmp_path: Path
) -> None:
    install(scene, tmp_path, "replicas: 1\n")
    etcdctl(scene, "put", "a", "1")
    faults.lose_volume(scene.kubelet, scene.namespace, "data-db-0")
    scene.delete("Pod", "db-0", grace=1)
    scene.wait(lambda: "Waiting" in init_log(scene, "db-0"), "its refusal")
    assert not scene.is_ready("db-0")
    upgraded = written(tmp_path, "replicas: 1\ncluster: {state: new, token: second}\n")
    holdfast(scene, "upgrade", "db", CHART, "-f", upgraded, "--wait", "--timeout", "3m").must()
    assert etcdctl(scene, "get", "a", "--print-value-only") == ""


def test_assertion_12_members_are_defragmented_one_by_one_the_leader_last(
    scene: Scene, tmp_path: Path
) -> None:
    install(scene, tmp_path, "defrag: {enabled: true, threshold: 0}\n")
    run_cron_job(scene, "db-defrag", "now")
    said = job_log(scene, "now")
    done = [line.partition(": ")[0] for line in said.splitlines() if line.endswith("% free")]
    assert sorted(done) == [url(scene, n) for n in range(3)]
    assert done[-1] == leader(scene)
    assert said.count("Finished defragmenting") == 3


def leader(scene: Scene) -> str:
    """The client URL of the member that leads."""
    states = json.loads(etcdctl(scene, "endpoint", "status", "--cluster", "-w", "json"))
    (found,) = (
        one["Endpoint"]
        for one in states
        if one["Status"]["header"]["member_id"] == one["Status"]["leader"]
    )
    return str(found)


def test_what_others_left_undone_is_seen_and_repaired(scene: Scene, tmp_path: Path) -> None:
    even = "cluster: {allowEvenReplicas: true}\n"
    install(scene, tmp_path, even)
    holdfast(scene, "scale", "db", "2", "--no-hooks", "--yes").must()
    assert set(members(scene)) == {"db-0", "db-1", "db-2"}
    changed = written(tmp_path, f"{even}replicas: 2\nsnapshotCount: 5000\n")
    refused = holdfast(scene, "upgrade", "db", CHART, "-f", changed).must(4)
    assert "not every member is healthy" in refused.err
    holdfast(scene, "rollback", "db").must()
    holdfast(scene, "scale", "db", "1").must()
    assert set(members(scene)) == {"db-0"}
    assert etcdctl(scene, "put", "a", "1").strip() == "OK"


def test_a_snapshot_is_restored_into_a_new_release(scene: Scene, tmp_path: Path) -> None:
    install(scene, tmp_path, "snapshot: {enabled: true, keep: 2}\n")
    etcdctl(scene, "put", "color", "blue")
    for number in range(3):
        run_cron_job(scene, "db-snapshot", f"now-{number}")
    etcdctl(scene, "put", "color", "red")
    files = snapshots(scene)
    assert len(files) == 2
    holdfast(scene, "uninstall", "db").must()

    restore = f"{{enabled: true, existingClaim: db-snapshots, file: {files[-1]}}}"
    values = f"cluster: {{token: second}}\nrestore: {restore}\n"
    path = written(tmp_path, values.replace("fullnameOverride: db", ""))
    again = ("--set", "fullnameOverride=again", "--wait", "--timeout", "3m")
    holdfast(scene, "install", "again", CHART, "-f", path, *again).must()
    assert set(members(scene, "again-0")) == {"again-0", "again-1", "again-2"}
    for pod in members(scene, "again-0"):
        assert etcdctl(scene, "get", "color", "--print-value-only", pod=pod).strip() == "blue"
    holdfast(scene, "test", "again").must()
    # Asked for once, done once: the same upgrade, and a restart of a pod, restore nothing again.
    etcdctl(scene, "put", "color", "green", pod="again-0")
    holdfast(scene, "upgrade", "again", CHART, "-f", path, *again).must()
    holdfast(scene, "restart", "again", "--ordinal", "0").must()
    assert etcdctl(scene, "get", "color", "--print-value-only", pod="again-0").strip() == "green"


TLS = """
replicas: 1
extraFlags: {max-txn-ops: 256}
auth: {enabled: true, token: jwt}
tls:
  peer: {enabled: true, existingSecret: db-tls}
  client: {enabled: true, existingSecret: db-tls}
"""


def test_with_tls_and_authentication_on_it_grows_and_nobody_else_gets_in(
    scene: Scene, tmp_path: Path
) -> None:
    make_certificate(scene, "db")
    install(scene, tmp_path, TLS)
    secret = scene.get("Secret", "db-auth")["data"]
    holdfast(scene, "scale", "db", "3").must()
    holdfast(scene, "test", "db").must()
    path = written(tmp_path, TLS.replace("replicas: 1", "replicas: 3"))
    holdfast(scene, "upgrade", "db", CHART, "-f", path, "--wait", "--timeout", "3m").must()
    assert scene.get("Secret", "db-auth")["data"] == secret

    for options, says in [
        ([], "permission denied"),
        (["--user=root:wrong"], "authentication failed"),
    ]:
        code, said = ask_with_tls(scene, [*options, "get", "a"])
        assert code != 0 and says in said
    plain = ["etcdctl", "--endpoints", url(scene, 0), "--command-timeout=2s", "get", "a"]
    assert scene.kubelet.execute(scene.namespace, "db-0", "etcd", *plain)[0] != 0


def test_authentication_is_switched_on_where_there_is_data(scene: Scene, tmp_path: Path) -> None:
    install(scene, tmp_path)
    etcdctl(scene, "put", "a", "1")
    upgrade(scene, tmp_path, "auth: {enabled: true}\n")
    code, said = ask(scene, "get", "a")
    assert code != 0 and "user name is empty" in said
    password = b64decode(scene.get("Secret", "db-auth")["data"]["root-password"]).decode()
    code, said = ask(scene, f"--user=root:{password}", "get", "a", "--print-value-only")
    assert (code, said.strip()) == (0, "1")
    # From now on an upgrade knows the password, and one without it is refused.
    upgrade(scene, tmp_path, "auth: {enabled: true}\nsnapshotCount: 5000\n")
    refused = holdfast(scene, "upgrade", "db", CHART, "-f", written(tmp_path, "")).must(4)
    assert "user name is empty" in refused.err


def test_it_comes_back_from_the_claims_of_an_uninstalled_release(
    scene: Scene, tmp_path: Path
) -> None:
    install(scene, tmp_path, "auth: {enabled: true}\n")
    before = scene.get("Secret", "db-auth")["data"]
    root = f"--user=root:{b64decode(before['root-password']).decode()}"
    assert ask(scene, root, "put", "a", "1")[0] == 0
    listed = ask(scene, root, "member", "list")
    holdfast(scene, "uninstall", "db").must()
    assert scene.is_gone("Secret", "db-auth") and scene.is_gone("ConfigMap", "db-formed")
    install(scene, tmp_path, "auth: {enabled: true}\n")
    assert scene.get("Secret", "db-auth")["data"] == before
    assert ask(scene, root, "get", "a", "--print-value-only") == (0, "1\n")
    assert ask(scene, root, "member", "list") == listed


def ask(scene: Scene, *arguments: str) -> tuple[int, str]:
    """Ask the first member; the answer may be no."""
    return scene.kubelet.execute(scene.namespace, "db-0", "etcd", "etcdctl", *arguments)


def ask_with_tls(scene: Scene, arguments: list[str]) -> tuple[int, str]:
    """Ask a member with its own certificate."""
    files = {"cacert": "ca.crt", "cert": "tls.crt", "key": "tls.key"}
    tls = [f"--{name}=/etc/etcd/client/{file}" for name, file in files.items()]
    where = f"--endpoints={url(scene, 0).replace('http:', 'https:')}"
    command = ["etcdctl", where, "--command-timeout=5s", *tls, *arguments]
    return scene.kubelet.execute(scene.namespace, "db-0", "etcd", *command)


def make_certificate(scene: Scene, workload: str) -> None:
    """Make the Secret that cert-manager would: the wildcard of the members, the Service, ca.crt."""
    authority = trustme.CA()
    domain = f"{workload}-headless.{scene.namespace}.svc.cluster.local"
    leaf = authority.issue_cert(f"*.{domain}", domain, "localhost", "127.0.0.1")
    data = {
        "ca.crt": authority.cert_pem.bytes(),
        "tls.crt": leaf.cert_chain_pems[0].bytes(),
        "tls.key": leaf.private_key_pem.bytes(),
    }
    encoded = {name: b64encode(text).decode() for name, text in data.items()}
    scene.create("Secret", f"{workload}-tls", data=encoded, type="kubernetes.io/tls")
