"""What each change does, as the change table says it."""

from __future__ import annotations

import pytest
from tests.unit.plan.support import CONFIG, WEB, live, plan_of, rows

from holdfast.model.plan import Effect

PVC = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: prod}
spec: {resources: {requests: {storage: 1Gi}}}
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web, namespace: prod}
spec: {type: ClusterIP}
"""
API = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: prod}
spec:
  replicas: 2
  template: {spec: {containers: [{name: api, image: api:1}]}}
"""
AGENT = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: prod}
spec:
  template: {spec: {containers: [{name: agent, image: agent:1}]}}
"""
CRON = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: backup, namespace: prod}
spec: {schedule: 0 1 * * *}
"""
IMAGE = "containers[name=api].image changes"


@pytest.mark.parametrize(
    ("before", "old", "new", "row"),
    [
        (SERVICE, "ClusterIP", "NodePort", "Service/web | in-place | type changes"),
        (PVC, "1Gi", "2Gi", "PersistentVolumeClaim/data | expand-volume | grows 1Gi → 2Gi"),
        (API, "replicas: 2", "replicas: 3", "Deployment/api | in-place | scales 2 → 3"),
        (API, "api:1", "api:2", f"Deployment/api | rolling-restart | {IMAGE}: replaces its pods"),
        (
            API.replace("spec:\n", "spec:\n  strategy: {type: Recreate}\n", 1),
            "api:1",
            "api:2",
            f"Deployment/api | rolling-restart | {IMAGE}: "
            "stops all pods, then starts new ones (Recreate)",
        ),
        (
            API.replace("spec:\n", "spec:\n  paused: true\n", 1),
            "api:1",
            "api:2",
            f"Deployment/api | in-place | {IMAGE}: it is paused, so its pods stay as they are",
        ),
        (
            AGENT,
            "agent:1",
            "agent:2",
            "DaemonSet/agent | rolling-restart | containers[name=agent].image changes: "
            "restarts its pods node by node",
        ),
        (
            AGENT.replace("spec:\n", "spec:\n  updateStrategy: {type: OnDelete}\n", 1),
            "agent:1",
            "agent:2",
            "DaemonSet/agent | in-place | containers[name=agent].image changes: "
            "its pods change only when they are deleted (OnDelete)",
        ),
        (
            API.replace("apps/v1", "apps.example.com/v1").replace("Deployment", "StatefulSet"),
            "replicas: 2",
            "replicas: 3",
            "StatefulSet/api | in-place | replicas changes",
        ),
        (CRON, "0 1", "0 2", "CronJob/backup | in-place | schedule changes from its next run on"),
        (
            CONFIG.replace("prod}", "prod, labels: {team: a}}"),
            "team: a",
            "team: b",
            "ConfigMap/web | none | only labels change",
        ),
        (
            API.replace("spec: {containers", "metadata: {labels: {helm.sh/chart: a-1}}, spec: {c"),
            "a-1",
            "a-2",
            "Deployment/api | rolling-restart | only the chart's version label changes, "
            "but in the pod template: replaces its pods",
        ),
    ],
)
def test_a_change_says_what_it_does(before: str, old: str, new: str, row: str) -> None:
    assert rows(plan_of(before.replace(old, new), before)) == [f"update | {row}"]


IMAGE_WEB = "containers[name=nginx].image changes"
PARTITION = "spec:\n  updateStrategy: {rollingUpdate: {partition: %d}}\n"
ON_DELETE = "spec:\n  updateStrategy: {type: OnDelete}\n"


def web(*, image: str = "1.27", replicas: int = 3, extra: str = "spec:\n") -> str:
    text = WEB.replace("1.27", image).replace("replicas: 3", f"replicas: {replicas}")
    return text.replace("spec:\n", extra, 1)


@pytest.mark.parametrize(
    ("before", "after", "effect", "reason", "ordinals"),
    [
        (
            web(),
            web(image="1.28"),
            "rolling-restart",
            f"{IMAGE_WEB}: restarts web-2, web-1, web-0",
            (2, 1, 0),
        ),
        (
            web(),
            web(image="1.28", extra=PARTITION % 2),
            "rolling-restart",
            f"{IMAGE_WEB}: restarts web-2; the partition holds back 2",
            (2,),
        ),
        (
            web(),
            web(image="1.28", extra=PARTITION % 3),
            "in-place",
            f"{IMAGE_WEB}: the partition 3 holds every pod back",
            (),
        ),
        (
            web(extra=ON_DELETE),
            web(image="1.28", extra=ON_DELETE),
            "in-place",
            f"{IMAGE_WEB}: its pods change only when they are deleted (OnDelete)",
            (),
        ),
        (web(), web(replicas=5), "in-place", "scales 3 → 5: starts web-3, web-4", (3, 4)),
        (
            web(replicas=5),
            web(),
            "in-place",
            "scales 5 → 3: stops web-4, web-3; their claims stay",
            (4, 3),
        ),
        (
            web(),
            web(
                replicas=2,
                extra="spec:\n  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}\n",
            ),
            "in-place",
            "scales 3 → 2: stops web-2; "
            "their claims are deleted with their data (whenScaled: Delete)",
            (2,),
        ),
        (
            web(replicas=2),
            web(image="1.28"),
            "rolling-restart",
            f"{IMAGE_WEB}: restarts web-1, web-0; scales 2 → 3: starts web-2",
            (1, 0, 2),
        ),
        (
            web(extra="spec:\n  ordinals: {start: 5}\n"),
            web(image="1.28", extra="spec:\n  ordinals: {start: 5}\n"),
            "rolling-restart",
            f"{IMAGE_WEB}: restarts web-7, web-6, web-5",
            (7, 6, 5),
        ),
        (
            web(),
            web(extra="spec:\n  minReadySeconds: 5\n"),
            "in-place",
            "minReadySeconds changes",
            (),
        ),
    ],
)
def test_a_stateful_set_names_its_pods(
    before: str, after: str, effect: str, reason: str, ordinals: tuple[int, ...]
) -> None:
    (change,) = plan_of(after, before).changes
    assert (change.effect, change.reason, change.ordinals) == (effect, reason, ordinals)


def test_lowering_the_partition_lets_a_held_back_rollout_go_on() -> None:
    held = live(web(extra=PARTITION % 2))
    held["status"] = {"currentRevision": "web-a", "updateRevision": "web-b"}
    (change,) = plan_of(web(extra=PARTITION % 0), held).changes
    assert change.effect is Effect.ROLLING_RESTART
    assert change.reason == "the held-back rollout goes on: restarts web-1, web-0"

    held["status"] = {"currentRevision": "web-b", "updateRevision": "web-b"}
    (change,) = plan_of(web(extra=PARTITION % 0), held).changes
    assert change.effect is Effect.IN_PLACE


def test_a_long_row_of_pods_is_named_by_its_ends() -> None:
    (change,) = plan_of(web(replicas=12), web()).changes
    assert change.reason == "scales 3 → 12: starts web-3, web-4 … web-11 (9 pods)"
