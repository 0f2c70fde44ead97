"""The template engine's code generator, taught to keep values and text apart.

Every `{{ expression }}` hands its value over with its place instead of turning it into text, and
constants are no exception. Everything that would stream text past us is taken over or refused.
"""

from __future__ import annotations

from typing import NoReturn

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, operators
from jinja2.exceptions import TemplateSyntaxError

from holdfast.render.positions import unpack

_FROM = 'macros of a dependency come by {% from "chart" import macro %}; own ones are in scope'
_MACROS = "write a macro in a templates/_*.j2 file, and call it"

EACH = "each item"
"""The filter around everything a loop runs over; no template can write a name with a space."""


def count_loops(tree: nodes.Template) -> None:
    """Puts a counter around what each loop runs over; a long body counts for more."""
    for loop in tree.find_all(nodes.For):
        size = nodes.Const(sum(len(output.nodes) for output in loop.find_all(nodes.Output)))
        place = loop.iter.lineno
        loop.iter = nodes.Filter(loop.iter, EACH, [size], [], None, None, lineno=place)


class Generator(CodeGenerator):
    """Template → Python, with values kept."""

    def position(self, node: nodes.Node) -> str:
        """A place for messages that the engine builds while compiling."""
        return f"line {unpack(node.lineno)[0]}"

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:
        """Text as constants with their place, values through `place`."""
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                self._begin_output(frame)
                self.simple_write(repr((child.data, child.lineno, self.name)), frame)
                self._end_output(frame)
            elif isinstance(child, nodes.Getattr):
                self._begin_output(frame)
                self.start_write(frame, child)
                self._reach("environment.pick(", child, frame)
                self._end_hole(frame, child)
            else:
                self._begin_hole(frame, child)
                self.visit(child, frame)
                self._end_hole(frame, child)

    def visit_CallBlock(self, node: nodes.CallBlock, frame: Frame) -> None:
        """As the engine does it, with the result kept as a value."""
        call_frame, macro = self.macro_body(node, frame)
        self.writeline("caller = ")
        self.macro_def(macro, call_frame)
        self._begin_hole(frame, node)
        self.visit_Call(node.call, frame, forward_caller=True)
        self._end_hole(frame, node)

    def visit_FilterBlock(self, node: nodes.FilterBlock, frame: Frame) -> None:
        """As the engine does it; filtered template text stays template text."""
        inner = frame.inner()
        inner.symbols.analyze_node(node)
        self.enter_frame(inner)
        self.buffer(inner)
        self.blockvisit(node.body, inner)
        self._begin_hole(frame, node)
        self.write(f"environment.filtered({inner.buffer}, ")
        self.visit_Filter(node.filter, inner)
        self.write(f", {node.lineno}, {self.name!r})")
        self._end_hole(frame, node)
        self.leave_frame(inner)

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:
        """`{% include "_x.j2" %}` is `{{ include("_x.j2") }}` that sees local names too."""
        if node.ignore_missing:
            hint = "put the include into an {% if %} that says when the file is there"
            self._refuse("include cannot ignore a missing file", hint, node.lineno)
        self._begin_hole(frame, node)
        self.write("environment.include(context, ")
        self.visit(node.template, frame)
        names = self.dump_local_context(frame) if node.with_context else "{}"
        self.write(f", {names})")
        self._end_hole(frame, node)

    def visit_Import(self, node: nodes.Import, frame: Frame) -> None:
        """Refused: own macros are in scope by name, those of a dependency are imported singly."""
        self._refuse("a whole file cannot be imported", _FROM, node.lineno)

    def visit_FromImport(self, node: nodes.FromImport, frame: Frame) -> None:
        """`{% from "common" import labels, image as img %}`: macros of a dependency, by name."""
        if not isinstance(node.template, nodes.Const) or not isinstance(node.template.value, str):
            self._refuse("an import names its chart as a text", _FROM, node.lineno)
        for item in node.names:
            name, alias = item if isinstance(item, tuple) else (item, item)
            target = frame.symbols.ref(alias)
            found = f"environment.imported({self.name!r}, {node.template.value!r}, {name!r})"
            self.writeline(f"{target} = {found}", node)
            if frame.toplevel:
                self.writeline(f"context.vars[{alias!r}] = {target}")

    def visit_Extends(self, node: nodes.Extends, frame: Frame) -> None:
        """Refused: inheritance streams text."""
        self._refuse("extends is not part of this language", _MACROS, node.lineno)

    def visit_Block(self, node: nodes.Block, frame: Frame) -> None:
        """Refused: inheritance streams text."""
        self._refuse("block is not part of this language", _MACROS, node.lineno)

    def visit_ScopedEvalContextModifier(
        self, node: nodes.ScopedEvalContextModifier, frame: Frame
    ) -> None:
        """Refused: escaping for HTML has no meaning here."""
        hint = "what is put out is YAML, which needs no escapes"
        self._refuse("autoescape is not part of this language", hint, node.lineno)

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:
        """Through `compare`; `a < b < c` is `a < b and b < c`."""
        left = node.expr
        self.write("(")
        for number, operand in enumerate(node.ops):
            self.write(" and " if number else "")
            self.write(f"environment.compare({operators[operand.op]!r}, ")
            self.visit(left, frame)
            self.write(", ")
            self.visit(operand.expr, frame)
            self.write(")")
            left = operand.expr
        self.write(")")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        """`a ~ b`, with one spelling of values and within the budget."""
        self.write("environment.join((")
        for child in node.nodes:
            self.visit(child, frame)
            self.write(", ")
        self.write("))")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """`a.b.c` goes the whole way in one step."""
        self._reach("environment.reach(", node, frame)
        self.write(")")

    def _reach(self, how: str, node: nodes.Getattr, frame: Frame) -> None:
        keys: list[str] = []
        base: nodes.Expr = node
        while isinstance(base, nodes.Getattr):
            keys.insert(0, base.attr)
            base = base.node
        self.write(how)
        self.visit(base, frame)
        self.write(f", {tuple(keys)!r}")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:
        """Slices go the same way as every other access."""
        self.write("environment.getitem(")
        self.visit(node.node, frame)
        self.write(", ")
        if isinstance(node.arg, nodes.Slice):
            self.write("slice(")
            for bound in (node.arg.start, node.arg.stop, node.arg.step):
                self._bound(bound, frame)
            self.write(")")
        else:
            self.visit(node.arg, frame)
        self.write(")")

    def _bound(self, bound: nodes.Expr | None, frame: Frame) -> None:
        if bound is None:
            self.write("None, ")
        else:
            self.visit(bound, frame)
            self.write(", ")

    def _refuse(self, message: str, hint: str, place: int) -> NoReturn:
        error = TemplateSyntaxError(message, place, self.name, self.filename)
        error.__dict__["hint"] = hint
        raise error

    def _begin_hole(self, frame: Frame, node: nodes.Node) -> None:
        self._begin_output(frame)
        self.start_write(frame, node)
        self.write("environment.place(environment.mark(), ")

    def _end_hole(self, frame: Frame, node: nodes.Node) -> None:
        self.write(f", {node.lineno}, {self.name!r})")
        self.end_write(frame)
        self._end_output(frame)

    def _begin_output(self, frame: Frame) -> None:
        """What a file itself puts out is left alone while only its macros are read."""
        if frame.buffer is None:
            self.writeline("if not environment.binding:")
            self.indent()

    def _end_output(self, frame: Frame) -> None:
        if frame.buffer is None:
            self.outdent()
