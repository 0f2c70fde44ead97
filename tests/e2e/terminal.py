"""The command on a terminal of its own: a pty, and as much of a screen as the command asks for."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager

from tests.e2e.processes import RUN

# Ctrl-C reaches whoever has the terminal as its controlling one.
_ON_TERMINAL = "import fcntl, termios\nfcntl.ioctl(0, termios.TIOCSCTTY, 0)\n" + RUN
_CODE = re.compile(r"\x1b\[(\??[\d;]*)([A-Za-z])")


class Screen:
    """What a terminal of that size shows. It fails on what the command should not send."""

    def __init__(self, columns: int, lines: int) -> None:
        self.columns, self.height = columns, lines
        self.above: list[str] = []
        self.rows = [""]
        self.row = self.column = 0
        self.frames: list[list[str]] = []

    @property
    def text(self) -> str:
        """Everything, also what has left the screen at the top."""
        return "\n".join([*self.above, *self.rows])

    def feed(self, text: str) -> None:
        """Take what was sent."""
        place = 0
        while place < len(text):
            if code := _CODE.match(text, place):
                self._code(code[1], code[2])
                place = code.end()
            else:
                self._put(text[place])
                place += 1

    def _put(self, char: str) -> None:
        if char == "\r":
            self.column = 0
        elif char == "\n":
            self._down()
        else:
            assert char.isprintable(), repr(char)
            if self.column == self.columns:
                self._down()
                self.column = 0
            line = self.rows[self.row].ljust(self.column)
            self.rows[self.row] = line[: self.column] + char + line[self.column + 1 :]
            self.column += 1

    def _down(self) -> None:
        self.row += 1
        if self.row == len(self.rows):
            self.rows.append("")
        if len(self.rows) > self.height:
            self.above.append(self.rows.pop(0))
            self.row -= 1

    def _code(self, number: str, letter: str) -> None:
        if letter == "A":
            self.row = max(0, self.row - int(number))
        elif letter == "K":
            self.rows[self.row] = self.rows[self.row][: self.column]
        elif letter == "J":
            assert number == "", "the whole screen is never cleared"
            self.rows[self.row] = self.rows[self.row][: self.column]
            del self.rows[self.row + 1 :]
        elif (number, letter) == ("?2026", "l"):
            self.frames.append(list(self.rows))
        else:
            assert (number, letter) == ("?2026", "h") or letter == "m", f"{number}{letter}"


class OnTerminal:
    """A running command. `raw` is all that it has sent so far."""

    def __init__(self, process: subprocess.Popen[bytes], master: int, screen: Screen) -> None:
        self.process, self.master, self.screen = process, master, screen
        self.raw = ""
        self._pending = b""

    def read_until(self, words: str) -> None:
        """Read on until the screen shows these words."""
        while words not in self.screen.text:
            assert self._read(), f"{words!r} was never shown:\n{self.screen.text}"

    def finish(self) -> int:
        """Read to the end; the exit code."""
        while self._read():
            pass
        return self.process.wait()

    def press(self, keys: bytes) -> None:
        """As typed."""
        os.write(self.master, keys)

    def _read(self) -> bool:
        try:
            found = os.read(self.master, 65536)
        except OSError:  # the other side is closed: Linux says EIO
            return False
        self._pending += found
        # A character or a code may be cut in two.
        cut = self._pending.rfind(b"\n") + 1 or self._pending.rfind(b"l") + 1
        text, self._pending = self._pending[:cut].decode(), self._pending[cut:]
        self.raw += text
        self.screen.feed(text)
        return bool(found)


@contextmanager
def on_terminal(
    *arguments: str, columns: int = 100, lines: int = 24, **environment: str
) -> Iterator[OnTerminal]:
    """Start `holdfast` on a terminal of that size."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    known = {"TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(
        [sys.executable, "-c", _ON_TERMINAL, *arguments],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        env={**os.environ, **known, **environment},
    ) as process:
        os.close(slave)
        try:
            yield OnTerminal(process, master, Screen(columns, lines))
        finally:
            process.kill()
            os.close(master)
