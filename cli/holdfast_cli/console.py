"""The only writer: data goes to stdout, talk goes to stderr, colour only where it is seen."""

from __future__ import annotations

import os
import sys
from dataclasses import field
from typing import TYPE_CHECKING, Any, TextIO

from holdfast.light import dataclass
from holdfast_cli.output.evidence import evidence_lines
from holdfast_cli.output.live import Live

if TYPE_CHECKING:
    from holdfast import HoldfastError, Problem

_COLOURS = {"red": 31, "green": 32, "yellow": 33, "cyan": 36, "bold": 1, "dim": 2}


@dataclass(frozen=True, slots=True)
class Console:
    """How to write for this run. `output` is the format asked for with -o; `live` what is drawn at
    the bottom of the terminal, above which talk goes.
    """

    color: str = "auto"
    quiet: bool = False
    verbose: int = 0
    output: str = "table"
    live: Live = field(default_factory=Live)

    @classmethod
    def plain(cls, arguments: list[str]) -> Console:
        """The console for errors that come before (or instead of) parsed flags."""
        color = _after(arguments, "--color") or os.environ.get("HOLDFAST_COLOR")
        return cls(color=color or "auto", output=_output(arguments))

    def data(self, text: str) -> None:
        """Print to stdout what the verb was asked for."""
        sys.stdout.write(text if text.endswith("\n") or not text else text + "\n")
        sys.stdout.flush()

    def say(self, text: str) -> None:
        """Tell the user something (stderr); not under --quiet."""
        if not self.quiet:
            self.live.above(sys.stderr, text)

    def detail(self, text: str) -> None:
        """Tell what only somebody who asks for more wants to know (stderr, under --verbose)."""
        if self.verbose:
            self.say(text)

    def warn(self, text: str) -> None:
        """Tell the user something that they should not miss (stderr)."""
        self.live.above(sys.stderr, f"{self.paint('warning:', 'yellow', sys.stderr)} {text}")

    def tell(self, problem: Problem) -> None:
        """A warning about one value: its path, what is wrong, and who supplied it."""
        origin = f" (from {problem.origin})" if problem.origin else ""
        self.warn(f"{problem.path}: {problem.message}{origin}")

    def error(self, error: HoldfastError) -> None:
        """An error: the human text on stderr, and JSON on stdout where JSON was asked for."""
        if self.output == "json":
            from holdfast_cli.output.json import to_json

            self.data(to_json(error.as_dict()))
        lines = [f"{self.paint('error:', 'red', sys.stderr)} {error.message}"]
        if error.where and str(error.where) not in error.message:
            lines.append(f"  at {error.where}")
        lines += [f"  called from {caller}" for caller in error.callers]
        if error.excerpt:
            lines.append(error.excerpt.rstrip("\n"))
        lines += [f"{self.paint('value:', 'cyan', sys.stderr)} {one}" for one in error.values]
        lines += evidence_lines(error)
        if error.hint:
            lines.append(f"{self.paint('hint:', 'cyan', sys.stderr)} {error.hint}")
        self.live.above(sys.stderr, "\n".join(lines))

    def usage_error(self, text: str, hint: str) -> None:
        """A wrong call: what is wrong, and where help is."""
        if self.output == "json":
            from holdfast_cli.output.json import to_json

            self.data(to_json(_usage_dict(text, hint)))
        print(f"{self.paint('error:', 'red', sys.stderr)} {text}", file=sys.stderr)
        print(f"{self.paint('hint:', 'cyan', sys.stderr)} {hint}", file=sys.stderr)

    def paint(self, text: str, colour: str, stream: TextIO | None = None) -> str:
        """`text` in a colour, where the stream shows colours."""
        if not self.coloured(stream or sys.stdout):
            return text
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m"

    def coloured(self, stream: TextIO) -> bool:
        """Whether colours go there: --color, then NO_COLOR (no-color.org), then a terminal."""
        if self.color != "auto":
            return self.color == "always"
        return not os.environ.get("NO_COLOR") and stream.isatty()


def _usage_dict(message: str, hint: str) -> dict[str, Any]:
    return {
        "schema": "holdfast/error/v1",
        "code": "usage_error",
        "message": message,
        "where": None,
        "hint": hint,
        "problems": [],
        "values": [],
        "callers": [],
    }


def _after(arguments: list[str], flag: str) -> str | None:
    """The value of `flag` in raw arguments: errors must be painted even when parsing failed."""
    for index, argument in enumerate(arguments):
        if argument == flag and index + 1 < len(arguments):
            return arguments[index + 1]
        if argument.startswith(f"{flag}="):
            return argument.partition("=")[2]
    return None


def _output(arguments: list[str]) -> str:
    short = next((item[2:] for item in arguments if item in ("-ojson", "-oyaml")), None)
    given = _after(arguments, "-o") or _after(arguments, "--output") or short
    return given or os.environ.get("HOLDFAST_OUTPUT") or "table"
