"""`holdfast completion`."""

from __future__ import annotations

import click

from holdfast_cli.completion import SHELLS, script
from holdfast_cli.options import Globals, global_options


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@global_options
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    r"""Print a completion script for SHELL.

    It holds verbs, options and their words, so that TAB does not start holdfast; only the names of
    releases are asked for. Make it anew after an update of holdfast.

    \b
    bash        holdfast completion bash > ~/.local/share/bash-completion/completions/holdfast
    zsh         holdfast completion zsh > "${fpath[1]}/_holdfast"
    fish        holdfast completion fish > ~/.config/fish/completions/holdfast.fish
    powershell  holdfast completion powershell >> $PROFILE
    """
    flags: Globals = ctx.obj
    flags.console().data(script(shell, ctx.find_root().command))
