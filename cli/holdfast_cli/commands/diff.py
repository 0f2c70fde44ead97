"""`holdfast diff install|upgrade|rollback`: the plan, and nothing done."""

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
    plan_options,
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
        "--origins/--no-origins",
        default=True,
        help="Say behind each added line where its value came from (the default).",
    ),
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


def _show(run: Run, plan: Plan) -> int:
    shown = {name: run.given[name] for name in ("unified", "show_secrets", "origins")}
    failed = run.show(plan, **shown)
    if failed:
        return failed
    return 3 if run.given["exit_code"] and plan.pending else 0
