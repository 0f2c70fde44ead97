"""`holdfast upgrade`."""

from __future__ import annotations

from typing import Any

import click

from holdfast_cli.options import (
    Globals,
    alteration_options,
    crd_options,
    draft_options,
    failure_options,
    global_options,
    mode_options,
    operation_options,
    output_option,
    plan_options,
    record_options,
    value_options,
)
from holdfast_cli.running import Run


@click.command("upgrade")
@click.argument("name")
@click.argument("chart")
@value_options
@mode_options
@draft_options
@alteration_options
@crd_options
@plan_options
@click.option("-i", "--install", is_flag=True, help="Install the release if it is not there.")
@click.option("--create-namespace", is_flag=True, help="With --install: make the namespace.")
@operation_options
@failure_options
@click.option(
    "--history-max",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    metavar="N",
    help="How many revisions to keep; 0 keeps all.",
)
@record_options
@output_option
@global_options
@click.pass_obj
def command(
    flags: Globals, /, name: str, chart: str, sources: Any, install: bool, output: str, **given: Any
) -> int:
    """Change release NAME to CHART with these values, and wait until it is ready.

    With -f the files (and --set) are the whole truth. With --set alone they amend the release's
    stored values. With neither the stored values stay.
    """
    run = Run.start(flags, output, given)
    return run.finish(lambda run: run.upgrade(name, chart, sources, or_install=install))
