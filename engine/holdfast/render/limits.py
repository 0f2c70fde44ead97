"""The budgets of one render.

The wall clock belongs to the command line: everything here counts, so that the same chart stops at
the same place on every machine.
"""

from __future__ import annotations

from collections.abc import Sized
from typing import Any

from holdfast.errors import RenderError

MAX_STEPS = 1_000_000
"""Loop iterations, list items worked on, filters and calls, in one render of a chart."""

CALL_STEPS = 10
"""What a call of a macro or function costs."""

MAX_OUTPUT = 16 * 1024 * 1024
"""Characters that one render may put out."""

HOLE = 8
"""What a value that is put out counts for, before it is known what becomes of it."""

MAX_TEXT = 4 * 1024 * 1024
"""Characters of one text."""

MAX_ITEMS = 100_000
"""Items of one list made by a range or a repetition."""

MAX_DEPTH = 64
"""Macros, includes, `tpl` and recursive loops inside of one another."""

MAX_BITS = 4096
"""Size of an integer, in bits."""

MAX_WIDTH = 4096
"""Width or precision of a `%` format."""

LIMITED = "what a template may make is limited, so that no chart can hang or exhaust the tool"
"""The hint wherever a limit is met."""


class Budget:
    """What is left for one render; `with` it, one level of `depth` deeper."""

    def __init__(self) -> None:
        self._steps = 0
        self._output = 0
        self.depth = 0

    def step(self, count: int = 1) -> None:
        """Counts loop iterations. Raises RenderError when there were too many."""
        self._steps += count
        if self._steps > MAX_STEPS:
            raise RenderError(
                f"the templates took more than {MAX_STEPS:,} steps",
                hint="is a loop, or a loop in a loop, too long?",
            )

    def handle(self, value: Any) -> None:
        """Counts the work on a value: an item of a list is a step, and so are 64 characters."""
        if isinstance(value, str):
            self.step(len(value) >> 6)
        elif isinstance(value, Sized):
            self.step(len(value))

    def put_out(self, size: int) -> None:
        """Counts characters of output. Raises RenderError when there are too many."""
        self._output += size
        if self._output > MAX_OUTPUT:
            raise RenderError(
                f"the templates put out more than {MAX_OUTPUT >> 20} MiB",
                hint="is a loop or a macro putting out too much?",
            )

    @property
    def spent(self) -> tuple[int, int]:
        """Steps and output so far; work that was given up is taken back by setting it."""
        return self._steps, self._output

    @spent.setter
    def spent(self, before: tuple[int, int]) -> None:
        self._steps, self._output = before

    def __enter__(self) -> None:
        """One macro, include or `tpl` inside of others. Raises RenderError when too deep."""
        if self.depth >= MAX_DEPTH:
            raise RenderError(
                f"macros, includes and loops are nested deeper than {MAX_DEPTH}",
                hint="does a macro call itself without an end?",
            )
        self.depth += 1

    def __exit__(self, *error: object) -> None:
        self.depth -= 1


def check_text(text: str) -> str:
    """`text`, unless it is too long: RenderError."""
    if len(text) > MAX_TEXT:
        raise RenderError(f"a text grew over {MAX_TEXT >> 20} MiB", hint=LIMITED)
    return text


def make_range(*bounds: Any) -> range:
    """Python's range, for at most 100,000 numbers."""
    if not all(isinstance(bound, int) and not isinstance(bound, bool) for bound in bounds):
        raise RenderError("a range takes whole numbers", hint="make one of text with `| int`")
    numbers = range(*(int(bound) for bound in bounds))
    # len() of a huge range overflows, its bounds do not
    if numbers and (numbers[-1] - numbers[0]) // numbers.step >= MAX_ITEMS:
        raise RenderError(f"a range holds more than {MAX_ITEMS:,} numbers", hint=LIMITED)
    return numbers


def check_weight(*values: Any) -> None:
    """Refuses lists and maps that hold over MAX_STEPS items at every depth: RenderError.

    One that holds another twice, and so on, costs next to nothing to make, and no clock can end
    what Python does with it in one go (a comparison, a text of it). Counted once, it is told fast.
    """
    sizes: dict[int, int] = {}
    for value in values:
        if _weigh(value, sizes) > MAX_STEPS:
            raise RenderError(f"a value holds more than {MAX_STEPS:,} items", hint=LIMITED)


def _weigh(value: Any, sizes: dict[int, int]) -> int:
    if not isinstance(value, list | tuple | dict):
        return 1
    if (known := sizes.get(id(value))) is None:
        inner = value.values() if isinstance(value, dict) else value
        known = sizes[id(value)] = 1 + sum(_weigh(item, sizes) for item in inner)
    return known


def check_items(count: int) -> None:
    """Refuses a list that would be too long: RenderError."""
    if count > MAX_ITEMS:
        raise RenderError(f"a list grew over {MAX_ITEMS:,} items", hint=LIMITED)
