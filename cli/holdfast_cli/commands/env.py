"""`holdfast env`: every variable that is read, what it stands for, and what it holds now."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import field
from typing import Any

import click

from holdfast.light import dataclass
from holdfast_cli.options import Globals, global_options, output_option
from holdfast_cli.output.emit import emit
from holdfast_cli.output.table import columns, cut
from holdfast_cli.twins import Lines, name_of, twinned

# What holdfast reads beside the twins of its options.
_OTHERS = {
    "KUBECONFIG": "the kubeconfig files, as kubectl reads them",
    "NO_COLOR": "no colours, whatever it holds (no-color.org)",
    "HTTPS_PROXY": "the proxy to servers over https",
    "HTTP_PROXY": "the proxy to servers over http",
    "NO_PROXY": "servers that are reached without a proxy",
    "XDG_STATE_HOME": "where the embedded cluster is kept (default ~/.local/state)",
    "XDG_CACHE_HOME": "where checked schemas are remembered (default ~/.cache)",
    "KUBEBUILDER_ASSETS": "where kubeconform is looked for, after PATH",
}
_SECRET = ("HOLDFAST_TOKEN", "HOLDFAST_SET", "HTTP_PROXY", "HTTPS_PROXY")


@dataclass(slots=True)
class Variable:
    """One variable: the option that it stands for, what that means, and the verbs that have it."""

    name: str
    option: str
    help: str
    repeated: bool = False
    verbs: list[str] = field(default_factory=list)

    @property
    def value(self) -> str | None:
        """What it holds; of what may be a secret only that it is set."""
        given = os.environ.get(self.name)
        return "(set)" if given and any(part in self.name for part in _SECRET) else given


@click.command("env")
@output_option
@global_options
@click.pass_context
def command(ctx: click.Context, output: str) -> None:
    """List the environment variables that holdfast reads, with what they hold now.

    Each stands for an option; the option on the command line counts more. Where an option may be
    repeated, the variable has one value a line.
    """
    flags: Globals = ctx.obj
    found = [*_twins(ctx.find_root()), *(Variable(*row) for row in _others())]
    data = {"schema": "holdfast/env/v1", "variables": [_row(one) for one in found]}
    emit(flags.console(output), data, lambda: _table(found))


def _others() -> Iterator[tuple[str, str, str]]:
    for name, meaning in _OTHERS.items():
        yield name, "", meaning


def _twins(root: click.Context) -> list[Variable]:
    """The variable of each option there is, by name."""
    found: dict[str, Variable] = {}
    common = set()
    for verb, command in _commands(root.command, root, ""):
        for option in twinned(command):
            name = name_of(option)
            repeated = isinstance(option.type, Lines)
            text = option.help or ""
            row = found.setdefault(name, Variable(name, max(option.opts, key=len), text, repeated))
            common |= {name} if not verb else set()
            if name not in common:
                row.verbs.append(verb)
    return sorted(found.values(), key=lambda row: row.name)


def _commands(
    command: click.Command, ctx: click.Context, path: str
) -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that call it; none for the root."""
    yield path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            if below is not None:
                yield from _commands(below, ctx, f"{path} {name}".strip())


def _row(one: Variable) -> dict[str, Any]:
    return {
        "name": one.name,
        "value": one.value,
        "option": one.option or None,
        "verbs": one.verbs or None,
        "repeated": one.repeated,
        "help": one.help,
    }


def _table(found: list[Variable]) -> str:
    rows = [(one.name, one.value or "-", one.help, _verbs(one)) for one in found]
    return columns(("VARIABLE", "VALUE", "MEANING", "VERBS"), rows)


def _verbs(one: Variable) -> str:
    return cut(", ".join(one.verbs), 60) if one.verbs else "all"
