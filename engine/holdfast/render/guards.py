"""What stands around each filter, test and function: plain data in, marked data out, counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import GeneratorType, MappingProxyType
from typing import Any

from jinja2.runtime import Undefined

from holdfast.errors import RenderError
from holdfast.render.access import Access
from holdfast.render.culprits import blame
from holdfast.render.explain import explain, miscalled, unfit
from holdfast.render.limits import Budget, check_text, check_weight
from holdfast.render.missing import present
from holdfast.render.pieces import Fragment, plain
from holdfast.render.spelling import kind_of
from holdfast.render.traced import join_reads, mark

_KEEP_FRAGMENT = frozenset(("default", "d", "omit_empty", "from_yaml", "raw"))
_DEEP = frozenset(
    "dictsort groupby in eq equalto == ne != gt greaterthan > ge >= lt lessthan < le <= max merge"
    " min reject rejectattr select selectattr sort to_json to_toml to_yaml tojson uniq unique"
    " without".split()
)
"""What looks into lists and maps at every depth, in one go."""
_OUTPUTS_A_STEP = 32
_KEEP_MISSING = frozenset(("default", "d", "defined", "undefined"))


class Guarded(dict[str, Callable[..., Any]]):
    """Filters or tests by name, each guarded when it is first used; `own` are used as they are."""

    def __init__(
        self,
        calls: Mapping[str, Callable[..., Any]],
        guard: Callable[[str, Callable[..., Any]], Callable[..., Any]],
        own: Mapping[str, Callable[..., Any]] = MappingProxyType({}),
    ) -> None:
        super().__init__({**calls, **own})
        self._guard = guard
        self._ready = dict(own)

    def __getitem__(self, name: str) -> Callable[..., Any]:
        if name not in self._ready:
            self._ready[name] = self._guard(name, super().__getitem__(name))
        return self._ready[name]

    def get(self, name: str, default: Any = None) -> Any:
        """The guarded call of that name."""
        return self[name] if name in self else default


class Guards:
    """The guards of one render."""

    def __init__(self, budget: Budget, access: Access) -> None:
        self._budget = budget
        self._access = access

    def guarded(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """A filter or test that sees data only, counts its work, and marks what it makes."""
        lead = 1 if hasattr(call, "jinja_pass_arg") else 0
        keep, deep = name in _KEEP_FRAGMENT, name in _DEEP

        def call_guarded(*args: Any, **kwargs: Any) -> Any:
            head, data = args[:lead], args[lead:]
            if name not in _KEEP_MISSING:
                for value in (*data, *kwargs.values()):
                    present(value)
            if not keep:
                data = tuple(plain(value) for value in data)
                kwargs = {key: plain(value) for key, value in kwargs.items()}
            self._budget.step()
            if data and not isinstance(data[0], Undefined | Fragment):
                self._budget.handle(data[0])
            if deep:
                check_weight(*data)
            try:
                return self.made(call(*head, *data, **kwargs), (*data, *kwargs.values()))
            except (TypeError, AttributeError) as error:
                told = _told(error, name, call, lead, (*head, *data), kwargs)
                raise self.blamed(told, (*data, *kwargs.values())) from None
            except Exception as error:
                self.blamed(error, (*data, *kwargs.values()))
                raise

        # Not functools.wraps, which is slow: the engine looks at its own marks (`jinja_pass_arg`).
        vars(call_guarded).update(getattr(call, "__dict__", {}))
        return call_guarded

    def blamed(self, error: Exception, values: Iterable[Any]) -> Exception:
        """The error, which is the fault of these values unless it says otherwise."""
        blame(error, self._access.paths_of(values))
        return error

    def made(self, result: Any, sources: Iterable[Any]) -> Any:
        """The result of a filter or function: real lists, and what it was made of kept."""
        if isinstance(result, GeneratorType | map | filter | zip):
            result = [present(item) for item in result]
        if isinstance(result, str):
            check_text(result)
        if isinstance(result, str | list | tuple | dict):
            self._budget.handle(result)
        if is_scalar(result):
            return mark(result, join_reads(sources, self._budget.step))
        if isinstance(result, list | dict):
            reads = join_reads(value for value in sources if is_scalar(value))
            return mark(result, reads, self._budget.step)
        return result

    def each(self, value: Any, size: int = 1) -> Any:
        """What a loop with a body of `size` outputs runs over; null is nothing."""
        value = plain(present(value))
        if value is None:
            return ()
        if not isinstance(value, str | dict | list | tuple | range | GeneratorType):
            hint = "a loop runs over a list, the keys of a map, or nothing where it is null"
            error = RenderError(f"a loop cannot run over {kind_of(value)}", hint=hint)
            raise self.blamed(error, (value,))
        items = list(value) if isinstance(value, GeneratorType) else value
        return _Counted(items, self._budget, 1 + size // _OUTPUTS_A_STEP)


class _Counted:
    """What a loop runs over, each item counted."""

    def __init__(self, items: Any, budget: Budget, steps: int) -> None:
        self._items = items
        self._budget = budget
        self._steps = steps

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        for item in self._items:
            self._budget.step(self._steps)
            yield item


def _told(
    error: Exception,
    name: str,
    call: Callable[..., Any],
    lead: int,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Exception:
    """Python's complaint about the arguments in words; whatever else it says stays."""
    if problem := miscalled(name, call, lead, args, kwargs):
        return problem
    if "not supported between" in str(error):
        message, hint = explain(error)
        return RenderError(message, hint=hint)
    return unfit(name, args[lead])


def is_scalar(value: Any) -> bool:
    """Whether a value can be marked with what it was made of."""
    return isinstance(value, str | int | float) and not isinstance(value, bool)
