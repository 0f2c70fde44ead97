"""`holdfast uninstall`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from holdfast_cli.options import (
    Globals,
    global_options,
    no_hooks,
    operation_options,
    output_option,
)
from holdfast_cli.output.emit import emit
from holdfast_cli.running import Run

if TYPE_CHECKING:
    from holdfast import Plan


@click.command("uninstall")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--keep-history", is_flag=True, help="Keep the records, marked uninstalled.")
@click.option(
    "--delete-claims",
    multiple=True,
    metavar="CLAIM",
    help="Delete this claim and its data, too (repeatable; each is asked for by name).",
)
@click.option("--ignore-not-found", is_flag=True, help="A release that is not there is no error.")
@no_hooks
@operation_options
@output_option
@global_options
@click.pass_obj
def command(
    flags: Globals, /, names: tuple[str, ...], ignore_not_found: bool, output: str, **given: Any
) -> int:
    """Remove releases: scale their StatefulSets down in order, then delete their objects.

    Claims, and the data in them, are kept and listed.
    """
    from holdfast import HoldfastError, with_deleted_claims

    run = Run.start(flags, output, given)
    removed = []
    for name in names:
        prepare = partial(_prepare, name)
        try:
            plan = prepare(run)
        except HoldfastError as error:
            if ignore_not_found and error.code == "release_not_found":
                continue
            raise
        if given["dry_run"]:
            run.show(with_deleted_claims(plan, run.target.cluster, given["delete_claims"]))
            continue
        plan, _ = run.carry_out(plan, prepare)
        removed.append(plan)
    if not given["dry_run"]:
        _report(run, removed)
    return 0


def _prepare(name: str, run: Run) -> Plan:
    from holdfast import prepare_uninstall

    return prepare_uninstall(run.target, name, plan_options=run.plan_options())


def _report(run: Run, removed: list[Plan]) -> None:
    data = {
        "schema": "holdfast/uninstall/v1",
        "releases": [
            {
                "name": plan.release,
                "namespace": plan.namespace,
                "kept_claims": [
                    name
                    for claim in plan.claims
                    if (name := claim["metadata"]["name"]) not in run.given["delete_claims"]
                ],
            }
            for plan in removed
        ],
    }
    text = "\n".join(f'release "{plan.release}" uninstalled' for plan in removed)
    emit(run.console, data, lambda: text)
