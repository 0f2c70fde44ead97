"""charts/mysql: its scripts, and what they are told."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.charts.mysql_render import (
    ALL,
    SCRIPTS,
    containers,
    environment,
    pods,
    render,
    the_set,
)


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
    assert said == "its IO thread does not run: it was stopped; a new pod starts it"


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


def test_no_account_is_left_without_a_password(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for key in ("root", "replication", "backup"):
        (secrets / key).write_text("x")
    (secrets / "app").touch()
    done = subprocess.run(
        ["bash", str(SCRIPTS[0].with_name("rotate.sh")), "discard"],
        env={
            "PATH": "/usr/bin:/bin",
            "POD_NAME": "web-mysql-rotation-x",
            "MYSQL_WORKLOAD": "web-mysql",
            "MYSQL_DOMAIN": "web-mysql-headless.default.svc",
            "MYSQL_RUN": str(tmp_path),
            "MYSQL_SECRETS": str(secrets),
            "MYSQL_USER": "app",
            "MYSQL_REPLICAS": "1",
            "MYSQL_REPLICATION_USER": "replicator",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "no password under the key app: nothing was changed" in done.stderr
