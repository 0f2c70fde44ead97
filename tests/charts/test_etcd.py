"""charts/etcd: what it is held to, rule by rule, by the numbers of the charts' common list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.charts.etcd_values import ACK_MAXIMUM, MAXIMUM, MINIMUM, PRIVILEGED_MAXIMUM, RANGE
from tests.charts.rendering import (
    Objects,
    check_clean,
    check_names,
    check_references,
    check_refused,
    check_restricted,
    containers,
    only,
    pod_specs,
    render,
)
from tests.charts.shared_values import never_set
from tests.conftest import ROOT

CHART = ROOT / "charts/etcd"
TLS = (
    "tls: {peer: {enabled: true, issuer: {name: ca}}, client: {enabled: true, existingSecret: c}}\n"
)
# With these, all that runs has a pod.
EVERY_PART = f"""
{TLS}
auth: {{enabled: true, token: jwt}}
snapshot: {{enabled: true}}
defrag: {{enabled: true}}
walVolume: {{enabled: true}}
cluster: {{token: other}}
restore: {{enabled: true, existingClaim: old, file: a.db}}
sidecars: [{{name: more, image: "busybox:1.36"}}]
initContainers: [{{name: first, image: "busybox:1.36"}}]
"""
EVERYWHERE = pytest.mark.parametrize("values", RANGE.values(), ids=RANGE)


def etcd(folder: Path, values: str = "", *flags: str, name: str = "db") -> Objects:
    return render("etcd", folder, values, *flags, name=name)


def pod_template(folder: Path, values: str = "", *flags: str) -> dict[str, Any]:
    found = only(etcd(folder, values, *flags), "StatefulSet")["spec"]["template"]
    assert isinstance(found, dict)
    return found


def member(objects: Objects) -> dict[str, Any]:
    pod = only(objects, "StatefulSet")["spec"]["template"]["spec"]
    found = next(one for one in containers(pod) if one["name"] == "etcd")
    assert isinstance(found, dict)
    return found


def environment(container: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one.get("value") for one in container["env"]}


def config(objects: Objects, workload: str = "db-etcd") -> dict[str, Any]:
    found = yaml.safe_load(objects[f"ConfigMap/{workload}-config"]["data"]["etcd.yaml"])
    assert isinstance(found, dict)
    return found


def refused(folder: Path, values: str, *says: str) -> None:
    check_refused("etcd", folder, values, *says)


def test_the_maxima_set_every_value_that_there_is() -> None:
    assert never_set("etcd", MAXIMUM, ACK_MAXIMUM, PRIVILEGED_MAXIMUM) == set()


def test_assertion_1_the_first_list_names_each_ordinal_under_the_headless_service(
    tmp_path: Path,
) -> None:
    data = etcd(tmp_path)["ConfigMap/db-etcd-cluster"]["data"]
    domain = "db-etcd-headless.default.svc.cluster.local:2380"
    wanted = [f"db-etcd-{n}=http://db-etcd-{n}.{domain}" for n in range(3)]
    assert data["ETCD_INITIAL_CLUSTER"].split(",") == wanted


def test_assertion_2_another_number_of_members_changes_no_pod(tmp_path: Path) -> None:
    three, five = etcd(tmp_path), etcd(tmp_path, "replicas: 5")
    assert [key for key in three if three[key] != five[key]] == [
        "ConfigMap/db-etcd-cluster",
        "StatefulSet/db-etcd",
    ]
    sets = [only(one, "StatefulSet") for one in (three, five)]
    assert sets[0]["spec"].pop("replicas") == 3 and sets[1]["spec"].pop("replicas") == 5
    assert sets[0] == sets[1]


def test_assertion_3_members_start_together(tmp_path: Path) -> None:
    assert only(etcd(tmp_path), "StatefulSet")["spec"]["podManagementPolicy"] == "Parallel"
    refused(tmp_path, "podManagementPolicy: OrderedReady", "podManagementPolicy", "Parallel")


def test_assertion_4_members_find_each_other_before_clients_do(tmp_path: Path) -> None:
    objects = etcd(tmp_path)
    headless = objects["Service/db-etcd-headless"]["spec"]
    client = objects["Service/db-etcd"]["spec"]
    assert headless["publishNotReadyAddresses"] is True
    assert {port["port"] for port in headless["ports"]} == {2379, 2380, 2381}
    assert "publishNotReadyAddresses" not in client
    assert [port["port"] for port in client["ports"]] == [2379]


def test_assertion_5_even_sizes_are_refused_and_one_member_has_no_budget(tmp_path: Path) -> None:
    refused(tmp_path, "replicas: 2", "replicas: must be one of 0, 1, 3, 5, 7, 9", "values.yaml:1")
    even = etcd(tmp_path, "replicas: 2\ncluster: {allowEvenReplicas: true}")
    notes = only(even, "StatefulSet")["metadata"]["annotations"]
    assert notes["holdfast.dev/quorum"] == "majority"
    assert "PodDisruptionBudget/db-etcd" in even
    assert "PodDisruptionBudget/db-etcd" not in etcd(tmp_path, "replicas: 1")


def test_assertion_8_a_member_advertises_itself_and_no_service(tmp_path: Path) -> None:
    objects = etcd(tmp_path)
    pod = only(objects, "StatefulSet")["spec"]["template"]["spec"]
    prepare = next(one for one in pod["initContainers"] if one["name"] == "prepare")
    url = "http://$(POD_NAME).db-etcd-headless.default.svc.cluster.local:2379"
    assert environment(prepare)["ADVERTISE_CLIENT_URL"] == url
    assert not any(key.startswith(("advertise", "initial")) for key in config(objects))


@pytest.mark.parametrize("values", ["", TLS], ids=["plain", "tls"])
def test_assertion_9_probes_are_plain_http_and_the_member_has_no_shell(
    tmp_path: Path, values: str
) -> None:
    objects = etcd(tmp_path, values)
    container = member(objects)
    paths = {"livenessProbe": "/livez", "readinessProbe": "/readyz", "startupProbe": "/livez"}
    for probe, path in paths.items():
        assert container[probe]["httpGet"] == {"path": path, "port": "metrics"}
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert ports["metrics"] == 2381
    assert config(objects)["listen-metrics-urls"] == "http://0.0.0.0:2381"
    assert container["command"] == ["/usr/local/bin/etcd"]
    assert "lifecycle" not in container
    assert not any(mount["name"] in ("tools", "scripts") for mount in container["volumeMounts"])


def test_assertion_10_flags_that_stop_etcd_3_7_are_refused(tmp_path: Path) -> None:
    values = "image: {tag: %s}\nextraFlags: {experimental-peer-skip-client-san-verification: true}"
    refused(tmp_path, values % "v3.7.0", "extraFlags.experimental-peer-skip", "3.7")
    assert "experimental-peer-skip-client-san-verification" in config(
        etcd(tmp_path, values % "v3.6.11")
    )


def test_assertion_11_only_a_restore_that_is_asked_for_restores(tmp_path: Path) -> None:
    names = [one["name"] for one in containers(pod_template(tmp_path)["spec"])]
    assert names == ["tools", "prepare", "etcd"]
    asked = "cluster: {token: new}\nrestore: {enabled: true, existingClaim: c, file: a.db}"
    names = [one["name"] for one in containers(pod_template(tmp_path, asked)["spec"])]
    assert names == ["tools", "restore", "prepare", "etcd"]
    refused(tmp_path, asked.replace("cluster: {token: new}\n", ""), "cluster.token")
    refused(tmp_path, "restore: {enabled: true}", "restore.file", "restore.existingClaim")
    own = "cluster: {token: new}\nrestore: {enabled: true, file: a.db}"
    refused(tmp_path, own, "restore.existingClaim", "replicas: 1")
    pod = pod_template(tmp_path, f"{own}\nreplicas: 1")["spec"]
    (restore,) = (one for one in containers(pod) if one["name"] == "restore")
    own_volume = {"name": "data", "mountPath": "/snapshots", "readOnly": True}
    assert own_volume in restore["volumeMounts"]
    normal = [path for path in (CHART / "files").glob("*.sh") if path.stem != "restore"]
    text = "".join(path.read_text() for path in normal)
    assert "snapshot restore" not in text
    removed = [line.strip() for line in text.splitlines() if "rm -" in line]
    assert removed and not any("data" in line.lower() for line in removed)
    assert "etcdutl snapshot restore" in (CHART / "files/restore.sh").read_text()


def test_assertion_13_tls_needs_certificates_and_theirs_name_every_member(tmp_path: Path) -> None:
    for kind in ("peer", "client"):
        refused(tmp_path, f"tls: {{{kind}: {{enabled: true}}}}", f"tls.{kind}.existingSecret")
    objects = etcd(tmp_path, TLS)
    names = objects["Certificate/db-etcd-peer"]["spec"]["dnsNames"]
    assert "*.db-etcd-headless.default.svc.cluster.local" in names
    assert "Certificate/db-etcd-client" not in objects
    security = config(objects)["peer-transport-security"]
    assert security["client-cert-auth"] is True and "auto-tls" not in security
    assert config(objects)["listen-peer-urls"].startswith("https:")


def test_assertion_14_an_autoscaler_is_refused(tmp_path: Path) -> None:
    refused(tmp_path, "autoscaling: {enabled: true}", "autoscaling.enabled", "values.yaml:1")


def test_assertion_22_a_grace_period_of_0_is_refused(tmp_path: Path) -> None:
    refused(tmp_path, "terminationGracePeriodSeconds: 0", "terminationGracePeriodSeconds", "1")
    assert pod_template(tmp_path)["spec"]["terminationGracePeriodSeconds"] == 60


@pytest.mark.parametrize("values", ["", MINIMUM, EVERY_PART], ids=["default", "least", "all"])
def test_assertion_32_every_pod_is_restricted(tmp_path: Path, values: str) -> None:
    check_restricted(etcd(tmp_path, values))
    refused(tmp_path, "timezone: {syncHost: true}", "timezone.syncHost", "restricted")


def test_assertion_33_the_longest_name_and_one_more(tmp_path: Path) -> None:
    most = "a" * 43  # CronJobs have 52, and are called after the set: `-snapshot`
    check_names(etcd(tmp_path, MAXIMUM.replace("Override: store", f"Override: {most}")))
    refused(tmp_path, MAXIMUM.replace("Override: store", f"Override: {most}a"), "52")
    check_names(etcd(tmp_path, f"fullnameOverride: {'a' * 52}"))
    refused(tmp_path, f"fullnameOverride: {'a' * 53}", "fullnameOverride", "52")


def test_assertion_38_claims_are_retained(tmp_path: Path) -> None:
    spec = only(etcd(tmp_path), "StatefulSet")["spec"]
    retention = spec["persistentVolumeClaimRetentionPolicy"]
    assert retention == {"whenDeleted": "Retain", "whenScaled": "Retain"}
    claim = etcd(tmp_path, "snapshot: {enabled: true}")["PersistentVolumeClaim/db-etcd-snapshots"]
    assert claim["metadata"]["annotations"]["holdfast.dev/resource-policy"] == "keep"


def test_assertion_40_an_unknown_key_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    refused(tmp_path, "replicaz: 3", "replicaz", "did you mean replicas?")
    refused(tmp_path, "serverBlocks: {}", "serverBlocks")


@EVERYWHERE
def test_assertion_40_references_between_objects_hold(tmp_path: Path, values: str) -> None:
    objects = etcd(tmp_path, values)
    check_references(objects)
    for _, pod in pod_specs(objects):
        for one in containers(pod):
            for source in one.get("envFrom", ()):
                given = source.get("configMapRef", {"name": "more"})
                mine = given["name"] == "more" or given.get("optional")
                assert mine or f"ConfigMap/{given['name']}" in objects


@pytest.mark.parametrize("version", ["1.25", "1.29", "1.34", "1.37"])
@EVERYWHERE
def test_it_is_clean_for_each_kubernetes(tmp_path: Path, values: str, version: str) -> None:
    check_clean("etcd", tmp_path, values, version)


def test_ports_have_three_names(tmp_path: Path) -> None:
    refused(tmp_path, "portNames: {client: peer}", "portNames", "three names")
    refused(tmp_path, "portNames: {client: metrics}", "portNames", "three names")


def test_a_setting_of_etcd_moves_one_annotation_and_labels_move_none(tmp_path: Path) -> None:
    before, after = pod_template(tmp_path), pod_template(tmp_path, "snapshotCount: 5000")
    assert before["spec"] == after["spec"]
    old, new = before["metadata"]["annotations"], after["metadata"]["annotations"]
    assert [key for key in old if old[key] != new[key]] == ["checksum/config"]
    unmoved = "commonLabels: {a: b}\ncommonAnnotations: {c: d}\ncluster: {learnerTimeout: 7}"
    assert pod_template(tmp_path, unmoved) == before


def test_cron_jobs_run_one_at_a_time(tmp_path: Path) -> None:
    objects = etcd(tmp_path, "snapshot: {enabled: true, keep: 5}\ndefrag: {enabled: true}")
    for name in ("snapshot", "defrag"):
        assert objects[f"CronJob/db-etcd-{name}"]["spec"]["concurrencyPolicy"] == "Forbid"
    pods = dict(pod_specs(objects))
    (saver,) = pods["CronJob/db-etcd-snapshot"]["containers"]
    assert environment(saver)["SNAPSHOT_KEEP"] == "5"


@pytest.mark.parametrize(
    "tag", ["3.6.11", "v3.6.11-amd64", "3.6.11-debian-12-r3", "3.6.11_build.7"]
)
def test_a_tag_of_ones_own_begins_with_the_version(tmp_path: Path, tag: str) -> None:
    workload = only(etcd(tmp_path, f"image: {{tag: {tag}}}"), "StatefulSet")
    assert workload["metadata"]["annotations"]["holdfast.dev/version"] == "3.6.11"


def test_no_password_is_on_a_command_line(tmp_path: Path) -> None:
    objects = etcd(tmp_path, "auth: {enabled: true, rootPassword: s3cret}")
    assert "s3cret" not in json.dumps({k: v for k, v in objects.items() if "Secret/" not in k})
    for _, pod in pod_specs(objects):
        for one in containers(pod):
            words = [*one.get("command", ()), *one.get("args", ())]
            assert not any("password" in word for word in words)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ("image: {tag: latest}", "image.tag"),
        ("containerPorts: {client: 70000}", "containerPorts.client"),
        ("image: {tag: v3.4.30}", "3.5.12 and later"),
        ("image: {tag: v4.0.0}", "below 4"),
        ("toolsImage: {tag: ''}", "toolsImage.tag"),
        ("containerPorts: {client: 2380}", "not unique"),
        ("extraPorts: [{name: client, containerPort: 9000}]", "port of the chart's own"),
        ("containerName: prepare", "own init containers"),
        ("persistence: {claimName: run}", "own volumes"),
        ("auth: {token: jwt, existingSecretKey: jwt-key}", "auth.existingSecretKey"),
        ("autoCompaction: {mode: revision, retention: 10h}", "number of revisions"),
        ("replicas: 11", "at most 9"),
        ("cluster: {state: maybe}", "existing"),
        ("cluster: {token: 'a b'}", "cluster.token"),
        ("cluster: {learnerTimeout: 0}", "at least 1"),
        ("auth: {token: paper}", "jwt"),
        ("auth: {tokenTTL: soon}", "auth.tokenTTL"),
        ("autoCompaction: {mode: never}", "revision"),
        ("quotaBackendBytes: 1", "at least 67108864"),
        ("quotaBackendBytes: 9000000000", "at most 8589934592"),
        ("maxRequestBytes: 1", "at least 1024"),
        ("snapshotCount: 0", "at least 1"),
        ("electionTimeout: 60000", "at most 50000"),
        ("electionTimeout: 400", "at least 5 times heartbeatInterval"),
        ("logLevel: loud", "debug"),
        ("extraFlags: {data-dir: /x}", "extraFlags.data-dir"),
        ("walVolume: {size: big}", "walVolume.size"),
        ("snapshot: {schedule: '1 2'}", "snapshot.schedule"),
        ("snapshot: {schedule: '60 * * * *'}", "minute (0-59)"),
        ("defrag: {schedule: '0 3 * * 7'}", "0 is Sunday"),
        ("snapshot: {keep: 0}", "at least 1"),
        ("defrag: {threshold: 101}", "at most 100"),
        ("restore: {file: ../x}", "restore.file"),
        ("updateStrategy: {type: Recreate}", "OnDelete"),
        ("platform: cce-autopilot\nnodeAffinity: {a: b}", "nodeAffinity"),
    ],
)
def test_a_value_out_of_its_range_is_refused_with_its_path_and_origin(
    tmp_path: Path, values: str, says: str
) -> None:
    refused(tmp_path, values, says, values.rpartition("\n")[2].partition(":")[0], "values.yaml:")
