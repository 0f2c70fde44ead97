"""`holdfast status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from holdfast_cli.options import Globals, global_options, output_option
from holdfast_cli.output.emit import emit
from holdfast_cli.output.release import header, status_dict
from holdfast_cli.output.table import columns, cut

if TYPE_CHECKING:
    from holdfast import ReleaseStatus

_OBJECTS = ("OBJECT", "STATE", "REASON")
_PODS = ("POD", "READY", "NODE", "IP", "REVISION", "CLAIMS", "RESTARTS", "REASON")
_CLAIMS = ("CLAIM", "PHASE", "CAPACITY", "CLASS", "VOLUME")


@click.command("status")
@click.argument("name")
@click.option("--revision", type=click.IntRange(1), metavar="N", help="This revision's objects.")
@output_option
@global_options
@click.pass_obj
def command(flags: Globals, name: str, revision: int | None, output: str) -> None:
    """Show release NAME: its objects with their readiness, its ordinals and its claims."""
    from holdfast import release_status
    from holdfast_cli.wiring import open_target

    console = flags.console(output)
    status = release_status(open_target(flags, console), name, revision)
    emit(console, status_dict(status), lambda: _text(status))


def _text(status: ReleaseStatus) -> str:
    parts = [header(status.revision)]
    if status.lock:
        parts.append(f"LOCKED: {status.lock.operation} by {status.lock.holder}")
    if status.interrupted:
        parts.append(f"INTERRUPTED: {status.interrupted}; the next operation goes on from there")
    objects = [(row.ref, row.state, cut(row.reason)) for row in status.objects]
    parts.append(columns(_OBJECTS, objects))
    if status.ordinals:
        parts.append(columns(_PODS, _pods(status)))
    if status.claims:
        parts.append(columns(_CLAIMS, _claims(status)))
    return "\n\n".join(parts)


def _pods(status: ReleaseStatus) -> list[tuple[object, ...]]:
    return [
        (
            pod.pod,
            "yes" if pod.ready else "no",
            pod.node or "-",
            pod.ip or "-",
            pod.revision,
            ",".join(pod.claims) or "-",
            pod.restarts,
            cut(pod.reason),
        )
        for pod in status.ordinals
    ]


def _claims(status: ReleaseStatus) -> list[tuple[object, ...]]:
    return [
        (claim.name, claim.phase, claim.capacity, claim.storage_class or "-", claim.volume or "-")
        for claim in status.claims
    ]
