"""The sandbox: what a template may reach, how its expressions are evaluated, what they read.

Data is reached by key only, never by attribute, so no method and no internal of Python is ever in
reach; what may be called is on a list. One environment serves one render and holds its budget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import CodeType
from typing import Any

from jinja2.environment import Template
from jinja2.exceptions import TemplateSyntaxError
from jinja2.lexer import TokenStream
from jinja2.nodes import Filter, Test
from jinja2.nodes import Template as Tree
from jinja2.runtime import Context as Names
from jinja2.sandbox import ImmutableSandboxedEnvironment

from holdfast.errors import RenderError
from holdfast.render.access import Access, straight
from holdfast.render.arithmetic import calculate, change_sign, order
from holdfast.render.calls import Calls, MacroName
from holdfast.render.compiler import EACH, Generator, count_loops
from holdfast.render.explain import absent, name_hint
from holdfast.render.guards import Guarded, Guards, is_scalar
from holdfast.render.limits import HOLE, MAX_OUTPUT, Budget, check_text, check_weight
from holdfast.render.missing import Declarations, Missing, missing, nearest_name, present
from holdfast.render.pieces import Fragment, Hole, Piece, Raw, RawText, Text, plain
from holdfast.render.source import SourceText, normalize, tokens_of
from holdfast.render.spelling import spell_fragment, spell_plainly
from holdfast.render.traced import Float, Int, List, Map, Str, join_reads, mark, reads_of

Compiled = Callable[[str, str], tuple[SourceText, CodeType]]
"""A template's name and text → the source, its tags noted, and the code."""
_DATA = frozenset((Str, Int, Float, Map, List, Fragment, str, int, bool, float, dict, list))


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of one render; `compiled` gives code that is kept, in place of compiling."""

    code_generator_class = Generator
    intercepted_binops = frozenset(("//", "%", "+", "*", "-", "/", "**"))
    intercepted_unops = frozenset(("+", "-"))

    def __init__(
        self,
        declarations: Declarations,
        *,
        filters: dict[str, Callable[..., Any]],
        tests: dict[str, Callable[..., Any]],
        functions: dict[str, Any],
        budget: Budget | None = None,
        compiled: Compiled | None = None,
    ) -> None:
        super().__init__(
            undefined=Missing,
            keep_trailing_newline=True,
            optimized=False,
            cache_size=0,
            autoescape=False,
        )
        self.budget = budget or Budget()
        self._kept = compiled
        self.binding = False
        self.access = Access(declarations)
        self.guards = Guards(self.budget, self.access)
        # What generated code calls most: `mark` begins to note which values an expression reads.
        self.reach, self.mark = self.access.reach, self.access.begin
        self.sources: dict[str, SourceText] = {}
        self.templates: dict[str, Template] = {}
        self.include: Callable[[Names, Any, dict[str, Any]], Any] = _no_include
        self.imported: Callable[[str, str, str], MacroName] = _no_import
        self.offered: Callable[[str], str | None] = _nobody_offers
        self.undefined = self._missing  # type: ignore[assignment]
        self.concat = self.fragment  # type: ignore[assignment]
        self.globals = dict(functions)
        self.calls = Calls(functions, self.budget, self.guards, self.access)
        self.filters = Guarded(filters, self.guards.guarded, {EACH: self.guards.each})
        self.tests = Guarded(tests, self.guards.guarded)  # type: ignore[assignment]

    # Compiling

    def load(self, name: str, text: str, names: dict[str, Any] | None = None) -> Template:
        """A template compiled from its text, `names` in scope. Raises the engine's syntax errors.

        Without `names` it sees what the chart's own templates see.
        """
        text = normalize(text)
        try:
            self.sources[name], code = (self._kept or self._compiled)(name, text)
        except TemplateSyntaxError:
            # Once more, and here: the error is told with the source it is noted in.
            self.sources[name], code = self._compiled(name, text)
        template = Template.from_code(self, code, self.globals if names is None else names)
        self.templates[name] = template
        return template

    def _compiled(self, name: str, text: str) -> tuple[SourceText, CodeType]:
        self.sources[name] = SourceText(name, text)
        return self.sources[name], self.compile(text, name, name)

    def handle_exception(self, source: str | None = None) -> Any:
        """Errors are told in our way: no rewritten tracebacks."""
        raise

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        lexed = self.lexer.tokeniter(source, name, filename, state)
        tokens = tokens_of(self.sources[name or ""], lexed)
        return TokenStream(self.lexer.wrap(tokens, name, filename), name, filename)

    def _parse(self, source: str, name: str | None, filename: str | None) -> Tree:
        tree = super()._parse(source, name, filename)
        for kind, node_type, known in (
            ("filter", Filter, self.filters),
            ("test", Test, self.tests),
        ):
            for node in tree.find_all(node_type):
                if node.name not in known:
                    message = f"there is no {kind} {node.name!r}"
                    error = TemplateSyntaxError(message, node.lineno, name, filename)
                    error.__dict__["hint"] = name_hint(kind, node.name, known)
                    raise error
        count_loops(tree)
        return tree

    # Output

    def pick(self, base: Any, keys: tuple[str, ...], place: int, template: str) -> Piece | Fragment:
        """Takes `base.a.b` for the output; nearly all values come this way."""
        if type(base) is Map and (value := straight(base, keys)) is not None:
            self.budget.put_out(HOLE)
            return Hole(value, place, template, ((*base.path, *keys),))
        self.mark()
        return self.place(None, self.reach(base, keys), place, template)

    def place(self, mark: None, value: Any, place: int, template: str) -> Piece | Fragment:
        """Takes the value of an expression for the output."""
        reads = self.access.end()
        if isinstance(value, list | dict) and not isinstance(value, Map | List):
            check_weight(value)  # what a template has made; values themselves are of bounded size
        elif type(value) not in _DATA and isinstance(present(value), Raw):
            text = RawText((check_text(str(value.text)), place, template))
            text.reads = (*reads, *reads_of(value.text))
            return text
        self.budget.put_out(HOLE)  # how long the value is counts where it is put
        return Hole(value, place, template, reads)

    def fragment(self, pieces: Iterable[Piece | Fragment]) -> Fragment:
        """Pieces in a row, as a macro or a set block gives them."""
        return Fragment(tuple(self.flat(pieces)), self.spell)

    def flat(self, pieces: Iterable[Piece | Fragment]) -> list[Piece]:
        """The pieces of a run, those of a recursive loop's inner runs too."""
        found: list[Piece] = []
        size = 0
        for piece in pieces:
            if type(piece) is Hole:
                found.append(piece)
            elif isinstance(piece, Fragment):
                found += piece.pieces
            else:
                found.append(piece)
                size += len(piece[0])  # type: ignore[index]
                if size > MAX_OUTPUT:
                    break
        self.budget.put_out(size)
        return found

    def spell(self, fragment: Fragment) -> str:
        """The text of a fragment, counted."""
        text = check_text(spell_fragment(fragment))
        self.budget.put_out(len(text))
        return text

    def filtered(self, body: list[Piece], result: Any, place: int, template: str) -> Any:
        """What `{% filter %}` gives: template text stays that, text made of values is a value."""
        if type(result) is str and not any(isinstance(piece, Hole) for piece in body):
            text: Text = (result, place, template)
            return Fragment((text,), self.spell)
        return result

    def join(self, values: tuple[Any, ...]) -> Any:
        """`a ~ b`."""
        values = tuple(present(value) for value in values)
        text = check_text("".join(spell_plainly(value) for value in values))
        self.budget.handle(text)
        return mark(text, join_reads(values))

    # Access

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`obj.name`: a key of data, or one of the few attributes of loops and namespaces."""
        return self.reach(obj, (attribute,))

    def getitem(self, obj: Any, argument: Any) -> Any:
        """`obj[key]`: the key, and nothing but the key."""
        return self.reach(obj, (argument,))

    def _missing(
        self, hint: str | None = None, obj: Any = None, name: str | None = None, exc: Any = None
    ) -> Missing:
        if hint is not None or name is None:
            return missing(*absent(hint))
        return missing(f"{name!r} is not defined", lambda: self._meant(name))

    def _meant(self, name: str) -> str:
        if library := self.offered(name):
            return f'the chart {library!r} defines it: {{% from "{library}" import {name} %}}'
        near = nearest_name(name, self.globals)
        if near:
            return f"did you mean {near!r}?"
        return (
            "templates see values, release, chart, capabilities, files and the chart's own macros"
        )

    # Evaluation

    def call_binop(self, context: Names, operator: str, left: Any, right: Any) -> Any:
        """An operator, within the limits; its result keeps what it was made of."""
        left, right = plain(present(left)), plain(present(right))
        try:
            result = calculate(operator, left, right)
        except Exception as error:
            self.guards.blamed(error, (left, right))
            raise
        self.budget.handle(result)
        return mark(result, join_reads((left, right))) if is_scalar(result) else result

    def call_unop(self, context: Names, operator: str, arg: Any) -> Any:
        """A sign before a number; it keeps what it was made of."""
        value = plain(present(arg))
        try:
            return mark(change_sign(operator, value), join_reads((value,)))
        except RenderError as error:
            self.guards.blamed(error, (value,))
            raise

    def compare(self, sign: str, left: Any, right: Any) -> Any:
        """`left sign right`; fragments are compared as text."""
        left, right = plain(present(left)), plain(present(right))
        if isinstance(right, str | list | tuple):
            self.budget.handle(right)
        try:
            return order(sign, left, right)
        except RenderError as error:
            self.guards.blamed(error, (left, right))
            raise

    def call(__self, __context: Names, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """A call of something on the list; anything else is refused."""
        return __self.calls.call(__context, __obj, args, kwargs)


def _no_include(context: Names, name: Any, names: dict[str, Any]) -> Any:
    raise RenderError("nothing can be included here")


def _nobody_offers(name: str) -> str | None:
    return None


def _no_import(template: str, chart: str, macro: str) -> MacroName:
    raise RenderError("nothing can be imported here")
