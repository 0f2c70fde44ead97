"""`holdfast diff install|upgrade|rollback`: the plan, and nothing done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from holdfast_cli.options import (
    Globals,
    draft_options,
    global_options,
    mode_options,
    plan_options,
    value_mode,
    value_options,
)
from holdfast_cli.running import Run

if TYPE_CHECKING:
    from holdfast import Plan

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
    click.option(
        "-o",
        "--output",
        type=click.Choice(["table", "json", "yaml"]),
        default="table",
        help="How to print.",
    ),
)


def _shown(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_SHOWN):
        command = option(command)
    return command


@click.group("diff")
@global_options
def command() -> None:
    """Show what a verb would change: a table of changes, then the diff of each object."""


@command.command("install")
@click.argument("name")
@click.argument("chart")
@value_options
@draft_options
@plan_options
@click.option("--create-namespace", is_flag=True, help="As install would make it.")
@_shown
@global_options
@click.pass_obj
def install(flags: Globals, /, name: str, chart: str, sources: Any, **given: Any) -> int:
    """What `holdfast install NAME CHART` would do."""
    from holdfast import prepare_install

    run = Run.start(flags, given["output"], given)
    plan = prepare_install(
        run.target,
        name,
        chart,
        sources=sources,
        draft_options=run.draft_options(),
        plan_options=run.plan_options(),
    )
    return _show(run, plan)


@command.command("upgrade")
@click.argument("name")
@click.argument("chart")
@value_options
@mode_options
@draft_options
@plan_options
@click.option("-i", "--install", "or_install", is_flag=True, help="As `upgrade --install`.")
@_shown
@global_options
@click.pass_obj
def upgrade(
    flags: Globals, /, name: str, chart: str, sources: Any, or_install: bool, **given: Any
) -> int:
    """What `holdfast upgrade NAME CHART` would do."""
    from holdfast import prepare_upgrade

    run = Run.start(flags, given["output"], given)
    plan = prepare_upgrade(
        run.target,
        name,
        chart,
        sources=sources,
        mode=value_mode(given),
        install=or_install,
        draft_options=run.draft_options(),
        plan_options=run.plan_options(),
    )
    return _show(run, plan)


@command.command("rollback")
@click.argument("name")
@click.argument("revision", type=click.IntRange(1), required=False)
@plan_options
@_shown
@global_options
@click.pass_obj
def rollback(flags: Globals, /, name: str, revision: int | None, **given: Any) -> int:
    """What `holdfast rollback NAME [REVISION]` would do."""
    from holdfast import prepare_rollback

    run = Run.start(flags, given["output"], given)
    return _show(run, prepare_rollback(run.target, name, revision, plan_options=run.plan_options()))


def _show(run: Run, plan: Plan) -> int:
    failed = run.show(plan, unified=run.given["unified"], show_secrets=run.given["show_secrets"])
    if failed:
        return failed
    return 3 if run.given["exit_code"] and plan.pending else 0
