"""Completion scripts: static text made from the commands, so that TAB need not start holdfast."""

from __future__ import annotations

from importlib import import_module

import click

from holdfast_cli.completion.tree import verbs_of

SHELLS = ("bash", "zsh", "fish", "powershell")


def script(shell: str, root: click.Command) -> str:
    """The completion script of one of SHELLS for all the verbs below `root`."""
    module = import_module(f"holdfast_cli.completion.{shell}")
    text: str = module.script(verbs_of(root))
    return text
