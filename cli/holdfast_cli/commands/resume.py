"""`holdfast resume`."""

from __future__ import annotations

from typing import Any

import click

from holdfast_cli.options import (
    Globals,
    global_options,
    operation_options,
    output_option,
    plan_options,
)
from holdfast_cli.running import Run


@click.command("resume")
@click.argument("name")
@plan_options
@operation_options
@output_option
@global_options
@click.pass_obj
def command(flags: Globals, /, name: str, output: str, **given: Any) -> int:
    """Finish what was interrupted on release NAME: an install, upgrade, rollback or uninstall.

    What was wanted is taken from the release's own record; no chart and no values are read. An
    operation that failed is gone on with in the same way, once its cause is mended.
    """
    from holdfast import prepare_resume

    run = Run.start(flags, output, given)
    return run.finish(
        lambda run: prepare_resume(run.target, name, plan_options=run.plan_options()),
        told=True,
        verb="resume",
    )
