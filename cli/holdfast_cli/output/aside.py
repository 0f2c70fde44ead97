"""What is data elsewhere, said as talk: a plan that is shown because it is about to be done."""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields
from typing import TextIO

from holdfast_cli.console import Console


@dataclass(frozen=True, slots=True)
class Aside(Console):
    """A console whose data go where talk goes (stderr; not under --quiet)."""

    def data(self, text: str) -> None:
        """Say it."""
        self.say(text.removesuffix("\n"))

    def paint(self, text: str, colour: str, stream: TextIO | None = None) -> str:
        """As Console.paint, by what stderr shows."""
        return Console.paint(self, text, colour, stream or sys.stderr)


def aside(console: Console) -> Aside:
    """The same console, talking."""
    return Aside(**{field.name: getattr(console, field.name) for field in fields(Console)})
