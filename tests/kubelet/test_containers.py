"""How containers are run: users, environment, files, order, restarts, ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.kubelet.scene import Scene, shell

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("kubelet")]

ONCE: dict[str, Any] = {"restartPolicy": "Never"}


def test_a_pod_runs_to_its_end_and_its_log_is_kept(scene: Scene) -> None:
    scene.run("once", shell("echo hello; hostname; cat /proc/1/comm"), **ONCE)
    assert scene.output("once") == "hello\nonce\nsh\n"
    ended = scene.container("once")["state"]["terminated"]
    assert (ended["exitCode"], ended["reason"]) == (0, "Completed")


def test_it_fails_as_its_program_does(scene: Scene) -> None:
    scene.run("bad", shell("echo no >/dev/termination-log; exit 7"), **ONCE)
    scene.wait(lambda: scene.ended("bad"), "its end")
    ended = scene.container("bad")["state"]["terminated"]
    assert (ended["exitCode"], ended["reason"], ended["message"]) == (7, "Error", "no\n")
    assert scene.status("bad")["phase"] == "Failed"


def test_the_security_context_holds(scene: Scene) -> None:
    container = {
        "securityContext": {
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": "own", "mountPath": "/own"}],
    }
    script = """
        id -u; id -g; id -G
        touch /own/here; stat -c '%u %g' /own/here
        touch /x 2>/dev/null || echo read-only
        grep -E '^(CapBnd|NoNewPrivs)' /proc/self/status
    """
    scene.run(
        "user",
        shell(script, **container),
        securityContext={"runAsUser": 1234, "runAsGroup": 55, "fsGroup": 77, "runAsNonRoot": True},
        volumes=[{"name": "own", "emptyDir": {}}],
        **ONCE,
    )
    assert scene.output("user").split("\n")[:-1] == [
        *("1234", "55", "55 77"),
        *("1234 77", "read-only"),
        *("CapBnd:\t0000000000000000", "NoNewPrivs:\t1"),
    ]


def test_root_is_refused_to_who_must_not_be_root(scene: Scene) -> None:
    scene.run("root", {}, securityContext={"runAsNonRoot": True})
    reason = "CreateContainerConfigError"
    scene.wait(
        lambda: scene.container("root")["state"].get("waiting", {}).get("reason") == reason, reason
    )


def test_the_environment_is_what_the_pod_says_and_nothing_else(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_THE_HOST", "leaks")
    scene.create("ConfigMap", "more", data={"A": "from a map", "B": "unused"})
    scene.create("Secret", "hidden", stringData={"password": "s3cret"})
    variables = [
        {"name": "NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        {"name": "COLOUR", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['colour']"}}},
        {"name": "MEMORY", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory"}}},
        {"name": "SECRET", "valueFrom": {"secretKeyRef": {"name": "hidden", "key": "password"}}},
        {"name": "URL", "value": "http://$(NAME):80/$(NOBODY)/$$(NAME)"},
    ]
    container = {
        "command": ["env"],
        "envFrom": [{"configMapRef": {"name": "more"}, "prefix": "MAP_"}],
        "env": variables,
        "resources": {"limits": {"memory": "64Mi"}},
    }
    scene.run("env", container, labels={"colour": "red"}, **ONCE)
    said = dict(line.partition("=")[::2] for line in scene.output("env").splitlines())
    assert said.pop("IP") == scene.status("env")["podIP"]
    for name in [name for name in said if name.startswith("KUBERNETES_")]:
        del said[name]
    assert said == {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "HOSTNAME": "env",
        "MAP_A": "from a map",
        "MAP_B": "unused",
        "NAME": "env",
        "COLOUR": "red",
        "MEMORY": str(64 * 2**20),
        "SECRET": "s3cret",
        "URL": "http://env:80/$(NOBODY)/$(NAME)",
    }


def test_init_containers_run_one_after_the_other_beside_a_sidecar(scene: Scene) -> None:
    mount = {"volumeMounts": [{"name": "all", "mountPath": "/all"}]}
    sidecar = shell("echo side >>/all/log; exec sleep 1000", name="side", **mount)
    scene.run(
        "inits",
        shell("cat /all/log", **mount),
        initContainers=[
            shell("echo one >>/all/log", name="one", **mount),
            {
                **sidecar,
                "restartPolicy": "Always",
                "startupProbe": {
                    "exec": {"command": ["grep", "-q", "side", "/all/log"]},
                    "periodSeconds": 1,
                },
            },
            shell("echo two >>/all/log", name="two", **mount),
        ],
        volumes=[{"name": "all", "emptyDir": {}}],
        **ONCE,
    )
    assert scene.output("inits") == "one\nside\ntwo\n"


def test_a_sidecar_does_not_keep_a_pod_from_its_end(scene: Scene) -> None:
    sidecar = shell("trap 'exit 0' TERM; while :; do sleep 0.1; done", name="side")
    inits = [{**sidecar, "restartPolicy": "Always"}]
    scene.run("job", shell("echo done"), initContainers=inits, **ONCE)
    assert scene.output("job") == "done\n"
    side = scene.status("job")["initContainerStatuses"][0]
    scene.wait(lambda: "terminated" in sidecar_state(scene, "job"), "the sidecar's end")
    assert side["restartCount"] == 0


def sidecar_state(scene: Scene, pod: str) -> dict[str, Any]:
    return dict(scene.status(pod)["initContainerStatuses"][0]["state"])


def test_a_container_whose_hook_fails_is_started_again(scene: Scene) -> None:
    hook = {"postStart": {"exec": {"command": ["sh", "-c", "test -e /own/second"]}}}
    mount = [{"name": "own", "mountPath": "/own"}]
    script = "test -e /own/first && touch /own/second; touch /own/first; exec sleep 1000"
    container = shell(script, lifecycle=hook, volumeMounts=mount)
    scene.run("hooked", container, volumes=[{"name": "own", "emptyDir": {}}])
    scene.wait(lambda: scene.container("hooked")["restartCount"] >= 1, "a restart")
    assert any(one["reason"] == "FailedPostStartHook" for one in scene.events("hooked"))


def test_a_failed_init_container_is_the_pods_end(scene: Scene) -> None:
    scene.run("never", {}, initContainers=[shell("exit 3", name="bad")], **ONCE)
    scene.wait(lambda: scene.ended("never"), "its end")
    status = scene.status("never")
    assert status["phase"] == "Failed"
    assert status["initContainerStatuses"][0]["state"]["terminated"]["exitCode"] == 3
    assert status["containerStatuses"][0]["state"]["waiting"]["reason"] == "PodInitializing"


def test_a_crash_is_followed_by_a_restart_and_then_by_a_pause(scene: Scene) -> None:
    scene.run("loop", shell("echo run; exit 1"))
    scene.wait(lambda: scene.container("loop")["restartCount"] >= 1, "a restart")
    scene.wait(
        lambda: (
            scene.container("loop")["state"].get("waiting", {}).get("reason") == "CrashLoopBackOff"
        ),
        "a pause",
    )
    assert scene.container("loop")["lastState"]["terminated"]["exitCode"] == 1
    assert not scene.is_ready("loop")
    assert scene.status("loop")["phase"] == "Running"
    assert scene.log("loop", "previous=true") == "run\n"


def test_an_unknown_image_is_not_pulled(scene: Scene) -> None:
    scene.run("lost", {"image": "registry.invalid/web:1"})
    scene.wait(
        lambda: (
            scene.container("lost")["state"].get("waiting", {}).get("reason") == "ImagePullBackOff"
        ),
        "a failed pull",
    )
    assert scene.status("lost")["phase"] == "Pending"


def test_a_missing_config_map_is_told_and_waited_for(scene: Scene) -> None:
    key = {"configMapKeyRef": {"name": "late", "key": "word"}}
    container = shell("echo $WORD", env=[{"name": "WORD", "valueFrom": key}])
    scene.run("early", container, **ONCE)
    reason = "CreateContainerConfigError"
    scene.wait(
        lambda: scene.container("early")["state"].get("waiting", {}).get("reason") == reason, reason
    )
    scene.create("ConfigMap", "late", data={"word": "now"})
    assert scene.output("early") == "now\n"


def test_the_end_is_announced_and_the_hook_comes_first(scene: Scene) -> None:
    script = """
        trap 'echo term >>/all/log; exit 0' TERM
        while :; do sleep 0.1; done
    """
    hook = {"exec": {"command": ["sh", "-c", "sleep 0.3; echo hook >>/all/log"]}}
    mount = {"volumeMounts": [{"name": "all", "mountPath": "/all"}]}
    scene.claim("kept")
    volumes = [{"name": "all", "persistentVolumeClaim": {"claimName": "kept"}}]
    scene.run("long", shell(script, lifecycle={"preStop": hook}, **mount), volumes=volumes)
    scene.wait(lambda: scene.is_ready("long"), "it")
    scene.delete("Pod", "long", grace=20)
    scene.wait(lambda: scene.is_gone("Pod", "long"), "its end")
    scene.run("next", shell("cat /all/log", **mount), volumes=volumes, **ONCE)
    assert scene.output("next") == "hook\nterm\n"


def test_who_does_not_listen_is_killed_when_the_grace_period_is_over(scene: Scene) -> None:
    scene.run("deaf", shell("trap '' TERM; while :; do sleep 0.1; done"))
    scene.wait(lambda: scene.is_ready("deaf"), "it")
    scene.delete("Pod", "deaf", grace=2)
    scene.wait(lambda: scene.is_gone("Pod", "deaf"), "its end")


def test_all_processes_of_a_container_go_with_its_first_one(scene: Scene) -> None:
    scene.run("many", shell("sleep 4242 & sleep 4242 & exec sleep 4242"))
    scene.wait(lambda: len(processes("4242")) == 3, "all its processes")
    scene.delete("Pod", "many", grace=0)
    scene.wait(lambda: not processes("4242"), "the end of all its processes")


def processes(word: str) -> list[str]:
    """List the processes of this machine that sleep for so long."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[:2] == [b"sleep", word.encode()]:
            found.append(path.parent.name)
    return found
