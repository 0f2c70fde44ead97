"""The flags that verbs share, each said once: global flags, value flags, operation flags."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from holdfast.light import dataclass
from holdfast_cli.console import Console

if TYPE_CHECKING:
    from holdfast import PostRenderer, ValueMode

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Globals:
    """The global flags; they may stand before the verb and after it, the later one counts."""

    namespace: str | None = None
    kubeconfig: str | None = None
    context: str | None = None
    as_user: str | None = None
    as_group: tuple[str, ...] = ()
    server: str | None = None
    token: str | None = None
    ca_file: str | None = None
    request_timeout: float | None = None
    cluster: str | None = None
    color: str = "auto"
    quiet: bool = False
    verbose: int = 0
    debug: bool = False

    def console(self, output: str = "table") -> Console:
        """The console these flags ask for."""
        return Console(color=self.color, quiet=self.quiet, verbose=self.verbose, output=output)


def seconds(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Read a duration: `90`, `90s`, `10m`, `1h30m` (Go's spelling, as kubectl's flags)."""
    if value is None:
        return None
    from holdfast import seconds_in

    try:
        found: float = seconds_in(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no duration; write 90s, 10m or 1h30m") from error
    return found


def namespace_name(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Refuse what no namespace can be called (a DNS label, RFC 1123), before anything is done."""
    import re

    if value and (len(value) > 63 or not re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", value)):
        raise click.BadParameter(
            f"{value!r} is no name of a namespace: up to 63 of a-z, 0-9 and '-', no '-' at the ends"
        )
    return value


_LESS: dict[str, Any] = {"is_flag": True, "default": None, "help": "Say less."}
_QUIET = click.option("-q", "--quiet", **_LESS)


def pairs(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    """Read `a=b,c=d`, however often it is given; the later one of a key counts."""
    found = {}
    for item in (item for text in value for item in text.split(",") if item):
        key, sign, content = item.partition("=")
        if not sign or not key:
            raise click.BadParameter(f"{item!r} is no KEY=VALUE")
        found[key] = content
    return found


# A flag that is not given is None, so that one before the verb is not overruled by its absence
# after it; the environment twins come from twins.py.
_GLOBAL = (
    click.option("-n", "--namespace", callback=namespace_name, help="The release's namespace."),
    click.option(
        "--cluster",
        metavar="local[:FILE]|kube",
        help="The embedded cluster (pods are simulated) or a real one.",
    ),
    click.option("--kubeconfig", metavar="FILE", help="A kubeconfig."),
    click.option("--context", help="The kubeconfig's context to use."),
    click.option("--as", "as_user", metavar="USER", help="Act as this user."),
    click.option("--as-group", multiple=True, metavar="GROUP", help="Act as in this group too."),
    click.option("--server", metavar="URL", help="The API server's address."),
    click.option("--token", help="A bearer token for the API server."),
    click.option("--ca-file", metavar="FILE", help="The server's CA."),
    click.option(
        "--request-timeout",
        callback=seconds,
        metavar="DURATION",
        help="How long one request may take (default 30s).",
    ),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        help="When to use colours (NO_COLOR is honoured).",
    ),
    _QUIET,
    click.option(
        "-v", "--verbose", count=True, default=None, help="Say which cluster is used, and why."
    ),
    click.option("--debug", is_flag=True, default=None, help="Show every request on stderr."),
)


def global_options(command: Command) -> Command:
    """Add the global flags to a command or group, gathered into `ctx.obj: Globals`."""
    return _with_globals(command, _GLOBAL)


def global_options_without_q(command: Command) -> Command:
    """The global flags for a command that means something else by -q."""
    others = [option for option in _GLOBAL if option is not _QUIET]
    return _with_globals(command, [*others, click.option("--quiet", **_LESS)])


def _with_globals(command: Command, options: Sequence[Callable[..., Any]]) -> Command:
    names = {field.name for field in fields(Globals)}

    @wraps(command)
    def gathered(*arguments: Any, **flags: Any) -> Any:
        own = {name: flags.pop(name) for name in list(flags) if name in names}
        _gather(click.get_current_context(), own)
        return command(*arguments, **flags)

    for option in reversed(options):
        gathered = option(gathered)
    return gathered  # type: ignore[return-value]


def _gather(ctx: click.Context, own: dict[str, Any]) -> None:
    """Put the flags after the verb over those before it."""
    outer = ctx.find_object(Globals)
    if outer:  # the variables were read there, and count less than a flag anywhere
        own = {name: own[name] for name in own if not _from_environment(ctx, name)}
    ctx.obj = _merged(outer, own)


def _from_environment(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is click.core.ParameterSource.ENVIRONMENT


def _merged(outer: Globals | None, own: dict[str, Any]) -> Globals:
    from dataclasses import replace

    given = {name: value for name, value in own.items() if value not in (None, (), 0)}
    return replace(outer or Globals(), **given)


_VALUES = (
    click.option(
        "-f", "--values", "files", multiple=True, metavar="FILE", help="Values; `-` is stdin."
    ),
    click.option(
        "--allow-remote-values",
        is_flag=True,
        help="Let -f and --set-file read http and https URLs.",
    ),
    click.option("--set", "set_", multiple=True, metavar="KEY=VALUE", help="One value."),
    click.option("--set-string", multiple=True, metavar="KEY=TEXT", help="One value, as text."),
    click.option("--set-json", multiple=True, metavar="KEY=JSON", help="One value, as JSON."),
    click.option("--set-file", multiple=True, metavar="KEY=FILE", help="One value, a file's text."),
    click.option("--set-literal", multiple=True, metavar="KEY=TEXT", help="One value, verbatim."),
)


def value_options(command: Command) -> Command:
    """Add the value flags, gathered into one argument `sources`."""

    @wraps(command)
    def gathered(
        files: tuple[str, ...],
        allow_remote_values: bool,
        set_: tuple[str, ...],
        set_string: tuple[str, ...],
        set_json: tuple[str, ...],
        set_file: tuple[str, ...],
        set_literal: tuple[str, ...],
        **flags: Any,
    ) -> Any:
        from holdfast import Sources

        sets = {
            "set": set_,
            "set-string": set_string,
            "set-json": set_json,
            "set-file": set_file,
            "set-literal": set_literal,
        }
        sources = Sources(files=files, sets=sets, allow_remote=allow_remote_values)
        return command(sources=sources, **flags)

    for option in reversed(_VALUES):
        gathered = option(gathered)
    return gathered  # type: ignore[return-value]


class _Output(click.Option):
    """`--output`. Its variable is for all verbs: one that has not this form keeps its own."""

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """What the variable says, where it is for this verb."""
        given = super().resolve_envvar_value(ctx)
        forms = self.type.choices if isinstance(self.type, click.Choice) else _FORMS
        return None if given in _FORMS and given not in forms else given


def _output(*formats: str) -> Callable[[Command], Command]:
    return click.option(
        "-o",
        "--output",
        cls=_Output,
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How to print.",
    )


_FORMS = ("table", "json", "yaml")

output_option = _output(*_FORMS)
text_output_option = _output("yaml", "json")

no_hooks = click.option("--no-hooks", is_flag=True, help="Do not run the chart's hooks.")

_PLAN = (
    click.option("--take-ownership", is_flag=True, help="Take over objects that others made."),
    click.option(
        "--allow-recreate",
        multiple=True,
        metavar="KIND/NAME",
        help="Delete this object and make it anew where a field changes that cannot be changed "
        "(repeatable); claims stay.",
    ),
    no_hooks,
)
_CONFLICTS = (
    click.option("--force-conflicts", is_flag=True, help="Take over fields that others own."),
    click.option(
        "--on-conflict",
        multiple=True,
        metavar="[KIND/NAME:]FIELD=take|leave|fail",
        help="What becomes of this field if another owns it (repeatable).",
    ),
)
_ALTERATIONS = (
    click.option(
        "--patch",
        "patch_files",
        multiple=True,
        metavar="FILE",
        help="Change what the chart renders (repeatable); kept with the release.",
    ),
    click.option(
        "--post-renderer",
        metavar="CMD",
        help="Change what the chart renders by a program: YAML on stdin and stdout.",
    ),
    click.option(
        "--post-renderer-timeout",
        default="1m",
        show_default=True,
        callback=seconds,
        metavar="DURATION",
        help="How long that program may take.",
    ),
)
_DRAFT = (
    click.option("--description", default="", metavar="TEXT", help="Kept with the revision."),
    click.option(
        "--skip-schema-validation", is_flag=True, help="Do not check values against the schema."
    ),
)
_CRDS = (click.option("--skip-crds", is_flag=True, help="Leave out what the chart has in crds/."),)
_RECORD = (
    click.option(
        "-l",
        "--labels",
        multiple=True,
        callback=pairs,
        metavar="KEY=VALUE,...",
        help="The release's own labels, to list it by; at an upgrade KEY=null removes one.",
    ),
    click.option("--hide-notes", is_flag=True, help="Do not print the chart's notes."),
)
_MODES = (
    click.option("--reset-patches", is_flag=True, help="Forget the patches that are kept."),
    click.option("--reset-values", is_flag=True, help="Forget the stored values."),
    click.option("--reuse-values", is_flag=True, help="Keep the stored values and old defaults."),
    click.option(
        "--reset-then-reuse-values", is_flag=True, help="New defaults, then the stored values."
    ),
)
_WAIT = (
    click.option(
        "--wait/--no-wait",
        default=True,
        show_default=True,
        help="Wait until all is ready; waves and dependencies are waited for in any case.",
    ),
    click.option("--wait-for-jobs", is_flag=True, help="Wait until Jobs have completed, too."),
)
_LIMITS = (
    click.option(
        "--timeout",
        default="10m",
        show_default=True,
        callback=seconds,
        metavar="DURATION",
        help="How long the whole operation may take.",
    ),
    click.option(
        "--lock-timeout",
        default="0s",
        show_default=True,
        callback=seconds,
        metavar="DURATION",
        help="How long to wait for another operation on the release.",
    ),
    click.option("-y", "--yes", is_flag=True, help="Do not ask before what is dangerous."),
    click.option("--dry-run", is_flag=True, help="Show the plan; change nothing."),
)


_FAILURE = (
    click.option(
        "--rollback-on-failure",
        is_flag=True,
        help="If it fails, go back to the last good revision; a failed install is uninstalled.",
    ),
)


def _chained(options: tuple[Any, ...]) -> Callable[[Command], Command]:
    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


plan_options = _chained((*_PLAN, *_CONFLICTS))
conflict_options = _chained(_CONFLICTS)
alteration_options = _chained(_ALTERATIONS)
draft_options = _chained(_DRAFT)
crd_options = _chained(_CRDS)
record_options = _chained(_RECORD)
operation_options = _chained((*_WAIT, *_LIMITS))
limit_options = _chained(_LIMITS)
mode_options = _chained(_MODES)
failure_options = _chained(_FAILURE)


def post_renderer(given: Mapping[str, Any]) -> PostRenderer | None:
    """The post-renderer that the flags name."""
    if not given.get("post_renderer"):
        return None
    from holdfast import PostRenderer

    found = PostRenderer(given["post_renderer"], given["post_renderer_timeout"])
    found.check()
    return found


def value_mode(given: Mapping[str, Any]) -> ValueMode:
    """The value mode that the flags ask for; where several do, Helm's order decides."""
    from holdfast import ValueMode

    for mode in (ValueMode.RESET, ValueMode.REUSE, ValueMode.RESET_THEN_REUSE):
        if given.get(mode.value.replace("-", "_")):
            return mode
    return ValueMode.AUTO
