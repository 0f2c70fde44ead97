"""`holdfast status`."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from holdfast_cli.options import Globals, global_options, output_option
from holdfast_cli.output.emit import emit
from holdfast_cli.output.ordinals import claim_table, pod_table
from holdfast_cli.output.release import header, status_dict
from holdfast_cli.output.table import columns, cut
from holdfast_cli.output.unfinished import unfinished_text

if TYPE_CHECKING:
    from holdfast import ReleaseStatus, Target
    from holdfast_cli.console import Console

# Cursor to the top left, then everything below it away (ECMA-48: CUP, ED).
_CLEAR = "\x1b[H\x1b[J"
_OBJECTS = ("OBJECT", "STATE", "REASON")
_HOOKS = ("HOOK", "WHEN", "RESULT", "ENDED", "REASON")


@click.command("status")
@click.argument("name")
@click.option("--revision", type=click.IntRange(1), metavar="N", help="This revision's objects.")
@click.option("-w", "--watch", is_flag=True, help="Print it again each time it changes.")
@output_option
@global_options
@click.pass_obj
def command(flags: Globals, name: str, revision: int | None, watch: bool, output: str) -> None:
    """Show release NAME: its objects with their readiness, its ordinals, claims and hooks."""
    from holdfast import release_status
    from holdfast_cli.wiring import open_target

    console = flags.console(output)
    target = open_target(flags, console)
    if watch:
        _watch(console, target, name, revision)
    else:
        _print(console, release_status(target, name, revision))


def _watch(console: Console, target: Target, name: str, revision: int | None) -> None:
    """Follow a release until Ctrl-C: on a terminal in place, elsewhere one after the other."""
    from holdfast import watch_release

    seen = watch_release(
        target, name, revision, on_trouble=lambda error: console.warn(error.message)
    )
    with suppress(KeyboardInterrupt):
        for number, status in enumerate(seen):
            if console.output == "table":
                console.data(_CLEAR if sys.stdout.isatty() else "\n" if number else "")
            elif console.output == "yaml" and number:
                console.data("---")
            _print(console, status)


def _print(console: Console, status: ReleaseStatus) -> None:
    emit(console, status_dict(status), lambda: _text(status))


def _text(status: ReleaseStatus) -> str:
    from holdfast import object_name

    parts = [header(status.revision)]
    if status.lock:
        parts.append(f"LOCKED: {status.lock.operation} by {status.lock.holder}")
    if status.unfinished:
        parts.append(unfinished_text(status.unfinished, status.revision.release))
    home = status.revision.namespace
    objects = [
        (object_name(row.ref, home=home), row.state, cut(row.reason)) for row in status.objects
    ]
    parts.append(columns(_OBJECTS, objects))
    if status.ordinals:
        parts.append(pod_table(status.ordinals))
    if status.claims:
        parts.append(claim_table(status.claims))
    if status.hooks:
        hooks = [
            (
                object_name(hook.ref, home=home),
                ",".join(hook.when),
                hook.result,
                hook.ended or "-",
                cut(hook.reason),
            )
            for hook in status.hooks
        ]
        parts.append(columns(_HOOKS, hooks))
    return "\n\n".join(parts)
