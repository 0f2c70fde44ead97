"""Volumes: what is mounted, what changes under a running container, what outlives its pod."""

from __future__ import annotations

from typing import Any

import pytest
from tests.kubelet import faults
from tests.kubelet.scene import Scene, shell

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("kubelet")]

ONCE: dict[str, Any] = {"restartPolicy": "Never"}
FOREVER = "exec sleep 1000"


def mounted(*places: str, **more: object) -> list[dict[str, object]]:
    """Describe mounts, each written as `volume:path`."""
    pairs = (place.split(":") for place in places)
    return [{"name": name, "mountPath": path, **more} for name, path in pairs]


def read(scene: Scene, pod: str, path: str) -> str:
    code, said = scene.kubelet.execute(scene.namespace, pod, "main", "cat", path)
    return said if code == 0 else f"exit code {code}"


def test_files_come_from_config_maps_and_secrets(scene: Scene) -> None:
    scene.create("ConfigMap", "plain", data={"a": "1", "b": "2"}, binaryData={"raw": "AP8="})
    scene.create("Secret", "hidden", stringData={"word": "s3cret"})
    sources = [
        {"configMap": {"name": "plain", "items": [{"key": "a", "path": "deep/er"}]}},
        {"secret": {"name": "hidden"}},
        {
            "downwardAPI": {
                "items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]
            }
        },
    ]
    volumes = [
        {"name": "plain", "configMap": {"name": "plain", "defaultMode": 0o440}},
        {"name": "all", "projected": {"sources": sources}},
        {"name": "none", "configMap": {"name": "nobody", "optional": True}},
    ]
    script = """
        cd /plain; ls; stat -Lc %a a; od -An -tx1 raw
        cd /all; cat deep/er word labels; ls /none | wc -l
        echo x 2>/dev/null >/plain/a || echo read-only
    """
    mounts = mounted("plain:/plain", "all:/all", "none:/none")
    scene.run(
        *("files", shell(script, volumeMounts=mounts)),
        labels={"colour": "red"},
        volumes=volumes,
        securityContext={"runAsUser": 1000, "fsGroup": 1000},
        **ONCE,
    )
    assert scene.output("files").split() == [
        *("a", "b", "raw", "440", "00", "ff"),
        *('1s3cretcolour="red"0', "read-only"),
    ]


def test_a_change_reaches_a_mounted_config_map_at_once_but_no_sub_path(scene: Scene) -> None:
    scene.create("ConfigMap", "live", data={"a": "old", "gone": "soon"})
    mounts = [*mounted("live:/whole"), *mounted("live:/single", subPath="a")]
    volumes = [{"name": "live", "configMap": {"name": "live"}}]
    scene.run("reader", shell(FOREVER, volumeMounts=mounts), volumes=volumes)
    scene.wait(lambda: scene.is_ready("reader"), "it")
    path = scene.path("ConfigMap", "live")
    scene.kubelet.api.merge(path, {"data": {"a": "new", "gone": None, "b": "more"}})
    scene.wait(lambda: read(scene, "reader", "/whole/a") == "new", "the change")
    assert read(scene, "reader", "/whole/b") == "more"
    assert read(scene, "reader", "/whole/gone") == "exit code 1"
    assert read(scene, "reader", "/single") == "old"


def test_a_claims_files_outlive_the_pod_until_the_volume_is_lost(scene: Scene) -> None:
    scene.claim("data")
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    mounts = mounted("data:/data", subPath="below")
    user = {"runAsUser": 1000, "fsGroup": 1000}
    count = shell("echo x >>/data/log; wc -l </data/log", volumeMounts=mounts)
    for name, lines in (("one", "1\n"), ("two", "2\n")):
        scene.run(name, count, volumes=volumes, securityContext=user, **ONCE)
        assert scene.output(name) == lines
    faults.lose_volume(scene.kubelet, scene.namespace, "data")
    scene.run("three", count, volumes=volumes, securityContext=user, **ONCE)
    assert scene.output("three") == "1\n"


def test_an_empty_dir_outlives_the_container_but_not_the_pod(scene: Scene) -> None:
    script = "ls /mark 2>/dev/null || touch /mark; echo x >>/own/log; wc -l </own/log; sleep 1000"
    volumes = [{"name": "own", "emptyDir": {}}]
    scene.run("own", shell(script, volumeMounts=mounted("own:/own")), volumes=volumes)
    scene.wait(lambda: scene.is_ready("own") and scene.log("own") == "1\n", "its log")
    faults.kill(scene.kubelet, scene.namespace, "own", "main")
    scene.wait(lambda: scene.container("own")["restartCount"] == 1, "a restart")
    scene.wait(lambda: scene.log("own") == "2\n", "its log")


def test_a_pod_waits_for_what_it_mounts(scene: Scene) -> None:
    volumes = [{"name": "late", "secret": {"secretName": "late"}}]
    container = shell("cat /late/word", volumeMounts=mounted("late:/late"))
    scene.run("early", container, volumes=volumes, **ONCE)
    told = "FailedMount"
    scene.wait(lambda: any(one["reason"] == told for one in scene.events("early")), told)
    assert scene.container("early")["state"] == {"waiting": {"reason": "ContainerCreating"}}
    scene.create("Secret", "late", stringData={"word": "now"})
    assert scene.output("early") == "now"


def test_a_service_account_reaches_the_api_server(scene: Scene) -> None:
    script = """
        cd /var/run/secrets/kubernetes.io/serviceaccount
        curl -sS --cacert ca.crt -H "Authorization: Bearer $(cat token)" \
          https://kubernetes.default.svc/apis/authentication.k8s.io/v1/selfsubjectreviews \
          -H 'Content-Type: application/json' \
          -d '{"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}'
    """
    scene.run("inside", shell(script), **ONCE)
    user = f"system:serviceaccount:{scene.namespace}:default"
    assert f'"username": "{user}"' in scene.output("inside")
