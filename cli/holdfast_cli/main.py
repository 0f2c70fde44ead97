"""The command's entry: the group, and the one place where an error becomes an exit code.

Exit codes: 0 fine, 1 error, 2 usage, 3 changes pending (`diff --exit-code`), 4 waited and failed.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from importlib import import_module
from typing import Any

import click

from holdfast_cli.console import Console
from holdfast_cli.options import global_options
from holdfast_cli.twins import give_twins
from holdfast_cli.verbs import COMMANDS

# What a write says that finds a full disk, a full quota, or a file that may grow no more.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from holdfast import __version__

        click.echo(__version__)
        ctx.exit()


_version_option = click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and exit.",
)


def complete(command: click.Command) -> click.Command:
    """The command with what all have in common: variables for its options, and `--version`."""
    if not any("--version" in param.opts for param in command.params):
        _version_option(command)
    give_twins(command)
    for below in getattr(command, "commands", {}).values():
        complete(below)
    return command


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"holdfast_cli.commands.{COMMANDS[cmd_name][0]}")
        return complete(module.command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, or refuse with the nearest ones."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(_no_such(args[0]), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The verbs with their one-line help, from the table alone."""
        with formatter.section("Verbs"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])


def _no_such(name: str) -> str:
    from difflib import get_close_matches

    from holdfast_cli.wrong_calls import helm_verb

    if here := helm_verb(name):
        return f"there is no verb {name!r}: it is {here!r} here"
    near = get_close_matches(name, COMMANDS, n=1)
    return f"there is no verb {name!r}" + (f". Did you mean {near[0]!r}?" if near else "")


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Every verb has its own --help. Guides are in docs/.",
)
@_version_option
@global_options
def cli(**flags: Any) -> None:
    """Install, upgrade, roll back and watch stateful workloads on Kubernetes."""


give_twins(cli)


def main(arguments: list[str] | None = None) -> None:
    """Run the command and exit with its code."""
    # A run makes much and drops little: looking for cycles costs a tenth of its time.
    gc.set_threshold(150_000, 20, 20)
    _stop_as_ctrl_c_does()
    code = run(sys.argv[1:] if arguments is None else arguments)
    gc.freeze()  # Nor is all of it to be looked through once more, only to end.
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run the command; its exit code."""
    console = Console.plain(arguments)
    _open_closed_streams()
    try:
        # Alone, it says what it can do, as Helm and kubectl do.
        given = arguments or ["--help"]
        result = cli.main(args=given, prog_name="holdfast", standalone_mode=False)
    except click.UsageError as error:
        from holdfast_cli.wrong_calls import tell

        console.usage_error(*tell(error, arguments))
        return 2
    except click.exceptions.Exit as error:
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return _interrupted(console)
    except BrokenPipeError:
        # The reader (head, less) has seen enough; keep Python from complaining at exit.
        _silence_stdout()
        return 0
    except Exception as error:
        return _failed(console, error)
    return result if isinstance(result, int) else 0


def _stop_as_ctrl_c_does() -> None:
    """A job that CI cancels (SIGTERM) and a closed terminal (SIGHUP) leave no lock behind either.

    What the caller has set to be ignored (nohup) stays ignored.
    """
    import signal

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def _open_closed_streams() -> None:
    """Read and write nothing where the caller closed a stream (`>&-`): Python leaves None there.

    Opened in order, each takes its own descriptor back, so that no other file gets it.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull)  # noqa: PTH123 - for the life of the process
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123


def _silence_stdout() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _interrupted(console: Console) -> int:
    """Ctrl-C while reading, planning or printing; amidst changes running.py knows better."""
    from holdfast import Interrupted

    console.error(Interrupted("interrupted", hint="nothing was left half done; run it again"))
    return 1


def _failed(console: Console, error: Exception) -> int:
    from holdfast import HoldfastError, UsageError, WaitFailed

    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        # What is still buffered cannot be written either: Python would complain at exit.
        _silence_stdout()
        hint = "make room where the output goes, or send it elsewhere"
        error = HoldfastError(f"writing the output: {error.strerror}", hint=hint)
    if not isinstance(error, HoldfastError):
        raise error
    console.error(error)
    if isinstance(error, WaitFailed):
        return 4
    return 2 if isinstance(error, UsageError) else 1
