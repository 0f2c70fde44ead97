"""`holdfast create`."""

from __future__ import annotations

import click

from holdfast_cli.options import Globals, global_options


@click.command("create")
@click.argument("name")
@global_options
@click.pass_obj
def command(flags: Globals, name: str) -> None:
    """Write a chart that installs as it is into the new directory NAME (a path ends in it)."""
    from holdfast import create_chart

    flags.console().data(create_chart(name))
