"""A store of charts/etcd on the test kubelet: how it is installed, asked and written to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import ROOT, Result, run_command
from tests.kubelet.scene import Scene, shell

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


def install(scene: Scene, tmp_path: Path, values: str = "", *flags: str) -> Result:
    own = ("-f", written(tmp_path, values), *flags, "--wait", "--timeout", "3m")
    return holdfast(scene, "install", "db", CHART, *own).must()


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


def snapshots(scene: Scene, pod: str = "look") -> list[str]:
    """The files in the claim for snapshots, the oldest first."""
    scene.run(
        pod,
        shell("ls /snapshots", volumeMounts=[{"name": "s", "mountPath": "/snapshots"}]),
        restartPolicy="Never",
        volumes=[{"name": "s", "persistentVolumeClaim": {"claimName": "db-snapshots"}}],
    )
    return scene.output(pod).split()
