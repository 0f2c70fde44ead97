"""`holdfast logs`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from holdfast_cli.options import Globals, global_options

if TYPE_CHECKING:
    from holdfast import ClusterError, LogLine, LogSource
    from holdfast_cli.console import Console

_OF_SEVERAL = 10


@click.command("logs")
@click.argument("name")
@click.argument("ordinal", type=click.IntRange(0), required=False)
@click.option("-f", "--follow", is_flag=True, help="Go on until Ctrl-C, or the container's end.")
@click.option("-c", "--container", default="", help="This container of each pod.")
@click.option("-p", "--previous", is_flag=True, help="The run before the last restart.")
@click.option(
    "--tail",
    type=click.IntRange(-1),
    metavar="N",
    help=f"The last N lines of each; -1 is all (default: all, of several pods {_OF_SEVERAL}).",
)
@click.option(
    "-o",
    "--output",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="Text, or one JSON object a line.",
)
@global_options
@click.pass_obj
def command(
    flags: Globals,
    name: str,
    ordinal: int | None,
    follow: bool,
    container: str,
    previous: bool,
    tail: int | None,
    output: str,
) -> None:
    """Print what the pods of release NAME have written, or only those with this ORDINAL.

    Lines of several pods begin with the pod's name.
    """
    from holdfast import LogOptions, log_sources, read_logs
    from holdfast_cli.wiring import open_target

    if follow and previous:
        raise click.UsageError("--previous has ended: there is nothing to --follow")
    console = flags.console(output)
    target = open_target(flags, console)
    sources = log_sources(target, name, ordinal, container=container)
    if not container:
        _say_which(console, sources)
    usual = None if len(sources) == 1 else _OF_SEVERAL
    lines = usual if tail is None else None if tail < 0 else tail
    options = LogOptions(previous=previous, tail=lines, follow=follow)
    try:
        for line in read_logs(target, sources, options, on_trouble=_warner(console)):
            console.data(_shown(console, line, several=len(sources) > 1))
    except KeyboardInterrupt:
        if not follow:
            raise
    else:
        if follow:
            console.say(f"{sources[0].pod.name}: the log of {sources[0].container} ends here")


def _say_which(console: Console, sources: Sequence[LogSource]) -> None:
    """Say which container was chosen, where a pod has others (as kubectl does)."""
    for line in dict.fromkeys(
        f"container {one.container} (others: {', '.join(one.others)}); -c chooses"
        for one in sources
        if one.others
    ):
        console.say(line)


def _warner(console: Console) -> Callable[[LogSource, ClusterError], None]:
    return lambda source, error: console.warn(error.message)


def _shown(console: Console, line: LogLine, *, several: bool) -> str:
    """The line with its end; an empty line of a log is one, too."""
    pod, container = line.source.pod.name, line.source.container
    if console.output == "json":
        return json.dumps({"pod": pod, "container": container, "line": line.text}) + "\n"
    return f"[{pod}] {line.text}\n" if several else f"{line.text}\n"
