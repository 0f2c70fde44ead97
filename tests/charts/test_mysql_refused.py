"""charts/mysql: values and versions that it refuses, and what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.charts.mysql_render import (
    MYSQL,
    refused,
    the_set,
)
from tests.conftest import run_command
from tests.e2e.own_time import replace_time


def test_assertion_14_autoscaling_is_refused() -> None:
    said = refused("--set", "autoscaling.enabled=true")
    assert "autoscaling.enabled: writes go to one member" in said


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


def test_assertion_40_a_key_that_is_not_known_is_refused_with_the_nearest() -> None:
    assert "replicaz: is not known to the schema (from --set replicaz): did you mean replicas?" in (
        refused("--set", "replicaz=3")
    )


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
