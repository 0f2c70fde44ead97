"""`holdfast list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from holdfast_cli.options import Globals, global_options_without_q, output_option
from holdfast_cli.output.emit import emit
from holdfast_cli.output.release import summary_dict
from holdfast_cli.output.table import columns, timestamp
from holdfast_cli.output.unfinished import interrupted_lines

if TYPE_CHECKING:
    from holdfast import ReleaseSummary

_HEAD = ("NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION")
_STATUSES = (
    "deployed",
    "failed",
    "superseded",
    "uninstalled",
    "uninstalling",
    "pending-install",
    "pending-upgrade",
    "pending-rollback",
    "pending-scale",
)


@click.command("list")
@click.option("-A", "--all-namespaces", is_flag=True, help="The releases of every namespace.")
@click.option("-q", "--short", is_flag=True, help="Names only, one a line.")
@click.option("-l", "--selector", default="", help="Releases with these labels: a=b,c in (d,e).")
@click.option(
    "-f",
    "--filter",
    "pattern",
    default="",
    metavar="REGEX",
    help="Releases with this in their name; `^web` for a start.",
)
@click.option(
    "--status",
    "statuses",
    type=click.Choice(_STATUSES),
    multiple=True,
    help="Releases in this state (repeatable).",
)
@click.option("-d", "--date", "by_date", is_flag=True, help="By date, not by name.")
@click.option("-r", "--reverse", is_flag=True, help="Backwards.")
@click.option(
    "-m",
    "--max",
    "most",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="At most N releases; 0 is all.",
)
@click.option("--offset", type=click.IntRange(0), default=0, metavar="N", help="Leave out N first.")
@output_option
@global_options_without_q
@click.pass_obj
def command(flags: Globals, /, short: bool, output: str, **chosen: Any) -> None:
    """List the releases of the namespace; no record is read, so it is fast."""
    from holdfast import ListOptions, Status, list_releases
    from holdfast_cli.wiring import open_target

    console = flags.console(output)
    statuses = tuple(map(Status, chosen.pop("statuses")))
    options = ListOptions(**chosen, statuses=statuses)
    target = open_target(flags, console)
    found = list_releases(target, options, on_damage=lambda error: console.warn(error.message))
    if short:
        names = [line.name for line in found]
        emit(console, names, lambda: "\n".join(names))
        return
    emit(console, [summary_dict(line) for line in found], lambda: _table(found))
    for text in interrupted_lines(found, target.clock.now()):
        console.warn(text)


def _table(found: list[ReleaseSummary]) -> str:
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
    return columns(_HEAD, rows)
