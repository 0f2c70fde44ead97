"""What stands around each filter, test and function: plain data in, marked data out, counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from types import GeneratorType
from typing import Any

from jinja2.runtime import Undefined

from holdfast.errors import RenderError
from holdfast.render.limits import Budget, check_text
from holdfast.render.missing import present
from holdfast.render.pieces import plain
from holdfast.render.spelling import kind_of
from holdfast.render.traced import join_reads, mark

_KEEP_FRAGMENT = frozenset(("default", "d", "omit_empty", "from_yaml", "raw"))
_KEEP_MISSING = frozenset(("default", "d", "defined", "undefined"))


class Guards:
    """The guards of one render."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget

    def guarded(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """A filter or test that sees data only, counts its work, and marks what it makes."""
        lead = 1 if hasattr(call, "jinja_pass_arg") else 0
        keep = name in _KEEP_FRAGMENT

        @wraps(call)
        def call_guarded(*args: Any, **kwargs: Any) -> Any:
            head, data = args[:lead], args[lead:]
            if name not in _KEEP_MISSING:
                for value in (*data, *kwargs.values()):
                    present(value)
            if not keep:
                data = tuple(plain(value) for value in data)
                kwargs = {key: plain(value) for key, value in kwargs.items()}
            self._budget.step()
            if data and not isinstance(data[0], Undefined):
                self._budget.handle(data[0])
            return self.made(call(*head, *data, **kwargs), (*data, *kwargs.values()))

        return call_guarded

    def made(self, result: Any, sources: Iterable[Any]) -> Any:
        """The result of a filter or function: real lists, and what it was made of kept."""
        if isinstance(result, GeneratorType | map | filter | zip):
            result = [present(item) for item in result]
        if isinstance(result, str):
            check_text(result)
        if isinstance(result, str | list | tuple | dict):
            self._budget.handle(result)
        if is_scalar(result):
            return mark(result, join_reads(sources))
        if isinstance(result, list | dict):
            return mark(result, join_reads(value for value in sources if is_scalar(value)))
        return result

    def each(self, value: Any) -> Any:
        """What a loop runs over; null is nothing."""
        value = plain(present(value))
        if value is None:
            return ()
        if not isinstance(value, str | dict | list | tuple | range | GeneratorType):
            raise RenderError(f"a loop cannot run over {kind_of(value)}")
        return _Counted(list(value) if isinstance(value, GeneratorType) else value, self._budget)


class _Counted:
    """What a loop runs over, each item counted."""

    def __init__(self, items: Any, budget: Budget) -> None:
        self._items = items
        self._budget = budget

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        for item in self._items:
            self._budget.step()
            yield item


def is_scalar(value: Any) -> bool:
    """Whether a value can be marked with what it was made of."""
    return isinstance(value, str | int | float) and not isinstance(value, bool)
