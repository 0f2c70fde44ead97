"""Which values the templates may read, followed through variables, loops, macros and includes.

Every branch is followed, without values. Names stand for sets of paths into `values`; the passes
over all templates end when no set grows any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import nodes

from holdfast.render.reads import NOTHING, Expressions, Refs, Scope, ValueRead, items_of

_MAX_PASSES = 25
_PAIRS = frozenset(("items", "dictsort"))


class Follower(Expressions):
    """Follows the values through the trees of one chart's templates, by their names."""

    def reads(self) -> tuple[ValueRead, ...]:
        """Every read there may be, in the order of files and places."""
        for _ in range(_MAX_PASSES):
            self.grown = False
            for name, tree in self.trees.items():
                self._visit_all(tree.body, self.files[name])
            if not self.grown:
                break
        return tuple(sorted(self.found, key=_order))

    # Statements

    def _visit_all(self, body: Iterable[nodes.Node], scope: Scope) -> None:
        for node in body:
            self._visit(node, scope)

    def _visit(self, node: nodes.Node, scope: Scope) -> None:
        step = _STATEMENTS.get(type(node))
        if step:
            step(self, node, scope)
        elif isinstance(node, nodes.Expr):
            self.use(node, scope)
        else:
            self._visit_all(node.iter_child_nodes(), scope)

    def _output(self, node: nodes.Output, scope: Scope) -> None:
        for child in node.nodes:
            self.use(child, scope)

    def _if(self, node: nodes.If, scope: Scope) -> None:
        self.touch(node.test, scope)
        self._visit_all([*node.body, *node.elif_, *node.else_], scope)

    def _for(self, node: nodes.For, scope: Scope) -> None:
        self._bind_items(node.target, node.iter, scope)
        if node.test:
            self.touch(node.test, scope)
        self._visit_all([*node.body, *node.else_], scope)

    def _assign(self, node: nodes.Assign, scope: Scope) -> None:
        self._bind(node.target, node.node, scope)

    def _assign_block(self, node: nodes.AssignBlock, scope: Scope) -> None:
        if isinstance(node.target, nodes.Name):
            self.widen(scope, node.target.name, NOTHING)
        self._visit_all(node.body, scope)

    def _with(self, node: nodes.With, scope: Scope) -> None:
        inner = self.scope_of(node, scope)
        for target, value in zip(node.targets, node.values, strict=True):
            self._bind(target, value, inner, outer=scope)
        self._visit_all(node.body, inner)

    def _macro(self, node: nodes.Macro, scope: Scope) -> None:
        inner = self.scope_of(node, scope)
        for name in node.args:
            self.widen(inner, name.name, NOTHING)
        defaults = node.args[len(node.args) - len(node.defaults) :]
        for name, value in zip(defaults, node.defaults, strict=True):
            self.widen(inner, name.name, self.eval(value, scope))
        self._visit_all(node.body, inner)

    def _call_block(self, node: nodes.CallBlock, scope: Scope) -> None:
        self.eval(node.call, scope)
        inner = self.scope_of(node, scope)
        for name in node.args:
            self.widen(inner, name.name, NOTHING)
        self._visit_all(node.body, inner)

    def _include(self, node: nodes.Include, scope: Scope) -> None:
        visible: dict[str, Refs] = {}
        at: Scope | None = scope
        while at:
            visible = {**at.names, **visible}
            at = at.outer
        self.hand_to_file(node.template, visible)

    # Names

    def _bind(
        self, target: nodes.Node, value: nodes.Node, scope: Scope, outer: Scope | None = None
    ) -> None:
        if isinstance(target, nodes.Name):
            self.widen(scope, target.name, self.eval(value, outer or scope))
        elif isinstance(target, nodes.Tuple) and isinstance(value, nodes.Tuple | nodes.List):
            for name, item in zip(target.items, value.items, strict=False):
                self._bind(name, item, scope, outer)
        else:
            self.use(value, outer or scope)

    def _bind_items(self, target: nodes.Node, source: nodes.Node, scope: Scope) -> None:
        if isinstance(source, nodes.Tuple | nodes.List):
            for item in source.items:
                self._bind(target, item, scope)
            return
        if isinstance(source, nodes.Filter) and source.name in _PAIRS and source.node:
            self.touch(source.node, scope)
            inner, name = items_of(self.eval(source.node, scope)), target
            if isinstance(target, nodes.Tuple) and len(target.items) == 2:
                key, name = target.items
                self._name_all(key, NOTHING, scope)
            self._name_all(name, inner, scope)
            return
        self.touch(source, scope)
        self._name_all(target, items_of(self.eval(source, scope)), scope)

    def _name_all(self, target: nodes.Node, refs: Refs, scope: Scope) -> None:
        for name in (target, *target.find_all(nodes.Name)):
            if isinstance(name, nodes.Name):
                self.widen(scope, name.name, refs)


def _order(read: ValueRead) -> tuple[Any, ...]:
    where = read.where
    return where.source, where.line or 0, where.column or 0, [str(part) for part in read.path]


_STATEMENTS: dict[type, Callable[[Follower, Any, Scope], None]] = {
    nodes.Output: Follower._output,
    nodes.If: Follower._if,
    nodes.For: Follower._for,
    nodes.Assign: Follower._assign,
    nodes.AssignBlock: Follower._assign_block,
    nodes.With: Follower._with,
    nodes.Macro: Follower._macro,
    nodes.CallBlock: Follower._call_block,
    nodes.Include: Follower._include,
}
