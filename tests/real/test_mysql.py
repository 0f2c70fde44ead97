"""charts/mysql with a real MySQL: what is committed stays, whatever happens to its members."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import trustme
from tests.conftest import ROOT, Result, run_command
from tests.kubelet import faults
from tests.kubelet.scene import Scene, shell

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("kubelet"), pytest.mark.timeout(600)]

CHART = str(ROOT / "charts/mysql")
# A small server whose probes do not wait; what makes commits durable stays as it is.
VALUES = """
image: {tag: 9.7.4}
minReadySeconds: 0
preStopSleepSeconds: 0
startupProbe: {periodSeconds: 1, failureThreshold: 600}
readinessProbe: {periodSeconds: 1}
networkPolicy: {enabled: false}
replication: {semiSync: {enabled: true}}
config:
  common:
    sql-mode: ANSI,NO_BACKSLASH_ESCAPES
    innodb_buffer_pool_size: 32M
    innodb_redo_log_capacity: 8M
    performance_schema_max_table_instances: 400
    table_definition_cache: 400
    max_connections: 60
"""
_CONTENT = """
CREATE TABLE app.t (i INT PRIMARY KEY, b BLOB);
INSERT INTO app.t VALUES (1, X'00FF0D0A27');
CREATE EVENT app.e ON SCHEDULE EVERY 1 DAY DO DELETE FROM app.t WHERE i < 0;
CREATE USER 'o''neil'@'10.%' IDENTIFIED BY 'x';
GRANT SELECT ON app.* TO 'o''neil'@'10.%';
"""
_SCRIPT = """{"a.sql":
"CREATE TABLE words (word VARCHAR(9)) CHARSET utf8mb4; INSERT INTO words VALUES ('漢');"}"""
_WRITE = """n=0
until [ -e /tmp/stop ]; do
  n=$((n + 1))
  if mysql --no-defaults -h "$0" -u app --connect-timeout=2 app \
    -e "INSERT INTO rows_of_a_writer VALUES ($n)" 2>/dev/null; then echo "$n"; fi
