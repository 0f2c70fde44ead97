"""A wait ends early where waiting cannot help, after the time that each trouble is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from tests.unit.apply.support import BAD_IMAGE, JOB, SET, Shop, said
from tests.unit.releases.support import START

from holdfast.errors import PlanError, Unauthorized, WaitFailed
from holdfast.model.event import EventKind
from holdfast.model.plan import Operation


@pytest.fixture
def shop() -> Shop:
    return Shop()


def pods_with(text: str = SET, /, **spec: Any) -> str:
    """A workload whose pods have these fields, in the pod spec or in the first container."""
    workload = yaml.safe_load(text)
    pod = workload["spec"]["template"]["spec"]
    for key, value in spec.items():
        of_pod = key in ("nodeSelector", "restartPolicy", "volumes")
        place = pod if of_pod else pod["containers"][0]
        place[key] = value
    return str(yaml.safe_dump(workload))


def with_class(name: str) -> str:
    return SET.replace("accessModes:", f"storageClassName: {name}\n      accessModes:")


DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: nginx, image: "nginx:1.27"}]
"""
DAEMONS = DEPLOYMENT.replace("kind: Deployment", "kind: DaemonSet").replace("  replicas: 2\n", "")
QUOTA = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: small, namespace: shop}
spec: {hard: {pods: "1"}}
"""
CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: shop}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: fast
  resources: {requests: {storage: 1Gi}}
"""
VOLUMES = [{"name": "conf", "configMap": {"name": "nginx"}}]
CRASH = ["sh", "-c", "echo no database; exit 3"]
MISSING = [{"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "token", "key": "t"}}}]


def failure(shop: Shop, *texts: str, **options: Any) -> WaitFailed:
    with pytest.raises(WaitFailed) as caught:
        shop.install(*texts, **options)
    return caught.value


def took(shop: Shop) -> float:
    return shop.clock.now() - START


@pytest.mark.parametrize(
    ("texts", "seconds", "reason"),
    [
        ([SET.replace(*BAD_IMAGE)], 30, "web-0: ImagePullBackOff: "),
        ([DEPLOYMENT.replace(*BAD_IMAGE)], 30, "ImagePullBackOff: "),
        ([DAEMONS.replace(*BAD_IMAGE)], 30, "ImagePullBackOff: "),
        ([pods_with(env=MISSING)], 60, 'CreateContainerConfigError: secret "token" not found'),
        ([pods_with(nodeSelector={"disk": "ssd"})], 60, "web-0: Unschedulable: 0/"),
        ([pods_with(volumes=VOLUMES)], 65, "web-0: FailedMount: MountVolume.SetUp failed for"),
        ([CLAIM], 65, "Claim/data: not bound to a volume yet (Pending); storageclass."),
        ([with_class("fast")], 60, "web-0: claim data-web-0 has no volume (Pending)"),
        ([QUOTA, SET], 60, "create Pod web-1 in StatefulSet web failed error"),
        ([QUOTA, DEPLOYMENT], 60, "exceeded quota: small, requested: pods=1, used: pods=1"),
        ([QUOTA, DAEMONS], 60, "Error creating: pods"),
    ],
    ids=[
        "image", "image-deployment", "image-daemons", "config", "unschedulable", "mount",
        "own-claim", "claim",
        "quota", "quota-deployment", "quota-daemons",
    ],
)  # fmt: skip
def test_what_time_does_not_mend_ends_the_wait_after_its_time(
    shop: Shop, texts: list[str], seconds: float, reason: str
) -> None:
    error = failure(shop, *texts)
    assert reason in error.message
    assert "install of release web: failed: " in error.message
    assert seconds <= took(shop) < seconds + 10
    assert shop.history()[0].startswith("1 failed: Install failed: install of release web: failed")


def test_a_crash_loop_fails_with_the_last_lines_of_the_log(shop: Shop) -> None:
    error = failure(shop, pods_with(command=CRASH))
    assert error.failed == (
        "StatefulSet/web: 0 of 3 pods ready; web-0: CrashLoopBackOff: exit code 3 (Error), "
        "3 restarts",
    )
    assert took(shop) < 60
    (found,) = error.evidence
    assert found.object == "Pod/web-0"
    assert [(event.reason, event.type) for event in found.events] == [("BackOff", "Warning")]
    (log,) = found.logs
    assert (log.container, log.previous) == ("nginx", True)
    assert "exit code 3" in log.lines[-1]
    assert "restarts-allowed" in str(error.hint)


def test_more_restarts_are_allowed_where_the_workload_says_so(shop: Shop) -> None:
    crashing = pods_with(command=CRASH)
    patient = crashing.replace("metadata:", "metadata:\n  annotations:\n    ANNOTATION", 1)
    six = patient.replace("ANNOTATION", 'holdfast.dev/restarts-allowed: "6"')
    assert "6 restarts" in failure(shop, six).message
    wrong = patient.replace("ANNOTATION", "holdfast.dev/restarts-allowed: many")
    before = shop.history()
    with pytest.raises(PlanError, match=r"restarts-allowed is 'many', which is no number"):
        shop.upgrade(wrong)
    assert shop.history() == before


@pytest.mark.parametrize(("delay", "seconds"), [(4000, 40), (99000, 62)])
def test_a_crash_while_others_are_on_their_way_is_given_longer(
    shop: Shop, delay: int, seconds: float
) -> None:
    """(Probes' delays are a hundredth in the embedded cluster.)"""
    probe = {"tcpSocket": {"port": 80}, "initialDelaySeconds": delay}
    slow = pods_with(readinessProbe=probe).replace("replicas: 3", "replicas: 1")
    app = pods_with(DEPLOYMENT.replace("web", "app"), command=CRASH)
    error = failure(shop, slow, app)
    assert "Deployment/app: " in error.message and "3 restarts" not in error.message
    assert seconds <= took(shop) < seconds + 5


def test_the_events_of_the_claim_tell_why_it_has_no_volume(shop: Shop) -> None:
    (found,) = failure(shop, with_class("fast")).evidence
    assert [event.reason for event in found.events] == ["FailedScheduling", "ProvisioningFailed"]
    assert found.events[-1].message == 'storageclass.storage.k8s.io "fast" not found'


def test_a_workload_that_gets_no_pod_shows_its_own_events(shop: Shop) -> None:
    found = failure(shop, QUOTA, SET).evidence
    assert [one.object for one in found] == ["StatefulSet/web"]
    assert "exceeded quota" in found[0].events[-1].message


@pytest.mark.parametrize("text", [JOB, pods_with(JOB, image="load:1", command=["false"])])
def test_a_job_that_fails_ends_the_wait_where_jobs_are_waited_for(shop: Shop, text: str) -> None:
    shop.install(text)
    with pytest.raises(WaitFailed) as caught:
        shop.upgrade(text, wait_for_jobs=True)
    assert "Job/load: " in caught.value.message
    assert caught.value.evidence[0].object.startswith("Pod/load-")


def at(shop: Shop, seconds: float, do: Callable[[], object]) -> None:
    """Have something happen while the wait goes on."""
    done: list[object] = []

    def look() -> None:
        if not done and took(shop) >= seconds:
            done.append(do())

    shop.clock.meanwhile = look


SLOW = {
    "a-secret-made-later": (
        pods_with(env=MISSING),
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: token, namespace: shop}
        stringData: {t: x}
        """,
    ),
    "a-class-made-later": (
        with_class("fast"),
        """
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {name: fast}
        provisioner: example.com/disks
        """,
    ),
}


@pytest.mark.parametrize("case", SLOW)
def test_what_comes_in_time_does_not_fail(shop: Shop, case: str) -> None:
    text, later = SLOW[case]
    at(shop, 45, lambda: shop.cluster.create(yaml.safe_load(later)))
    events = shop.install(text)
    assert said(events, EventKind.READY) == ["StatefulSet/web: 3 of 3 pods ready"]
    assert took(shop) > 45


def test_a_slow_start_with_one_restart_does_not_fail(shop: Shop) -> None:
    probe = {"exec": {"command": ["false"]}}
    text = pods_with(readinessProbe=probe).replace("replicas: 3", "replicas: 1")
    down = {"waiting": {"reason": "CrashLoopBackOff"}}
    at(shop, 20, lambda: (kubelet(shop, down, restarts=1), at(shop, 90, lambda: well(shop))))
    events = shop.install(text)
    waited = said(events, EventKind.WAITING)
    assert any("CrashLoopBackOff: 1 restart" in line for line in waited), waited
    assert said(events, EventKind.READY) == ["StatefulSet/web: 1 of 1 pods ready"]


def well(shop: Shop) -> None:
    kubelet(shop, {"running": {}}, restarts=1, ready="True")


def kubelet(shop: Shop, state: dict[str, Any], *, restarts: int, ready: str = "False") -> None:
    """What a kubelet writes of web-0."""
    pod = shop.find("Pod", "web-0")
    assert pod is not None
    status = pod["status"]
    container = {**status["containerStatuses"][0], "state": state, "restartCount": restarts}
    kept = [one for one in status["conditions"] if one["type"] != "Ready"]
    since = "2027-01-15T08:00:00Z"
    conditions = [*kept, {"type": "Ready", "status": ready, "lastTransitionTime": since}]
    body = {"status": {"containerStatuses": [container], "conditions": conditions}}
    from holdfast.model.manifest import ObjectRef

    ref = ObjectRef("v1", "Pod", "shop", "web-0")
    shop.cluster.patch(ref, body, subresource="status")


def test_a_node_that_an_autoscaler_makes_is_waited_for(shop: Shop) -> None:
    def scale_up() -> None:
        pod = shop.find("Pod", "web-0")
        assert pod is not None
        metadata = pod["metadata"]
        about = {"apiVersion": "v1", "kind": "Pod", "name": "web-0", "namespace": "shop"}
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": "web-0.1", "namespace": "shop"},
            "involvedObject": {**about, "uid": metadata["uid"]},
            "reason": "TriggeredScaleUp",
            "message": "pod triggered scale-up",
            "type": "Normal",
        }
        shop.cluster.create(event)
        at(shop, 200, add_node)

    def add_node() -> None:
        node = {"name": "ssd-1", "labels": {"disk": "ssd"}}
        shop.cluster.create({"apiVersion": "v1", "kind": "Node", "metadata": node})

    at(shop, 20, scale_up)
    shop.install(pods_with(nodeSelector={"disk": "ssd"}))
    assert took(shop) > 200


def test_a_broken_pod_that_the_upgrade_replaces_is_not_what_fails_it(shop: Shop) -> None:
    shop.install(DEPLOYMENT.replace(*BAD_IMAGE), wait=False)
    shop.clock.sleep(40)
    events = shop.upgrade(DEPLOYMENT)
    assert said(events, EventKind.READY) == ["Deployment/web: 2 of 2 pods ready"]


CONTROLLER = """
apiVersion: v1
kind: ReplicationController
metadata: {name: web, namespace: shop}
spec:
  replicas: 1
  selector: {app: web}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: nginx, image: "nginx:1.27"}]
"""
STRANGER = """
apiVersion: v1
kind: Pod
metadata: {name: other, namespace: shop, labels: {app: other}}
spec:
  containers: [{name: nginx, image: "registry.invalid/nginx:1"}]
"""


def test_a_selector_of_labels_alone_selects_no_stranger(shop: Shop) -> None:
    """(The embedded cluster has no controller for it: it never gets a pod.)"""
    shop.cluster.create(yaml.safe_load(STRANGER))
    error = failure(shop, CONTROLLER, timeout=40.0)
    assert "other" not in error.message
    assert [one.object for one in error.evidence] == ["ReplicationController/web"]


def test_a_pod_of_its_own_is_given_the_same_time(shop: Shop) -> None:
    error = failure(shop, STRANGER)
    assert error.message.startswith("install of release web: failed: Pod/other: ImagePullBackOff")
    assert 30 <= took(shop) < 40


def test_restarts_from_before_do_not_count(shop: Shop) -> None:
    crashing = pods_with(command=CRASH)
    shop.install(crashing, wait=False)
    shop.clock.sleep(60)
    pod = shop.find("Pod", "web-0")
    assert pod is not None
    before = pod["status"]["containerStatuses"][0]["restartCount"]
    assert before > 3
    with pytest.raises(WaitFailed, match=f"{before + 3} restarts"):
        shop.upgrade(crashing)


@pytest.mark.parametrize("kind", ["pods", "events", "persistentvolumeclaims", "replicasets"])
def test_what_may_not_be_read_is_said_once_and_does_not_end_the_wait(shop: Shop, kind: str) -> None:
    def forbidden(request: Any) -> Unauthorized | None:
        listing = request.method == "GET" and request.path.endswith(f"/{kind}")
        return Unauthorized(f"list {kind}: forbidden", status=403) if listing else None

    text = DEPLOYMENT if kind == "replicasets" else SET
    plan = shop.plan(Operation.INSTALL, text.replace(*BAD_IMAGE))
    shop.line.fault = forbidden
    told: list[str] = []
    with pytest.raises(WaitFailed) as caught:
        for event in shop.start(plan, timeout=20.0):
            told += [event.message] if event.kind is EventKind.WARNING else []
    reads = [request for request in shop.line.sent if request.path.endswith(f"/{kind}")]
    assert len(told) <= 1 and len(reads) >= len(told)
    if kind != "events":  # they are read where nothing else tells, and here the pod does
        (line,) = told
        assert line.startswith("not allowed to list ")
    assert "0 of " in caught.value.message


def test_the_secrets_of_the_release_are_in_no_evidence(shop: Shop) -> None:
    secret = """
apiVersion: v1
kind: Secret
metadata: {name: token, namespace: shop}
stringData: {t: hunter-Secret-22}
"""
    quoting = pods_with(image="registry.invalid/hunter-Secret-22:1")
    error = failure(shop, secret, quoting)
    assert "ImagePullBackOff" in error.message and "(secret)" in error.message
    assert "hunter" not in str(error.as_dict())


def test_a_progress_comes_with_each_look_and_has_a_row_per_pod(shop: Shop) -> None:
    plan = shop.plan(Operation.INSTALL, SET, QUOTA.replace('"1"', '"9"'))
    found = [event.progress for event in shop.carry_out(plan) if event.progress]
    assert len(found) > 3
    last = found[-1]
    assert (last.title, last.timeout, last.ready) == ("install of release web", 600.0, 1)
    (row,) = last.rows
    assert (str(row.ref), row.state, row.reason) == (
        "StatefulSet/web",
        "ready",
        "3 of 3 pods ready",
    )
    assert [(pod.ordinal, pod.ready, pod.claims) for pod in row.pods] == [
        (n, True, ((f"data-web-{n}", "Bound"),)) for n in range(3)
    ]
    revisions = {pod.revision for pod in row.pods}
    assert len(revisions) == 1 and "" not in revisions
    assert found[0].elapsed <= found[-1].elapsed
