"""One render of one chart: its partials' macros, then its templates, each into objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import field, replace
from functools import partial
from typing import Any

from jinja2.environment import Template
from jinja2.runtime import Context as Names
from jinja2.utils import pass_context

from holdfast.errors import RenderError
from holdfast.light import dataclass
from holdfast.model.chart import Chart, ChartFile
from holdfast.model.later import Later
from holdfast.model.manifest import Rendered, RenderedObject
from holdfast.model.secrecy import HIDDEN, secret_values
from holdfast.model.values import Path, Values
from holdfast.render.casting import Cast, documents_of
from holdfast.render.compiled import compiled
from holdfast.render.context import Context
from holdfast.render.culprits import Culprits
from holdfast.render.data import Notes, Place
from holdfast.render.environment import Sandbox
from holdfast.render.failures import Failures, Wheres
from holdfast.render.filters import filter_table, test_table
from holdfast.render.functions import functions, records
from holdfast.render.limits import Budget
from holdfast.render.missing import Declarations
from holdfast.render.modules import Modules, is_partial
from holdfast.render.pieces import Fragment, Hole, Piece, RawText, Unfit, plain
from holdfast.render.secret_once import SecretsOnce
from holdfast.render.spelling import kind_of, spell_hole, spell_plainly
from holdfast.render.traced import all_reads, is_given, mark, trace
from holdfast.render.weave import Weaver, hole_reads

_SUFFIXES = (".yaml.j2", ".yml.j2", ".json.j2", ".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class ChartPlace:
    """Where a chart stands among those of one render, which share one budget.

    `title` begins the names of its templates (`web/charts/db`); `path` are the names that lead to
    it.
    """

    title: str
    path: tuple[str, ...] = ()
    budget: Budget = field(default_factory=Budget)


class Renderer:
    """Renders one chart with one set of values, once; a subchart is rendered on its own."""

    def __init__(
        self, chart: Chart, values: Values, context: Context, place: ChartPlace | None = None
    ) -> None:
        self.chart = chart
        self.values = values
        self.place = place or ChartPlace(chart.metadata.name)
        tree = _traced(values)
        self.once = SecretsOnce(context.secret, self._hide)
        names = records(chart, context)
        names |= functions(context, self.once, self._data_of, self._noted, self._hide)
        names |= {"include": self._include, "tpl": self._tpl, "values": tree}
        names |= {"subcharts": subchart_records(chart, context, tree, values.disabled)}
        self.env = Sandbox(
            Declarations(values),
            filters=filter_table(self._data_of),
            tests=test_table(),
            functions=names,
            budget=self.place.budget,
            compiled=partial(compiled, codes=context.codes),
        )
        self.failures = Failures(
            self.env.sources, self.env.templates, secret_values(values), Culprits(values)
        )
        self.cast = Cast(self.env.budget)
        self.weaver = Weaver(self.env.budget, self.failures.expression)
        self._looked_up = False
        self._texts: dict[str, Template] = {}
        self.modules = Modules(
            chart,
            self.env,
            failures=self.failures,
            telling=self._telling,
            off=values.disabled,
        )
        self.env.include, self.env.imported = self.modules.include_file, self.modules.imported
        self.env.offered = self.modules.offered
        self.modules.load()

    def objects(self) -> tuple[Rendered, ...]:
        """What every template gives, in the order of their paths."""
        files = sorted(self.chart.templates, key=lambda file: file.path)
        return tuple(self._rendered(file) for file in files if _is_template(file))

    def notes(self) -> str:
        """The notes as plain text."""
        if self.chart.notes is None:
            return ""
        with self._telling(self.modules.own.name_of(self.chart.notes)):
            pieces = self.modules.pieces(self.modules.template(self.chart.notes))
            if self._has_secrets:
                pieces = [self._veiled(piece) for piece in pieces]
            return self.failures.veil(_plain_text(pieces))

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
        with self._telling(self.modules.own.name_of(file)):
            pieces = self.modules.pieces(self.modules.template(file))
            documents = documents_of(pieces, self.cast, self.weaver)
            secrets = self._has_secrets and any(map(self._is_secret, pieces))
            objects = tuple(self._object(*document, secrets=secrets) for document in documents)
        return Rendered(f"{self.place.title}/{file.path}", objects)

    def _object(
        self, data: Any, place: Place, notes: Callable[[], Notes], *, secrets: bool
    ) -> RenderedObject:
        """What an object was made of is found out when it is asked for."""
        return RenderedObject(
            data,
            self.failures.where(*place),
            Wheres(Later(lambda: notes().places), self.env.sources),
            Later(lambda: self._values_read(notes())),
            self._secret_paths(notes()) if secrets else frozenset(),
        )

    @property
    def _has_secrets(self) -> bool:
        return bool(self.values.sensitive) or self._looked_up or self.once.given

    def _values_read(self, notes: Notes) -> dict[Path, tuple[Path, ...]]:
        found = ((path, self._of_values(reads)) for path, reads in notes.reads.items())
        return {path: reads for path, reads in found if reads}

    def _secret_paths(self, notes: Notes) -> frozenset[Path]:
        return frozenset(path for path, reads in notes.reads.items() if self._is_sensitive(reads))

    def _is_secret(self, piece: Piece) -> bool:
        if isinstance(piece, Hole):
            return self._is_sensitive(tuple(hole_reads(piece)))
        return isinstance(piece, RawText) and self._is_sensitive(piece.reads)

    def _of_values(self, reads: tuple[Path, ...]) -> tuple[Path, ...]:
        """What was read of the values, as paths from the root's."""
        return tuple((*self.place.path, *path) for path in reads if not is_given(path))

    def _is_sensitive(self, reads: tuple[Path, ...]) -> bool:
        """Whether one of the paths is a secret, lies in one, or holds one."""
        if any(map(is_given, reads)):
            return True
        secrets = self.values.sensitive
        return bool(secrets) and any(
            path[: len(secret)] == secret[: len(path)] for path in reads for secret in secrets
        )

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

    # Functions

    @pass_context
    def _include(self, context: Names, name: Any, /, **names: Any) -> Any:
        """`include("macro or file", x=1)`."""
        return self.modules.include(context, name, names)

    def _tpl(self, text: Any) -> Any:
        """A text as a template of its own, plain text out."""
        source = plain(text)
        if isinstance(source, dict | list | tuple):
            hint = "for the texts in it: `tpl(… | to_yaml) | from_yaml`"
            raise RenderError(f"tpl takes a text, not {kind_of(source)}", hint=hint)
        source = spell_plainly(source)
        with self.env.budget:
            if (template := self._texts.get(source)) is None:
                template = self.env.load(f"<tpl {len(self._texts) + 1}>", source)
                self._texts[source] = template
            pieces = self.modules.pieces(template)
        reads = [path for piece in pieces if isinstance(piece, Hole) for path in _reads(piece)]
        return mark(_plain_text(pieces), tuple(dict.fromkeys(reads)))

    def _noted(self, value: Any) -> tuple[Any, Notes]:
        """Plain data of any value, and what it was made of."""
        return self.weaver.noted(value)

    def _hide(self, secret: str) -> None:
        """From now on no message shows the text."""
        self._looked_up = True
        self.failures.hide(secret)

    def _data_of(self, value: Any) -> Any:
        """Plain data of any value of a template; a fragment is read as YAML."""
        try:
            return self.cast.data_of(value)
        except Unfit:
            return self.weaver.noted(value)[0]


def subchart_records(
    chart: Chart, context: Context, tree: Any, off: frozenset[Path]
) -> dict[str, Any]:
    """`subcharts`: what a template may read of each chart below its own that is on."""
    found: dict[str, Any] = {}
    for sub in chart.subcharts:
        name = sub.metadata.name
        if (name,) not in off:
            below = frozenset(path[1:] for path in off if path[:1] == (name,))
            values = tree.get(name) if isinstance(tree, dict) else None
            own = records(sub, context)
            found[name] = {
                "values": values,
                "chart": own["chart"],
                "files": own["files"],
                "subcharts": subchart_records(sub, context, values, below),
            }
    return found


def _traced(values: Values) -> Any:
    try:
        return trace(values.tree)
    except RecursionError:
        raise RenderError("reading the values: they are nested too deeply") from None


def _reads(hole: Hole) -> tuple[Path, ...]:
    return (*hole.reads, *all_reads(hole.value))


def _plain_text(pieces: list[Piece]) -> str:
    return "".join(spell_hole(p) if isinstance(p, Hole) else p[0] for p in pieces)


def _is_template(file: ChartFile) -> bool:
    in_place = file.path.startswith("templates/") and not is_partial(file)
    return in_place and file.path.endswith(_SUFFIXES)
