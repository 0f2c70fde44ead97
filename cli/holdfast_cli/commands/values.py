"""`holdfast values`: the final values on stdout; problems on stderr and exit code 1."""

from __future__ import annotations

from typing import Any

import click

from holdfast_cli.options import Globals, global_options, text_output_option, value_options


@click.command("values")
@click.argument("chart")
@value_options
@click.option("--origins", is_flag=True, help="List each value with the place it came from.")
@text_output_option
@global_options
@click.pass_obj
def command(flags: Globals, chart: str, sources: Any, origins: bool, output: str) -> int:
    """Print the final values of CHART; with --origins, which file and line set each.

    Values that the schema refuses are printed too; the exit code is then 1.
    """
    from holdfast import dump_yaml, show_values, value_origins
    from holdfast_cli.deadline import render_limit
    from holdfast_cli.output.json import to_json

    console = flags.console(output)
    with render_limit():
        found, problems = show_values(chart, sources)
    data = value_origins(found) if origins else found.tree
    console.data(to_json(data) if output == "json" else dump_yaml(data))
    for problem in (*found.warnings, *problems):
        console.tell(problem)
    return 1 if problems else 0
