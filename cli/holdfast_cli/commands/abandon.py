"""`holdfast abandon`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from holdfast_cli.options import (
    Globals,
    global_options,
    operation_options,
    output_option,
    plan_options,
)
from holdfast_cli.output.emit import emit
from holdfast_cli.output.release import unfinished_dict
from holdfast_cli.output.unfinished import unfinished_text
from holdfast_cli.running import Run

if TYPE_CHECKING:
    from holdfast import Unfinished


@click.command("abandon")
@click.argument("name")
@plan_options
@operation_options
@output_option
@global_options
@click.pass_obj
def command(flags: Globals, /, name: str, output: str, **given: Any) -> int:
    """Undo what was interrupted on release NAME.

    The last good revision comes back; after a first install what it made is removed. Claims, and
    the data in them, are kept and listed.
    """
    from holdfast import find_unfinished, prepare_abandon

    run = Run.start(flags, output, given)
    left = find_unfinished(run.target, name, plan_options=run.plan_options())
    if not left.work.revision or left.work.operation == "restart":
        _drop(run, name, left)
        return 0
    return run.finish(
        lambda run: prepare_abandon(run.target, name, plan_options=run.plan_options()),
        told=True,
        verb="abandon",
    )


def _drop(run: Run, name: str, left: Unfinished) -> None:
    """Forget an operation that left nothing to undo."""
    from holdfast import drop_attempt

    if not run.given["dry_run"]:
        drop_attempt(run.target, name, lock_timeout=run.given["lock_timeout"])
    data = {
        "schema": "holdfast/abandon/v1",
        "name": name,
        "namespace": run.target.namespace,
        "unfinished": unfinished_dict(left),
    }
    emit(run.console, data, lambda: unfinished_text(left, name))
