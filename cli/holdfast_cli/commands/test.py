"""`holdfast test`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from holdfast_cli.options import Globals, global_options, output_option, seconds
from holdfast_cli.output.emit import emit
from holdfast_cli.output.progress import follow
from holdfast_cli.output.tests import result_dict, results_text

if TYPE_CHECKING:
    from holdfast import Event, HookResult, ReleaseTests, Target
    from holdfast_cli.console import Console


@click.command("test")
@click.argument("name")
@click.option("--logs", is_flag=True, help="Print what the tests' pods wrote, too.")
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="[!]name=TEST",
    help="Only these tests, or all but these (repeatable, or with commas).",
)
@click.option(
    "--timeout",
    default="10m",
    show_default=True,
    callback=seconds,
    metavar="DURATION",
    help="How long all tests together may take.",
)
@click.option(
    "--lock-timeout",
    default="0s",
    show_default=True,
    callback=seconds,
    metavar="DURATION",
    help="How long to wait for another operation on the release.",
)
@output_option
@global_options
@click.pass_obj
def command(
    flags: Globals, /, name: str, filters: tuple[str, ...], output: str, **given: Any
) -> int:
    """Run the tests of release NAME: the hooks of its chart that are called `test`.

    They run one at a time, by weight and then by name. The exit code is 4 where one fails.
    """
    from holdfast import find_tests
    from holdfast_cli.wiring import open_target

    console = flags.console(output)
    only, without = _names(filters)
    target = open_target(flags, console)
    tests = find_tests(target, name, only=only, without=without)
    results = _run(console, target, tests, given) if tests.hooks else []
    revision = tests.revision
    data = {
        "schema": "holdfast/test/v1",
        "name": revision.release,
        "namespace": revision.namespace,
        "revision": revision.number,
        "tests": [result_dict(one, logs=given["logs"]) for one in results],
    }
    emit(console, data, lambda: results_text(name, results))
    return 0 if all(one.well for one in results) else 4


def _run(
    console: Console, target: Target, tests: ReleaseTests, given: dict[str, Any]
) -> list[HookResult]:
    """Run them, telling what happens."""
    from holdfast import Interrupted, run_tests

    events = run_tests(
        tests.revision,
        tests.hooks,
        cluster=target.cluster,
        store=target.store,
        clock=target.clock,
        holder=target.holder,
        **given,
    )
    results: list[HookResult] = []
    try:
        with closing(events):
            follow(console, _keeping(events, results))
    except KeyboardInterrupt as stop:
        raise Interrupted(
            f"test of release {tests.revision.release}: interrupted",
            hint="the test that was running is stopped and run anew when it runs again",
        ) from stop
    return results


def _keeping(events: Iterator[Event], results: list[HookResult]) -> Iterator[Event]:
    for event in events:
        results += event.results
        yield event


def _names(filters: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The names that are asked for, and those that are not wanted."""
    only: list[str] = []
    without: list[str] = []
    for word in (word.strip() for text in filters for word in text.split(",")):
        key, sign, name = word.removeprefix("!").partition("=")
        if key == "name" and sign and name:
            (without if word.startswith("!") else only).append(name)
        elif word:
            raise click.BadParameter(f"--filter {word!r}: write name=TEST or !name=TEST")
    return only, without
