"""The macros and partials that templates have in scope: the chart's own, and imported ones by name.

Each chart's partials are a module with names of its own. A library's macros run in the sandbox of
the chart that calls them and see its values, release and chart; they see their own chart's macros,
and nobody else does: no namespace is shared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

from jinja2.environment import Template
from jinja2.runtime import Context as Names
from jinja2.runtime import Macro

from holdfast.errors import RenderError
from holdfast.model.chart import Chart, ChartFile
from holdfast.model.values import Path
from holdfast.render.calls import MacroName
from holdfast.render.environment import Sandbox
from holdfast.render.failures import Failures
from holdfast.render.missing import nearest_name
from holdfast.render.pieces import Fragment, Piece, plain
from holdfast.render.source import macros_in

Telling = Callable[[str], AbstractContextManager[None]]


class Module:
    """One chart's partials within a render. `names` is what its templates have in scope."""

    def __init__(self, chart: Chart, path: tuple[str, ...], names: dict[str, Any]) -> None:
        self.chart, self.path, self.names = chart, path, names
        self.files = {file.path: file for file in chart.templates}

    def partials(self) -> list[ChartFile]:
        """The files of macros, by name."""
        return [self.files[path] for path in sorted(self.files) if is_partial(self.files[path])]

    def name_of(self, file: ChartFile) -> str:
        """How messages name a file."""
        root = self.chart.root.rstrip("/")
        return f"{root}/{file.path}" if root else file.path

    def macros(self) -> list[str]:
        """The names of its macros."""
        return [name for name, value in self.names.items() if isinstance(value, MacroName)]


class Modules:
    """The modules of one render; libraries are read when something is first imported from them.

    `telling` puts a place to whatever goes wrong inside of it; `off` are the paths of subcharts
    that are switched off.
    """

    def __init__(
        self,
        chart: Chart,
        env: Sandbox,
        *,
        failures: Failures,
        telling: Telling,
        off: frozenset[Path],
    ) -> None:
        self._env, self._failures, self._telling, self._off = env, failures, telling, off
        self._functions = dict(env.globals)
        self._loaded: dict[tuple[str, ...], Module] = {}
        self._by_template: dict[str, Module] = {}
        self.own = Module(chart, (), env.globals)

    def load(self) -> None:
        """Put the macros of the chart's own partials in scope."""
        self._load(self.own)

    def template(self, file: ChartFile, module: Module | None = None) -> Template:
        """A file's template, compiled at its first use."""
        module = module or self.own
        name = module.name_of(file)
        self._by_template[name] = module
        return self._env.templates.get(name) or self._env.load(name, file.text, module.names)

    def pieces(self, template: Template, names: dict[str, Any] | None = None) -> list[Piece]:
        """What a template puts out; `names` are given by one that includes it."""
        context = template.new_context(names, shared=names is not None)
        return self._env.flat(template.root_render_func(context))  # type: ignore[arg-type]

    # Macros

    def imported(self, template: str, chart: str, macro: str) -> MacroName:
        """`{% from "chart" import macro %}` in a template. Raises RenderError."""
        module = self._dependency(self._of(template), chart)
        found = module.names.get(macro)
        if isinstance(found, MacroName):
            return found
        near = nearest_name(macro, module.macros())
        known = ", ".join(sorted(module.macros())) or "none"
        hint = f"did you mean {near!r}?" if near else f"its macros: {known}"
        raise RenderError(f"the chart {chart!r} has no macro {macro!r}", hint=hint)

    def offered(self, macro: str) -> str | None:
        """The name of a chart below this one whose partials define that macro; none is loaded."""
        for sub in self.own.chart.subcharts:
            partials = Module(sub, (), {}).partials()
            if any(macro in macros_in(file.text) for file in partials):
                return sub.metadata.name
        return None

    def _of(self, template: str | None) -> Module:
        return self._by_template.get(template or "", self.own)

    def _dependency(self, module: Module, name: str) -> Module:
        path = (*module.path, name)
        if path in self._loaded:
            return self._loaded[path]
        charts = {sub.metadata.name: sub for sub in module.chart.subcharts}
        if name not in charts:
            near = nearest_name(name, charts)
            known = f"its dependencies: {', '.join(sorted(charts)) or 'none'}"
            owner = module.chart.metadata.name
            hint = f"did you mean {near!r}?" if near else known
            raise RenderError(f"the chart {owner} has no dependency {name!r}", hint=hint)
        if path in self._off:
            hint = "import from a library that has no condition and no tags"
            raise RenderError(f"the dependency {name!r} is switched off by values", hint=hint)
        found = self._loaded[path] = Module(charts[name], path, dict(self._functions))
        self._load(found)
        return found

    def _load(self, module: Module) -> None:
        """Its macros may call each other in any order: all are named before any is read."""
        loaded: list[tuple[str, Template]] = []
        owners: dict[str, tuple[str, int]] = {}
        for file in module.partials():
            with self._telling(name := module.name_of(file)):
                template = self.template(file, module)
                scan = self._env.sources[name].scan()
                if scan.keeps_count:
                    self._env.calls.steady = False
                for macro, place in scan.macros:
                    self._declare(module, macro, (name, place), owners)
                if scan.macros:
                    loaded.append((name, template))
        for name, template in loaded:
            with self._telling(name):
                self._bind(module, template)

    def _declare(
        self, module: Module, macro: str, at: tuple[str, int], owners: dict[str, tuple[str, int]]
    ) -> None:
        where = self._failures.where
        if earlier := owners.get(macro):
            message = f"loading macros: the macro {macro!r} is already at {where(*earlier)}"
            raise RenderError(message, where=where(*at), hint="give one of the two another name")
        if macro in self._functions:
            message = f"loading macros: {macro!r} is the name of a function"
            raise RenderError(message, where=where(*at), hint="give the macro another name")
        owners[macro] = at
        module.names[macro] = MacroName(macro)

    def _bind(self, module: Module, template: Template) -> None:
        context = template.new_context()
        before, self._env.binding = self._env.binding, True
        for _ in template.root_render_func(context):
            pass
        self._env.binding = before
        for name, value in context.vars.items():
            declared = module.names.get(name)
            if isinstance(value, Macro) and isinstance(declared, MacroName):
                declared.macro = value

    # Includes

    def include(self, context: Names, name: Any, names: dict[str, Any]) -> Any:
        """`include("macro or file", x=1)`, of the chart whose template says it."""
        macro = self._of(context.name).names.get(str(plain(name)))
        if isinstance(macro, MacroName):
            return self._env.call(context, macro, **names)
        return self.include_file(context, name, names)

    def include_file(self, context: Names, name: Any, names: dict[str, Any]) -> Fragment:
        """`{% include "file" %}`. Raises RenderError for a file that is not there."""
        module, path = self._of(context.name), str(plain(name))
        file = module.files.get(path) or module.files.get(f"templates/{path}")
        if file is None:
            raise _not_found(path, [*module.files], module.macros())
        with self._env.budget:
            template = self.template(file, module)
            return self._env.fragment(self.pieces(template, {**context.get_all(), **names}))


def is_partial(file: ChartFile) -> bool:
    """Whether a file holds macros and renders nothing of its own."""
    return file.path.startswith("templates/") and file.path.rpartition("/")[2].startswith("_")


def _not_found(path: str, files: Iterable[str], macros: Iterable[str]) -> RenderError:
    near = nearest_name(path, [*(file.removeprefix("templates/") for file in files), *macros])
    hint = f"did you mean {near!r}?" if near else "files to include lie under templates/"
    return RenderError(f"there is no macro or file {path!r} to include", hint=hint)
