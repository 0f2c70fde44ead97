"""`holdfast list`."""

from __future__ import annotations

import click

from holdfast_cli.options import Globals, global_options, output_option
from holdfast_cli.output.emit import emit
from holdfast_cli.output.release import summary_dict
from holdfast_cli.output.table import columns, timestamp

_HEAD = ("NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION")


@click.command("list")
@click.option("-A", "--all-namespaces", is_flag=True, help="The releases of every namespace.")
@output_option
@global_options
@click.pass_obj
def command(flags: Globals, all_namespaces: bool, output: str) -> None:
    """List the releases of the namespace; only labels are read, so it is fast."""
    from holdfast import list_releases
    from holdfast_cli.wiring import open_target

    console = flags.console(output)
    found = list_releases(open_target(flags, console), all_namespaces=all_namespaces)
    rows = [
        (
            line.name,
            line.namespace,
            line.revision,
            timestamp(line.updated),
            line.status.value,
            line.chart,
            line.chart.app_version,
        )
        for line in found
    ]
    emit(console, [summary_dict(line) for line in found], lambda: columns(_HEAD, rows))
