"""What Python and the template engine complain of, in the words of a template's author."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from inspect import Parameter, signature
from typing import Any

from jinja2.runtime import Macro

from holdfast.errors import RenderError
from holdfast.render.arithmetic import NULL_HINT, uncomparable
from holdfast.render.limits import LIMITED
from holdfast.render.missing import MissingValue, nearest_name
from holdfast.render.spelling import kind_of

_KINDS = {
    "Map": "a map", "dict": "a map", "List": "a list", "list": "a list", "tuple": "a list",
    "Str": "text", "str": "text", "Int": "a number", "int": "a number", "Float": "a number",
    "float": "a number", "bool": "a boolean", "NoneType": "null", "range": "a list",
}  # fmt: skip
INTERNAL = ("_loop_vars", "_block_vars")
"""Arguments that generated code adds to calls within loops and blocks."""
_FUNCTIONS = "checksum coalesce fail include lookup range required secret_once tpl".split()
_EMPTY = "test it with `if` before, or write `| default(…)`"
_RANGE = "write `range(n)`, `range(first, end)` or `range(first, end, step)`"
_ENGINE = (
    (r"No (first|last) item, sequence was empty\.", r"there is no \1 item: it is empty", _EMPTY),
    (r"No aggregated item, sequence was empty\.", "there is nothing to choose from", _EMPTY),
    (r"No (filter|test) named '(\w+)'\.", r"there is no \1 '\2'",
     "the page on functions lists every filter and test"),
    (r"map requires a filter argument", "map needs a filter's name, or an attribute",
     "write `map('upper')` or `map(attribute='name')`"),
    (r"You can only sort by .*", "a map is sorted by 'key' or by 'value'",
     "write `dictsort`, or `dictsort(by='value')`"),
    (r"argument must be iterable", "a list is needed here", "make one: `[value]`"),
    (r"slice indices must be .*", "a slice needs whole numbers", "write it as `value[1:3]`"),
    (r"slice step cannot be zero", "the step of a slice cannot be 0", "write it as `value[1:3]`"),
    (r"integer modulo by zero", "division by zero", "test the divisor before, with `if`"),
    (r"range\(\) arg 3 must not be zero", "the step of a range cannot be 0", _RANGE),
    (r"range expected at .*", "a range takes one to three numbers", _RANGE),
    (r"name '(?:inf|nan)' is not defined", "a number here is too large", "no number has this size"),
)  # fmt: skip
_BY_THE_ENGINE = {
    "loop": "`loop` is there between {% for %} and {% endfor %}, and not in a macro called there",
    "caller": "`caller()` is there in a macro, where it is called with {% call %}",
    **dict.fromkeys(
        ("cycler", "joiner", "lipsum", "super"),
        "it is not part of this language: see the page on functions",
    ),
}
_UNKNOWN = re.compile(r"'(\w+)' is not defined")
_UNORDERED = re.compile(r"'(\S+)' not supported between instances of '(\w+)' and '(\w+)'")


def explain(error: BaseException) -> tuple[str, str | None]:
    """What an exception means, and a hint."""
    if isinstance(error, RenderError):
        return error.message, error.hint
    for pattern, told, hint in _ENGINE:
        if found := re.fullmatch(pattern, str(error)):
            return found.expand(told), hint
    if isinstance(error, MissingValue):
        return _missing(error)
    if isinstance(error, RecursionError):
        return "nested too deeply", "does a macro call itself, or is an expression too long?"
    if isinstance(error, SyntaxError):
        return f"compiling: {error.msg}", "use fewer blocks inside of one another"
    if isinstance(error, MemoryError):
        return "the result is too large", LIMITED
    if found := _UNORDERED.search(str(error)):
        return uncomparable(found[1], _kind(found[2]), _kind(found[3]))
    text = re.sub(r"'?\b(Map|List|Str|Int|Float|NoneType)\b'?", lambda m: _kind(m[1]), str(error))
    return re.sub(r" at 0x[0-9a-f]+", "", text) or type(error).__name__, None


def _missing(error: MissingValue) -> tuple[str, str | None]:
    """A name that is a filter's, or Helm's, is told as such."""
    message, hint = absent(str(error))
    if found := _UNKNOWN.fullmatch(message):
        return message, _BY_THE_ENGINE.get(found[1]) or habit(found[1], "name") or error.hint
    return message, hint or error.hint


def habit(name: str, place: str) -> str | None:
    """What to write for a name that is known, though not there: Helm's, a filter's, a function's.

    `place` is where it stands: as a `name`, or as a `filter`.
    """
    from holdfast.render.filters import filter_table
    from holdfast.render.helm import name_in_helm, without_must

    if hint := name_in_helm(name):
        return hint
    known = filter_table(lambda value: value)
    if place == "name" and name in known:
        return f"`{name}` is a filter: write `value | {name}`"
    if (bare := without_must(name)) != name and bare in known:
        return f"Helm's `{name}` is `v | {bare}` here"
    if place == "filter" and name in _FUNCTIONS:
        return f"`{name}` is a function: write `{name}(…)`"
    return None


def miscalled(
    name: str, call: Callable[..., Any], lead: int, args: Sequence[Any], kwargs: dict[str, Any]
) -> RenderError | None:
    """The error for arguments that do not fit a call; None where they do.

    `lead` is where the value stands among a filter's or test's arguments: behind what the engine
    hands in (1), or first (0); a function has none (-1).
    """
    name = name.removeprefix("make_").lstrip("_")  # `dict` cannot be called so in Python
    handed = int(hasattr(getattr(call, "__wrapped__", call), "jinja_pass_arg"))
    try:
        known = signature(call)
    except (TypeError, ValueError):
        return None
    own = list(known.parameters.values())[handed + (lead >= 0) :]
    try:
        known.bind(*[None] * handed, *args[max(lead, 0) :], **kwargs)
    except TypeError as error:
        problem = str(error).replace("positional ", "").replace("a required argument:", "argument")
        usage = ", ".join(_spelled(one) for one in own)
        return RenderError(f"{name!r}: {problem}", hint=f"write `{name}({usage})`")
    return None


def unfit(name: str, value: Any) -> RenderError:
    """The error for a filter or test that cannot take such a value."""
    hint = NULL_HINT if value is None else f"{name!r} is meant for another kind of value"
    return RenderError(f"{name!r} does not work on {kind_of(value)}", hint=hint)


def check_arguments(macro: Macro, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Raises RenderError where a macro has no such arguments."""
    name, names = macro.name or "caller", [name for name in macro.arguments if name != "caller"]
    usage = f"the macro is {name}({', '.join(names)})"
    if len(args) > len(macro.arguments) and not macro.catch_varargs:
        count = f"{len(names)} argument{'' if len(names) == 1 else 's'}"
        raise RenderError(f"the macro {name!r} takes {count}, not {len(args)}", hint=usage)
    unknown = [key for key in kwargs if key not in (*names, "caller", *INTERNAL)]
    if unknown and not macro.catch_kwargs:
        raise RenderError(f"the macro {name!r} has no argument {unknown[0]!r}", hint=usage)
    twice = [key for key in names[: len(args)] if key in kwargs]
    if twice:
        raise RenderError(f"the macro {name!r} is given {twice[0]!r} twice", hint=usage)
    if "caller" in kwargs and not macro.caller:
        hint = "use it with {{ … }}, or write {{ caller() }} in it"
        raise RenderError(f"the macro {name!r} has no place for a call block", hint=hint)


