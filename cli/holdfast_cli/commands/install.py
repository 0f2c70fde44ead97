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
    record_options,
    value_options,
)
from holdfast_cli.running import Run


@click.command("install")
@click.argument("words", nargs=-1, metavar="[NAME] CHART")
@click.option("-g", "--generate-name", is_flag=True, help="Make up a name after the chart's.")
@value_options
@draft_options
@alteration_options
@crd_options
@plan_options
@click.option("--create-namespace", is_flag=True, help="Make the namespace if it is not there.")
@operation_options
@failure_options
@record_options
@output_option
@global_options
@click.pass_obj
def command(
    flags: Globals,
    /,
    words: tuple[str, ...],
    generate_name: bool,
    sources: Any,
    output: str,
    **given: Any,
) -> int:
    """Install CHART as the new release NAME, and wait until it is ready."""
    given_name, chart = _name_and_chart(words, generate_name)
    run = Run.start(flags, output, given)
    name = given_name or run.new_name(chart)
    return run.finish(lambda run: run.install(name, chart, sources))


def _name_and_chart(words: tuple[str, ...], generate: bool) -> tuple[str, str]:
    """The two arguments; the name is empty where it is to be made up."""
    if generate and len(words) == 1:
        return "", words[0]
    if generate:
        raise click.UsageError("--generate-name makes the name up: give a CHART and no NAME")
    if len(words) != 2:
        raise click.UsageError("give a NAME and a CHART, or a CHART and --generate-name")
    return words[0], words[1]
