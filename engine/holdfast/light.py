"""Dataclasses that cost next to nothing until they are used.

A command lives for a quarter of a second. `dataclasses.dataclass` writes and compiles the methods
of a class when its module is imported: 0.4 ms each, for 150 classes, of which a command makes
instances of half. Here `__init__` is compiled with the first instance, the other methods are shared
by all, and what `dataclasses.fields`, `replace` and `asdict` read is made when they ask (ADR 10).

To a type checker, and to whoever uses them, these are dataclasses with slots. Options other than
`frozen`, and a dataclass above another one, are the standard library's.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, FrozenInstanceError
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, slots, frozen=False):
        """Make the class a dataclass with slots; `slots` has to be True, as it has no other."""
        if slots is not True:
            raise TypeError("a light dataclass has slots")
        return lambda cls: _made(cls, frozen=frozen)


def _made(cls: type, *, frozen: bool) -> type:
    """The class anew: slots are only given to a class while it is made."""
    given = dict(cls.__dict__)
    types: dict[str, Any] = given.get("__annotations__", {})
    for name in ("__dict__", "__weakref__"):
        given.pop(name, None)
    defaults = {name: given.pop(name, MISSING) for name in types}
    methods: dict[str, Any] = {
        "__repr__": _repr,
        "__eq__": _eq,
        "__hash__": _hash if frozen else None,
        "__getstate__": _getstate,
        "__setstate__": _setstate,
    }
    if frozen:
        methods |= {"__setattr__": _refuse_set, "__delattr__": _refuse_delete}
    names = tuple(types)
    own = {
        "__qualname__": cls.__qualname__,
        "__slots__": names,
        "__match_args__": names,
        "__dataclass_fields__": _Fields(cls.__name__, types, defaults),
        "_shown": tuple(name for name in names if _says(defaults[name], "repr")),
        "_values": staticmethod(
            _getter(name for name in names if _says(defaults[name], "compare"))
        ),
        "__init__": _first_init(types, defaults, frozen=frozen),
    }
    return type(cls)(cls.__name__, cls.__bases__, {**methods, **given, **own})


def _says(default: Any, option: str) -> bool:
    return not isinstance(default, Field) or bool(getattr(default, option))


def _getter(names: Iterable[str]) -> staticmethod[[Any], Any]:
    """What the named attributes hold: of several a tuple."""
    compared = tuple(names)
    return staticmethod(attrgetter(*compared) if compared else lambda self: ())


class _Fields:
    """`__dataclass_fields__`: those of a standard dataclass like this one, made when read."""

    def __init__(self, name: str, types: dict[str, Any], defaults: dict[str, Any]) -> None:
        self._name, self._types, self._defaults = name, types, defaults
        self._made: dict[str, Field[Any]] | None = None

    def __get__(self, instance: object, owner: type) -> dict[str, Field[Any]]:
        if self._made is None:
            rows = [
                (name, kind)
                if (default := self._defaults[name]) is MISSING
                else (name, kind, default)
                for name, kind in self._types.items()
            ]
            made: Any = dataclasses.make_dataclass(self._name, rows)
            self._made = dict(made.__dataclass_fields__)
        return self._made


def _first_init(
    types: dict[str, Any], defaults: dict[str, Any], *, frozen: bool
) -> Callable[..., None]:
    """An `__init__` that puts the compiled one in its own place when it is first called."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        made = _compiled(tuple(types), defaults, frozen=frozen)
        owner: Any = next(
            one for one in type(self).__mro__ if vars(one).get("__init__") is __init__
        )
        owner.__init__ = made
        made(self, *args, **kwargs)

    return __init__


def _compiled(
    names: tuple[str, ...], defaults: dict[str, Any], *, frozen: bool
) -> Callable[..., None]:
    scope: dict[str, Any] = {"_set": object.__setattr__, "_missing": MISSING}
    parameters, lines = [], []
    for name in names:
        value, default = name, defaults[name]
        if isinstance(default, Field) and default.default_factory is not MISSING:
            scope[f"_new_{name}"] = default.default_factory
            default, value = MISSING, f"_new_{name}() if {name} is _missing else {name}"
            parameters.append(f"{name}=_missing")
        elif default is MISSING:
            parameters.append(name)
        else:
            scope[f"_{name}"] = default.default if isinstance(default, Field) else default
            parameters.append(f"{name}=_{name}")
        lines.append(f" _set(self, {name!r}, {value})" if frozen else f" self.{name} = {value}")
    text = "\n".join([f"def __init__(self, {', '.join(parameters)}):", *lines])
    exec(text, scope)  # the names are those of the class's own attributes
    made: Callable[..., None] = scope["__init__"]
    return made


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._shown)
    return f"{type(self).__qualname__}({shown})"


def _eq(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self._values(self) == self._values(other)


def _hash(self: Any) -> int:
    return hash(self._values(self))


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__slots__]


def _setstate(self: Any, state: list[Any]) -> None:
    for name, value in zip(self.__slots__, state, strict=True):
        object.__setattr__(self, name, value)


def _refuse_set(self: Any, name: str, value: Any) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")
