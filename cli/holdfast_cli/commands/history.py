"""`holdfast history`."""

from __future__ import annotations

import click

from holdfast_cli.options import Globals, global_options, output_option
from holdfast_cli.output.emit import emit
from holdfast_cli.output.release import entry_dict
from holdfast_cli.output.table import columns, cut, timestamp
from holdfast_cli.output.unfinished import unfinished_text

_HEAD = ("REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "DESCRIPTION")


@click.command("history")
@click.argument("name")
@click.option("--max", "most", type=click.IntRange(1), metavar="N", help="Only the newest N.")
@output_option
@global_options
@click.pass_obj
def command(flags: Globals, name: str, most: int | None, output: str) -> None:
    """List the revisions of release NAME, oldest first."""
    from holdfast import left_unfinished, release_history
    from holdfast_cli.wiring import open_target

    console = flags.console(output)
    target = open_target(flags, console)
    lines = release_history(target, name, most=most or 0)
    rows = [
        (
            line.number,
            timestamp(line.updated),
            line.status.value,
            line.chart,
            line.chart.app_version,
            cut(line.description),
        )
        for line in lines
    ]
    emit(console, [entry_dict(line) for line in lines], lambda: columns(_HEAD, rows))
    if lines[-1].status.value != "deployed" and (left := left_unfinished(target, name)):
        console.warn(unfinished_text(left, name))
