"""`holdfast dependency list|update|build|tree`: the charts that a chart is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from holdfast_cli.options import Globals, global_options, output_option
from holdfast_cli.output.emit import emit
from holdfast_cli.output.table import columns

if TYPE_CHECKING:
    from holdfast import Locked, TreeNode


@click.group("dependency")
@global_options
def command() -> None:
    """Show and lock the charts that a chart depends on."""


@command.command("list")
@click.argument("chart")
@output_option
@global_options
@click.pass_obj
def list_(flags: Globals, chart: str, output: str) -> None:
    """List the dependencies of CHART and whether each is there and as it was locked."""
    from holdfast import list_dependencies

    rows = list_dependencies(chart)
    head = ("NAME", "VERSION", "REPOSITORY", "FOUND", "PLACE", "STATUS")
    lines = [
        (row.alias or row.name, row.version, row.repository, row.found, row.place, row.status)
        for row in rows
    ]
    console = flags.console(output)
    emit(console, [asdict(row) for row in rows], lambda: columns(head, lines))
    if output == "table":
        for row in rows:
            if row.reason:
                console.warn(f"{row.alias or row.name}: {row.reason}")


@command.command("update")
@click.argument("chart")
@output_option
@global_options
@click.pass_obj
def update(flags: Globals, chart: str, output: str) -> None:
    """Find the dependencies of CHART and write their versions and digests into Chart.lock."""
    from holdfast import update_dependencies

    _print_locked(flags, output, update_dependencies(chart))


@command.command("build")
@click.argument("chart")
@output_option
@global_options
@click.pass_obj
def build(flags: Globals, chart: str, output: str) -> None:
    """Check that the dependencies of CHART are what Chart.lock says; write it where none is."""
    from holdfast import build_dependencies

    _print_locked(flags, output, build_dependencies(chart))


@command.command("tree")
@click.argument("chart")
@output_option
@global_options
@click.pass_obj
def tree(flags: Globals, chart: str, output: str) -> None:
    """Show CHART with all charts below it."""
    from holdfast import dependency_tree

    root = dependency_tree(chart)
    emit(flags.console(output), asdict(root), lambda: "\n".join(_lines(root, "", "")))


def _print_locked(flags: Globals, output: str, entries: tuple[Locked, ...]) -> None:
    rows = [
        {"name": e.name, "alias": e.alias, "version": e.version, "digest": e.digest}
        for e in entries
    ]
    head = ("NAME", "VERSION", "DIGEST")
    lines = [(e.key, e.version, e.digest) for e in entries]
    emit(flags.console(output), rows, lambda: columns(head, lines))


def _lines(node: TreeNode, first: str, rest: str) -> Iterator[str]:
    """The tree as `tree` draws it."""
    yield f"{first}{node.name} {node.version}{_remarks(node)}"
    for child in node.children:
        last = child is node.children[-1]
        yield from _lines(
            child, rest + ("└── " if last else "├── "), rest + ("    " if last else "│   ")
        )


def _remarks(node: TreeNode) -> str:
    remarks: dict[str, Any] = {
        "condition": ",".join(node.condition),
        "tags": ",".join(node.tags),
    }
    found = [f"{name}: {text}" for name, text in remarks.items() if text]
    if node.type == "library":
        found.insert(0, "library")
    return f" ({'; '.join(found)})" if found else ""
