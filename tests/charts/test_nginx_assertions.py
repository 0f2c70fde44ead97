"""What charts/nginx is held to, rule by rule; the numbers are those of the charts' common list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.charts.rendering import (
    check_names,
    check_references,
    check_refused,
    check_restricted,
    containers,
    only,
    pod_specs,
    render,
    template,
)
from tests.conftest import ROOT, run_command

CHART = str(ROOT / "charts/nginx")
GIT = "content: {mode: git, git: {repository: 'https://example.com/site.git'}}\n"
EVERYTHING = GIT + "metrics: {enabled: true}\nplatform: ack\nconfigChange: reload\n"


def pod_template(folder: Path, values: str = "", *flags: str) -> dict[str, Any]:
    found = only(render("nginx", folder, values, *flags), "StatefulSet")["spec"]["template"]
    assert isinstance(found, dict)
    return found


def main_container(folder: Path, values: str = "") -> dict[str, Any]:
    found = containers(pod_template(folder, values)["spec"])
    return next(one for one in found if one["name"] == "nginx")


def refused(folder: Path, values: str, *says: str) -> None:
    check_refused("nginx", folder, values, *says)


def test_assertion_22_a_grace_period_of_0_is_refused(tmp_path: Path) -> None:
    refused(tmp_path, "terminationGracePeriodSeconds: 0", "terminationGracePeriodSeconds", "1")
    assert pod_template(tmp_path)["spec"]["terminationGracePeriodSeconds"] == 30


@pytest.mark.parametrize("port", ["70000", "0", "80x"])
def test_assertion_26_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    refused(tmp_path, f"containerPorts: {{http: {port}}}", "containerPorts.http", "values.yaml:1")
    if port == "70000":
        refused(tmp_path, "containerPorts: {http: 70000}", "65535")


def test_assertion_27_each_pod_has_its_claim_and_probes_do_not_ask_for_its_content(
    tmp_path: Path,
) -> None:
    workload = only(render("nginx", tmp_path), "StatefulSet")["spec"]
    (claim,) = workload["volumeClaimTemplates"]
    assert claim["metadata"]["name"] == "html"
    assert claim["spec"]["accessModes"] == ["ReadWriteOnce"]
    assert claim["spec"]["resources"]["requests"]["storage"] == "1Gi"
    container = main_container(tmp_path)
    assert {"name": "html", "mountPath": "/usr/share/nginx/html"} in container["volumeMounts"]
    assert container["readinessProbe"]["httpGet"]["path"] not in ("/", "")


def test_assertion_28_a_server_block_moves_one_annotation_and_labels_move_none(
    tmp_path: Path,
) -> None:
    before = pod_template(tmp_path)
    after = pod_template(tmp_path, "serverBlocks: {a.conf: '# a'}")
    assert before["spec"] == after["spec"]
    old, new = before["metadata"]["annotations"], after["metadata"]["annotations"]
    assert [key for key in old if old[key] != new[key]] == ["checksum/server-blocks"]
    assert pod_template(tmp_path, "commonLabels: {a: b}\ncommonAnnotations: {c: d}") == before
    reloading = "configChange: reload\n"
    assert pod_template(tmp_path, reloading) == pod_template(
        tmp_path, reloading + "serverBlocks: {a.conf: '# a'}"
    )


def test_assertion_29_a_repository_is_never_read_as_shell(tmp_path: Path) -> None:
    refused(
        tmp_path,
        "content: {mode: git, git: {repository: 'x; rm -rf /'}}",
        "content.git.repository",
    )
    evil = "https://example.com/$(reboot).git"
    pod = pod_template(tmp_path, f"content: {{mode: git, git: {{repository: '{evil}'}}}}")["spec"]
    (clone,) = (one for one in pod["initContainers"] if one["name"] == "clone-content")
    assert {"name": "REPOSITORY", "value": evil} in clone["env"]
    for container in containers(pod):
        words = [*container.get("command", ()), *container.get("args", ())]
        assert not any("reboot" in word for word in words)


def test_assertion_30_autoscaling_needs_a_request_and_takes_the_replicas(tmp_path: Path) -> None:
    refused(
        tmp_path,
        "autoscaling: {enabled: true}\nresources: {requests: {cpu: null}}",
        "resources.requests.cpu",
    )
    objects = render("nginx", tmp_path, "autoscaling: {enabled: true}")
    assert "replicas" not in only(objects, "StatefulSet")["spec"]
    target = only(objects, "HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]
    assert f"{target['kind']}/{target['name']}" in objects


def test_assertion_31_a_schedule_has_six_fields_and_is_for_ack(tmp_path: Path) -> None:
    jobs = "cronAutoscaling: {enabled: true, jobs: [{name: night, schedule: '%s', targetSize: 1}]}"
    six, five = jobs % "0 0 22 * * *", jobs % "0 22 * * *"
    refused(tmp_path, f"platform: ack\n{five}", "cronAutoscaling.jobs[0].schedule")
    refused(tmp_path, six, "platform", "ack")
    objects = render("nginx", tmp_path, f"platform: ack\n{six}")
    (job,) = only(objects, "CronHorizontalPodAutoscaler")["spec"]["jobs"]
    assert (job["schedule"], job["targetSize"]) == ("0 0 22 * * *", 1)


@pytest.mark.parametrize("values", ["", GIT, EVERYTHING], ids=["default", "git", "everything"])
def test_assertion_32_every_pod_is_restricted(tmp_path: Path, values: str) -> None:
    objects = render("nginx", tmp_path, values)
    assert {key.partition("/")[0] for key, _ in pod_specs(objects)} == {"StatefulSet", "Pod"}
    check_restricted(objects)
    refused(tmp_path, "timezone: {syncHost: true}", "timezone.syncHost", "restricted")


def test_assertion_33_a_name_has_52_characters_at_most(tmp_path: Path) -> None:
    longest = "a" * 52
    objects = render("nginx", tmp_path, f"fullnameOverride: {longest}\n{EVERYTHING}")
    assert f"StatefulSet/{longest}" in objects
    check_names(objects)
    refused(tmp_path, f"fullnameOverride: {longest}a", "fullnameOverride", "52")
    result = template("nginx", tmp_path, name="a" * 47)
    assert (result.code, "52" in result.err) == (1, True)
    assert f"StatefulSet/{'a' * 46}-nginx" in render("nginx", tmp_path, name="a" * 46)


def test_assertion_34_probes_keep_kubernetes_rules(tmp_path: Path) -> None:
    refused(tmp_path, "livenessProbe: {successThreshold: 2}", "livenessProbe.successThreshold")
    refused(tmp_path, "readinessProbe: {periodSeconds: 0}", "readinessProbe.periodSeconds")
    two = "livenessProbe: {handler: {tcpSocket: {port: 1}, exec: {command: [a]}}}"
    refused(tmp_path, two, "livenessProbe.handler")
    refused(tmp_path, "lifecycle: {postStart: {tcpSocket: {port: 1}}}", "lifecycle.postStart")


@pytest.mark.parametrize(
    ("handler", "seconds"),
    [("httpGet: {path: /, port: 1}", 3), ("tcpSocket: {port: 1}", 15), ("exec: {command: [a]}", 5)],
)
def test_assertion_34_ack_has_its_own_first_seconds(
    tmp_path: Path, handler: str, seconds: int
) -> None:
    probe = f"readinessProbe: {{handler: {{{handler}}}}}\n"
    assert main_container(tmp_path, probe)["readinessProbe"]["initialDelaySeconds"] == 0
    found = main_container(tmp_path, probe + "platform: ack")["readinessProbe"]
    assert found["initialDelaySeconds"] == seconds


def test_assertion_35_recreate_is_refused_with_what_there_is(tmp_path: Path) -> None:
    refused(tmp_path, "updateStrategy: {type: Recreate}", "updateStrategy.type", "OnDelete")


def test_assertion_36_autopilot_has_no_affinity(tmp_path: Path) -> None:
    spec = pod_template(tmp_path, "platform: cce-autopilot")["spec"]
    assert "affinity" not in spec
    term = "[{matchExpressions: [{key: a, operator: Exists}]}]"
    affinity = f"{{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: {term}}}}}"
    refused(tmp_path, f"platform: cce-autopilot\nnodeAffinity: {affinity}", "nodeAffinity")
    for platform in ("cce", "cce-autopilot"):
        secrets = pod_template(tmp_path, f"platform: {platform}")["spec"]["imagePullSecrets"]
        assert {"name": "default-secret"} in secrets
    assert "imagePullSecrets" not in pod_template(tmp_path)["spec"]


def test_assertion_37_logs_are_collected_by_variables_and_a_mount(tmp_path: Path) -> None:
    items = "platform: ack\nlogCollection: {items: [{logstore: %s, path: '/var/log/nginx/*.log'}]}"
    refused(tmp_path, items % "nginx_access", "logCollection.items[0].logstore")
    container = main_container(tmp_path, items % "nginx-access")
    assert {"name": "aliyun_logs_nginx-access", "value": "/var/log/nginx/*.log"} in container["env"]
    assert "/var/log/nginx" in [mount["mountPath"] for mount in container["volumeMounts"]]
    check_references(render("nginx", tmp_path, items % "nginx-access"))


def test_assertion_38_a_claim_that_changes_is_refused_before_any_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    retention = only(render("nginx", tmp_path), "StatefulSet")["spec"]
    assert retention["persistentVolumeClaimRetentionPolicy"] == {
        "whenDeleted": "Retain",
        "whenScaled": "Retain",
    }
    monkeypatch.setenv("HOLDFAST_CLUSTER", f"local:{tmp_path / 'cluster.db'}")
    run_command("install", "web", CHART).must()
    before = run_command("get", "manifest", "web").must().out
    result = run_command("upgrade", "web", CHART, "--set", "persistence.size=2Gi")
    assert result.code == 1
    assert "volumeClaimTemplates" in result.err and "nothing was changed" in result.err
    assert run_command("get", "manifest", "web").must().out == before
    assert '"revision": 2' not in run_command("history", "web", "-o", "json").must().out


def test_assertion_40_a_typo_is_named_and_references_hold(tmp_path: Path) -> None:
    refused(tmp_path, "replicaz: 3", "replicaz", "did you mean replicas")
    for values in ("", GIT, EVERYTHING):
        check_references(render("nginx", tmp_path, values))
