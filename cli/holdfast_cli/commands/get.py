"""`holdfast get values|manifest|hooks|notes|patches`: what a stored revision holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from holdfast_cli.options import Globals, global_options, output_option, text_output_option
from holdfast_cli.output.emit import emit
from holdfast_cli.output.json import to_json

if TYPE_CHECKING:
    from holdfast import Manifests, Revision

_revision = click.option(
    "--revision", type=click.IntRange(1), metavar="N", help="This revision (default: the newest)."
)


@click.group("get")
@global_options
def command() -> None:
    """Print what a release's stored revision holds; secrets included, as pipelines need them."""


@command.command("values")
@click.argument("name")
@click.option("-a", "--all", "everything", is_flag=True, help="The merged values, defaults too.")
@_revision
@text_output_option
@global_options
@click.pass_obj
def values(flags: Globals, name: str, everything: bool, revision: int | None, output: str) -> None:
    """Print the values that release NAME was given."""
    from holdfast import dump_yaml

    console = flags.console(output)
    found = _read(flags, name, revision, output)
    tree = found.values if everything else found.supplied
    console.data(to_json(tree) if output == "json" else dump_yaml(tree))


@command.command("manifest")
@click.argument("name")
@_revision
@text_output_option
@global_options
@click.pass_obj
def manifest(flags: Globals, name: str, revision: int | None, output: str) -> None:
    """Print the manifests of release NAME; its hooks are printed by `get hooks`."""
    _print_objects(flags, output, _read(flags, name, revision, output).manifests)


@command.command("hooks")
@click.argument("name")
@_revision
@text_output_option
@global_options
@click.pass_obj
def hooks(flags: Globals, name: str, revision: int | None, output: str) -> None:
    """Print the hooks of release NAME."""
    _print_objects(flags, output, _read(flags, name, revision, output).hooks)


@command.command("notes")
@click.argument("name")
@_revision
@output_option
@global_options
@click.pass_obj
def notes(flags: Globals, name: str, revision: int | None, output: str) -> None:
    """Print the notes of release NAME."""
    found = _read(flags, name, revision, output).notes
    emit(flags.console(output), {"schema": "holdfast/notes/v1", "notes": found}, lambda: found)


@command.command("patches")
@click.argument("name")
@_revision
@text_output_option
@global_options
@click.pass_obj
def patches(flags: Globals, name: str, revision: int | None, output: str) -> None:
    """Print the patches that release NAME keeps, as a file for --patch."""
    from holdfast import patch_rows, patch_text

    console = flags.console(output)
    found = _read(flags, name, revision, output)
    console.data(to_json(patch_rows(found)) if output == "json" else patch_text(found))


def _print_objects(flags: Globals, output: str, found: Manifests) -> None:
    from holdfast import manifest_text

    console = flags.console(output)
    if output == "json":
        console.data(to_json([item.object for item in found]))
    else:
        console.data(manifest_text(found))


def _read(flags: Globals, name: str, revision: int | None, output: str) -> Revision:
    from holdfast import get_revision
    from holdfast_cli.wiring import open_target

    return get_revision(open_target(flags, flags.console(output)), name, revision)
