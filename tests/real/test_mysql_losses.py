"""charts/mysql when its source is lost: a recovery that is cut off, and one without a member."""

from __future__ import annotations

import re
import threading

import pytest
from tests.kubelet import faults
from tests.kubelet.scene import Scene
from tests.real.test_mysql import (
    _CONTENT,
    CHART,
    Database,
    database,
    provision_log,
    restarts,
)

__all__ = ["database"]

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("kubelet"), pytest.mark.timeout(600)]

_HOLD = "LOCK TABLES app.t READ; SELECT SLEEP(300)"
_HELD = "SELECT ID FROM performance_schema.processlist WHERE INFO = 'SELECT SLEEP(300)'"
_CHANNELS = """SELECT CONCAT('<', CHANNEL_NAME, '>', SERVICE_STATE)
FROM performance_schema.replication_connection_status"""


@pytest.fixture
def uneven(database: Database, scene: Scene) -> Database:
    """Three members; the highest ordinal alone has what was committed last."""
    database.install("--set", "replicas=3")
    database.sql(0, _CONTENT)
    scene.wait(lambda: newest(database, 1) == "1", "the first row")
    database.sql(1, "STOP REPLICA IO_THREAD")
    database.sql(0, "INSERT INTO app.t VALUES (2, NULL)")
    scene.wait(lambda: newest(database, 2) == "2", "the second row")
    return database


def test_a_source_that_lost_its_volume_is_made_of_the_replica_that_has_most(
    database: Database, scene: Scene
) -> None:
    database.install("--set", "replicas=3")
    database.sql(0, _CONTENT)
    with faults.cut_off(scene.kubelet, scene.namespace, "web-mysql-1"):
        database.sql(0, "INSERT INTO app.t VALUES (2, NULL)")
        scene.wait(lambda: database.sql(2, "SELECT MAX(i) FROM app.t").strip() == "2", "a row")
        lose_source(scene)
        said = "there may be replicas with data"
        scene.wait(lambda: said in provision_log(scene, "web-mysql-0"), "the first refusal")
    assert database.sql(1, "SELECT MAX(i) FROM app.t").strip() == "1"
    before = {number: pod_uid(scene, number) for number in (1, 2)}
    assert_walk_leads_back(database, scene)
    assert {number: pod_uid(scene, number) for number in (1, 2)} == before

    assert [database.sql(n, "SELECT MAX(i) FROM app.t").strip() for n in range(3)] == ["2"] * 3
    assert database.sql(0, "SELECT STATUS FROM information_schema.EVENTS").split() == ["ENABLED"]
    assert database.sql(0, "SHOW REPLICA STATUS") == ""
    database.holdfast("test", "web").must()
    executed = {database.sql(n, "SELECT @@gtid_executed") for n in range(3)}
    assert len(executed) == 1, "a member has transactions of its own"

    # What was asked for is done once: the next loss is another one.
    lose_source(scene)
    said = "nothing is cloned"
    scene.wait(lambda: said in provision_log(scene, "web-mysql-0"), "the last refusal")


def test_a_recovery_that_was_killed_leaves_no_replica_without_its_source(
    uneven: Database, scene: Scene
) -> None:
    lost = uneven.sql(0, "SELECT @@server_uuid").strip()
    holder = threading.Thread(target=lambda: uneven.sql(1, _HOLD))
    holder.start()
    lose_source(scene)
    recover(uneven, lost)
    scene.wait(lambda: "<recovery>ON" in channels(uneven, 1), "the member to be catching up")
    faults.kill(scene.kubelet, scene.namespace, "web-mysql-0", "provision")
    scene.wait(lambda: restarts(scene, "web-mysql-0", "provision") > 0, "another run")
    uneven.sql(1, f"KILL QUERY {uneven.sql(1, _HELD)}")
    holder.join()

    scene.wait(lambda: all(scene.is_ready(uneven.pod(n)) for n in range(3)), "all members", 120)
    assert [newest(uneven, number) for number in range(3)] == ["2"] * 3
    assert [channels(uneven, number) for number in (1, 2)] == [["<>ON"]] * 2
    uneven.holdfast("test", "web").must()


def test_a_member_that_was_left_out_does_not_come_back_with_data_of_its_own(
    uneven: Database, scene: Scene
) -> None:
    lost = uneven.sql(0, "SELECT @@server_uuid").strip()
    with faults.cut_off(scene.kubelet, scene.namespace, "web-mysql-2"):
        lose_source(scene)
        recover(uneven, lost)
        said = "leave it out: repeat the upgrade with --set replicas="
        scene.wait(lambda: said in provision_log(scene, "web-mysql-0"), "the refusal")
        recover(uneven, lost, "--set", "replicas=2")
        scene.wait(lambda: source_is_ready(scene), "the source", 120)
    scene.wait(lambda: scene.is_gone("Pod", "web-mysql-2"), "the end of the member")
    assert newest(uneven, 0) == "1"

    failed = uneven.holdfast("scale", "web", "3", "--timeout", "30s")
    assert failed.code != 0
    assert "the data here have transactions that the source web-mysql-0" in failed.err
    assert f"{lost}:" in failed.err
    scene.delete("PersistentVolumeClaim", "data-web-mysql-2")
    scene.delete("Pod", "web-mysql-2", grace=1)
    uneven.holdfast("resume", "web").must()
    assert newest(uneven, 2) == "1"
    uneven.holdfast("test", "web").must()


def recover(database: Database, lost: str, *flags: str) -> None:
    values = ("--set", f"recovery.lostSource={lost}", *flags)
    database.holdfast("upgrade", "web", CHART, *values, "--no-wait", "--yes").must()
    database.holdfast("restart", "web", "--ordinal", "0", "--yes", "--no-wait").must()


def source_is_ready(scene: Scene) -> bool:
    """Tell it also while one pod is gone and the next one is not there yet."""
    found = scene.kubelet.api.find(scene.path("Pod", "web-mysql-0")) or {"status": {}}
    conditions = found["status"].get("conditions", ())
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def newest(database: Database, number: int) -> str:
    return database.sql(number, "SELECT MAX(i) FROM app.t").strip()


def channels(database: Database, number: int) -> list[str]:
    """A member's channels by name, and whether each receives."""
    return database.sql(number, _CHANNELS).split()


def lose_source(scene: Scene) -> None:
    faults.lose_volume(scene.kubelet, scene.namespace, "data-web-mysql-0")
    scene.delete("Pod", "web-mysql-0", grace=1)


def assert_walk_leads_back(database: Database, scene: Scene) -> None:
    """The commands that the refusal names, as they stand there."""
    commands: list[str] = []

    def told() -> bool:
        said = provision_log(scene, "web-mysql-0")
        commands[:] = re.findall(r"`holdfast ([^`]+)`", said.replace("CHART", CHART))[-2:]
        return len(commands) == 2 and "recovery.lostSource=" in commands[0]

    scene.wait(told, "the refusal that tells what to do")
    for command in commands:
        database.holdfast(*command.split()).must()
    scene.wait(lambda: all(scene.is_ready(database.pod(n)) for n in range(3)), "all members")


def pod_uid(scene: Scene, number: int) -> str:
    return str(scene.get("Pod", f"web-mysql-{number}")["metadata"]["uid"])
