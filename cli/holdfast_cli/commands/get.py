"""`holdfast get values|manifest|hooks|notes|patches|metadata|all`: what a stored revision holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from holdfast_cli.options import Globals, global_options, output_option, text_output_option
from holdfast_cli.output.emit import emit
from holdfast_cli.output.json import to_json
from holdfast_cli.output.release import metadata_dict, metadata_text

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


@command.command("metadata")
@click.argument("name")
@_revision
@output_option
@global_options
@click.pass_obj
def metadata(flags: Globals, name: str, revision: int | None, output: str) -> None:
    """Print what is known of a revision of release NAME: chart, labels, state, times."""
    found = _read(flags, name, revision, output)
    data = {"schema": "holdfast/metadata/v1", **metadata_dict(found)}
    emit(flags.console(output), data, lambda: metadata_text(found))


@command.command("all")
@click.argument("name")
@_revision
@output_option
@global_options
@click.pass_obj
def everything(flags: Globals, name: str, revision: int | None, output: str) -> None:
    """Print all that the revision of release NAME holds, one part after the other."""
    from holdfast import patch_rows

    found = _read(flags, name, revision, output)
    data = {
        "schema": "holdfast/release/v1",
        **metadata_dict(found),
        "supplied_values": found.supplied,
        "values": found.values,
        "manifest": [item.object for item in found.manifests],
        "hooks": [item.object for item in found.hooks],
        "notes": found.notes,
        "patches": patch_rows(found),
    }
    emit(flags.console(output), data, lambda: _all(found))


def _all(found: Revision) -> str:
    from holdfast import dump_yaml, manifest_text, patch_text

    parts = (
        ("SUPPLIED VALUES", dump_yaml(found.supplied)),
        ("VALUES", dump_yaml(found.values)),
        ("MANIFEST", manifest_text(found.manifests)),
        ("HOOKS", manifest_text(found.hooks)),
        ("PATCHES", patch_text(found) if found.patches else ""),
        ("NOTES", found.notes),
    )
    shown = [f"{title}:\n{text.rstrip()}" for title, text in parts if text.strip()]
    return "\n\n".join((metadata_text(found), *shown))


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
