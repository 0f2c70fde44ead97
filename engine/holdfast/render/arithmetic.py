"""Operators that cannot outgrow their limits, and that say in words what they cannot work on."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from holdfast.errors import RenderError
from holdfast.render.limits import (
    LIMITED,
    MAX_BITS,
    MAX_TEXT,
    MAX_WIDTH,
    check_items,
    check_text,
    check_weight,
)
from holdfast.render.spelling import kind_of, spell_plainly

NULL_HINT = "give it a value, or write `| default(…)`"
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "**": operator.pow,
    "%": operator.mod,
}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def calculate(sign: str, left: Any, right: Any) -> Any:
    """`left sign right`, refused with RenderError where the result would be too large."""
    if sign == "%" and isinstance(left, str):
        _check_widths(left)
        right = _formatted(left, right)
    _check_growth(sign, left, right)
    try:
        result = _OPERATORS[sign](left, right)
    except ZeroDivisionError:
        raise RenderError("division by zero", hint="test the divisor before, with `if`") from None
    except KeyError as error:
        hint = "the map on the right needs every name that the format uses"
        raise RenderError(f"the format uses {error}, which is not there", hint=hint) from None
    except (TypeError, ValueError) as error:
        raise _unworkable(sign, left, right, str(error)) from None
    if isinstance(result, str):
        check_text(result)
    if isinstance(result, int) and result.bit_length() > MAX_BITS:
        raise RenderError(f"a number grew over {MAX_BITS} bits", hint=LIMITED)
    if isinstance(result, complex):
        raise RenderError("the result is no real number")
    return result


def change_sign(sign: str, value: Any) -> Any:
    """`-value` or `+value`. Raises RenderError for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        hint = NULL_HINT if value is None else "make a number of text with `| int`"
        raise RenderError(f"`{sign}` does not work on {kind_of(value)}", hint=hint)
    return -value if sign == "-" else +value


def order(sign: str, left: Any, right: Any) -> bool:
    """`left sign right`. Raises RenderError where the two have no order."""
    if isinstance(left, list | tuple | dict):
        check_weight(left, right)
    try:
        if sign == "in":
            return left in right
        if sign == "not in":
            return left not in right
        return bool(_COMPARISONS[sign](left, right))
    except TypeError:
        if sign not in ("in", "not in"):
            message, hint = uncomparable(sign, kind_of(left), kind_of(right))
            raise RenderError(message, hint=hint) from None
    if isinstance(right, str):
        message = f"`{sign}` looks for text in a text, not for {kind_of(left)}"
        raise RenderError(message, hint="make text of a number with `| string`")
    hint = NULL_HINT if right is None else "it looks into a list, a map or a text"
    raise RenderError(f"`{sign}` cannot look into {kind_of(right)}", hint=hint)


def uncomparable(sign: str, left: str, right: str) -> tuple[str, str]:
    """Why two kinds of values have no order, and a hint."""
    if "null" in (left, right):
        return f"`{sign}` cannot compare {left} with {right}", NULL_HINT
    hint = "compare like with like: `| int` makes a number of text, `| string` text of a number"
    return f"`{sign}` cannot compare {left} with {right}", hint


def _unworkable(sign: str, left: Any, right: Any, reason: str) -> RenderError:
    if sign == "%" and isinstance(left, str):
        hint = "each `%s` or `%d` takes one value: '%s-%d' % (name, number)"
        shown = f"{left[:40]}…" if len(left) > 40 else str(left)
        return RenderError(f"the format does not fit its values: {shown!r} ({reason})", hint=hint)
    message = f"`{sign}` does not work on {kind_of(left)} and {kind_of(right)}"
    return RenderError(message, hint=_way_out(sign, left, right))


def _way_out(sign: str, left: Any, right: Any) -> str:
    if left is None or right is None:
        return NULL_HINT
    if sign == "+" and (isinstance(left, dict) or isinstance(right, dict)):
        return "maps are put together with `| merge(…)`"
    if sign == "+" and (isinstance(left, list) or isinstance(right, list)):
        return "lists are put together with `+`: write a single item as `[item]`"
    if sign == "+":
        return "`~` joins texts and numbers: `a ~ b`"
    return "make a number of text with `| int` or `| float`"


def _formatted(pattern: str, values: Any) -> Any:
    """What `%` is given: numbers, and text with one spelling of everything else."""
    if isinstance(values, dict):
        names = re.findall(r"%\((.*?)\)", pattern)
        if names:
            return {name: _part(values[name]) for name in names if name in values}
    return tuple(_part(v) for v in values) if isinstance(values, tuple) else _part(values)


def _part(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number else spell_plainly(value)


def _check_widths(pattern: str) -> None:
    """Refuses widths that would make a huge text."""
    for width, precision in re.findall(
        r"%(?:\([^)]*\))?[#0\- +]*(\*|\d+)?(?:\.(\*|\d+))?", pattern
    ):
        for number in (width, precision):
            if number == "*" or (number and (len(number) > 5 or int(number) > MAX_WIDTH)):
                raise RenderError(f"a width in a format is over {MAX_WIDTH}", hint=LIMITED)


def _check_growth(sign: str, left: Any, right: Any) -> None:
    """Refuses what would be too large before it is made."""
    if sign == "**":
        _check_power(left, right)
    elif sign == "*":
        _check_product(left, right)
    elif sign == "+" and isinstance(left, list | tuple) and isinstance(right, list | tuple):
        check_items(len(left) + len(right))


def _check_power(base: Any, exponent: Any) -> None:
    if isinstance(base, int) and isinstance(exponent, int):
        small = abs(base) <= 1 or exponent <= 0
        if not small and (exponent > MAX_BITS or base.bit_length() * exponent > 2 * MAX_BITS):
            raise RenderError(f"a number grew over {MAX_BITS} bits", hint=LIMITED)


def _check_product(left: Any, right: Any) -> None:
    for one, other in ((left, right), (right, left)):
        if not isinstance(other, int):
            continue
        if isinstance(one, str) and len(one) * other > MAX_TEXT:
            raise RenderError(f"a text grew over {MAX_TEXT >> 20} MiB", hint=LIMITED)
        if isinstance(one, list | tuple):
            check_items(len(one) * other)