done"""


@dataclass(frozen=True, slots=True)
class Database:
    """One release of the chart, and what is asked of its members."""

    scene: Scene
    values: Path
    name: str = "web"

    def holdfast(self, *arguments: str) -> Result:
        return run_command(*arguments, "-n", self.scene.namespace)

    def install(self, *flags: str) -> None:
        self.holdfast("install", self.name, CHART, "-f", str(self.values), *flags).must()

    def pod(self, number: int) -> str:
        return f"{self.name}-mysql-{number}"

    def sql(self, number: int, statement: str) -> str:
        """Run a statement as root on a member; rows come as lines."""
        password = self.secret("root")
        script = 'MYSQL_PWD="$0" exec mysql -S /run/mysqld/mysqld.sock -u root -N -B -e "$1"'
        command = ("bash", "-c", script, password, statement)
        code, said = self.scene.kubelet.execute(
            self.scene.namespace, self.pod(number), "mysql", *command
        )
        assert code == 0, said
        return said

    def secret(self, key: str) -> str:
        return self.secrets()[key]

    def secrets(self) -> dict[str, str]:
        from base64 import b64decode

        data = self.scene.get("Secret", f"{self.name}-mysql")["data"]
        return {key: b64decode(text).decode() for key, text in data.items()}

    def rows(self, number: int) -> set[int]:
        return set(map(int, self.sql(number, "SELECT * FROM app.rows_of_a_writer").split()))

    def wait_for_rows(self, number: int, rows: set[int]) -> None:
        self.scene.wait(lambda: rows <= self.rows(number), f"all rows on {self.pod(number)}")


@dataclass(frozen=True, slots=True)
class Writer:
    """What a client was told is committed."""

    scene: Scene
    committed: set[int] = field(default_factory=set)

    def count(self) -> int:
        return len(self.scene.log("writer").split())


@contextmanager
def writing(database: Database) -> Iterator[Writer]:
    """Commit row after row through the Service for writes, from before the block to its end."""
    scene, writer = database.scene, Writer(database.scene)
    database.sql(0, "CREATE TABLE app.rows_of_a_writer (n INT PRIMARY KEY)")
    container = {
        "image": "mysql",
        "command": ["bash", "-c", _WRITE, "web-mysql-write"],
        "env": [
            {
                "name": "MYSQL_PWD",
                "valueFrom": {"secretKeyRef": {"name": "web-mysql", "key": "app"}},
            }
        ],
    }
    scene.run("writer", container, restartPolicy="Never")
    scene.wait(lambda: scene.is_ready("writer") and writer.count() > 5, "a committed row")
    yield writer
    went_on = writer.count()
    scene.wait(lambda: writer.count() > went_on, "one more row at the end")
    scene.kubelet.execute(scene.namespace, "writer", "main", "touch", "/tmp/stop")
    writer.committed.update(map(int, scene.output("writer").split()))


@pytest.fixture
def database(scene: Scene, tmp_path: Path) -> Database:
    values = tmp_path / "values.yaml"
    values.write_text(VALUES)
    return Database(scene, values)


def test_no_committed_row_is_lost(database: Database, scene: Scene) -> None:
    database.install("--set", "replicas=2")
    database.holdfast("test", "web").must()
    secrets = database.secrets()
    with writing(database) as writer:
        database.holdfast("scale", "web", "3").must()
        assert database.sql(2, "SELECT @@server_id, @@super_read_only").split() == ["102", "1"]

        before = writer.count()
        database.holdfast(
            "upgrade", "web", CHART, "--set", "config.common.max_connections=61"
        ).must()
        assert [database.sql(n, "SELECT @@max_connections").strip() for n in range(3)] == ["61"] * 3
        assert database.secrets() == secrets
        scene.wait(lambda: writer.count() > before, "a row after the roll")

        for number in (2, 0):
            kill(scene, database.pod(number))

        growing = threading.Thread(target=lambda: database.holdfast("scale", "web", "4").must())
        growing.start()
        scene.wait(lambda: cloning(scene, database.pod(3)), "a clone")
        faults.kill(scene.kubelet, scene.namespace, database.pod(3), "provision")
        growing.join()
        assert restarts(scene, database.pod(3), "provision") == 1
    assert len(writer.committed) > 50
    for number in range(4):
        database.wait_for_rows(number, writer.committed)
    executed = {database.sql(n, "SELECT @@gtid_executed") for n in range(4)}
    assert len(executed) == 1, "a member has transactions of its own"
    database.holdfast("test", "web").must()


def test_a_backup_begins_a_new_release(database: Database, scene: Scene) -> None:
    backed_up = ("--set", "backup.enabled=true", "--set", "backup.keep=2")
    database.install("--set", "replicas=2", *backed_up)
    database.sql(0, _CONTENT)
    executed = database.sql(0, "SELECT @@gtid_executed").strip().replace("\\n", "")
    database.sql(1, f"SELECT WAIT_FOR_EXECUTED_GTID_SET('{executed}', 30)")
    other = "web-mysql-x-20200101T000000Z.sql.gz"
    on_backups(scene, "another", f"touch {other}")
    for number in range(3):
        assert "web-mysql-1" in run_job(scene, f"backup-{number}")
    database.holdfast("uninstall", "web").must()
    kept = on_backups(scene, "kept", "ls").split()
    assert len(kept) == 3 and kept.pop() == other

    # Another workload's older file is not the latest; of a damaged one nothing is loaded.
    damaged = "web-mysql-99990101T000000Z.sql.gz"
    on_backups(scene, "damage", f"head -c 200 {kept[-1]} >{damaged}")
    new = replace(database, name="new")
    restored = ("--set", "restore.enabled=true", "--set", "restore.existingClaim=web-mysql-backup")
    failed = new.holdfast("install", "new", CHART, "-f", str(new.values), *restored)
    assert failed.code == 4
    assert f"the backup /backup/{damaged} is damaged, and nothing of it was loaded" in failed.err
    assert f"there are: {kept[0]} " in failed.err
    new.holdfast("uninstall", "new").must()
    on_backups(scene, "mend", f"rm {damaged}")
    new.install(*restored)
    assert new.sql(0, "SELECT i, HEX(b) FROM app.t").split() == ["1", "00FF0D0A27"]
    assert new.sql(0, "SELECT STATUS FROM information_schema.EVENTS").split() == ["ENABLED"]
    assert 'GRANT SELECT ON "app".*' in new.sql(0, "SHOW GRANTS FOR 'o''neil'@'10.%'")
    new.holdfast("scale", "new", "2").must()
    assert new.sql(1, "SELECT i, HEX(b) FROM app.t").split() == ["1", "00FF0D0A27"]
    new.holdfast("test", "new").must()

    another = ("sh", "-c", "echo other >/var/lib/mysql/data/cluster")
    scene.kubelet.execute(scene.namespace, "new-mysql-1", "mysql", *another)
    scene.delete("Pod", "new-mysql-1", grace=1)
    said = "the data here are of cluster other, but the source new-mysql-0"
    scene.wait(lambda: said in provision_log(scene, "new-mysql-1"), "the refusal")


def test_passwords_change_while_the_old_ones_still_work(database: Database, scene: Scene) -> None:
    old = {"auth.appPassword": "o'l\\d\"", "auth.rootPassword": "o\"l#d 'r\\\\ `$x` é漢\\"}
    new = {"auth.appPassword": "n e'w", "auth.rootPassword": 'new\\" #root'}
    user = 'a"p#p é'
    same = {"auth.replicationPassword": "\"#'\\", "auth.username": user}
    database.install(
        "--set", "replicas=2", "--set-json", f"initScripts={_SCRIPT}", *literal(old | same)
    )
    assert database.sql(1, "SELECT HEX(word) FROM app.words").split() == ["E6BCA2"]
    refused = database.holdfast("upgrade", "web", CHART, *literal(new))
    assert refused.code != 0 and "auth.rotation=retain" in refused.err
    assert database.secret("root") == old["auth.rootPassword"]
    database.holdfast(
        "upgrade", "web", CHART, *literal(new), "--set", "auth.rotation=retain"
    ).must()
    assert database.secret("app") == "n e'w"
    for password in (old["auth.appPassword"], new["auth.appPassword"]):
        assert login(scene, password, user=user) == ""
    # Taken back, the old one is the one that stays; what is new goes through both steps again.
    database.holdfast("rollback", "web", "1").must()
    refused = database.holdfast(
        "upgrade", "web", CHART, *literal(new), "--set", "auth.rotation=discard"
    )
    assert refused.code == 1 and "auth.rotation=retain first" in refused.err
    database.holdfast("upgrade", "web", CHART, "--set", "auth.rotation=discard").must()
    assert login(scene, old["auth.appPassword"], user=user) == ""
    assert "Access denied" in login(scene, new["auth.appPassword"], user=user)
    database.holdfast(
        "upgrade", "web", CHART, *literal(new), "--set", "auth.rotation=retain"
    ).must()
    database.holdfast("upgrade", "web", CHART, "--set", "auth.rotation=discard").must()
    assert "Access denied" in login(scene, old["auth.appPassword"], user=user)
    assert login(scene, new["auth.appPassword"], user=user) == ""
    database.holdfast("test", "web").must()

    # A new install finds the volumes, in which no value changes a password.
    again = ("install", "web", CHART, "-f", str(database.values))
    database.holdfast("uninstall", "web").must()
    forgotten = {"auth.appPassword": "forgotten"}
    refused = database.holdfast(*again, *literal(new | same | forgotten))
    assert refused.code == 4
    assert f"{user} does not log in with auth.appPassword" in refused.err
    database.holdfast("uninstall", "web").must()
    database.holdfast(*again, *literal(new | same)).must()
    assert database.holdfast("diff", "upgrade", "web", CHART, "--exit-code").code == 0


def test_members_verify_one_another(database: Database, scene: Scene) -> None:
    authority = trustme.CA()
    domain = f"*.web-mysql-headless.{scene.namespace}.svc.cluster.local"
    issued = authority.issue_cert(domain)
    pem = {
        "ca.crt": authority.cert_pem.bytes().decode(),
        "tls.crt": "".join(one.bytes().decode() for one in issued.cert_chain_pems),
        "tls.key": issued.private_key_pem.bytes().decode(),
    }
    scene.create("Secret", "certificates", stringData=pem)
    tls = {"enabled": True, "existingSecret": "certificates", "requireSecureTransport": True}
    database.install("--set", "replicas=2", "--set-json", f"tls={json.dumps(tls)}")
    assert verified(database) == ["YES", "/run/secrets/tls/ca.crt"]
    database.holdfast("test", "web").must()
    said = login(scene, database.secret("app"), "--ssl-mode=DISABLED", "--get-server-public-key")
    assert "require_secure_transport" in said

    # Without certificates a replica that has verified its source goes on.
    database.holdfast("upgrade", "web", CHART, "--set", "tls.enabled=false").must()
    assert verified(database) == ["NO"]


def verified(database: Database) -> list[str]:
    asked = "SELECT SSL_VERIFY_SERVER_CERTIFICATE, SSL_CA_FILE"
    table = "performance_schema.replication_connection_configuration"
    return database.sql(1, f"{asked} FROM {table}").split()


def literal(values: dict[str, str]) -> list[str]:
    return [part for key, text in values.items() for part in ("--set-literal", f"{key}={text}")]


def login(scene: Scene, password: str, *options: str, user: str = "app") -> str:
    """Log in as the applications' account, from another pod; what is said against it."""
    client = 'mysql --no-defaults --default-character-set=utf8mb4 -h web-mysql-write -u "$1"'
    script = f'MYSQL_PWD="$0" exec {client} --connect-timeout=20 -e "DO 0" "${{@:2}}"'
    code, said = scene.kubelet.execute(
        scene.namespace, "web-mysql-1", "mysql", "bash", "-c", script, password, user, *options
    )
    assert bool(code) == bool(said), said
    return said


