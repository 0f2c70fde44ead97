"""`holdfast adopt`."""

from __future__ import annotations

from typing import Any

import click

from holdfast_cli.options import (
    Globals,
    alteration_options,
    conflict_options,
    draft_options,
    global_options,
    operation_options,
    output_option,
    record_options,
    value_options,
)
from holdfast_cli.running import Run


@click.command("adopt")
@click.argument("name")
@click.argument("chart")
@value_options
@draft_options
@alteration_options
@conflict_options
@operation_options
@record_options
@output_option
@global_options
@click.pass_obj
def command(
    flags: Globals, /, name: str, chart: str, sources: Any, output: str, **given: Any
) -> int:
    """Make the new release NAME of objects that kubectl or Helm made, as CHART has them.

    The plan is shown first. What kubectl and Helm own of the objects becomes holdfast's, so that a
    field that a later upgrade drops really goes. What is not there is made. Helm's own records are
    left alone; the plan says how to make Helm forget them. Objects of another release of holdfast
    are refused.
    """
    run = Run.start(flags, output, given)
    return run.finish(lambda run: run.adopt(name, chart, sources), told=True)