def absent(message: str | None) -> tuple[str, str | None]:
    """What the engine says of something that is not there, and a hint."""
    if message == "No caller defined":
        hint = "call the macro with {% call … %}…{% endcall %}, or test `caller is defined` before"
        return "caller() has nothing to give", hint
    if found := re.fullmatch(r"parameter '(\w+)' was not provided", message or ""):
        hint = "give it in the call, or give it a default in the macro"
        return f"the argument {found[1]!r} of the macro was not given", hint
    if (message or "").startswith("the inline if-expression"):
        return "`if` was false, and there is no `else`", 'write `a if b else c`, or `else ""`'
    return message or "a value is missing", None


def name_hint(kind: str, name: str, known: Iterable[str]) -> str:
    """What was meant by the name of a filter or test that is not there."""
    if kind == "filter" and (hint := habit(name, kind)):
        return hint
    near = nearest_name(name, known)
    return f"did you mean {near!r}?" if near else f"the page on functions lists every {kind}"


def _spelled(parameter: Parameter) -> str:
    if parameter.kind is Parameter.VAR_POSITIONAL:
        return f"{parameter.name}, …"
    if parameter.kind is Parameter.VAR_KEYWORD:
        return "key=…"
    return parameter.name if parameter.default is Parameter.empty else f"{parameter.name}=…"


def _kind(name: str) -> str:
    return _KINDS.get(name, f"a {name}")
