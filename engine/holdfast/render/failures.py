"""Whatever goes wrong in a template → one RenderError with its place, the lines around it, a hint.

Python's tracebacks end here: the frames of generated code say which templates and macros led to the
place. Secret values never get into a message.
"""

from __future__ import annotations

import re
from types import TracebackType

from jinja2.environment import Template
from jinja2.exceptions import TemplateSyntaxError

from holdfast.errors import RenderError, Where
from holdfast.render.limits import LIMITED
from holdfast.render.missing import MissingValue
from holdfast.render.pieces import Hole, Misplaced
from holdfast.render.positions import Lines, unpack
from holdfast.render.source import SourceText
from holdfast.render.weave import Broken

_TYPES = {"Map": "dict", "List": "list", "Str": "str", "Int": "int", "Float": "float"}
_SHOWN = 80

_LOOK = "look at the tag or output that the caret points at"


class Failures:
    """Turns exceptions into errors, knowing the templates' sources and what to hide."""

    def __init__(
        self,
        sources: dict[str, SourceText],
        templates: dict[str, Template],
        secrets: frozenset[str],
    ) -> None:
        self._sources = sources
        self._templates = templates
        self._secrets = sorted(secrets, key=lambda secret: (-len(secret), secret))

    def error_of(self, error: BaseException, template: str) -> RenderError:
        """The error to raise for `error`, which happened while `template` was rendered."""
        if isinstance(error, Misplaced):
            message = f"{self.expression(error.hole)}: {error.message}"
            chain = [*self._frames(error.__traceback__), *_callers(error.chain)]
            at = (error.hole.template, error.hole.place)
            return self._error(message, at if at[0] else (template, 1), error.hint, chain)
        if isinstance(error, Broken):
            return self._broken(error, template)
        chain = self._frames(error.__traceback__)
        if isinstance(error, TemplateSyntaxError):
            error.name = error.name or template
            return self._syntax_error(error, chain)
        place = chain.pop() if chain else (template, 1)
        message, hint = _explain(error)
        if tag := self._tag(place):
            message = f"{tag[1]}: {message}"
        return self._error(message, place, hint, chain)

    def _syntax_error(
        self, error: TemplateSyntaxError, chain: list[tuple[str, int]]
    ) -> RenderError:
        name, place, message = error.name or "", error.lineno, error.message or "no template"
        if found := re.fullmatch(r"(unexpected char .+) at (\d+)", message, re.S):
            # the engine's lexer counts from the start of the text, and knows only the line
            message, place = found[1], Lines(self._sources[name].text).place(int(found[2]))
        return self._error(f"compiling: {message}", (name, place), None, chain, exact=True)

    def expression(self, hole: Hole) -> str:
        """The expression of a value as written."""
        tag = self._tag((hole.template, hole.place))
        return tag[1] if tag else "a value"

    def where(self, template: str, place: int) -> Where:
        """A place of a template; within a tag, where the tag begins."""
        tag = self._tag((template, place))
        return self._where(template, tag[0] if tag else place)

    def _where(self, template: str, place: int) -> Where:
        line, column = unpack(place)
        return Where(template, line, column, "template")

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
        callers = [self.where(name, where) for name, where in reversed(chain)]
        where = self._where(*at) if exact else self.where(*at)
        for caller in dict.fromkeys(f"{c.source}:{c.line}" for c in callers):
            if caller != f"{where.source}:{where.line}":
                message += f", called from {caller}"
        return RenderError(
            self.mask(message),
            where=where,
            excerpt=self._excerpt(where),
            hint=self.mask(hint or _LOOK),
        )

    def mask(self, text: str) -> str:
        """`text` without any secret value."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def _tag(self, at: tuple[str, int]) -> tuple[int, str] | None:
        source = self._sources.get(at[0])
        tag = source.tag_at(at[1]) if source else None
        if tag is None or not _covers(tag, at[1]):
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
        lines = source.text.split("\n")
        shown: list[str] = []
        for number in range(max(1, where.line - 1), min(len(lines), where.line + 1) + 1):
            shown.append(f"{number:4} | {lines[number - 1]}".rstrip())
            if number == where.line and where.column:
                shown.append(f"     | {' ' * (where.column - 1)}^")
        return self.mask("\n".join(shown))


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


def _explain(error: BaseException) -> tuple[str, str | None]:
    """What an exception means to a template's author, and a hint."""
    if isinstance(error, RenderError):
        return error.message, error.hint
    if isinstance(error, MissingValue):
        return str(error), error.hint
    if isinstance(error, RecursionError):
        return "nested too deeply", "does a macro call itself, or is an expression too long?"
    if isinstance(error, SyntaxError):
        return f"compiling: {error.msg}", "use fewer blocks inside of one another"
    if isinstance(error, MemoryError):
        return "the result is too large", LIMITED
    text = re.sub(r"\b(Map|List|Str|Int|Float)\b", lambda m: _TYPES[m[1]], str(error))
    return re.sub(r" at 0x[0-9a-f]+", "", text) or type(error).__name__, None
