"""Every option's environment twin: `--lock-timeout` is HOLDFAST_LOCK_TIMEOUT on all its verbs.

Given here, to whatever options there are, so that no command can forget one. A flag on the command
line counts more than its variable; of an option that may be repeated the variable has one value a
line, so that values may hold spaces and commas.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    ParamType = click.ParamType[Any]
else:
    ParamType = click.ParamType  # generic only in later versions of click

PREFIX = "HOLDFAST_"


class Lines(ParamType):
    """The type of an option that may be repeated: what the variable holds is split into lines."""

    def __init__(self, item: ParamType) -> None:
        self.item = item
        self.name = item.name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """One value, as its own type reads it."""
        return self.item.convert(value, param, ctx)

    def get_metavar(self, *given: Any, **named: Any) -> str | None:
        """As the value's own type (what click hands over differs between its versions)."""
        return self.item.get_metavar(*given, **named)

    def split_envvar_value(self, rv: str) -> list[str]:
        """The lines that are not empty."""
        return [line for line in rv.splitlines() if line]


def give_twins(command: click.Command) -> None:
    """Give each option of a command its variable."""
    for option in twinned(command):
        option.envvar = name_of(option)
        if option.multiple and not isinstance(option.type, Lines):
            option.type = Lines(option.type)


def twinned(command: click.Command) -> Iterator[click.Option]:
    """The options that have a twin: all but the questions `--help` and `--version`."""
    for param in command.params:
        if isinstance(param, click.Option) and not param.is_eager:
            yield param


def name_of(option: click.Option) -> str:
    """The variable of an option, after its long name."""
    long = next(name for name in option.opts if name.startswith("--"))
    return PREFIX + long.removeprefix("--").upper().replace("-", "_")


def giver(error: click.UsageError) -> str:
    """The variable that gave the value that an error is about; empty where a flag did."""
    param, ctx = getattr(error, "param", None), error.ctx
    if not isinstance(param, click.Option) or ctx is None or not param.name:
        return ""
    given = ctx.get_parameter_source(param.name) is click.core.ParameterSource.ENVIRONMENT
    return str(param.envvar) if given else ""
