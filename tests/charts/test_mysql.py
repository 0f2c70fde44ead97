"""charts/mysql: what it renders, over its whole range of values; numbers are those of its rules."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from tests.charts import rendering
from tests.charts.mysql_render import (
    ALL,
    MYSQL,
    pods,
    refused,
    render,
    the_set,
)
from tests.charts.mysql_values import ACK_MAXIMUM, MAXIMUM, PRIVILEGED_MAXIMUM
from tests.charts.shared_values import never_set
from tests.conftest import run_command

USERS = ("accounts", "certificate", "db-tls", "more")
"""What the values say that the user has made, or cert-manager."""
# With these, all that runs has a pod.
EVERY_PART = """
replicas: 3
auth: {rotation: retain}
backup: {enabled: true}
tls: {enabled: true, existingSecret: certificate}
metrics: {enabled: true}
mysqlx: {enabled: true}
sidecars:
  - {name: more, image: "busybox:1.36", securityContext: {readOnlyRootFilesystem: true}}
extraVolumes: [{name: more, emptyDir: {}}]
"""


def test_the_maxima_set_every_value_that_there_is() -> None:
    assert never_set("mysql", MAXIMUM, ACK_MAXIMUM, PRIVILEGED_MAXIMUM) == set()


@ALL
def test_references_between_objects_hold(tmp_path: Path, values: str) -> None:
    objects = render(tmp_path, values)
    (workload,) = (item["spec"] for item in objects.values() if item["kind"] == "StatefulSet")
    claims = {claim["metadata"]["name"] for claim in workload.get("volumeClaimTemplates", ())}
    for pod in pods(objects):
        volumes = {volume["name"] for volume in pod["volumes"]} | claims
        for container in [*pod["containers"], *pod.get("initContainers", ())]:
            assert {mount["name"] for mount in container.get("volumeMounts", ())} <= volumes
        for volume in pod["volumes"]:
            if "configMap" in volume and volume["configMap"]["name"] not in USERS:
                assert f"ConfigMap/{volume['configMap']['name']}" in objects
            if "secret" in volume and volume["secret"]["secretName"] not in USERS:
                assert f"Secret/{volume['secret']['secretName']}" in objects


@ALL
@pytest.mark.parametrize("version", ["1.25", "1.29", "1.34", "1.37"])
def test_it_is_clean_for_each_kubernetes(tmp_path: Path, values: str, version: str) -> None:
    rendering.check_clean("mysql", tmp_path, values, version, least=5)


def test_assertion_16_writes_go_to_ordinal_0_and_reads_to_all(tmp_path: Path) -> None:
    objects = render(tmp_path, "replicas: 3")
    write, read = (objects[f"Service/web-mysql-{way}"]["spec"] for way in ("write", "read"))
    pod = "statefulset.kubernetes.io/pod-name"
    assert write["selector"].pop(pod) == "web-mysql-0"
    assert write["selector"] == read["selector"]
    assert read["selector"] == objects["StatefulSet/web-mysql"]["spec"]["selector"]["matchLabels"]
    headless = objects["Service/web-mysql-headless"]["spec"]
    assert headless["publishNotReadyAddresses"] is True
    assert "publishNotReadyAddresses" not in {**read, **write}


def test_assertion_21_template_prints_no_password_as_if_it_were_one(tmp_path: Path) -> None:
    secret = render(tmp_path)["Secret/web-mysql"]["data"]
    assert set(secret) == {"root", "app", "replication", "backup", "exporter", "probe"}
    for text in secret.values():
        assert b64decode(text).decode() == "<generated at install>"


def test_assertion_22_a_shutdown_has_time(tmp_path: Path) -> None:
    pod = the_set(tmp_path)["spec"]["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] == 300
    assert "terminationGracePeriodSeconds: must be at least 30, is 0" in refused(
        "--set", "terminationGracePeriodSeconds=0"
    )
    start = pod["containers"][0]["startupProbe"]
    assert start["failureThreshold"] * start["periodSeconds"] >= 600


@pytest.mark.parametrize("values", ["", EVERY_PART], ids=["default", "every part"])
def test_assertion_32_every_pod_is_restricted(tmp_path: Path, values: str) -> None:
    objects = render(tmp_path, values)
    restore = {"enabled": True, "existingClaim": "old"}
    flags = ("--set", "replicas=1", "--set-json", f"restore={json.dumps(restore)}")
    objects |= render(tmp_path, values, *flags)
    for pod in pods(objects):
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] != 0
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        allowed = {"name", "configMap", "emptyDir", "secret", "persistentVolumeClaim"}
        assert {key for volume in pod["volumes"] for key in volume} <= allowed
        for container in [*pod["containers"], *pod.get("initContainers", ())]:
            context = container["securityContext"]
            assert context["allowPrivilegeEscalation"] is False
            assert context["readOnlyRootFilesystem"] is True
            assert context["capabilities"] == {"drop": ["ALL"]}


def test_assertion_33_the_longest_name_and_one_more(tmp_path: Path) -> None:
    longest = "a" * 46  # the chart adds `-mysql`
    everything = MAXIMUM.replace("fullnameOverride: db", "").replace("nameOverride: site", "")
    objects = render(tmp_path, everything, name=longest)
    assert f"StatefulSet/{longest}-mysql" in objects
    for item in objects.values():
        assert len(item["metadata"]["name"]) <= (52 if item["kind"] == "CronJob" else 63)
    said = run_command("template", longest + "a", MYSQL)
    assert (said.code, "52" in said.err) == (1, True)


@ALL
def test_assertion_40_services_select_pods_and_the_set_has_its_service(
    tmp_path: Path, values: str
) -> None:
    objects = render(tmp_path, values)
    (workload,) = (item["spec"] for item in objects.values() if item["kind"] == "StatefulSet")
    labels = workload["template"]["metadata"]["labels"]
    ports = {
        port["name"] for one in workload["template"]["spec"]["containers"] for port in one["ports"]
    }
    services = [item for item in objects.values() if item["kind"] == "Service"]
    assert workload["serviceName"] in [item["metadata"]["name"] for item in services]
    for service in services:
        selector = dict(service["spec"]["selector"])
        selector.pop("statefulset.kubernetes.io/pod-name", None)
        assert selector.items() <= labels.items()
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports


def test_pods_change_with_the_configuration_and_with_nothing_else(tmp_path: Path) -> None:
    def template(values: str) -> dict[str, Any]:
        found: dict[str, Any] = the_set(tmp_path, values)["spec"]["template"]
        return found

    before, after = template(""), template("config: {common: {max_connections: 7}}")
    assert before["spec"] == after["spec"]
    old, new = before["metadata"]["annotations"], after["metadata"]["annotations"]
    assert [key for key in old if old[key] != new[key]] == ["checksum/config"]
    assert template("commonLabels: {a: b}\nreplicas: 4\nbackup: {enabled: true}") == before


def test_the_lost_source_is_told_to_its_pod_and_restarts_none(tmp_path: Path) -> None:
    lost = "recovery: {lostSource: 4dec9178-eabe-11f1-b59d-228ebd5b2d4b}\nreplicas: 3"
    before, after = render(tmp_path, "replicas: 3"), render(tmp_path, lost)
    config = after.pop("ConfigMap/web-mysql-config")["data"]
    assert config["recovery"] == "4dec9178-eabe-11f1-b59d-228ebd5b2d4b 3"
    assert config["release"] == "web -n default"
    del before["ConfigMap/web-mysql-config"]
    assert after == before


def test_options_are_written_as_mysql_reads_them(tmp_path: Path) -> None:
    values = (
        "config: {common: {max-connections: 7, local_infile: true, innodb_buffer_pool_size: 1G}}"
    )
    data = render(tmp_path, values)["ConfigMap/web-mysql-config"]["data"]
    lines = data["common.cnf"].splitlines()
    assert lines[0] == "[mysqld]"
    assert {"max_connections=7", "local_infile=ON", "innodb_buffer_pool_size=1G"} <= set(lines)
    assert {"gtid_mode=ON", "plugin_load_add=mysql_clone.so", "mysqlx=OFF"} <= set(lines)
