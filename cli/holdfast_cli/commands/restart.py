"""`holdfast restart`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from holdfast_cli.options import Globals, global_options, limit_options, output_option
from holdfast_cli.output.workload import report_workload
from holdfast_cli.running import Run

if TYPE_CHECKING:
    from holdfast import Plan


@click.command("restart")
@click.argument("name")
@click.argument("workload", default="")
@click.option(
    "--ordinal", type=click.IntRange(0), metavar="N", help="Only this pod of a StatefulSet."
)
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait until all is ready.")
@limit_options
@output_option
@global_options
@click.pass_obj
def command(
    flags: Globals, /, name: str, workload: str, ordinal: int | None, output: str, **given: Any
) -> int:
    """Restart the pods of a workload of release NAME: a rolling restart, or one ordinal.

    WORKLOAD (web, or statefulset/web) is needed where the release has several. With --ordinal the
    pod of a dead node comes back elsewhere; this is refused while that node may still run it.
    """
    from holdfast import prepare_restart

    run = Run.start(flags, output, given)

    def prepare(run: Run) -> Plan:
        options = run.plan_options()
        return prepare_restart(run.target, name, workload, ordinal=ordinal, plan_options=options)

    plan = prepare(run)
    if given["dry_run"]:
        return run.show(plan)
    if not plan.refused:
        run.agree(plan)
    plan, _ = run.carry_out(plan, prepare)
    report_workload(run.console, run.target, plan, {})
    return 0
