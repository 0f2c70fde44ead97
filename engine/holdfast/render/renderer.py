"""One render of one chart: its partials' macros, then its templates, each into objects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from jinja2.environment import Template
from jinja2.runtime import Context as Names
from jinja2.runtime import Macro
from jinja2.utils import pass_context

from holdfast.errors import RenderError, Where
from holdfast.model.chart import Chart, ChartFile
from holdfast.model.manifest import Rendered, RenderedObject
from holdfast.model.secrecy import HIDDEN
from holdfast.model.values import Path, Values
from holdfast.render.context import Context
from holdfast.render.culprits import Culprits
from holdfast.render.data import Notes, Place
from holdfast.render.environment import MacroName, Sandbox
from holdfast.render.failures import Failures
from holdfast.render.filters import filter_table, test_table
from holdfast.render.functions import functions, records
from holdfast.render.missing import Declarations, nearest_name
from holdfast.render.pieces import Fragment, Hole, Piece, RawText, plain
from holdfast.render.spelling import spell_hole
from holdfast.render.traced import all_reads, is_given, mark, trace
from holdfast.render.weave import Weaver

_SUFFIXES = (".yaml.j2", ".yml.j2", ".json.j2", ".yaml", ".yml")
_MACRO = re.compile(r"\{%[-+]?\s*macro\s+(\w+)")
_MIN_SECRET = 3


class Renderer:
    """Renders one chart with one set of values, once."""

    def __init__(self, chart: Chart, values: Values, context: Context) -> None:
        self.chart = chart
        self.values = values
        names = records(chart, context) | functions(context, self._noted, self._hide)
        names |= {"include": self._include, "tpl": self._tpl}
        self.env = Sandbox(
            Declarations(values),
            filters=filter_table(self._data_of),
            tests=test_table(),
            functions=names | {"values": _traced(values)},
        )
        self.env.include = self._include_file
        self.failures = Failures(
            self.env.sources, self.env.templates, _secrets(values), Culprits(values)
        )
        self.weaver = Weaver(self.env.budget, self.failures.expression)
        self._files = {file.path: file for file in chart.templates}
        self._texts: dict[str, Template] = {}
        self._load_macros()

    def objects(self) -> tuple[Rendered, ...]:
        """What every template gives, in the order of their paths."""
        files = sorted(self.chart.templates, key=lambda file: file.path)
        return tuple(self._rendered(file) for file in files if _is_template(file))

    def notes(self) -> str:
        """The notes as plain text."""
        if self.chart.notes is None:
            return ""
        with self._telling(name := self._name(self.chart.notes)):
            pieces = self._pieces(self._template(self.chart.notes, name))
            return self.failures.veil(_plain_text([self._veiled(piece) for piece in pieces]))

    def _veiled(self, piece: Piece) -> Piece:
        """The piece, what is made of a secret hidden."""
        if isinstance(piece, RawText):
            hidden = self._is_sensitive(piece.reads)
            return RawText((HIDDEN, piece[1], piece[2])) if hidden else piece
        if not isinstance(piece, Hole):
            return piece
        if isinstance(piece.value, Fragment):
            inner = self.env.fragment(map(self._veiled, piece.value.pieces))
            return replace(piece, value=inner)
        return replace(piece, value=HIDDEN) if self._is_sensitive(_reads(piece)) else piece

    # Templates

    def _rendered(self, file: ChartFile) -> Rendered:
        with self._telling(name := self._name(file)):
            pieces = self._pieces(self._template(file, name))
            documents = list(self.weaver.documents(pieces))
        objects = tuple(self._object(*document) for document in documents)
        return Rendered(f"{self.chart.metadata.name}/{file.path}", objects)

    def _object(self, data: Any, place: Place, notes: Notes) -> RenderedObject:
        wheres: dict[Place, Where] = {}
        for at in notes.places.values():
            if at not in wheres:
                wheres[at] = self.failures.where(*at)
        return RenderedObject(
            data,
            self.failures.where(*place),
            {path: wheres[at] for path, at in notes.places.items()},
            {path: real for path, reads in notes.reads.items() if (real := _of_values(reads))},
            frozenset(path for path, reads in notes.reads.items() if self._is_sensitive(reads)),
        )

    def _is_sensitive(self, reads: tuple[Path, ...]) -> bool:
        """Whether one of the paths is a secret, lies in one, or holds one."""
        if any(map(is_given, reads)):
            return True
        secrets = self.values.sensitive
        return bool(secrets) and any(
            path[: len(secret)] == secret[: len(path)] for path in reads for secret in secrets
        )

    def _name(self, file: ChartFile) -> str:
        root = self.chart.root.rstrip("/")
        return f"{root}/{file.path}" if root else file.path

    def _template(self, file: ChartFile, name: str) -> Template:
        return self.env.templates.get(name) or self.env.load(name, file.text)

    def _pieces(self, template: Template, names: dict[str, Any] | None = None) -> list[Piece]:
        context = template.new_context(names, shared=names is not None)
        return list(self.env.flatten(template.root_render_func(context)))  # type: ignore[arg-type]

    @contextmanager
    def _telling(self, name: str) -> Iterator[None]:
        """Whatever goes wrong while `name` is rendered becomes a RenderError with its place."""
        try:
            yield
        except RenderError as error:
            if error.where is not None:
                raise
            raise self.failures.error_of(error, name) from None
        except Exception as error:
            raise self.failures.error_of(error, name) from None

    # Macros, includes, tpl

    def _load_macros(self) -> None:
        """Puts the macros of every partial in scope; they may call each other in any order."""
        partials = [file for file in self.chart.templates if _is_partial(file)]
        loaded: list[tuple[str, Template]] = []
        owners: dict[str, str] = {}
        for file in sorted(partials, key=lambda file: file.path):
            with self._telling(name := self._name(file)):
                template = self._template(file, name)
                tags = self.env.sources[name].tags
                macros = [(found[1], at) for at, tag in tags if (found := _MACRO.match(tag))]
                for macro, place in macros:
                    self._declare(macro, name, place, owners)
                if macros:
                    loaded.append((name, template))
        for name, template in loaded:
            with self._telling(name):
                self._bind(template)

    def _declare(self, macro: str, name: str, place: int, owners: dict[str, str]) -> None:
        where = self.failures.where(name, place)
        if earlier := owners.get(macro):
            message = f"loading macros: the macro {macro!r} is already at {earlier}"
            raise RenderError(message, where=where, hint="give one of the two another name")
        if macro in self.env.globals and macro not in owners:
            message = f"loading macros: {macro!r} is the name of a function"
            raise RenderError(message, where=where, hint="give the macro another name")
        owners[macro] = str(where)
        self.env.declare_macro(macro)

    def _bind(self, template: Template) -> None:
        context = template.new_context()
        self.env.binding = True
        for _ in template.root_render_func(context):
            pass
        self.env.binding = False
        for name, value in context.vars.items():
            if isinstance(value, Macro):
                self.env.bind_macro(name, value)

    @pass_context
    def _include(self, context: Names, name: Any, **names: Any) -> Any:
        """`include("macro or file", x=1)`."""
        macro = self.env.globals.get(str(plain(name)))
        if isinstance(macro, MacroName):
            return self.env.call(context, macro, **names)
        return self._include_file(context, name, names)

    def _include_file(self, context: Names, name: Any, names: dict[str, Any]) -> Fragment:
        path = str(plain(name))
        file = self._files.get(path) or self._files.get(f"templates/{path}")
        if file is None:
            macros = [
                name for name, value in self.env.globals.items() if isinstance(value, MacroName)
            ]
            known = [file.removeprefix("templates/") for file in self._files]
            near = nearest_name(path, [*known, *macros])
            hint = f"did you mean {near!r}?" if near else "files to include lie under templates/"
            raise RenderError(f"there is no macro or file {path!r} to include", hint=hint)
        with self.env.budget.level():
            template = self._template(file, self._name(file))
            return self.env.fragment(self._pieces(template, {**context.get_all(), **names}))

    def _tpl(self, text: Any) -> Any:
        """A text as a template of its own, plain text out."""
        source = str(plain(text))
        with self.env.budget.level():
            if (template := self._texts.get(source)) is None:
                template = self.env.load(f"<tpl {len(self._texts) + 1}>", source)
                self._texts[source] = template
            pieces = self._pieces(template)
        reads = [path for piece in pieces if isinstance(piece, Hole) for path in _reads(piece)]
        return mark(_plain_text(pieces), tuple(dict.fromkeys(reads)))

    def _noted(self, value: Any) -> tuple[Any, Notes]:
        """Plain data of any value, and what it was made of."""
        return self.weaver.noted(value)

    def _hide(self, secret: str) -> None:
        """From now on no message shows the text."""
        self.failures.hide(secret)

    def _data_of(self, value: Any) -> Any:
        """Plain data of any value of a template; a fragment is read as YAML."""
        return self.weaver.data_of(value)


def _traced(values: Values) -> Any:
    try:
        return trace(values.tree)
    except RecursionError:
        raise RenderError("reading the values: they are nested too deeply") from None


def _reads(hole: Hole) -> tuple[Path, ...]:
    return (*hole.reads, *all_reads(hole.value))


def _of_values(reads: tuple[Path, ...]) -> tuple[Path, ...]:
    return tuple(path for path in reads if not is_given(path))


def _plain_text(pieces: list[Piece]) -> str:
    return "".join(spell_hole(p) if isinstance(p, Hole) else p[0] for p in pieces)


def _is_partial(file: ChartFile) -> bool:
    return file.path.startswith("templates/") and file.path.rpartition("/")[2].startswith("_")


def _is_template(file: ChartFile) -> bool:
    in_place = file.path.startswith("templates/") and not _is_partial(file)
    return in_place and file.path.endswith(_SUFFIXES)


def _secrets(values: Values) -> frozenset[str]:
    """The texts that no message may show."""
    found: set[str] = set()
    for path in values.sensitive:
        node: Any = values.tree
        for key in path:
            inside = isinstance(node, dict) and key in node
            node = node[key] if inside or (isinstance(node, list) and _has(node, key)) else None
        found.update(_texts(node))
    return frozenset(text for text in found if len(text) >= _MIN_SECRET)


def _has(items: list[Any], key: Any) -> bool:
    return isinstance(key, int) and key < len(items)


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict | list):
        for inner in node.values() if isinstance(node, dict) else node:
            yield from _texts(inner)
    elif node is not None and not isinstance(node, bool):
        yield str(node)
