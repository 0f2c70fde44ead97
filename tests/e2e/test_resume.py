"""`resume` and `abandon`: what they say, what they take from the record, and when they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import Result, run_command
from tests.e2e.charts import SET, client, data, history, ref, small_chart, write_chart
from tests.e2e.faults import FAULTS
from tests.e2e.line import Fault, Forward, Killed, Line
from tests.e2e.own_time import OwnTime

from holdfast.cluster.request import Request
from holdfast.cluster.transports.base import Response

INSTALL = ("install", "web", "web")
RED = ("upgrade", "web", "web", "--set", "color=red")


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_time: OwnTime) -> Line:
    small_chart(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:now.db")
    return Line(monkeypatch)


def at_set(line: Line, fault: Fault, method: str = "PATCH") -> Fault:
    """The fault when the StatefulSet is changed; other requests pass."""

    def watching(request: Request, forward: Forward) -> Response:
        line.at = len(line.sent) + 1
        live = ("dryRun", "All") not in request.query
        if live and (request.method, request.path.split("/")[-2]) == (method, "statefulsets"):
            return fault(request, forward)
        return forward()

    return watching


def killed(line: Line, *command: str, method: str = "PATCH") -> None:
    """Run a command, which is killed when it changes the StatefulSet; its lock runs out."""
    line.clear(1, at_set(line, line.kill, method))
    with pytest.raises(Killed):
        run_command(*command)
    line.clear()


def failed(line: Line, *command: str) -> Result:
    """Run a command, which is forbidden to change the StatefulSet."""
    line.clear(1, at_set(line, FAULTS["403"]))
    result = run_command(*command).must(1)
    line.clear()
    return result


def test_what_was_interrupted_and_what_is_left_to_do_is_said_first(
    line: Line, own_time: OwnTime
) -> None:
    run_command(*INSTALL).must()
    killed(line, *RED)
    own_time.sleep(61)
    said = run_command("resume", "web").must().err.split("\n")[1:]
    assert said[0].startswith("upgrade of revision 2 by ")
    assert ", begun 20" in said[0] and said[0].endswith(" UTC: was cut off")
    assert said[2].startswith("update   StatefulSet/web   rolling-restart")
    assert "1 to update, 2 unchanged" in said
    assert history("web") == [(1, "superseded"), (2, "deployed")]
    assert data("history", "web")[1]["description"] == "Upgrade complete"


def test_what_abandoning_does_is_said_first(line: Line, own_time: OwnTime) -> None:
    run_command(*INSTALL).must()
    killed(line, *RED)
    own_time.sleep(61)
    said = run_command("abandon", "web").must().err
    assert "\nupdate   ConfigMap/web   " in said and "\n1 to update, 2 unchanged\n" in said
    assert history("web") == [(1, "superseded"), (2, "failed"), (3, "deployed")]
    assert data("history", "web")[2]["description"] == "Upgrade of revision 2 abandoned: back to 1"
    assert data("get", "values", "web") == {}


def test_a_first_install_is_removed_but_for_its_claims(line: Line, own_time: OwnTime) -> None:
    line.clear(1, at_set(line, line.kill_after))
    with pytest.raises(Killed):
        run_command(*INSTALL)
    line.clear()
    own_time.sleep(61)
    done = run_command("abandon", "web", "-o", "json").must()
    assert "claim data-web-0 kept: 1Gi" in done.err
    report = json.loads(done.out)
    assert (report["schema"], report["status"]) == ("holdfast/abandon/v1", "uninstalled")
    left = report["unfinished"]
    assert (left["operation"], left["revision"], left["interrupted"]) == ("install", 1, True)
    assert data("list") == []
    with client() as cluster:
        assert cluster.find(ref("Service", "web")) is None


def test_a_dry_run_shows_it_and_changes_nothing(line: Line, own_time: OwnTime) -> None:
    run_command(*INSTALL).must()
    killed(line, *RED)
    own_time.sleep(61)
    before = history("web")
    for verb in ("resume", "abandon"):
        shown = run_command(verb, "web", "--dry-run").must()
        assert "upgrade of revision 2 by " in shown.err
        assert "1 to update, 2 unchanged" in shown.out
        planned = json.loads(run_command(verb, "web", "--dry-run", "-o", "json").must().out)
        assert planned["schema"] == "holdfast/plan/v1"
        assert planned["unfinished"]["steps"] == []
    assert history("web") == before


def test_it_is_the_record_that_is_finished_whatever_the_chart_says_now(
    line: Line, own_time: OwnTime, tmp_path: Path
) -> None:
    run_command(*INSTALL, "--description", "first of all").must()
    killed(line, *RED, "--description", "paint it red")
    write_chart(tmp_path, version="9.9.9", set=SET)
    own_time.sleep(61)
    run_command("resume", "web").must()
    last = data("history", "web")[-1]
    assert (last["description"], last["chart_version"]) == ("paint it red", "0.1.0")
    assert data("get", "values", "web") == {"color": "red"}


def test_an_uninstall_goes_on_as_it_was_asked_for(line: Line, own_time: OwnTime) -> None:
    run_command(*INSTALL).must()
    killed(
        line, "uninstall", "web", "--keep-history", "--delete-claims", "data-web-0", method="DELETE"
    )
    own_time.sleep(61)
    done = run_command("resume", "web").must()
    assert "was at: scale to 0 StatefulSet/web" in done.err
    assert "claim data-web-0 deleted, as asked for" in done.err
    assert history("web") == [(1, "uninstalled")]


def test_a_history_that_was_to_be_kept_is_not_pruned_by_resuming(
    line: Line, own_time: OwnTime
) -> None:
    run_command(*INSTALL).must()
    for number in range(12):
        command = ("upgrade", "web", "web", "--set", f"color=c{number}", "--history-max", "0")
        run_command(*command).must()
    killed(line, *RED, "--history-max", "0")
    own_time.sleep(61)
    run_command("resume", "web").must()
    assert len(history("web")) == 14


def test_what_failed_goes_on_once_the_cause_is_mended(line: Line) -> None:
    run_command(*INSTALL).must()
    result = failed(line, *RED)
    assert "hint: " in result.err
    assert (
        "`holdfast resume web` goes on from there, `holdfast abandon web` undoes it" in result.err
    )
    assert history("web") == [(1, "deployed"), (2, "failed")]
    status = run_command("status", "web").must().out
    assert "UNFINISHED: upgrade of revision 2 by " in status and "INTERRUPTED" not in status
    assert "resume web" not in run_command("list").must().err
    resumed = run_command("resume", "web").must()
    assert "upgrade failed: apply StatefulSet/web: Forbidden, says it" in resumed.err
    assert history("web") == [(1, "superseded"), (2, "deployed")]


def test_a_first_install_that_failed_may_be_resumed(line: Line) -> None:
    failed(line, *INSTALL)
    taken = run_command(*INSTALL).must(1)
    assert "`resume web` goes on with it, `abandon web` undoes it" in taken.err
    run_command("resume", "web").must()
    assert history("web") == [(1, "deployed")]


def test_an_uninstall_is_undone_though_it_marked_the_good_revision(
    line: Line, own_time: OwnTime
) -> None:
    run_command(*INSTALL).must()
    killed(line, "uninstall", "web", method="DELETE")
    own_time.sleep(61)
    run_command("abandon", "web").must()
    assert history("web") == [(1, "failed"), (2, "deployed")]
    status = data("status", "web")
    assert {item["state"] for item in status["objects"]} == {"ready"}
    assert [claim["name"] for claim in status["claims"]] == ["data-web-0"]


def test_an_operation_after_a_half_done_uninstall_goes_back_behind_both(
    line: Line, own_time: OwnTime
) -> None:
    run_command(*INSTALL).must()
    killed(line, "uninstall", "web", method="DELETE")
    own_time.sleep(61)
    killed(line, *RED, "--history-max", "1")
    own_time.sleep(61)
    run_command("abandon", "web").must()
    assert data("history", "web")[-1]["description"] == "Upgrade of revision 2 abandoned: back to 1"


def test_resuming_may_be_interrupted_and_resumed(line: Line, own_time: OwnTime) -> None:
    run_command(*INSTALL).must()
    killed(line, *RED)
    for _ in range(3):
        own_time.sleep(61)
        killed(line, "resume", "web")
    own_time.sleep(61)
    run_command("resume", "web").must()
    assert history("web") == [(1, "superseded"), (2, "deployed")]


@pytest.mark.parametrize("verb", ["resume", "abandon"])
def test_an_adoption_is_finished_or_given_up(verb: str, line: Line, own_time: OwnTime) -> None:
    with client() as cluster:
        obj = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"color": "old"}}
        cluster.create({**obj, "metadata": {"name": "web", "namespace": "default"}})
    killed(line, "adopt", "web", "web", "--force-conflicts")
    own_time.sleep(61)
    ended = run_command(verb, "web").must()
    assert "adopt of revision 1 by " in ended.err
    with client() as cluster:
        assert cluster.find(ref("ConfigMap", "web")), "it was there before"
        assert (cluster.find(ref("Service", "web")) is not None) == (verb == "resume")
    assert [row["status"] for row in data("list")] == (["deployed"] if verb == "resume" else [])


# -- refusals


@pytest.mark.parametrize("verb", ["resume", "abandon"])
def test_an_unknown_release(verb: str, line: Line) -> None:
    refused = run_command(verb, "web").must(1)
    assert "release web: there is no such release" in refused.err


@pytest.mark.parametrize("verb", ["resume", "abandon"])
def test_nothing_was_interrupted(verb: str, line: Line) -> None:
    run_command(*INSTALL).must()
    refused = run_command(verb, "web").must(1)
    assert "release web: nothing was interrupted: revision 1 is deployed" in refused.err
    assert "hint: `holdfast history web`" in refused.err


def test_cut_off_before_anything_was_recorded(line: Line, own_time: OwnTime) -> None:
    run_command(*INSTALL).must()
    before = history("web")
    line.clear(1, at_lock(line))
    with pytest.raises(Killed):
        run_command(*RED)
    line.clear()
    own_time.sleep(61)
    assert "it left nothing half done" in run_command("status", "web").must().out
    refused = run_command("resume", "web").must(1)
    assert "hint: run that command again" in refused.err
    dropped = run_command("abandon", "web").must()
    assert "INTERRUPTED: upgrade by " in dropped.out and "nothing half done" in dropped.out
    assert history("web") == before
    assert run_command("abandon", "web").must(1)


def at_lock(line: Line) -> Fault:
    """Killed right after the lock is taken."""

    def watching(request: Request, forward: Forward) -> Response:
        line.at = len(line.sent) + 1
        if request.method == "PUT":
            return line.kill_after(request, forward)
        return forward()

    return watching


def test_what_an_install_took_over_is_not_deleted_with_what_it_made(
    line: Line, own_time: OwnTime
) -> None:
    with client() as cluster:
        obj = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"color": "old"}}
        cluster.create({**obj, "metadata": {"name": "web", "namespace": "default"}})
    killed(line, *INSTALL, "--take-ownership", "--force-conflicts")
    own_time.sleep(61)
    abandoned = run_command("abandon", "web").must()
    assert "ConfigMap/web: kept: it was there before the install" in abandoned.err
    assert data("list") == []
    with client() as cluster:
        assert cluster.find(ref("ConfigMap", "web"))
        assert cluster.find(ref("Service", "web")) is None


def test_without_a_good_revision_there_is_nothing_to_go_back_to(line: Line) -> None:
    failed(line, *INSTALL)
    failed(line, *RED)
    refused = run_command("abandon", "web").must(1)
    assert "there is no good revision to go back to" in refused.err
    assert "`holdfast uninstall web` removes all of it" in refused.err
