"""A chart from a few strings, and what it renders to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from holdfast.errors import RenderError
from holdfast.model.chart import Chart, ChartFile, ChartMetadata
from holdfast.model.manifest import Rendered
from holdfast.model.values import Values
from holdfast.render import Context, render


def make_chart(files: dict[str, str | bytes], notes: str | None = None) -> Chart:
    """Names without a folder lie under templates/."""
    found = []
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        found.append(ChartFile(name if "/" in name else f"templates/{name}", data))
    return Chart(
        ChartMetadata("web", "1.2.3", app_version="9"),
        root="charts/web",
        digest="sha256:0",
        notes=ChartFile("NOTES.txt.j2", notes.encode()) if notes is not None else None,
        templates=tuple(file for file in found if file.path.startswith("templates/")),
        files=tuple(file for file in found if file.path.startswith("files/")),
    )


def make_values(tree: dict[str, Any] | None = None, **facts: Any) -> Values:
    return Values(tree or {}, **{name: frozenset(paths) for name, paths in facts.items()})


CONTEXT = Context(release="demo", namespace="prod", kube_version="1.35.0", api_versions=("v1",))


@pytest.fixture
def chart() -> Callable[..., Chart]:
    return make_chart


@pytest.fixture
def rendered() -> Callable[..., tuple[Rendered, ...]]:
    def run(files: dict[str, str | bytes], tree: Any = None, **facts: Any) -> tuple[Rendered, ...]:
        return render(make_chart(files), make_values(tree, **facts), CONTEXT)

    return run


@pytest.fixture
def objects() -> Callable[..., list[Any]]:
    """The objects of one template, `_part.j2` beside it."""

    def run(template: str, tree: Any = None, *, part: str = "", **facts: Any) -> list[Any]:
        files: dict[str, str | bytes] = {"a.yaml.j2": template, "_part.j2": part}
        (found,) = render(make_chart(files), make_values(tree, **facts), CONTEXT)
        return [item.object for item in found.objects]

    return run


@pytest.fixture
def value(objects: Callable[..., list[Any]]) -> Callable[..., Any]:
    """The value of one expression."""

    def run(expression: str, tree: Any = None, **facts: Any) -> Any:
        return objects(f"k: {{{{ {expression} }}}}\n", tree, **facts)[0]["k"]

    return run


@pytest.fixture
def error(objects: Callable[..., list[Any]]) -> Callable[..., RenderError]:
    """The error of one template."""

    def run(template: str, tree: Any = None, **more: Any) -> RenderError:
        with pytest.raises(RenderError) as caught:
            objects(template, tree, **more)
        return caught.value

    return run
