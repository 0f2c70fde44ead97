import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.embedded.server import MAPS, Server, config_map

from holdfast.errors import ClusterError

WRITER = """
import sys
from tests.unit.embedded.server import MAPS, Server, config_map
server = Server(sys.argv[1])
for number in range(15):
    server.post(MAPS, config_map(f"{sys.argv[2]}-{number}"))
"""


def test_what_was_acknowledged_is_there_after_reopening(tmp_path: Path):
    first = Server(tmp_path / "cluster.db")
    made = first.post(MAPS, config_map(k="v"))
    first.app.close()
    second = Server(tmp_path / "cluster.db")
    assert second.get(f"{MAPS}/a") == made
    assert len(second.get("/api/v1/namespaces")["items"]) == 3


def test_two_open_clusters_on_one_file_see_each_others_writes(tmp_path: Path):
    one, two = Server(tmp_path / "cluster.db"), Server(tmp_path / "cluster.db")
    one.post(MAPS, config_map(k="1"))
    assert two.patch(f"{MAPS}/a", {"data": {"k": "2"}})["data"] == {"k": "2"}
    assert one.get(f"{MAPS}/a")["data"] == {"k": "2"}


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path):
    path = str(tmp_path / "cluster.db")
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, path, name]) for name in "xyz"]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    found = Server(path).get(MAPS)["items"]
    assert len({one["metadata"]["resourceVersion"] for one in found}) == len(found) == 45


def test_a_failed_request_leaves_nothing_behind(tmp_path: Path):
    server = Server(tmp_path / "cluster.db")
    before = server.get("/api/v1/configmaps")["metadata"]
    server.refused("POST", MAPS, config_map("A"))
    assert server.get("/api/v1/configmaps")["metadata"] == before


def test_the_file_is_for_its_owner_only(tmp_path: Path):
    Server(tmp_path / "cluster.db")
    assert stat.S_IMODE((tmp_path / "cluster.db").stat().st_mode) == 0o600


def _database(path: Path, *statements: str) -> Path:
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return path


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path):
    path = tmp_path / "cluster.db"
    Server(path).app.close()
    _database(path, "PRAGMA user_version = 99")
    with pytest.raises(ClusterError, match="a newer version of holdfast made it"):
        Server(path)


def test_the_database_of_another_program_is_left_alone(tmp_path: Path):
    path = _database(tmp_path / "other.db", "CREATE TABLE theirs (x)")
    with pytest.raises(ClusterError, match="the database of another program"):
        Server(path)


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path):
    path = tmp_path / "cluster.db"
    path.write_bytes(b"something else entirely " * 100)
    with pytest.raises(ClusterError, match="file is not a database") as error:
        Server(path)
    assert error.value.hint


def test_a_damaged_database_is_said_to_be_damaged(tmp_path: Path):
    path = tmp_path / "cluster.db"
    Server(path).app.close()
    _database(path, "DROP TABLE timers")
    with pytest.raises(ClusterError, match="it lacks the table timers"):
        Server(path)


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path):
    with pytest.raises(ClusterError, match="opening the embedded cluster"):
        Server(tmp_path / "missing" / "cluster.db")
