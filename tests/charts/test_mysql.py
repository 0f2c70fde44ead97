"""charts/mysql: what it renders, over its whole range of values; numbers are those of its rules."""

from __future__ import annotations

import json
import re
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.charts import rendering
from tests.charts.mysql_values import ACK_MAXIMUM, MAXIMUM, PRIVILEGED_MAXIMUM, RANGE
from tests.charts.shared_values import never_set
from tests.conftest import ROOT, run_command
from tests.e2e.own_time import replace_time

MYSQL = str(ROOT / "charts/mysql")
SCRIPTS = sorted((ROOT / "charts/mysql/files").glob("*.sh"))

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
ALL = pytest.mark.parametrize("values", RANGE.values(), ids=RANGE)


def test_the_maxima_set_every_value_that_there_is() -> None:
    assert never_set("mysql", MAXIMUM, ACK_MAXIMUM, PRIVILEGED_MAXIMUM) == set()


def render(tmp_path: Path, values: str = "", *flags: str, name: str = "web") -> dict[str, Any]:
    """The rendered objects by `Kind/name`."""
    return rendering.render("mysql", tmp_path, values, *flags, name=name)


def the_set(tmp_path: Path, values: str = "", *flags: str) -> dict[str, Any]:
    return rendering.only(render(tmp_path, values, *flags), "StatefulSet")


