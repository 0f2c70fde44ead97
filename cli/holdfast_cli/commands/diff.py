"""`holdfast diff install|upgrade|rollback|revision`: what would change or has, and nothing done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from holdfast_cli.options import (
    Globals,
    alteration_options,
    crd_options,
    draft_options,
    global_options,
    mode_options,
    output_option,
    plan_options,
    value_options,
)
from holdfast_cli.output.emit import emit
from holdfast_cli.output.release import revision_dict
from holdfast_cli.running import Run

if TYPE_CHECKING:
    from holdfast import Plan, RevisionDiff

_SHOWN = (
    click.option("--exit-code", is_flag=True, help="Exit with 3 when something would change."),
    click.option(
        "--unified",
        type=click.IntRange(0),
        default=3,
        show_default=True,
        metavar="N",
        help="Lines of context.",
    ),
    click.option("--show-secrets", is_flag=True, help="Show secret values."),
    output_option,
)
_ORIGINS = click.option(
    "--origins/--no-origins",
    default=True,
    help="Say behind each added line where its value came from (the default).",
)


def _compared(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_SHOWN):
        command = option(command)
    return command


def _shown(command: Callable[..., Any]) -> Callable[..., Any]:
    return _ORIGINS(_compared(command))


@click.group("diff")
@global_options
def command() -> None:
    """Show what a verb would change: a table of changes, then the diff of each object."""


@command.command("install")
@click.argument("name")
@click.argument("chart")
@value_options
@draft_options
@alteration_options
@crd_options
@plan_options
@click.option("--create-namespace", is_flag=True, help="As install would make it.")
@_shown
@global_options
@click.pass_obj
def install(flags: Globals, /, name: str, chart: str, sources: Any, **given: Any) -> int:
    """What `holdfast install NAME CHART` would do."""
    run = Run.start(flags, given["output"], given)
    return _show(run, run.install(name, chart, sources))


@command.command("upgrade")
@click.argument("name")
@click.argument("chart")
@value_options
@mode_options
@draft_options
@alteration_options
@crd_options
@plan_options
@click.option("-i", "--install", "or_install", is_flag=True, help="As `upgrade --install`.")
@_shown
@global_options
@click.pass_obj
def upgrade(
    flags: Globals, /, name: str, chart: str, sources: Any, or_install: bool, **given: Any
) -> int:
    """What `holdfast upgrade NAME CHART` would do."""
    run = Run.start(flags, given["output"], given)
    return _show(run, run.upgrade(name, chart, sources, or_install=or_install))


@command.command("rollback")
@click.argument("name")
@click.argument("revision", type=click.IntRange(1), required=False)
@plan_options
@_shown
@global_options
@click.pass_obj
def rollback(flags: Globals, /, name: str, revision: int | None, **given: Any) -> int:
    """What `holdfast rollback NAME [REVISION]` would do."""
    run = Run.start(flags, given["output"], given)
    return _show(run, run.rollback(name, revision))


@command.command("revision")
@click.argument("name")
@click.argument("revision", type=click.IntRange(1))
@click.argument("other", type=click.IntRange(1), required=False, metavar="[REVISION]")
@_compared
@global_options
@click.pass_obj
def revision(
    flags: Globals,
    /,
    name: str,
    revision: int,
    other: int | None,
    output: str,
    exit_code: bool,
    **shown: Any,
) -> int:
    """What differs from one REVISION of release NAME to another (default: the newest).

    The values, and what the manifests of the second change of those of the first; the cluster's own
    objects are not looked at.
    """
    from holdfast import diff_revisions
    from holdfast_cli.output.diff import show_revisions
    from holdfast_cli.wiring import open_target

    console = flags.console(output)
    found = diff_revisions(open_target(flags, console), name, revision, other)
    if output == "table":
        show_revisions(console, found, **shown)
    else:
        report = _revision_report(found, show_secrets=shown["show_secrets"])
        emit(console, report, lambda: "")
    return 3 if exit_code and not found.empty else 0


def _revision_report(found: RevisionDiff, *, show_secrets: bool) -> dict[str, Any]:
    from holdfast import diff_values_report, plan_report

    plan = plan_report(found.plan, show_secrets=show_secrets)
    return {
        "schema": "holdfast/revision-diff/v1",
        "from": revision_dict(found.before),
        "to": revision_dict(found.after),
        "values": diff_values_report(found, show_secrets=show_secrets),
        **{key: plan[key] for key in ("summary", "changes")},
    }


def _show(run: Run, plan: Plan) -> int:
    shown = {name: run.given[name] for name in ("unified", "show_secrets", "origins")}
    failed = run.show(plan, **shown)
    if failed:
        return failed
    return 3 if run.given["exit_code"] and plan.pending else 0
