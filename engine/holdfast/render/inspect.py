"""What a chart's templates say, as plain data: the values they read, and what to look twice at.

For lint, which may not see the template engine. Nothing is rendered here: every branch counts,
whatever the values, and a template that does not compile is told with its error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jinja2 import Environment, nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.lexer import TokenStream

from holdfast.errors import RenderError, Where
from holdfast.light import dataclass
from holdfast.model.chart import Chart, ChartFile
from holdfast.render.failures import Failures
from holdfast.render.follow import Follower
from holdfast.render.positions import Lines, unpack
from holdfast.render.reads import ANY_ITEM, ValueRead
from holdfast.render.source import SourceText, normalize, tokens_of

__all__ = ["ANY_ITEM", "Inspection", "TemplateFacts", "ValueRead", "inspect_templates"]

_RAW_BLOCK = r"\{%[-+]?\s*raw\s*[-+]?%\}.*?(?:\{%[-+]?\s*endraw\s*[-+]?%\}|$)"


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """One template or partial. `source` is its name in messages; places are in it.

    `outline` is the text with every tag and comment blanked out and every expression as `x`es, all
    at their places; `raws` are the uses of the filter `raw`, `glued` the `{#` that stand directly
    behind other text. Of a template that does not compile only `error` and `glued` are known.
    """

    source: str
    outline: str = ""
    raws: tuple[Where, ...] = ()
    glued: tuple[Where, ...] = ()
    error: RenderError | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """All templates of a chart, and what they read of the values.

    `texts` tells that a template hands text to `tpl`: values may hold expressions of their own.
    """

    templates: tuple[TemplateFacts, ...]
    reads: tuple[ValueRead, ...]
    texts: bool = False


def inspect_templates(chart: Chart) -> Inspection:
    """Read every template, partial and the notes of `chart`, without rendering.

    Macros that it imports from a subchart count among what reads its values, as they do when they
    are rendered.
    """
    parser = _Parser()
    files = [*chart.templates, *([chart.notes] if chart.notes else [])]
    trees: dict[str, nodes.Template] = {}
    facts = [
        parser.read(_name(chart, file), file.text, trees)
        for file in sorted(files, key=lambda file: file.path)
    ]
    _add_imported(chart, parser, trees)
    follower = Follower(trees)
    return Inspection(tuple(facts), follower.reads(), follower.texts)


def _add_imported(chart: Chart, parser: _Parser, trees: dict[str, nodes.Template]) -> None:
    """Put the partials of every chart that is imported from into `trees`, and theirs."""
    charts = {one.metadata.name: one for _, one in chart.walk()}
    todo = list(trees.values())
    while todo:
        for name in _imports(todo.pop()):
            for file in charts[name].templates if name in charts else ():
                source = _name(charts[name], file)
                if "/_" in f"/{file.path}" and source not in trees:
                    parser.read(source, file.text, trees)
                    todo += [trees[source]] if source in trees else []


def _imports(tree: nodes.Template) -> Iterator[str]:
    imports: tuple[Any, ...] = (nodes.FromImport, nodes.Import)
    for node in tree.find_all(imports):
        if isinstance(node.template, nodes.Const):
            yield str(node.template.value)


def _name(chart: Chart, file: ChartFile) -> str:
    root = chart.root.rstrip("/")
    return f"{root}/{file.path}" if root else file.path


class _Parser(Environment):
    """The engine's parser, with places instead of lines."""

    def __init__(self) -> None:
        super().__init__(keep_trailing_newline=True, cache_size=0)
        self.sources: dict[str, SourceText] = {}

    def read(self, name: str, text: str, trees: dict[str, nodes.Template]) -> TemplateFacts:
        """The facts of one template; its tree is put into `trees` where it has one."""
        text = normalize(text)
        self.sources[name] = SourceText(name, text)
        try:
            spans = list(_spans(self, text, name))
            tree = trees[name] = self.parse(text, name, name)
        except TemplateSyntaxError as error:
            error.name = error.name or name
            failure = Failures(self.sources, {}, frozenset()).error_of(error, name)
            glued = tuple(_at(name, text, offset) for offset in _shell_lengths(text))
            return TemplateFacts(name, glued=glued, error=failure)
        raws = tuple(
            _where(name, node.lineno) for node in tree.find_all(nodes.Filter) if node.name == "raw"
        )
        glued = tuple(
            _at(name, text, offset)
            for offset, kind, _ in spans
            if kind == "comment_begin" and _is_glued(text, offset)
        )
        return TemplateFacts(name, _outline(text, spans), raws, glued)

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        lexed = self.lexer.tokeniter(source, name, filename, state)
        tokens = tokens_of(self.sources[name or ""], lexed)
        return TokenStream(self.lexer.wrap(tokens, name, filename), name, filename)


def _spans(parser: _Parser, text: str, name: str) -> Iterator[tuple[int, str, str]]:
    """The lexer's tokens with their offsets; white space that `-` strips belongs to none."""
    offset = 0
    for _, kind, value in parser.lexer.tokeniter(text, name):
        while not text.startswith(value, offset):
            offset += 1
        yield offset, kind, value
        offset += len(value)


def _outline(text: str, spans: list[tuple[int, str, str]]) -> str:
    shown = [char if char == "\n" else " " for char in text]
    inside = False
    for offset, kind, value in spans:
        inside = inside or kind == "variable_begin"
        if kind == "data" or inside:
            for at, char in enumerate(value, offset):
                shown[at] = char if kind == "data" or char == "\n" else "x"
        inside = inside and kind != "variable_end"
    return "".join(shown)


def _is_glued(text: str, offset: int) -> bool:
    before = text[offset - 1 : offset]
    return bool(before.strip()) and before != "}"


def _shell_lengths(text: str) -> Iterator[int]:
    """Where a shell's `${#` stands outside of raw blocks, in a text that cannot be read."""
    shown = re.sub(_RAW_BLOCK, lambda found: " " * len(found[0]), text, flags=re.DOTALL)
    for found in re.finditer(r"\$\{#", shown):
        yield found.start() + 1


def _at(name: str, text: str, offset: int) -> Where:
    return _where(name, Lines(text).place(offset))


def _where(name: str, place: int) -> Where:
    line, column = unpack(place)
    return Where(name, line, column, "template")
