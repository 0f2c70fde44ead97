"""Looking at a release: get, diff revision, status of a revision and as it changes; bad input."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from tests.conftest import run_command, write_tree
from tests.e2e.charts import CONFIG, SERVICE, client, data, ref, small_chart, write_chart
from tests.e2e.processes import start

from holdfast.cluster.request import Request
from holdfast.cluster.transports.base import Response
from holdfast.cluster.transports.direct import DirectTransport
from holdfast.errors import Unreachable

SCHEMA = '{"properties": {"password": {"type": "string", "writeOnly": true}}}'
SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: {{ release.name }}}
stringData: {password: {{ values.password }}}
"""


@pytest.fixture
def release(cluster: str, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Three revisions of a release `web`, in a namespace of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    values = "color: blue\npassword: first-S3cret\n"
    write_chart(tmp_path, config=CONFIG, service=SERVICE, secret=SECRET, values=values)
    notes = {"values.schema.json": SCHEMA, "templates/NOTES.txt.j2": "It is {{ values.color }}.\n"}
    write_tree(tmp_path / "web", notes)
    install = ("install", "web", "web", "--labels", "team=red", "--create-namespace")
    run_command(*install).must()
    run_command("upgrade", "web", "web", "--set", "color=red,password=second-S3cret").must()
    Path("web/templates/service.yaml.j2").unlink()
    run_command("upgrade", "web", "web").must()
    return namespace


def test_get_of_the_newest_and_of_an_earlier_revision(release: str) -> None:
    assert data("get", "values", "web") == {"color": "red", "password": "second-S3cret"}
    assert data("get", "values", "web", "--revision", "1") == {}
    assert data("get", "values", "web", "--all", "--revision", "1")["color"] == "blue"
    kinds = [one["kind"] for one in data("get", "manifest", "web", "--revision", "1")]
    assert sorted(kinds) == ["ConfigMap", "Secret", "Service"]
    assert "kind: Service" not in run_command("get", "manifest", "web").must().out
    assert run_command("get", "notes", "web", "--revision", "1").must().out == "It is blue.\n"
    assert data("get", "notes", "web")["notes"] == "It is red.\n"


def test_get_metadata(release: str) -> None:
    found = data("get", "metadata", "web", "--revision", "2")
    assert found["schema"] == "holdfast/metadata/v1"
    assert (found["name"], found["namespace"], found["revision"]) == ("web", release, 2)
    assert (found["status"], found["chart"]) == ("superseded", "web")
    assert found["labels"] == {"team": "red"} and found["chart_digest"].startswith("sha256:")
    rows = dict(
        line.split(": ", 1)
        for line in run_command("get", "metadata", "web").must().out.splitlines()
    )
    assert rows["REVISION"] == "3" and rows["LABELS"] == "team=red" and rows["VERSION"] == "0.1.0"


def test_get_all(release: str) -> None:
    found = data("get", "all", "web", "--revision", "2")
    assert found["schema"] == "holdfast/release/v1"
    assert found["supplied_values"] == {"color": "red", "password": "second-S3cret"}
    assert set(found["values"]) == {"color", "password"} and len(found["manifest"]) == 3
    assert found["notes"] == "It is red.\n" and found["labels"] == {"team": "red"}
    shown = run_command("get", "all", "web").must().out
    titles = [line for line in shown.splitlines() if line.endswith(":") and line.isupper()]
    assert titles == ["SUPPLIED VALUES:", "VALUES:", "MANIFEST:", "NOTES:"]


def test_two_revisions_are_compared(release: str) -> None:
    shown = run_command("diff", "revision", "web", "1", "2").must().out
    assert shown.startswith("values: revision 1 → 2\n")
    assert "- color: blue\n" in shown and "+ color: red\n" in shown
    assert "ConfigMap/web: update, in-place" in shown and "+   color: red\n" in shown
    assert "S3cret" not in shown and "(secret, changed, 12 bytes → 13 bytes)" in shown
    assert (
        "second-S3cret"
        in run_command("diff", "revision", "web", "1", "2", "--show-secrets").must().out
    )
    report = data("diff", "revision", "web", "1")
    assert report["schema"] == "holdfast/revision-diff/v1"
    assert (report["from"]["revision"], report["to"]["revision"]) == (1, 3), "the newest"
    assert {row["path"]: row["after"] for row in report["values"]} == {
        "color": "red",
        "password": {"masked": True, "bytes": 13, "changed": True},
    }
    verbs = {row["object"]["kind"]: (row["verb"], row["reason"]) for row in report["changes"]}
    assert verbs["Service"] == ("delete", "only in revision 1")
    assert verbs["ConfigMap"][0] == verbs["Secret"][0] == "update"
    back = data("diff", "revision", "web", "3", "2")["changes"]
    assert [(row["object"]["kind"], row["reason"]) for row in back if row["verb"] == "create"] == [
        ("Service", "only in revision 2")
    ]
    run_command("diff", "revision", "web", "1", "--exit-code").must(3)
    same = run_command("diff", "revision", "web", "3", "--exit-code").must(0)
    assert same.out == "no changes\n"


def test_a_comparison_asks_for_nothing_but_records(
    release: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.e2e.counted import count_requests

    sent = count_requests(monkeypatch)
    run_command("diff", "revision", "web", "1", "2").must()
    paths = {exchange.request.path for exchange in sent}
    assert all("/secrets/holdfast.web" in path for path in paths)


def test_the_status_of_an_earlier_revision(release: str) -> None:
    now, before = data("status", "web"), data("status", "web", "--revision", "1")
    states = {row["kind"]: row["state"] for row in before["objects"]}
    assert states == {"ConfigMap": "ready", "Secret": "ready", "Service": "missing"}
    assert "Service" not in {row["kind"] for row in now["objects"]}
    assert (before["revision"], before["status"], now["revision"]) == (1, "superseded", 3)


@pytest.mark.parametrize(
    ("arguments", "said", "hint"),
    [
        (("get", "all", "nobody"), "there is no such release", "holdfast list -A"),
        (("get", "metadata", "web", "--revision", "9"), "there is no revision 9", "1 (superseded)"),
        (("status", "web", "--revision", "9"), "there is no revision 9", "3 (deployed)"),
        (("status", "nobody", "--watch"), "there is no such release", "holdfast list -A"),
        (("diff", "revision", "web", "9"), "there is no revision 9", "1 (superseded)"),
        (("diff", "revision", "web", "1", "9"), "there is no revision 9", "1 (superseded)"),
        (("diff", "revision", "nobody", "1"), "there is no such release", "holdfast list -A"),
        (("history", "nobody"), "there is no such release", "holdfast list -A"),
        (("rollback", "web", "9"), "there is no revision 9", "1 (superseded)"),
        (("get", "values", "Not.A.Name"), "it may have lower case letters", "try 'not-a-name'"),
    ],
)
def test_what_is_not_there(release: str, arguments: tuple[str, ...], said: str, hint: str) -> None:
    refused = run_command(*arguments).must(1)
    assert said in refused.err and refused.out == ""
    (shown,) = [line for line in refused.err.splitlines() if line.startswith("hint: ")]
    assert hint in shown


@pytest.mark.parametrize("revision", ["0", "-1", "x"])
def test_a_revision_is_a_number_from_one(revision: str) -> None:
    refused = run_command("get", "all", "web", f"--revision={revision}").must(2)
    assert "--revision" in refused.err


METRICS = {
    "kind": "PodMetricsList",
    "items": [
        {
            "metadata": {"name": "web-0"},
            "containers": [
                {"name": "web", "usage": {"cpu": "11500u", "memory": "34Mi"}},
                {"name": "side", "usage": {"cpu": "2m", "memory": "512Ki"}},
            ],
        }
    ],
}


def test_status_tells_what_pods_use_where_that_is_measured(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "USAGE" not in run_command("status", "web").must().out
    assert data("status", "web")["ordinals"][0]["usage"] is None
    inner = DirectTransport.send

    def send(self: DirectTransport, request: Request, *, timeout: float) -> Response:
        if request.path == "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods":
            return Response(200, {}, iter((json.dumps(METRICS).encode(),)))
        return inner(self, request, timeout=timeout)

    monkeypatch.setattr(DirectTransport, "send", send)
    assert data("status", "web")["ordinals"][0]["usage"] == {"cpu": "14m", "memory": "34Mi"}
    shown = run_command("status", "web").must().out
    assert "USAGE" in shown and "14m 34Mi" in shown


# -- watching


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release that is ready, on an embedded cluster."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:c.db")
    run_command("install", "web", small_chart(tmp_path)).must()
    return tmp_path


def sleeping(monkeypatch: pytest.MonkeyPatch, *between: Callable[[], object]) -> None:
    """Let these happen at the pauses of a watch, and then Ctrl-C."""
    left = list(between)

    def sleep(seconds: float) -> None:
        if seconds != 2.0:
            return  # between two attempts of one request
        if not left:
            raise KeyboardInterrupt
        left.pop(0)()

    monkeypatch.setattr(time, "sleep", sleep)


def drop(kind: str) -> None:
    with client() as kubectl:
        kubectl.delete(ref(kind, "web"))


def test_a_watch_prints_what_changed(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sleeping(monkeypatch, lambda: None, lambda: drop("ConfigMap"), lambda: None)
    seen = run_command("status", "web", "--watch", "-o", "yaml").must(0)
    first, second = yaml.safe_load_all(seen.out)
    states = [{row["kind"]: row["state"] for row in one["objects"]} for one in (first, second)]
    assert [one["ConfigMap"] for one in states] == ["ready", "missing"]
    assert states[1]["Service"] == "ready"


def test_a_watch_for_people_prints_one_status_after_the_other(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeping(monkeypatch, lambda: drop("Service"))
    seen = run_command("status", "web", "-w").must(0)
    assert seen.out.count("NAME: web") == 2 and "\x1b" not in seen.out
    assert re.search(r"^Service/web +missing ", seen.out, re.MULTILINE)


def test_a_watch_outlives_a_server_that_is_away(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = DirectTransport.send

    def cut() -> None:
        def send(*_: object, **__: object) -> object:
            raise Unreachable("reach the API server: connection refused")

        monkeypatch.setattr(DirectTransport, "send", send)

    def mend() -> None:
        monkeypatch.setattr(DirectTransport, "send", inner)
        drop("Service")

    sleeping(monkeypatch, cut, mend, lambda: None)
    seen = run_command("status", "web", "--watch", "-o", "json").must(0)
    assert "warning: reach the API server: connection refused" in seen.err
    assert seen.out.count('"schema": "holdfast/status/v1"') == 2


def test_a_watched_release_that_goes_ends_the_watch(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def remove() -> None:
        with client() as kubectl:
            kubectl.delete(ref("Secret", "holdfast.web"))

    sleeping(monkeypatch, remove)
    seen = run_command("status", "web", "--watch").must(1)
    assert "there is no such release" in seen.err


def test_ctrl_c_is_how_a_watch_ends(here: Path) -> None:
    process = start("status", "web", "--watch", stdout=subprocess.PIPE)
    assert process.stdout and process.stdout.readline() == "NAME: web\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 0 and "error" not in said
