"""What a template may call: functions on a list, macros, and the loop it stands in."""

from __future__ import annotations

from collections.abc import Iterator
from types import MethodType
from typing import Any

from jinja2.runtime import Context as Names
from jinja2.runtime import LoopContext, Macro

from holdfast.errors import RenderError
from holdfast.render.access import LOOP_CALLS, Access, Noted
from holdfast.render.culprits import Refusal, blame
from holdfast.render.explain import INTERNAL, check_arguments, miscalled
from holdfast.render.guards import Guards
from holdfast.render.limits import CALL_STEPS, Budget
from holdfast.render.missing import present
from holdfast.render.spelling import kind_of

_CALLABLE = "functions and macros can be called; a value is written without ()"


class MacroName:
    """A macro of one of the chart's partials, by name: it may be called before it is read.

    `given` is what it gave without arguments, and what it read on the way.
    """

    __slots__ = ("given", "macro", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.macro: Macro | None = None
        self.given: tuple[Any, Noted] | None = None


class Calls:
    """The calls of one render. `functions` is the list, with maps of functions in it.

    While `steady`, a macro without arguments gives the same all through a render, and is run once:
    a `namespace` in partials is the one thing that can change meanwhile.
    """

    def __init__(
        self, functions: dict[str, Any], budget: Budget, guards: Guards, access: Access
    ) -> None:
        self.steady = True
        self._listed = {id(value) for value in _leaves(functions)}
        self._budget, self._guards, self._access = budget, guards, access

    def call(
        self, context: Names, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """What the call gives. Raises RenderError for what is not on the list."""
        self._budget.step(CALL_STEPS)
        if isinstance(function, MacroName):
            return self._named(function, args, kwargs)
        if type(function) is Macro:
            return self._run(function, args, kwargs)
        if isinstance(present(function), LoopContext):
            with self._budget:
                args = (*map(self._guards.each, args[:1]), *args[1:])
                return context.call(function, *args, **kwargs)
        if not (id(function) in self._listed or _is_loop_call(function)):
            error = RenderError(f"{kind_of(function)} cannot be called", hint=_CALLABLE)
            raise self._guards.blamed(error, (function,))
        return self._function(context, function, args, kwargs)

    def _function(
        self, context: Names, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        try:
            result = context.call(function, *args, **kwargs)
            return self._guards.made(result, (*args, *kwargs.values()))
        except Exception as error:
            problem = isinstance(error, TypeError) and miscalled(
                str(getattr(function, "__name__", "the function")), function, -1, args, kwargs
            )
            if problem:
                raise problem from None
            if isinstance(error, Refusal):
                blame(error, self._access.so_far())  # what the author's condition looked at
            self._guards.blamed(error, (*args, *kwargs.values()))
            raise

    def _named(self, name: MacroName, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if name.macro is None:
            raise RenderError(f"the macro {name.name!r} is not at the top of its file")
        if args or not self.steady or any(key not in INTERNAL for key in kwargs):
            return self._run(name.macro, args, kwargs)
        if name.given is None:
            name.given = self._first(name.macro)
        result, noted = name.given
        self._access.note_again(noted)
        if not self.steady:
            name.given = None  # it imported what keeps count
        return result

    def _first(self, macro: Macro) -> tuple[Any, Noted]:
        """What a macro gives, and what was read for it."""
        self._access.begin()
        try:
            result = self._run(macro, (), {})
        finally:
            noted = self._access.noted()
        return result, noted

    def _run(self, macro: Macro, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if args or kwargs:
            check_arguments(macro, args, kwargs)
            for inner in INTERNAL:
                kwargs.pop(inner, None)
        with self._budget:
            return macro(*args, **kwargs)


def _is_loop_call(value: Any) -> bool:
    return (
        isinstance(value, MethodType)
        and isinstance(value.__self__, LoopContext)
        and value.__name__ in LOOP_CALLS
    )


def _leaves(functions: Any) -> Iterator[Any]:
    if type(functions) is dict:
        for value in functions.values():
            yield from _leaves(value)
    elif callable(functions):
        yield functions
