"""What is said of a wrong call: the mistake, and what to write instead.

Helm's fingers come first: its verbs and flags that have another name here are answered with that.
"""

from __future__ import annotations

import click

from holdfast_cli.twins import giver
from holdfast_cli.verbs import COMMANDS

_VERBS = {
    "del": "uninstall",
    "delete": "uninstall",
    "dep": "dependency",
    "dependencies": "dependency",
    "hist": "history",
    "inspect": "show",
    "ls": "list",
    "un": "uninstall",
}
_ROLLBACK = "--rollback-on-failure"
_ANEW = "--allow-recreate KIND/NAME; fields of others are taken by --force-conflicts"
_HIDDEN = "not needed: secrets are always hidden"
_FLAGS = {
    "--all": "not needed: every state is listed",
    "-a": "not needed: every state is listed",
    "--atomic": _ROLLBACK,
    "--cleanup-on-fail": _ROLLBACK,
    "--deployed": "--status deployed",
    "--failed": "--status failed",
    "--force": _ANEW,
    "--force-replace": _ANEW,
    "--hide-secret": _HIDDEN,
    "--kube-apiserver": "--server",
    "--kube-as-group": "--as-group",
    "--kube-as-user": "--as",
    "--kube-ca-file": "--ca-file",
    "--kube-context": "--context",
    "--kube-token": "--token",
    "--name-template": "--generate-name",
    "--no-headers": "-q, or -o json",
    "--pending": "--status pending-install and its like",
    "--server-side": "not needed: it is always so",
    "--show-resources": "not needed: they are always shown",
    "--superseded": "--status superseded",
    "--uninstalled": "--status uninstalled",
    "--uninstalling": "--status uninstalling",
}


def helm_verb(name: str) -> str:
    """What Helm's verb is called here, empty where it is none, or has the same name."""
    return _VERBS.get(name, "")


def tell(error: click.UsageError, arguments: list[str]) -> tuple[str, str]:
    """The mistake and the hint."""
    hints = [_named(error), f"see `{_path(error, arguments)} --help`"]
    if variable := giver(error):
        hints.insert(0, f"the value is that of {variable}")
    return _message(error), "; ".join(filter(None, hints))


def _message(error: click.UsageError) -> str:
    """Click's, but for a bare group: that has its whole help in the place of a message."""
    if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
        return "Missing command."
    return error.format_message()


def _named(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        here = _FLAGS.get(error.option_name)
        return f"Helm's {error.option_name}: {here}" if here else ""
    group = error.ctx.command if error.ctx else None
    if isinstance(group, click.Group) and error.ctx and error.ctx.parent:
        return f"there are: {', '.join(group.list_commands(error.ctx))}"
    return ""


def _path(error: click.UsageError, arguments: list[str]) -> str:
    """The command that was called; click forgets it where a flag has a value and may have none."""
    if error.ctx:
        return error.ctx.command_path
    verb = next((word for word in arguments if word in COMMANDS), "")
    return f"holdfast {verb}".strip()
