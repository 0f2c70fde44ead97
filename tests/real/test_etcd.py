"""charts/etcd with a real etcd: what its users live through, while somebody writes all the time."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme
from tests.conftest import ROOT, Result, run_command
from tests.kubelet import faults
from tests.kubelet.scene import Scene, shell

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("kubelet"), pytest.mark.timeout(400)]

CHART = str(ROOT / "charts/etcd")
TOOLS = "holdfast/etcd-tools"
QUICK = """
fullnameOverride: db
minReadySeconds: 0
startupProbe: {periodSeconds: 1}
readinessProbe: {periodSeconds: 1}
"""
# A client that knows the members of the first days, as clients do. What is acknowledged is told.
WRITE = """n=0
until [ -e /stop ]; do
  if etcdctl put "w/$n" "$n" >/dev/null 2>&1; then echo "ok $n"; else echo "no $n"; fi
  n=$((n + 1))
done"""


def holdfast(scene: Scene, *arguments: str) -> Result:
    return run_command(*arguments, "-n", scene.namespace)


def written(tmp_path: Path, values: str) -> str:
    path = tmp_path / "values.yaml"
    path.write_text(f"{QUICK}{values}")
    return str(path)


def install(scene: Scene, tmp_path: Path, values: str = "", name: str = "db") -> Result:
    path = written(tmp_path, values)
    return holdfast(scene, "install", name, CHART, "-f", path, "--wait", "--timeout", "3m").must()


def upgrade(scene: Scene, tmp_path: Path, values: str) -> Result:
    path = written(tmp_path, values)
    return holdfast(scene, "upgrade", "db", CHART, "-f", path, "--wait", "--timeout", "3m").must()


def url(scene: Scene, ordinal: int, workload: str = "db") -> str:
    return (
        f"http://{workload}-{ordinal}.{workload}-headless.{scene.namespace}.svc.cluster.local:2379"
    )


def etcdctl(scene: Scene, *arguments: str, pod: str = "db-0") -> str:
    """Ask a member, from its own container."""
    code, said = scene.kubelet.execute(scene.namespace, pod, "etcd", "etcdctl", *arguments)
    assert code == 0, said
    return said


def members(scene: Scene, pod: str = "db-0") -> dict[str, tuple[str, ...]]:
    """The members by their names: id, status, name, peer URLs, client URLs, learner."""
    rows = [
        tuple(line.split(", ")) for line in etcdctl(scene, "member", "list", pod=pod).split("\n")
    ]
    return {row[2]: row for row in rows if len(row) == 6}


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the writer's keys."""

    acknowledged: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@contextmanager
def writing(scene: Scene, endpoints: str) -> Iterator[Written]:
    """Write one key after the other, from before the block to its end."""
    env = [
        {"name": "ETCDCTL_ENDPOINTS", "value": endpoints},
        {"name": "ETCDCTL_DIAL_TIMEOUT", "value": "1s"},
        {"name": "ETCDCTL_COMMAND_TIMEOUT", "value": "5s"},
    ]
    scene.run("writer", {"image": TOOLS, **shell(WRITE), "env": env}, restartPolicy="Never")
    scene.wait(lambda: scene.is_ready("writer") and "ok 3" in scene.log("writer"), "writes")
    found = Written()
    yield found
    scene.kubelet.execute(scene.namespace, "writer", "main", "touch", "/stop")
    for line in scene.output("writer").splitlines():
        word, _, number = line.partition(" ")
        (found.acknowledged if word == "ok" else found.refused).append(number)


def check_kept(scene: Scene, found: Written) -> None:
    """No acknowledged write is lost, through whichever member one looks."""
    for pod in members(scene):
        read = etcdctl(scene, "get", "w/", "--prefix", "--print-value-only", pod=pod)
        assert set(found.acknowledged) <= set(read.split())


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
    upgraded = written(tmp_path, "replicas: 1\ncluster: {state: new}\n")
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
    scene.run(
        "look",
        shell("ls /snapshots", volumeMounts=[{"name": "s", "mountPath": "/snapshots"}]),
        restartPolicy="Never",
        volumes=[{"name": "s", "persistentVolumeClaim": {"claimName": "db-snapshots"}}],
    )
    files = scene.output("look").split()
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


def run_cron_job(scene: Scene, name: str, job: str) -> None:
    """Run a CronJob's Job now, as `kubectl create job --from` does."""
    template = scene.kubelet.api.get(f"/apis/batch/v1/namespaces/{scene.namespace}/cronjobs/{name}")
    scene.create("Job", job, spec=template["spec"]["jobTemplate"]["spec"])

    def done() -> bool:
        status = scene.get("Job", job)["status"]
        assert not status.get("failed"), job_log(scene, job)
        return bool(status.get("succeeded"))

    scene.wait(done, f"the job {job}")


def job_log(scene: Scene, job: str) -> str:
    pods = scene.kubelet.api.get(f"{scene.path('Pod')}?labelSelector=job-name%3D{job}")["items"]
    return "".join(scene.log(pod["metadata"]["name"]) for pod in pods)


def init_log(scene: Scene, pod: str) -> str:
    """What the init container that prepares a member has said."""
    status, said = scene.kubelet.api.ask("GET", f"{scene.path('Pod', pod)}/log?container=prepare")
    return said.decode() if status == 200 else ""


def is_another(scene: Scene, name: str, uid: str) -> bool:
    """Tell whether a ready pod of that name is not the one that it was."""
    pod = scene.kubelet.api.find(scene.path("Pod", name))
    return pod is not None and pod["metadata"]["uid"] != uid and scene.is_ready(name)
