"""Plain scalars of every shape that some reader takes for more than text. The same each run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

SIGNS = ("", "+", "-")
WORDS = ("y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf", "~")
ALPHABETS = ("0123456789+-._eExXoObB:", "0123456789+-._e", "01._")


def corpus() -> list[str]:
    """All of them, each once; every one can stand behind `key: `."""
    shapes = (*_words(), *_integers(), *_octals(), *_floats(), *_times(), *_units(), *_noise(6000))
    return [text for text in dict.fromkeys(shapes) if _stands_alone(text)]


def _words() -> Iterator[str]:
    for word, prefix in product(WORDS, ("", ".", "+.", "-.")):
        for cases in product(*(sorted({char, char.upper()}) for char in word)):
            yield prefix + "".join(cases)


def _integers() -> Iterator[str]:
    bodies = (
        *("0", "7", "42", "1_000", "1__0", "1_", "_1", "0_7", "0x_1", "1e", "1.", "9" * 15),
        *(str(2**53 + step) for step in (-1, 0, 1)),
        *(str(2**63 + step) for step in (-1, 0, 1)),
        *(str(2**64 + step) for step in (-1, 0, 1)),
        *("9" * 25, "1" + "0" * 21),
        *("0x0", "0x1F", "0X1f", "0xG", "0x", "0xffffffffffffffff", "0x1ffffffffffffffff"),
        *("0b0", "0b101", "0B1", "0b2", "0b", "0o0", "0o17", "0O17", "0o8", "0o"),
    )
    yield from (sign + body for sign, body in product(SIGNS, bodies))


def _octals() -> Iterator[str]:
    for size in (1, 2):
        for digits in product("0123456789", repeat=size):
            yield from (f"{sign}0{''.join(digits)}" for sign in SIGNS)
    yield from (f"{sign}0{number}" for sign in SIGNS for number in range(100, 1000, 7))


def _floats() -> Iterator[str]:
    whole = ("", "0", "1", "12", "012", "1_2")
    parts = ("", ".", ".0", ".5", ".05", ".5_0")
    exponents = ("", "e3", "E3", "e+3", "e-3", "e03", "e25", "e400", "e", "e+", "e1.5")
    yield from ("".join(found) for found in product(SIGNS, whole, parts, exponents))


def _times() -> Iterator[str]:
    clocks = ("1:30", "01:30", "12:30:45", "190:20:30", "190:20:30.15", "1:60", "1:2:3:4", "0:0")
    yield from (sign + clock for sign, clock in product(SIGNS, clocks))
    dates = ("2001-01-01", "2001-1-1", "2001-13-45", "20010101", "2001-01")
    ends = ("", "T10:00:00Z", "t21:59:43.10-05:00", " 21:59:43", " 21:59:43.1 -5")
    yield from ("".join(found) for found in product(dates, ends))


def _units() -> Iterator[str]:
    units = ("m", "Ki", "Gi", "%", "s", "ms", "px", "e3Gi", ".0.0", "-rc.1")
    yield from (number + unit for number, unit in product(("1", "0.5", "010", "1e3"), units))


def _noise(count: int) -> Iterator[str]:
    """Any text over the characters that numbers are made of."""
    chance = random.Random(20)
    for number in range(count):
        alphabet = ALPHABETS[number % len(ALPHABETS)]
        yield "".join(chance.choices(alphabet, k=chance.randint(1, 7)))


def _stands_alone(text: str) -> bool:
    return text not in ("", "-") and not text.endswith(":")
