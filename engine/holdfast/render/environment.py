"""The sandbox: what a template may reach, how its expressions are evaluated, what they read.

Data is reached by key only, never by attribute, so no method and no internal of Python is ever in
reach; what may be called is on a list. One environment serves one render and holds its budget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from types import GeneratorType, MethodType
from typing import Any, NoReturn

from jinja2.environment import Template
from jinja2.exceptions import TemplateSyntaxError
from jinja2.lexer import TokenStream
from jinja2.nodes import Filter, Test
from jinja2.nodes import Template as Tree
from jinja2.runtime import Context as Names
from jinja2.runtime import LoopContext, Macro, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from holdfast.errors import RenderError
from holdfast.model.values import Path, spell
from holdfast.render.compiler import EACH, Generator, count_loops
from holdfast.render.limits import Budget, calculate, check_text
from holdfast.render.missing import Declarations, Missing, MissingValue, missing, nearest_name
from holdfast.render.pieces import Fragment, Hole, Piece, Raw, Text, plain
from holdfast.render.source import SourceText, normalize, tokens_of
from holdfast.render.spelling import kind_of, spell_fragment, spell_plainly
from holdfast.render.traced import List, Map, join_reads, mark, reads_of

_LOOP = frozenset(
    "index index0 revindex revindex0 first last length previtem nextitem depth depth0".split()
)
_LOOP_CALLS = ("cycle", "changed")
_KEEP_FRAGMENT = frozenset(("default", "d", "omit_empty", "from_yaml", "raw"))
_KEEP_MISSING = frozenset(("default", "d", "defined", "undefined"))


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of one render."""

    code_generator_class = Generator
    intercepted_binops = frozenset(("//", "%", "+", "*", "-", "/", "**"))

    def __init__(
        self,
        declarations: Declarations,
        *,
        filters: dict[str, Callable[..., Any]],
        tests: dict[str, Callable[..., Any]],
        functions: dict[str, Any],
    ) -> None:
        super().__init__(
            undefined=Missing,
            keep_trailing_newline=True,
            optimized=False,
            cache_size=0,
            autoescape=False,
        )
        self.budget = Budget()
        self.declarations = declarations
        self.sources: dict[str, SourceText] = {}
        self.templates: dict[str, Template] = {}
        self.include: Callable[[Names, Any, dict[str, Any]], Any] = _no_include
        self.undefined = self._missing  # type: ignore[assignment]
        self.concat = self.fragment  # type: ignore[assignment]
        self.plain = plain
        self.globals = dict(functions)
        self._callable = {id(value) for value in _leaves(functions)}
        self.filters = {name: self._guarded(name, call) for name, call in filters.items()}
        self.filters[EACH] = self._each
        self.tests = {name: self._guarded(name, call) for name, call in tests.items()}
        self._log: list[dict[Path, None]] = [{}]

    # Compiling

    def load(self, name: str, text: str) -> Template:
        """A template compiled from its text. Raises the engine's syntax errors."""
        text = normalize(text)
        self.sources[name] = SourceText(name, text)
        code = self.compile(text, name, name)
        template = Template.from_code(self, code, self.globals)
        self.templates[name] = template
        return template

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
                    near = nearest_name(node.name, known)
                    hint = f" (did you mean {near!r}?)" if near else ""
                    message = f"there is no {kind} {node.name!r}{hint}"
                    raise TemplateSyntaxError(message, node.lineno, name, filename)
        count_loops(tree)
        return tree

    # Output

    def mark(self) -> None:
        """Begins to note which values an expression reads."""
        self._log.append({})

    def place(self, mark: None, value: Any, place: int, template: str) -> Piece | Fragment:
        """Takes the value of an expression for the output."""
        reads = tuple(self._log.pop())
        if isinstance(value, Undefined):
            _refuse(value)
        if isinstance(value, Raw):
            return (check_text(value.text), place, template)
        self.budget.put_out(len(value) if isinstance(value, str) else 8)
        return Hole(value, place, template, reads)

    def fragment(self, pieces: Iterable[Piece | Fragment]) -> Fragment:
        """Pieces in a row, as a macro or a set block gives them."""
        return Fragment(tuple(self.flatten(pieces)), self.spell)

    def flatten(self, pieces: Iterable[Piece | Fragment]) -> Iterator[Piece]:
        """The pieces of a run, those of a recursive loop's inner runs too."""
        for piece in pieces:
            if isinstance(piece, Fragment):
                yield from piece.pieces
                continue
            if isinstance(piece, tuple):
                self.budget.put_out(len(piece[0]))
            yield piece

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
        values = tuple(self._present(value) for value in values)
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

    def reach(self, obj: Any, keys: tuple[Any, ...]) -> Any:
        """`obj.a.b.c`: the whole way at once, since a declared path without a value is null."""
        for index, key in enumerate(keys):
            if isinstance(obj, Undefined):
                return obj
            if isinstance(obj, Map):
                inner = self._read(obj, plain(key), keys[index + 1 :])
                if inner is None or isinstance(inner, Undefined):
                    return inner
                obj = inner
            else:
                obj = self._item(plain(obj), plain(key))
        return obj

    def _read(self, tree: Map, key: Any, rest: tuple[Any, ...]) -> Any:
        if not isinstance(key, str):
            return missing(f"{kind_of(key)} is no key of values.{spell(tree.path)}")
        path = (*tree.path, str(key))
        self._note(path)
        value = tree.get(key)
        if value is not None or (key in tree and not rest):
            return value
        path = (*path, *rest)
        return None if self.declarations.declares(path) else self.declarations.missing(path)

    def _item(self, obj: Any, key: Any) -> Any:
        if isinstance(obj, dict):
            return obj[key] if _is_key(key) and key in obj else _absent_key(obj, key)
        if not isinstance(obj, str | list | tuple | range):
            return _special(obj, key)
        if isinstance(key, slice):
            return mark(obj[key], reads_of(obj))
        if not isinstance(key, int) or isinstance(key, bool):
            hint = "methods are not reachable: use a filter"
            return missing(f"{kind_of(obj)} has no key {key!r}", hint)
        if not -len(obj) <= key < len(obj):
            return missing(f"there is no item {key}: there are {len(obj)}")
        if isinstance(obj, List):
            self._note((*obj.path, int(key) % len(obj)))
        return mark(obj[key], reads_of(obj))

    def _note(self, path: Path) -> None:
        log = self._log[-1]
        log.pop(path[:-1], None)
        log[path] = None

    def _missing(
        self, hint: str | None = None, obj: Any = None, name: str | None = None, exc: Any = None
    ) -> Missing:
        if hint is not None or name is None:
            return missing(hint or "a value is missing")
        return missing(f"{name!r} is not defined", lambda: self._meant(name))

    def _meant(self, name: str) -> str | None:
        near = nearest_name(name, self.globals)
        return f"did you mean {near!r}?" if near else None

    def _present(self, value: Any) -> Any:
        if isinstance(value, Undefined):
            _refuse(value)
        return value

    # Evaluation

    def call_binop(self, context: Names, operator: str, left: Any, right: Any) -> Any:
        """An operator, within the limits; its result keeps what it was made of."""
        left, right = plain(self._present(left)), plain(self._present(right))
        result = calculate(operator, left, right)
        self.budget.handle(result)
        return mark(result, join_reads((left, right))) if _is_scalar(result) else result

    def call(__self, __context: Names, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: B902, N805
        """A call of something on the list; anything else is refused."""
        self, function = __self, __obj
        if isinstance(function, Undefined):
            _refuse(function)
        if isinstance(function, Macro | LoopContext):
            with self.budget.level():
                if isinstance(function, LoopContext) and args:
                    args = (self._each(args[0]), *args[1:])
                return __context.call(function, *args, **kwargs)
        if not (id(function) in self._callable or _is_loop_call(function)):
            raise RenderError(f"{kind_of(function)} cannot be called")
        result = __context.call(function, *args, **kwargs)
        return self._made(result, (*args, *kwargs.values()))

    def allow(self, function: Any) -> None:
        """Puts one more function on the list."""
        self._callable.add(id(function))

    def _guarded(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """A filter or test that sees data only, counts its work, and marks what it makes."""
        lead = 1 if hasattr(call, "jinja_pass_arg") else 0
        keep = name in _KEEP_FRAGMENT

        @wraps(call)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            head, data = args[:lead], args[lead:]
            if name not in _KEEP_MISSING:
                for value in (*data, *kwargs.values()):
                    self._present(value)
            if not keep:
                data = tuple(plain(value) for value in data)
                kwargs = {key: plain(value) for key, value in kwargs.items()}
            if data:
                self.budget.handle(data[0])
            return self._made(call(*head, *data, **kwargs), (*data, *kwargs.values()))

        return guarded

    def _made(self, result: Any, sources: Iterable[Any]) -> Any:
        """The result of a filter or function: real lists, and what it was made of kept."""
        if isinstance(result, GeneratorType | map | filter | zip):
            result = list(result)
        if isinstance(result, str):
            check_text(result)
        if isinstance(result, str | list | tuple):
            self.budget.handle(result)
        if _is_scalar(result):
            return mark(result, join_reads(sources))
        if isinstance(result, list | dict):
            return mark(result, join_reads(value for value in sources if _is_scalar(value)))
        return result

    def _each(self, value: Any) -> Any:
        """What a loop runs over; null is nothing."""
        value = plain(self._present(value))
        if value is None:
            return ()
        if not isinstance(value, str | dict | list | tuple | range | GeneratorType):
            raise RenderError(f"a loop cannot run over {kind_of(value)}")
        return _Counted(list(value) if isinstance(value, GeneratorType) else value, self.budget)


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


def _is_key(value: Any) -> bool:
    return isinstance(value, str | int | float | None)


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _is_loop_call(value: Any) -> bool:
    return (
        isinstance(value, MethodType)
        and isinstance(value.__self__, LoopContext)
        and value.__name__ in _LOOP_CALLS
    )


def _refuse(value: Undefined) -> NoReturn:
    if isinstance(value, Missing):
        value.refuse()
    raise MissingValue(value._undefined_message)


def _absent_key(obj: dict[Any, Any], key: Any) -> Missing:
    if not isinstance(key, str):
        return missing(f"there is no key {key!r}" if _is_key(key) else f"{kind_of(key)} is no key")

    def hint() -> str | None:
        near = nearest_name(key, [name for name in obj if isinstance(name, str)])
        return f"did you mean {near!r}?" if near else None

    return missing(f"there is no key {key!r}", hint)


def _special(obj: Any, key: Any) -> Any:
    """The few attributes of a loop and of a namespace."""
    if isinstance(key, str) and not key.startswith("_"):
        if isinstance(obj, LoopContext) and (key in _LOOP or key in _LOOP_CALLS):
            return getattr(obj, key)
        if isinstance(obj, Namespace):
            names = object.__getattribute__(obj, "_Namespace__attrs")
            return names[key] if key in names else missing(f"the namespace has no {key!r}")
    return missing(f"{kind_of(obj)} has no key {key!r}")


def _leaves(functions: Any) -> Iterator[Any]:
    if type(functions) is dict:
        for value in functions.values():
            yield from _leaves(value)
    elif callable(functions):
        yield functions


def _no_include(context: Names, name: Any, names: dict[str, Any]) -> Any:
    raise RenderError("nothing can be included here")