def pods(objects: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The spec of every pod: of the set, of Jobs and CronJobs, and of tests."""
    return (pod for _, pod in rendering.pod_specs(objects))


def containers(objects: dict[str, Any]) -> list[dict[str, Any]]:
    return [container for pod in pods(objects) for container in rendering.containers(pod)]


def environment(container: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one.get("value", "") for one in container.get("env", ())}


def refused(*flags: str) -> str:
    """What is said against these values."""
    result = run_command("template", "web", MYSQL, *flags)
    assert result.code == 1
    return result.err


def lib(tmp_path: Path, pod: str, script: str, **env: str) -> str:
    """Run a line of shell beside what the chart's scripts share."""
    known = {"PATH": "/usr/bin:/bin", "POD_NAME": pod, "MYSQL_RUN": str(tmp_path)}
    more = {"MYSQL_DOMAIN": "web-mysql-headless.default.svc", "MYSQL_SERVER_ID_BASE": "100"}
    done = subprocess.run(
        [
            "bash",
            "-euo",
            "pipefail",
            "-c",
            f'. "$0"; {script}',
            str(SCRIPTS[0].with_name("lib.sh")),
        ],
        env={**known, **more, **env},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_replica_whose_binary_logs_are_gone_says_what_to_do(tmp_path: Path) -> None:
    status = "Replica_IO_Running: No\n Last_IO_Error: the source purged required binary logs."
    said = lib(tmp_path, "web-mysql-1", 'trouble_of "$STATUS"', STATUS=status)
    assert said.startswith("delete its claim and its pod, and it clones again: its IO thread")
    said = lib(tmp_path, "web-mysql-1", 'trouble_of "$STATUS"', STATUS="Replica_IO_Running: No")
    assert said == "its IO thread does not run: "


def test_logins_are_written_as_option_files_are_read(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "app").write_text('a"b\\c#d\ne')
    file = tmp_path / "client.cnf"
    script = f"client_file {file} 'a \"#' app"
    lib(tmp_path, "web-mysql-0", script, MYSQL_SECRETS=str(secrets))
    _, charset, user, password = file.read_text().splitlines()
    assert charset == "default-character-set=utf8mb4"
    assert user == r'user="a \"#"'
    assert password == r'password="a\"b\\c#d\ne"'
    assert file.stat().st_mode & 0o777 == 0o600


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


def test_assertion_14_autoscaling_is_refused() -> None:
    said = refused("--set", "autoscaling.enabled=true")
    assert "autoscaling.enabled: writes go to one member" in said


def test_assertion_15_each_ordinal_has_its_server_id(tmp_path: Path) -> None:
    template = the_set(tmp_path, "replicas: 2")["spec"]["template"]
    assert template == the_set(tmp_path, "replicas: 2")["spec"]["template"]
    env = environment(template["spec"]["containers"][0])
    for ordinal in (0, 1):
        written = lib(
            tmp_path,
            f"web-mysql-{ordinal}",
            'write_config; cat "$cnf"',
            MYSQL_SERVER_ID_BASE=env["MYSQL_SERVER_ID_BASE"],
        )
        assert f"server_id={100 + ordinal}\n" in written
        assert f"report_host=web-mysql-{ordinal}.web-mysql-headless.default.svc\n" in written
        assert f"/{'replica' if ordinal else 'primary'}.cnf\n" in written


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


@ALL
def test_assertion_17_replicas_make_no_database_and_may_be_set_up(
    tmp_path: Path, values: str
) -> None:
    objects = render(tmp_path, values)
    for pod in pods(objects):
        for container in pod["containers"]:
            assert "MYSQL_DATABASE" not in {one["name"] for one in container.get("env", ())}
    config = next(item["data"] for key, item in objects.items() if key.endswith("-config"))
    assert not any("read_only" in text for text in config.values())
    # The init container is told of them, and uses them where a cluster begins: on ordinal 0.
    script = SCRIPTS[0].with_name("provision.sh").read_text()
    assert (
        "if ! is_source; then\n  clone_member\nelif ! there_are_replicas; then\n  begin_cluster"
        in script
    )
    assert "MYSQL_DATABASE" not in script.partition("\nbegin_cluster() {")[2].partition("\n}\n")[2]


def test_assertion_18_replication_speaks_of_sources_and_uses_gtids() -> None:
    text = "\n".join(path.read_text() for path in SCRIPTS)
    statement = text.partition("CHANGE REPLICATION SOURCE TO SOURCE_HOST")[2].partition(";")[0]
    assert "SOURCE_AUTO_POSITION = 1" in statement and "SOURCE_SSL = 1" in statement
    assert "MASTER" not in text
    assert "SLAVE" not in text.replace("REPLICATION SLAVE", "")  # the privilege has kept its name


@ALL
def test_assertion_19_no_password_is_on_a_command_line(tmp_path: Path, values: str) -> None:
    objects = render(tmp_path, values)
    for container in containers(objects):
        probes = [
            container.get(f"{kind}Probe", {}) for kind in ("startup", "liveness", "readiness")
        ]
        words = [*container.get("command", ()), *container.get("args", ())]
        words += [word for probe in probes for word in probe.get("exec", {}).get("command", ())]
        assert not [word for word in words if re.match(r"-p.|--password", word)]
        assert not {"MYSQL_PWD", "MYSQL_ROOT_PASSWORD"} & set(environment(container))
    for script in SCRIPTS:
        assert not re.search(r"--password|\s-p[^ ]|MYSQL_PWD", script.read_text())


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


def test_assertion_23_versions_that_cannot_follow_one_another_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local")
    replace_time(monkeypatch)

    def upgrade(tag: str) -> tuple[int, str]:
        result = run_command("upgrade", "web", MYSQL, "--set", f"image.tag={tag}")
        return result.code, result.err

    run_command("install", "web", MYSQL, "--set", "image.tag=8.0.40", "--no-wait").must()
    code, said = upgrade("9.7.4")
    assert code != 0
    assert "version 8.0.40 cannot become 9.7.4 on the same data" in said
    assert upgrade("8.4.10")[0] == 0
    rolled = run_command("rollback", "web", "1")
    assert rolled.code != 0
    assert "version 8.4.10 cannot become 8.0.40 on the same data" in rolled.err
    assert "never back to another series" in rolled.err
    history = json.loads(run_command("history", "web", "-o", "json").must().out)
    assert len(history) == 2
    assert upgrade("8.4.9")[0] == 0
    assert upgrade("9.7.4")[0] == 0


@pytest.mark.parametrize("tag", ["7.4.1", "9.8.0", "10.1.0", "5.7.44"])
def test_a_series_that_the_chart_does_not_know_is_refused(tag: str) -> None:
    assert "no series that this chart knows" in refused("--set", f"image.tag={tag}")


def test_a_tag_without_a_version_needs_one(tmp_path: Path) -> None:
    assert "set mysqlVersion" in refused("--set", "image.tag=lts")
    found = the_set(tmp_path, "image: {tag: lts}\nmysqlVersion: 8.4.10")
    assert found["metadata"]["annotations"]["holdfast.dev/version"] == "8.4.10"


@pytest.mark.parametrize("part", ["common", "primary", "replica"])
@pytest.mark.parametrize("image", [("image.tag=8.4.10",), ("image.tag=lts", "mysqlVersion=9.7.4")])
def test_assertion_24_an_option_that_the_version_no_longer_has_is_refused(
    part: str, image: tuple[str, ...]
) -> None:
    flags = [word for one in image for word in ("--set", one)]
    key = f"config.{part}.default_authentication_plugin"
    said = refused(*flags, "--set", f"{key}=mysql_native_password")
    assert f"{key}: " in said and f"(from --set {key})" in said
    run_command(
        "template",
        "web",
        MYSQL,
        "--set",
        "image.tag=8.0.40",
        "--set",
        f"{key}=caching_sha2_password",
    ).must()


def test_assertion_25_backups_spare_the_source_and_are_pruned(tmp_path: Path) -> None:
    objects = render(tmp_path, "replicas: 3\nbackup: {enabled: true}")
    job = objects["CronJob/web-mysql-backup"]["spec"]
    assert job["concurrencyPolicy"] == "Forbid"
    (container,) = job["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    env = environment(container)
    assert (env["MYSQL_REPLICAS"], env["BACKUP_KEEP"]) == ("3", "7")
    claim = objects["PersistentVolumeClaim/web-mysql-backup"]["metadata"]
    assert claim["annotations"]["holdfast.dev/resource-policy"] == "keep"
    # The highest ordinal that follows; a member that is gone or behind is passed over.
    script = SCRIPTS[0].with_name("backup.sh").read_text()
    assert "number = MYSQL_REPLICAS - 1; number > 0; number--" in script


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


def test_assertion_40_a_key_that_is_not_known_is_refused_with_the_nearest() -> None:
    assert "replicaz: is not known to the schema (from --set replicaz): did you mean replicas?" in (
        refused("--set", "replicaz=3")
    )


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
    assert config["release"] == "web"
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


@pytest.mark.parametrize(
    ("tag", "option", "says"),
    [
        ("8.0.40", "gtid-mode", "replicas follow by GTID, so it is always ON: leave it out"),
        ("8.0.40", "server_id", "set replication.serverIdBase"),
        ("8.0.40", "loose_super_read_only", "the ordinal decides who may be written to"),
        ("8.0.40", "disable-log-bin", "set replication.binlogExpireDays"),
        ("8.0.40", "log_slave_updates", "set replication.binlogExpireDays"),
        ("8.0.40", "innodb_undo_directory", "all data are in one folder"),
        ("8.0.40", "skip_grant_tables", "would let everybody in without a password"),
        ("8.0.40", "port", "set containerPorts.mysql"),
        ("8.0.40", "ssl_ca", "set tls.existingSecret or tls.issuerRef"),
        ("8.0.40", "Max_connections", "in lower case and without dashes in front"),
        ("8.0.40", "--max", "in lower case and without dashes in front"),
        ("", "skip-host-cache", "gone since MySQL 8.4, which does not start with it"),
        ("8.4.10", "expire_logs_days", "leave it out and set replication.binlogExpireDays"),
        ("9.0.1", "mysql-native-password", "let the accounts log in by caching_sha2_password"),
        ("9.7.4", "innodb-log-file-size", "write innodb_redo_log_capacity"),
    ],
)
@pytest.mark.parametrize("part", ["common", "primary", "replica"])
def test_an_option_that_is_refused_says_why_where_and_what_to_write(
    tmp_path: Path, tag: str, option: str, says: str, part: str
) -> None:
    (tmp_path / "values.yaml").write_text(f"config:\n  {part}:\n    {option}: 1\n")
    image = ("--set-string", f"image.tag={tag}")
    said = refused("-f", str(tmp_path / "values.yaml"), *image)
    (line,) = (line for line in said.splitlines() if f"config.{part}.{option}: " in line)
    assert says in line
    assert line.endswith(f"(from {tmp_path / 'values.yaml'}:3:5)")


@pytest.mark.parametrize(
    ("tag", "option"),
    [
        ("8.0.40", "expire_logs_days"),
        ("8.4.10", "mysql_native_password"),
        ("8.4.10", "innodb_log_file_size"),
        ("9.7.4", "loose-expire-logs-days"),
        ("9.7.4", "validate_password\\.policy"),
    ],
)
def test_an_option_that_the_version_has_is_taken(tag: str, option: str) -> None:
    flags = ("--set", f"image.tag={tag}", "--set", f"config.common.{option}=1")
    run_command("template", "web", MYSQL, *flags).must()


@pytest.mark.parametrize(
    ("flag", "says"),
    [
        ("containerPorts.mysql=70000", "65535"),
        ("containerPorts.mysqlx=0", "at least 1"),
        ("replicas=0", "at least 1"),
        ("replicas=two", "an integer"),
        ("podManagementPolicy=Parallel", "OrderedReady"),
        ("updateStrategy.type=Recreate", "OnDelete"),
        ("auth.replicationPassword=" + "p" * 33, "32"),
        ("auth.username=" + "u" * 33, "32"),
        ("auth.rotation=now", "retain"),
        ("auth.username=root", "must not be"),
        ("replication.user=backup", "must not be"),
        ("replication.serverIdBase=0", "at least 1"),
        ("replication.maxLagSeconds=0", "at least 1"),
        ("replication.binlogExpireDays=50", "49"),
        ("config.common.gtid_mode=OFF", "config.common.gtid_mode"),
        ("config.replica.super-read-only=ON", "config.replica.super-read-only"),
        ("config.primary.server_id=7", "config.primary.server_id"),
        ("initScripts.a=x", "initScripts"),
        ("persistence.size=0", "persistence.size"),
        ("persistence.retention.whenScaled=Keep", "Retain"),
        ("startupProbe.successThreshold=2", "at most 1"),
        ("livenessProbe.successThreshold=2", "at most 1"),
        ("livenessProbe.periodSeconds=0", "at least 1"),
        ("service.nodePort=0", "30000"),
        ("readService.type=ExternalName", "ClusterIP"),
        ("backup.schedule=daily", "backup.schedule"),
        ("backup.keep=0", "at least 1"),
        ("restore.file=../x", "restore.file"),
        ("recovery.lostSource=web-mysql-0", "must be the server_uuid of the lost source"),
        ("metrics.image.tag=a b", "metrics.image.tag"),
        ("mysqlVersion=new", "mysqlVersion"),
        ("args=--x", "a list"),
        ("tls.issuerRef.kind=Any", "ClusterIssuer"),
        ("fullnameOverride=" + "a" * 53, "52"),
    ],
)
def test_a_value_out_of_its_range_is_refused_with_its_path(flag: str, says: str) -> None:
    said = refused("--set", flag)
    path = flag.partition("=")[0]
    assert path in said and says in said
    assert f"from --set {path}" in said


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (("tls.enabled=true",), "tls.existingSecret"),
        (("auth.username=replicator",), "auth.username and replication.user"),
        (("preStopSleepSeconds=60", "terminationGracePeriodSeconds=60"), "preStopSleepSeconds"),
        (
            ("recovery.lostSource=4dec9178-eabe-11f1-b59d-228ebd5b2d4b",),
            "recovery.lostSource: with replicas: 1 there is no replica",
        ),
        (("restore.enabled=true",), "restore.existingClaim: must have at least 1 character"),
        (
            ("restore.enabled=true", "restore.existingClaim=old", "replicas=3"),
            "install with replicas: 1, and scale up afterwards",
        ),
    ],
)
def test_values_that_do_not_go_together_are_refused(flags: tuple[str, ...], says: str) -> None:
    assert says in refused(*(word for flag in flags for word in ("--set", flag)))
