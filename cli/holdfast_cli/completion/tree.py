"""What there is to complete: every verb with its options and what its arguments are, as data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

import click

from holdfast.light import dataclass

Kind: TypeAlias = Literal["flag", "value", "file", "dir", "words", "release"]
"""What follows an option, or stands as an argument: nothing, anything, a path, a word of a list."""

# An argument of this name is a release that there is, but for verbs that make one.
_RELEASES = ("name", "names")
_NEW = ("adopt", "create")
_FILES = ("chart", "charts", "words", "arguments")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place on the command line. `names` are an option's; an argument has none."""

    kind: Kind
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class Verb:
    """One command: the words that call it (none for the root), and what may follow them."""

    path: str
    below: tuple[tuple[str, str], ...]
    options: tuple[Slot, ...]
    arguments: tuple[Slot, ...]

    def names(self, *kinds: Kind) -> tuple[str, ...]:
        """The names of its options of these kinds; of all where none is given."""
        chosen = (one for one in self.options if not kinds or one.kind in kinds)
        return tuple(name for one in chosen for name in one.names)


def verbs_of(root: click.Command) -> tuple[Verb, ...]:
    """The root and every command below it."""
    return tuple(_verbs(root, click.Context(root, **root.context_settings), ""))


def _verbs(command: click.Command, ctx: click.Context, path: str) -> Iterator[Verb]:
    below = dict(_below(command, ctx))
    yield Verb(
        path,
        tuple((name, one.get_short_help_str(70)) for name, one in below.items()),
        tuple(_option(one) for one in command.get_params(ctx) if isinstance(one, click.Option)),
        tuple(_argument(one, path) for one in command.params if isinstance(one, click.Argument)),
    )
    for name, one in below.items():
        yield from _verbs(one, ctx, f"{path} {name}".strip())


def _below(command: click.Command, ctx: click.Context) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            if found := command.get_command(ctx, name):
                yield name, found


def _option(option: click.Option) -> Slot:
    names = (*option.opts, *option.secondary_opts)
    text = (option.help or "").partition(". ")[0].rstrip(".")
    if option.is_flag or option.count:
        return Slot("flag", names, help=text)
    kind, words = _value(option.type, option.metavar or "")
    return Slot(kind, names, words, text)


def _argument(argument: click.Argument, path: str) -> Slot:
    name = argument.name or ""
    if name in _RELEASES and path.rpartition(" ")[2] not in _NEW:
        return Slot("release")
    if name in _FILES:
        return Slot("file")
    kind, words = _value(argument.type, "")
    return Slot(kind, words=words)


def _value(given: object, metavar: str) -> tuple[Kind, tuple[str, ...]]:
    """What an option's value is: by its type, else by what stands for it in the help."""
    kind = getattr(given, "item", given)  # of an option that may be repeated
    if isinstance(kind, click.Choice):
        return "words", tuple(map(str, kind.choices))
    if "|" in metavar:  # local[:FILE]|kube
        return "words", tuple(re.sub(r"\[.*?\]", "", metavar).split("|"))
    return {"FILE": "file", "DIR": "dir"}.get(metavar, "value"), ()  # type: ignore[return-value]
