"""On a terminal the release is shown as a tree that is drawn anew in its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.e2e.charts import STUCK, history, small_chart
from tests.e2e.processes import read_until, start
from tests.e2e.terminal import on_terminal


@pytest.fixture(autouse=True)
def _chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_chart(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:c.db")


INSTALL = ("install", "web", "web", "--set", "replicas=2")


def test_the_tree_grows_in_its_place_and_stays_when_all_is_ready() -> None:
    with on_terminal(*INSTALL) as command:
        assert command.finish() == 0
        screen = command.screen
    assert len(screen.frames) > 1, "drawn again as things move"
    assert screen.text.count("ready  0:0") == 1, "drawn over, not below"
    assert screen.text.count("StatefulSet/web  ") == 1
    lines = screen.text.split("\n")
    first = next(n for n, text in enumerate(lines) if text.startswith("install of release web "))
    assert lines[first].startswith("install of release web  1 of 1 ready  0:0")
    assert lines[first].endswith(" of 10:00")
    assert lines[first + 1] == "└─ ✓ StatefulSet/web  2 of 2 pods ready"
    revision = lines[first + 2].split("revision ")[1].split()[0]
    assert lines[first + 2] == f"   ├─ ✓ web-0  revision {revision}  ready  claim Bound"
    assert lines[first + 3] == f"   └─ ✓ web-1  revision {revision}  ready  claim Bound"
    assert lines[first + 4] == "NAME: web"
    assert "applied  StatefulSet/web created" in lines[first - 1], "what is done stands above"
    assert "waiting" not in screen.text and "ready    Stateful" not in screen.text


def test_every_frame_is_one_write_that_clears_no_more_than_it_draws() -> None:
    with on_terminal(*INSTALL) as command:
        command.finish()
    frames = command.raw.split("\x1b[?2026h")[1:]
    assert all(frame.count("\x1b[?2026l") == 1 for frame in frames)
    assert "\x1b[2J" not in command.raw and "\x1b[2K" not in command.raw


@pytest.mark.parametrize(("columns", "lines"), [(40, 10), (24, 4), (200, 50)])
def test_the_tree_fits_any_terminal(columns: int, lines: int) -> None:
    with on_terminal(*INSTALL, "--set", "replicas=4", columns=columns, lines=lines) as command:
        assert command.finish() == 0
    assert command.screen.text.count("\ninstall of release") == 1
    assert command.screen.text.count("STATUS: deployed") == 1


def test_ctrl_c_leaves_the_tree_and_says_how_to_go_on() -> None:
    with on_terminal(*INSTALL) as command:
        command.finish()
    with on_terminal(*STUCK) as command:
        command.read_until("✗ web-1")
        command.press(b"\x03")
        assert command.finish() == 1
        shown = command.screen.text
    assert "✗ web-1" in shown
    assert "error: upgrade of release web: interrupted" in shown
    assert "hint: `holdfast resume web`, or the same command again, goes on" in shown
    assert history("web") == [(1, "deployed"), (2, "failed")]


def test_a_failed_wait_shows_the_tree_and_below_it_events_and_hint() -> None:
    never = "image=registry.invalid/nginx:1"
    with on_terminal("install", "web", "web", "--set", never, "--timeout", "2s") as command:
        assert command.finish() == 4
        shown = command.screen.text
    tree, _, rest = shown.partition("error: install of release web: not ready after 2 s")
    assert "✗ web-0" in tree
    assert "\nPod/web-0:\n" in rest, "its reason stands in the message already"
    assert re.search(r"^  \d\d:\d\d:\d\d Warning Failed: Failed to pull", rest, re.MULTILINE)


@pytest.mark.parametrize("how", ["quiet", "dumb"])
def test_no_tree_under_quiet_nor_on_a_terminal_that_cannot_draw(how: str) -> None:
    flags, term = (("-q",), "xterm") if how == "quiet" else ((), "dumb")
    with on_terminal(*INSTALL, *flags, TERM=term) as command:
        assert command.finish() == 0
    assert "\x1b[?2026h" not in command.raw and "└─" not in command.raw
    assert ("ready    StatefulSet/web: 2 of 2 pods ready" in command.raw) == (how == "dumb")


def test_without_colour_the_tree_is_drawn_all_the_same() -> None:
    with on_terminal(*INSTALL, NO_COLOR="1") as command:
        command.finish()
    assert "✓ web-1" in command.screen.text
    assert not re.search(r"\x1b\[\d+m", command.raw)


def test_elsewhere_lines_with_the_time_are_appended() -> None:
    with start(*INSTALL) as process:
        said = read_until(process, "2 of 2 pods ready")
        process.communicate()
    assert "\x1b" not in said and "└─" not in said
    waiting = [line for line in said.splitlines() if " waiting  StatefulSet/web: " in line]
    assert waiting and all(line[2] == line[5] == ":" for line in waiting)


def test_what_is_being_deleted_is_drawn_too() -> None:
    with on_terminal(*INSTALL) as command:
        command.finish()
    with on_terminal("uninstall", "web") as command:
        assert command.finish() == 0
    assert 'release "web" uninstalled' in command.screen.text
