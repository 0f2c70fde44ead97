"""`holdfast install`."""

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
    operation_options,
    output_option,
    plan_options,
    value_options,
)
from holdfast_cli.running import Run


@click.command("install")
@click.argument("name")
@click.argument("chart")
@value_options
@draft_options
@alteration_options
@crd_options
@plan_options
@click.option("--create-namespace", is_flag=True, help="Make the namespace if it is not there.")
@operation_options
@failure_options
@click.option("--hide-notes", is_flag=True, help="Do not print the chart's notes.")
@output_option
@global_options
@click.pass_obj
def command(
    flags: Globals, /, name: str, chart: str, sources: Any, output: str, **given: Any
) -> int:
    """Install CHART as the new release NAME, and wait until it is ready."""
    run = Run.start(flags, output, given)
    return run.finish(run.install(name, chart, sources))