def provision_log(scene: Scene, pod: str) -> str:
    path = f"{scene.path('Pod', pod)}/log?container=provision"
    for query in ("", "&previous=true"):
        status, answer = scene.kubelet.api.ask("GET", path + query)
        if status == 200 and answer:
            return answer.decode()
    return ""


def run_job(scene: Scene, name: str) -> str:
    """Run the backup as `kubectl create job --from=cronjob/…` does; what it wrote."""
    path = f"/apis/batch/v1/namespaces/{scene.namespace}/cronjobs/web-mysql-backup"
    scene.create("Job", name, spec=scene.kubelet.api.get(path)["spec"]["jobTemplate"]["spec"])
    scene.wait(lambda: scene.get("Job", name).get("status", {}).get("succeeded") == 1, name)
    pods = scene.kubelet.api.get(f"{scene.path('Pod')}?labelSelector=job-name={name}")["items"]
    return scene.log(pods[0]["metadata"]["name"])


def on_backups(scene: Scene, name: str, script: str) -> str:
    """Run a script in the folder of the backups; what it wrote."""
    mounted = shell(f"cd /b; {script}", volumeMounts=[{"name": "b", "mountPath": "/b"}])
    volume = {"name": "b", "persistentVolumeClaim": {"claimName": "web-mysql-backup"}}
    scene.run(name, mounted, restartPolicy="Never", volumes=[volume])
    return scene.output(name)


def kill(scene: Scene, pod: str) -> None:
    """Kill a server, and wait until it is back."""
    faults.kill(scene.kubelet, scene.namespace, pod, "mysql")
    scene.wait(lambda: restarts(scene, pod) == 1, f"a restart of {pod}")
    scene.wait(lambda: scene.is_ready(pod), f"{pod} to be ready")


def restarts(scene: Scene, pod: str, container: str = "mysql") -> int:
    status = scene.status(pod)
    found = [*status.get("containerStatuses", ()), *status.get("initContainerStatuses", ())]
    return sum(int(one["restartCount"]) for one in found if one["name"] == container)


def cloning(scene: Scene, pod: str) -> bool:
    """Tell whether a member has begun to receive data, and has not got all."""
    if scene.is_gone("Pod", pod):
        return False
    try:
        code, _ = scene.kubelet.execute(
            scene.namespace, pod, "provision", "test", "-d", "/var/lib/mysql/new"
        )
    except LookupError:
        return False
    return code == 0
