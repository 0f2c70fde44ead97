"""What is drawn anew in its place, on a terminal whose size may change meanwhile."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from holdfast_cli.output.live import Live, can_draw, fit, size


class Terminal:
    """A pty: what is written to `stream` can be read."""

    def __init__(self) -> None:
        self.master, slave = pty.openpty()
        self.stream: TextIO = os.fdopen(slave, "w", encoding="utf-8")

    def resize(self, columns: int, lines: int = 24) -> None:
        fcntl.ioctl(self.stream, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def read(self) -> str:
        return os.read(self.master, 65536).decode()


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    made.stream.close()
    os.close(made.master)


def test_a_terminal_made_narrower_has_wrapped_the_lines(terminal: Terminal) -> None:
    live = Live()
    terminal.resize(100)
    live.draw(terminal.stream, ["x" * 90, "short", ""], [90, 5, 0])
    assert "\x1b[" + "1A" not in terminal.read(), "there is nothing above yet"
    live.draw(terminal.stream, ["y"], [1])
    assert "\x1b[3A" in terminal.read()
    live.draw(terminal.stream, ["x" * 90, "short", ""], [90, 5, 0])
    terminal.read()
    terminal.resize(40)
    live.draw(terminal.stream, ["y"], [1])
    assert "\x1b[5A" in terminal.read()


def test_what_is_printed_meanwhile_goes_above_and_the_lines_stay(terminal: Terminal) -> None:
    live = Live()
    terminal.resize(80)
    live.above(terminal.stream, "before")
    assert terminal.read() == "before\r\n"
    live.draw(terminal.stream, ["tree"], [4])
    terminal.read()
    live.above(terminal.stream, "news")
    said = terminal.read()
    assert said.index("\x1b[1A") < said.index("\x1b[J") < said.index("news") < said.index("tree")
    live.leave()
    live.above(terminal.stream, "after")
    assert terminal.read() == "after\r\n"


def test_where_nothing_can_be_drawn(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert can_draw(terminal.stream)
    monkeypatch.setenv("TERM", "dumb")
    assert not can_draw(terminal.stream)
    monkeypatch.delenv("TERM")
    assert not can_draw(terminal.stream)
    with Path(os.devnull).open("w") as nowhere:
        assert not can_draw(nowhere)
        assert size(nowhere) == (80, 24)
    terminal.resize(0, 0)
    assert size(terminal.stream) == (80, 24), "a terminal that does not know its size"


@pytest.mark.parametrize(
    ("text", "columns", "cut"),
    [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("数据库", 6, "数据库"), ("数据库", 5, "数据…")],
)
def test_a_text_is_cut_to_columns_not_to_characters(text: str, columns: int, cut: str) -> None:
    assert fit(text, columns) == cut
