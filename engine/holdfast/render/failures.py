"""Whatever goes wrong in a template → one RenderError with its place, the lines around it, a hint.

Python's tracebacks end here: the frames of generated code say which templates and macros led to the
place. Secret values never get into a message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import TracebackType

from jinja2.environment import Template
from jinja2.exceptions import TemplateSyntaxError

from holdfast.errors import RenderError, ValueAt, Where
from holdfast.model.excerpt import excerpt
from holdfast.model.secrecy import hide, longest_first
from holdfast.model.values import Path, Values
from holdfast.render.culprits import Culprits, Refusal, blamed
from holdfast.render.data import Place
from holdfast.render.explain import explain
from holdfast.render.pieces import Hole, Misplaced
from holdfast.render.positions import unpack
from holdfast.render.source import SourceText
from holdfast.render.syntax import explain_syntax
from holdfast.render.traced import Reads
from holdfast.render.weave import Broken

_SHOWN = 80

_LOOK = "look at the tag or output that the caret points at"


class Wheres(Mapping[Path, Where]):
    """Places by path, each told when it is asked for: hardly ever, and there are very many.

    Holds the templates' sources, not the render: objects live longer than that.
    """

    __slots__ = ("_places", "_sources")

    def __init__(self, places: Mapping[Path, Place], sources: Mapping[str, SourceText]) -> None:
        self._places = places
        self._sources = sources

    def __getitem__(self, path: Path) -> Where:
        return _begin_of(self._sources, self._places[path])

    def __iter__(self) -> Iterator[Path]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __repr__(self) -> str:
        return repr(dict(self))


class Failures:
    """Turns exceptions into errors, knowing the templates' sources and what to hide."""

    def __init__(
        self,
        sources: dict[str, SourceText],
        templates: dict[str, Template],
        secrets: frozenset[str],
        culprits: Culprits | None = None,
    ) -> None:
        self._sources = sources
        self._templates = templates
        self._secrets = sorted(secrets, key=lambda secret: (-len(secret), secret))
        self._culprits = culprits or Culprits(Values({}))

    def error_of(self, error: BaseException, template: str) -> RenderError:
        """The error to raise for `error`, which happened while `template` was rendered."""
        if isinstance(error, Misplaced):
            found = self._misplaced(error, template)
        elif isinstance(error, Broken):
            found = self._broken(error, template)
        elif isinstance(error, TemplateSyntaxError):
            found = self._uncompiled(error, template)
        else:
            chain = self._frames(error.__traceback__)
            place = chain.pop() if chain else (template, 1)
            message, hint = explain(error)
            if not isinstance(error, Refusal) and (tag := self._tag(place)):
                message = f"{tag[1]}: {message}"
            found = self._error(message, place, hint, chain)
        found.values = self._values(blamed(error)) or found.values
        if found.hint is None:
            found.hint = _hint_for(found.values[0]) if found.values else _LOOK
        return found

    def _misplaced(self, error: Misplaced, template: str) -> RenderError:
        message = f"{self.expression(error.hole)}: {error.message}"
        chain = [*self._frames(error.__traceback__), *_callers(error.chain)]
        at = (error.hole.template, error.hole.place) if error.hole.template else (template, 1)
        found = self._error(message, at, error.hint, chain)
        found.values = self._values(self._culprits.of_hole(error.hole, error.chain))
        return found

    def _uncompiled(self, error: TemplateSyntaxError, template: str) -> RenderError:
        name = error.name or template
        message, place, hint = explain_syntax(error, self._sources[name])
        chain = self._frames(error.__traceback__)
        return self._error(f"compiling: {message}", (name, place), hint, chain, exact=True)

    def _values(self, paths: Reads) -> tuple[ValueAt, ...]:
        """What a message says of the values at these paths; a flag may spell a secret out."""
        return tuple(
            replace(value, origin=replace(value.origin, source=self.mask(value.origin.source)))
            if value.origin
            else value
            for value in self._culprits.tell(paths)
        )

    def expression(self, hole: Hole) -> str:
        """The expression of a value as written."""
        tag = self._tag((hole.template, hole.place))
        return tag[1] if tag else "a value"

    def where(self, template: str, place: int) -> Where:
        """A place of a template; within a tag, where the tag begins."""
        return _begin_of(self._sources, (template, place))

    def _broken(self, error: Broken, template: str) -> RenderError:
        at = error.at if error.at[0] else (template, 1)
        message = error.message
        if error.other:
            message = f"{message} at {self.where(*error.other)}"
        message = f"reading the output as YAML: {message}"
        return self._error(message, at, error.hint, _callers(error.chain))

    def _error(
        self,
        message: str,
        at: tuple[str, int],
        hint: str | None,
        chain: list[tuple[str, int]],
        *,
        exact: bool = False,
    ) -> RenderError:
        """The error at a place; a place in a text given to `tpl` is told within its caller."""
        if at[0].startswith("<"):
            line, _ = unpack(at[1])
            message = f"in a text given to tpl, line {line}: {message}"
        chain = [caller for caller in chain if not caller[0].startswith("<")]
        if at[0].startswith("<") and chain:
            at, exact = chain.pop(), False
        where = _exactly(*at) if exact else self.where(*at)
        callers = dict.fromkeys(self.where(name, place) for name, place in reversed(chain))
        return RenderError(
            self.mask(message),
            where=where,
            excerpt=self._excerpt(where),
            hint=self.mask(hint) if hint else None,
            callers=[caller for caller in callers if caller != where],
        )

    def hide(self, secret: str) -> None:
        """From now on the text is a secret."""
        known = {*self._secrets, secret}
        self._secrets = sorted(known, key=lambda one: (-len(one), one))

    def mask(self, text: str) -> str:
        """`text` without any secret value."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def veil(self, text: str) -> str:
        """A text for people without the secret values that are distinct enough to be found."""
        return hide(text, longest_first(self._secrets))

    def _tag(self, at: tuple[str, int]) -> tuple[int, str] | None:
        tag = _tag_around(self._sources, at)
        if tag is None:
            return None
        text = " ".join(tag[1].split())
        return tag[0], text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}…"

    def _frames(self, trace: TracebackType | None) -> list[tuple[str, int]]:
        """The places of the generated code that ran, outermost first."""
        found: list[tuple[str, int]] = []
        while trace is not None:
            name = trace.tb_frame.f_code.co_filename
            if template := self._templates.get(name):
                found.append((name, template.get_corresponding_lineno(trace.tb_lineno)))
            trace = trace.tb_next
        return found

    def _excerpt(self, where: Where) -> str | None:
        """Three lines around a place, with a caret under the column."""
        source = self._sources.get(where.source)
        if source is None or where.line is None:
            return None
        return self.mask(excerpt(source.text, where.line, where.column) or "")


def _begin_of(sources: Mapping[str, SourceText], at: Place) -> Where:
    """A place of a template; within a tag, where the tag begins."""
    tag = _tag_around(sources, at)
    return _exactly(at[0], tag[0] if tag else at[1])


def _exactly(template: str, place: int) -> Where:
    line, column = unpack(place)
    return Where(template, line, column, "template")


def _tag_around(sources: Mapping[str, SourceText], at: Place) -> tuple[int, str] | None:
    """The tag that a place lies in: where it begins, and its text."""
    source = sources.get(at[0])
    tag = source.tag_at(at[1]) if source else None
    return tag if tag and _covers(tag, at[1]) else None


def _hint_for(value: ValueAt) -> str:
    if value.given:
        return f"change {value.path}, or what the template makes of it"
    return f"give {value.path} a value, with --set or in a file for -f"


def _callers(chain: list[Hole]) -> list[tuple[str, int]]:
    """The places of the values around something, outermost first."""
    return [(hole.template, hole.place) for hole in reversed(chain) if hole.template]


def _covers(tag: tuple[int, str], place: int) -> bool:
    """Whether a place lies within a tag."""
    line, column = unpack(tag[0])
    at, at_column = unpack(place)
    rows = tag[1].split("\n")
    if at_column is None or not line <= at < line + len(rows):
        return False
    begins = column if at == line and column else 1
    return at_column < begins + len(rows[at - line]) or at > line
