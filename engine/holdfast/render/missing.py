"""Names and value paths that are not there: what to say, and which name was probably meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from jinja2 import StrictUndefined, Undefined
from jinja2.exceptions import UndefinedError

from holdfast.model.values import Path, Values, spell

METHODS = frozenset(
    "items keys values get upper lower strip split replace format join startswith endswith title"
    " append extend update copy pop index count".split()
)
"""What authors call on data out of Python's habit."""
_BOOLEANS = {"y": "true", "yes": "true", "on": "true", "n": "false", "no": "false", "off": "false"}


class MissingValue(UndefinedError):
    """Something was used that is not there; `hint` names what was probably meant.

    `value_paths` holds the path in the values, where it was looked for there.
    """

    def __init__(
        self, message: str, hint: str | None = None, value_paths: tuple[Path, ...] = ()
    ) -> None:
        super().__init__(message)
        self.hint = hint
        self.value_paths = value_paths


class Missing(StrictUndefined):
    """A value that is not there. It may be tested and defaulted; any use says what is missing."""

    __slots__ = ("path",)
    path: Path | None

    def refuse(self) -> NoReturn:
        """Says what is missing."""
        raise self._undefined_exception(self._undefined_message)


def missing(
    message: str,
    hint: Callable[[], str | None] | str | None = None,
    *,
    path: Path | None = None,
) -> Missing:
    """A missing value that says `message` when it is used; a costly hint is only then made.

    `path` is where in the values it was looked for.
    """

    def refusal(text: str | None = None) -> MissingValue:
        paths = () if path is None else (path,)
        return MissingValue(text or message, hint() if callable(hint) else hint, paths)

    found = Missing(message, exc=refusal)  # type: ignore[arg-type]
    found.path = path
    return found


def present(value: Any) -> Any:
    """The value; a missing one says that it is."""
    if isinstance(value, Missing):
        value.refuse()
    if isinstance(value, Undefined):
        raise MissingValue(value._undefined_message)
    return value


class Declarations:
    """What the values declare, and the nearest name for what they do not."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def declares(self, path: Path) -> bool:
        """Whether values.yaml or the schema names the path."""
        return path in self._values.declared

    def missing(self, path: Path) -> Missing:
        """The missing value at a path that nothing declares."""
        message = f"values.{spell(path)} is not declared by values.yaml or values.schema.json"
        return missing(message, lambda: self.hint(path), path=path)

    def hint(self, path: Path) -> str:
        """The nearest declared path, else what to do."""
        if word := self._boolean_key(path):
            return f"YAML reads the key {word} as true or false: in values.yaml, put it in quotes"
        if nearest := self._nearest(path):
            return f"did you mean values.{spell(nearest)}?"
        if path[-1] in METHODS and len(path) > 1:
            return f"methods are not reachable: use a filter, as in `values.{spell(path[:-1])} | …`"
        return "declare it in values.yaml, or write `| default(…)`"

    def _boolean_key(self, path: Path) -> str | None:
        """A key of the path that YAML 1.1 takes for a boolean, where the values have that."""
        known = self._known()
        for at, key in enumerate(path):
            reading = _BOOLEANS.get(str(key).lower())
            if reading and (*path[:at], reading) in known:
                return str(key)
        return None

    def _nearest(self, path: Path) -> Path | None:
        known = {known[:end] for known in self._known() for end in range(1, len(known) + 1)}
        at = next((i for i in range(len(path)) if path[: i + 1] not in known), len(path) - 1)
        siblings = [p[at] for p in known if len(p) == at + 1 and p[:at] == path[:at]]
        near = nearest_name(str(path[at]), [name for name in siblings if isinstance(name, str)])
        if near:
            whole = (*path[:at], near, *path[at + 1 :])
            return whole if whole in known else whole[: at + 1]
        return self._elsewhere(path)

    def _elsewhere(self, path: Path) -> Path | None:
        found = [known for known in self._known() if known and known[-1] == path[-1]]
        return min(found, key=lambda known: (len(known), spell(known)), default=None)

    def _known(self) -> list[Path]:
        return [*self._values.declared, *_paths(self._values.tree)]


def nearest_name(name: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant."""
    from difflib import get_close_matches

    found = get_close_matches(name, sorted(names), n=1, cutoff=0.6)
    return found[0] if found else None


def _paths(tree: Any, path: Path = ()) -> Iterable[Path]:
    if isinstance(tree, dict):
        for key, inner in tree.items():
            yield (*path, key)
            yield from _paths(inner, (*path, key))
