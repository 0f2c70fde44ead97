"""`holdfast lint`: findings on stdout, who checked against Kubernetes' schemas on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from holdfast_cli.options import Globals, global_options, value_options

if TYPE_CHECKING:
    from holdfast import LintReport
    from holdfast_cli.console import Console


@click.command("lint")
@click.argument("charts", nargs=-1, required=True, metavar="CHART...")
@value_options
@click.option("--strict", is_flag=True, help="Warnings fail, too.")
@click.option("--kube-version", metavar="VERSION", help="Check against this Kubernetes version.")
@click.option("--kubeconform", is_flag=True, help="Let kubeconform check, where it is installed.")
@click.option(
    "-o",
    "--output",
    type=click.Choice(["table", "json", "sarif"]),
    default="table",
    show_default=True,
    help="How to print.",
)
@global_options
@click.pass_obj
def command(
    flags: Globals,
    charts: tuple[str, ...],
    sources: Any,
    strict: bool,
    kube_version: str | None,
    kubeconform: bool,
    output: str,
) -> int:
    """Look for mistakes in CHARTs: values, schema, templates and what they render.

    Errors end with exit code 1, and with --strict warnings do. Every rule is in docs/lint.md.
    """
    from holdfast import LintOptions, lint_charts
    from holdfast_cli.deadline import render_limit
    from holdfast_cli.output.findings import schema_cache

    options = LintOptions(
        namespace=flags.namespace or "default",
        kube_version=kube_version,
        kubeconform=kubeconform,
        cache=schema_cache(),
        limit=render_limit,
    )
    report = lint_charts(charts, sources, options)
    _print(flags.console(output), report)
    return 1 if report.failed(strict=strict) else 0


def _print(console: Console, report: LintReport) -> None:
    from holdfast import sarif_log
    from holdfast_cli.output.findings import show_findings
    from holdfast_cli.output.json import to_json

    if console.output == "json":
        console.data(to_json(report.as_dict()))
    elif console.output == "sarif":
        console.data(to_json(sarif_log(report.findings)))
    else:
        show_findings(console, report.findings)
    for _, check in report.checks:
        console.say(check.summary)
    if report.note:
        console.warn(report.note)
