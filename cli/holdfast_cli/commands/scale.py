"""`holdfast scale`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from holdfast_cli.options import Globals, global_options, limit_options, no_hooks, output_option
from holdfast_cli.output.workload import report_workload
from holdfast_cli.running import Run

if TYPE_CHECKING:
    from holdfast import Plan


# A number below 0 looks like an option: it is read as what it is, and refused in better words.
@click.command("scale", context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("arguments", nargs=-1, required=True, metavar="[WORKLOAD] N")
@limit_options
@no_hooks
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
def command(
    flags: Globals, /, name: str, arguments: tuple[str, ...], output: str, **given: Any
) -> int:
    """Bring a workload of release NAME to N replicas, one ordinal at a time.

    WORKLOAD (web, or statefulset/web) is needed where the release has several. The chart's scale
    hooks run for each member, and each member is waited for before the next one. Claims are never
    touched; those that remain are listed.
    """
    from holdfast import prepare_scale

    workload, replicas = _read(arguments)
    run = Run.start(flags, output, given)

    def prepare(run: Run) -> Plan:
        return prepare_scale(
            run.target,
            name,
            replicas,
            workload,
            description=given["description"],
            plan_options=run.plan_options(),
        )

    plan = prepare(run)
    if given["dry_run"]:
        return run.show(plan)
    if plan.revision is None:
        _report(run, plan, replicas, said=f"{plan.changes[0].ref} has {replicas} replicas already")
        return 0
    if not plan.refused:
        run.agree(plan)
    plan, _ = run.carry_out(plan, prepare)
    _report(run, plan, replicas)
    return 0


def _read(arguments: tuple[str, ...]) -> tuple[str, int]:
    for text in arguments:
        if text.startswith("-") and not text[1:].isdecimal():
            raise click.NoSuchOption(text, ctx=click.get_current_context())
    if len(arguments) > 2:
        raise click.UsageError("scale takes NAME, at most one WORKLOAD, and N")
    number = arguments[-1]
    if not number.removeprefix("-").isdecimal():
        raise click.UsageError(f"{number!r} is no number of replicas: it comes last")
    return (arguments[0] if len(arguments) > 1 else ""), int(number)


def _report(run: Run, plan: Plan, replicas: int, said: str = "") -> None:
    before = (plan.changes[0].before or {}).get("spec", {}).get("replicas", 1)
    more = {
        "replicas": {"before": before, "after": replicas},
        "kept_claims": [claim["metadata"]["name"] for claim in plan.claims],
    }
    report_workload(run.console, run.target, plan, more, said)
