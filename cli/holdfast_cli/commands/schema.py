"""`holdfast schema infer|check`: a schema from values and comments; whether the two agree."""

from __future__ import annotations

from typing import Any

import click

from holdfast_cli.options import Globals, global_options


@click.group("schema")
def command() -> None:
    """Make a chart's values.schema.json from its values, or check one against them."""


@command.command("infer")
@click.argument("chart")
@click.option(
    "--write", is_flag=True, help="Write values.schema.json, and tell editors in values.yaml."
)
@global_options
@click.pass_obj
def infer(flags: Globals, chart: str, write: bool) -> None:
    """Print a JSON Schema (2020-12) for the values.yaml of CHART.

    Types come from the values, descriptions from the comments above and beside the keys.
    """
    from holdfast import infer_schema, write_schema

    console = flags.console()
    if write:
        for path in write_schema(chart):
            console.say(f"wrote {path}")
        return
    from holdfast_cli.output.json import to_json

    console.data(to_json(infer_schema(chart)))


@command.command("check")
@click.argument("chart")
@click.option(
    "-o",
    "--output",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print.",
)
@global_options
@click.pass_obj
def check(flags: Globals, chart: str, output: str) -> int:
    """Say whether the schema and the values of CHART agree; exit code 1 where they do not."""
    from holdfast import check_schema
    from holdfast_cli.deadline import render_limit
    from holdfast_cli.output.findings import show_findings
    from holdfast_cli.output.json import to_json

    console = flags.console(output)
    with render_limit():
        findings = check_schema(chart)
    if output == "json":
        data: dict[str, Any] = {
            "schema": "holdfast/schema-check/v1",
            "agree": not findings,
            "findings": [finding.as_dict() for finding in findings],
        }
        console.data(to_json(data))
    elif findings:
        show_findings(console, findings)
    else:
        console.data(f"{chart}: schema and values agree")
    return 1 if findings else 0
