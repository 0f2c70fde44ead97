"""What an expression may stand for: sets of paths into `values`, without any value at hand.

What is not certain counts as read. Statements, which give names their paths, are follow.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any

from jinja2 import nodes

from holdfast.errors import Where
from holdfast.light import dataclass
from holdfast.model.values import Path
from holdfast.render.positions import unpack

ANY_ITEM = -1
"""In the path of a read: any item of a list, or any key of a map."""

_MAX_DEPTH = 16
_SAME = frozenset(
    "omit_empty list sort reverse uniq unique select reject selectattr rejectattr values".split()
)
_INNER = frozenset(("first", "last"))
_SIZES = frozenset(("length", "count"))
_KIND_TESTS = frozenset(
    "none boolean false true integer float string mapping number sequence iterable".split()
)

Refs = frozenset[Path]
NOTHING: Refs = frozenset()


@dataclass(frozen=True, slots=True)
class ValueRead:
    """One read of `values.…`. `whole` tells that all that lies below is read too.

    `guarded` tells that a missing value is provided for, by `default` or `is defined`.
    """

    path: Path
    where: Where
    whole: bool = True
    guarded: bool = False


@dataclass(slots=True)
class Scope:
    """The names of a file, a macro or a block, and the paths that each may stand for."""

    file: str
    outer: Scope | None = None
    names: dict[str, Refs] = field(default_factory=dict)

    def find(self, name: str) -> Refs | None:
        """What a name stands for here; None where it is unknown."""
        if name in self.names:
            return self.names[name]
        return self.outer.find(name) if self.outer else None


class Expressions:
    """Evaluates the expressions of one chart's templates, noting each read."""

    def __init__(self, trees: Mapping[str, nodes.Template]) -> None:
        self.texts = False
        self.trees = trees
        self.found: dict[ValueRead, None] = {}
        self.files = {name: Scope(name) for name in trees}
        self._inner: dict[int, Scope] = {}
        self._macros = {
            node.name: (node, scope)
            for name, scope in self.files.items()
            for node in trees[name].find_all(nodes.Macro)
        }
        for tree in trees.values():
            self._take_imports(tree)
        self.grown = False

    def _take_imports(self, tree: nodes.Template) -> None:
        """Macros of another chart are called by the names they are imported under."""
        for node in tree.find_all(nodes.FromImport):
            for name in node.names:
                own, alias = name if isinstance(name, tuple) else (name, name)
                if own in self._macros:
                    self._macros.setdefault(alias, self._macros[own])

    # Expressions

    def eval(self, node: nodes.Node, scope: Scope) -> Refs:
        """The paths that an expression may stand for; whatever else it reads is noted."""
        step = _EXPRESSIONS.get(type(node))
        if step:
            return step(self, node, scope)
        for child in node.iter_child_nodes():
            self.use(child, scope)
        return NOTHING

    def _name(self, node: nodes.Name, scope: Scope) -> Refs:
        known = scope.find(node.name)
        if known is not None:
            return known
        return frozenset([()]) if node.name == "values" else NOTHING

    def _getattr(self, node: nodes.Getattr, scope: Scope) -> Refs:
        return self._step(node, node.attr, scope)

    def _getitem(self, node: nodes.Getitem, scope: Scope) -> Refs:
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str | int):
            return self._step(node, node.arg.value, scope)
        self.use(node.arg, scope)
        if isinstance(node.arg, nodes.Slice):
            return self.eval(node.node, scope)
        self.use(node.node, scope)
        return self._step(node, ANY_ITEM, scope)

    def _step(self, node: nodes.Getattr | nodes.Getitem, key: str | int, scope: Scope) -> Refs:
        part = ANY_ITEM if isinstance(key, int) else key
        found = set()
        for path in self.eval(node.node, scope):
            if len(path) >= _MAX_DEPTH:
                self._note(path, node, scope)
            else:
                found.add((*path, part))
        return frozenset(found)

    def _filter(self, node: nodes.Filter, scope: Scope) -> Refs:
        if node.name in ("default", "d") and node.node:
            self.touch(node.node, scope, guarded=True)
            others = [self.eval(value, scope) for value in node.args[:1]]
            return self.eval(node.node, scope).union(*others)
        if node.name in _SIZES and node.node:
            self.touch(node.node, scope)
            return NOTHING
        for value in (*node.args, *(pair.value for pair in node.kwargs)):
            self.use(value, scope)
        if node.node is None:
            return NOTHING
        if node.name in _SAME:
            return self.eval(node.node, scope)
        if node.name in _INNER:
            return items_of(self.eval(node.node, scope))
        self.use(node.node, scope)
        return NOTHING

    def _test(self, node: nodes.Test, scope: Scope) -> Refs:
        if node.name in ("defined", "undefined"):
            self.touch(node.node, scope, guarded=True)
        elif node.name in _KIND_TESTS:
            self.touch(node.node, scope)
        elif node.name == "in":
            self.use(node.node, scope)
            for value in node.args:
                self.touch(value, scope)
        else:
            for child in node.iter_child_nodes():
                self.use(child, scope)
        return NOTHING

    def _compare(self, node: nodes.Compare, scope: Scope) -> Refs:
        self.use(node.expr, scope)
        for operand in node.ops:
            if operand.op in ("in", "notin"):
                self.touch(operand.expr, scope)
            else:
                self.use(operand.expr, scope)
        return NOTHING

    def _choice(self, node: nodes.And | nodes.Or, scope: Scope) -> Refs:
        return self.eval(node.left, scope) | self.eval(node.right, scope)

    def _not(self, node: nodes.Not, scope: Scope) -> Refs:
        self.touch(node.node, scope)
        return NOTHING

    def _conditional(self, node: nodes.CondExpr, scope: Scope) -> Refs:
        self.touch(node.test, scope)
        other = self.eval(node.expr2, scope) if node.expr2 else NOTHING
        return self.eval(node.expr1, scope) | other

    def _call(self, node: nodes.Call, scope: Scope) -> Refs:
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name in self._macros:
            self.hand_to_macro(name, node.args, _named(node), scope)
            return NOTHING
        if name == "include" and node.args:
            return self._call_include(node, scope)
        if name == "required" and len(node.args) == 2:
            self.use(node.args[0], scope)
            self.touch(node.args[1], scope, guarded=True)
            return self.eval(node.args[1], scope)
        self.texts = self.texts or name == "tpl"
        for child in (*node.args, *_named(node).values()):
            self.use(child, scope)
        if not name:
            self.touch(node.node, scope)
        return NOTHING

    def _call_include(self, node: nodes.Call, scope: Scope) -> Refs:
        target, given = node.args[0], _named(node)
        if isinstance(target, nodes.Const) and target.value in self._macros:
            self.hand_to_macro(str(target.value), (), given, scope)
            return NOTHING
        self.use(target, scope)
        self.hand_to_file(target, {name: self.eval(v, scope) for name, v in given.items()})
        return NOTHING

    # Names

    def hand_to_macro(
        self,
        name: str,
        args: Iterable[nodes.Expr],
        given: Mapping[str, nodes.Expr],
        scope: Scope,
    ) -> None:
        """Give the parameters of a macro what a call hands over."""
        macro, home = self._macros[name]
        inner = self.scope_of(macro, home)
        names = [arg.name for arg in macro.args]
        for index, value in enumerate(args):
            if index < len(names):
                self.widen(inner, names[index], self.eval(value, scope))
            else:
                self.use(value, scope)
        for key, value in given.items():
            if key in names:
                self.widen(inner, key, self.eval(value, scope))
            else:
                self.use(value, scope)

    def hand_to_file(self, target: nodes.Node, names: Mapping[str, Refs]) -> None:
        """Give the names in an included file what the caller has."""
        path = str(target.value) if isinstance(target, nodes.Const) else ""
        for name, scope in self.files.items():
            if path and name.endswith(f"/{path}"):
                for key, refs in names.items():
                    self.widen(scope, key, refs)

    def widen(self, scope: Scope, name: str, refs: Refs) -> None:
        """Let a name stand for more paths."""
        before = scope.names.get(name)
        after = refs | (before or NOTHING)
        if before is None or after != before:
            scope.names[name] = after
            self.grown = True

    def scope_of(self, node: nodes.Node, outer: Scope) -> Scope:
        """The inner scope of a node, the same in every pass."""
        return self._inner.setdefault(id(node), Scope(outer.file, outer))

    # Notes

    def use(self, node: nodes.Node, scope: Scope) -> None:
        """Note that all of what an expression stands for is read."""
        for branch in self._branches(node, scope):
            for path in self.eval(branch, scope):
                self._note(path, branch, scope)

    def touch(self, node: nodes.Node, scope: Scope, *, guarded: bool = False) -> None:
        """Note that an expression is looked at, not what lies below it."""
        for branch in self._branches(node, scope):
            for path in self.eval(branch, scope):
                self._note(path, branch, scope, whole=False, guarded=guarded)

    def _branches(self, node: nodes.Node, scope: Scope) -> Iterator[nodes.Node]:
        """The expressions that one may come to, so that each is noted at its own place."""
        if isinstance(node, nodes.And | nodes.Or):
            yield from self._branches(node.left, scope)
            yield from self._branches(node.right, scope)
        elif isinstance(node, nodes.CondExpr):
            self.touch(node.test, scope)
            yield from self._branches(node.expr1, scope)
            if node.expr2:
                yield from self._branches(node.expr2, scope)
        else:
            yield node

    def _note(
        self,
        path: Path,
        node: nodes.Node,
        scope: Scope,
        *,
        whole: bool = True,
        guarded: bool = False,
    ) -> None:
        line, column = unpack(_start(node))
        where = Where(scope.file, line, column, "template")
        self.found[ValueRead(path, where, whole, guarded)] = None


def _start(node: nodes.Node) -> int:
    """The place where an expression begins: the engine gives that of its last operator."""
    return min((child.lineno for child in node.find_all(nodes.Name)), default=node.lineno)


def items_of(refs: Refs) -> Refs:
    """What a loop over them gives."""
    return frozenset((*path, ANY_ITEM) for path in refs if len(path) < _MAX_DEPTH)


def _named(call: nodes.Call) -> dict[str, nodes.Expr]:
    return {pair.key: pair.value for pair in call.kwargs}


_EXPRESSIONS: dict[type, Callable[[Expressions, Any, Scope], Refs]] = {
    nodes.Name: Expressions._name,
    nodes.Getattr: Expressions._getattr,
    nodes.Getitem: Expressions._getitem,
    nodes.Filter: Expressions._filter,
    nodes.Test: Expressions._test,
    nodes.Compare: Expressions._compare,
    nodes.And: Expressions._choice,
    nodes.Or: Expressions._choice,
    nodes.Not: Expressions._not,
    nodes.CondExpr: Expressions._conditional,
    nodes.Call: Expressions._call,
}
