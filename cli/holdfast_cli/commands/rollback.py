"""`holdfast rollback`."""

from __future__ import annotations

from typing import Any

import click

from holdfast_cli.options import (
    Globals,
    global_options,
    operation_options,
    output_option,
    plan_options,
)
from holdfast_cli.running import Run


@click.command("rollback")
@click.argument("name")
@click.argument("revision", type=click.IntRange(1), required=False)
@plan_options
@operation_options
@click.option("--description", default="", metavar="TEXT", help="Kept with the revision.")
@click.option(
    "--history-max",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    metavar="N",
    help="How many revisions to keep; 0 keeps all.",
)
@output_option
@global_options
@click.pass_obj
def command(flags: Globals, /, name: str, revision: int | None, output: str, **given: Any) -> int:
    """Take release NAME back to REVISION (default: the last good one before the current).

    What it changes is shown first; on a terminal with the diff of each object.
    """
    run = Run.start(flags, output, given)
    return run.finish(lambda run: run.rollback(name, revision), told=True)
