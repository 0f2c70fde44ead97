"""`holdfast template`: the manifests on stdout, and nothing of a cluster."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from holdfast_cli.options import (
    Globals,
    alteration_options,
    draft_options,
    global_options,
    post_renderer,
    text_output_option,
    value_options,
)
from holdfast_cli.output.files import files_of, write_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from holdfast import Capabilities, DraftOptions, Manifests, Revision
    from holdfast_cli.console import Console

Made: TypeAlias = "str | list[Any] | dict[str, str]"
"""What comes of a release: YAML to print, objects for JSON, or files with their texts."""


@click.command("template")
@click.argument("arguments", nargs=-1, metavar="[NAME] CHART")
@value_options
@draft_options
@alteration_options
@click.option("--is-upgrade", is_flag=True, help="Render as an upgrade does.")
@click.option("--kube-version", metavar="VERSION", help="What capabilities.kube_version says.")
@click.option(
    "--api-versions", multiple=True, metavar="GROUP/VERSION", help="One more API version."
)
@click.option("--include-crds", is_flag=True, help="Print what lies in crds/, too.")
@click.option("--validate", is_flag=True, help="Check against Kubernetes' schemas first.")
@click.option("--skip-tests", is_flag=True, help="Leave out the hooks that are tests.")
@click.option("--no-hooks", is_flag=True, help="Leave out all hooks.")
@click.option("-s", "--show-only", multiple=True, metavar="GLOB", help="Only templates that match.")
@click.option("--releases", metavar="FILE", help="Render all the releases that FILE lists.")
@click.option("--output-dir", metavar="DIR", help="Write files into DIR instead of printing.")
@click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="With --releases: how many processes render (default: the machine's cores).",
)
@text_output_option
@global_options
@click.pass_obj
def command(
    flags: Globals,
    /,
    arguments: tuple[str, ...],
    sources: Any,
    description: str,
    skip_schema_validation: bool,
    is_upgrade: bool,
    kube_version: str | None,
    api_versions: tuple[str, ...],
    include_crds: bool,
    validate: bool,
    skip_tests: bool,
    no_hooks: bool,
    show_only: tuple[str, ...],
    releases: str | None,
    output_dir: str | None,
    jobs: int | None,
    output: str,
    **given: Any,
) -> None:
    """Render CHART and print its manifests, hooks last; no cluster is asked.

    NAME is the release's name (default: release-name). With --releases FILE there is no CHART: the
    file lists many, which are rendered in one process. Nothing is printed before all is rendered.
    """
    from holdfast import DraftOptions, Verdicts, offline_capabilities, rendered_objects
    from holdfast_cli.codes import codes
    from holdfast_cli.deadline import render_limit
    from holdfast_cli.verdicts import verdicts

    known = offline_capabilities(kube_version, api_versions)
    options = DraftOptions(
        skip_schema=skip_schema_validation,
        description=description,
        patch_files=given["patch_files"],
        post_renderer=post_renderer(given),
        # Many releases load a validator once: a file for each verdict would cost more.
        verdicts=Verdicts() if releases else verdicts(),
        codes=codes(),
        limit=render_limit,
        warn=flags.console().tell,
    )
    if releases:
        _refuse_beside_releases(arguments, sources, is_upgrade, given["patch_files"])

    def finish(made: Revision) -> Made:
        printed = rendered_objects(made, hooks=not no_hooks, tests=not skip_tests)
        manifests = _only(printed, show_only, include_crds)
        if validate:
            _validate(flags, manifests, known.kube_version)
        if output_dir:
            return files_of(replace(made, manifests=manifests), output_dir, many=bool(releases))
        return [manifest.object for manifest in manifests] if output == "json" else _text(manifests)

    made: list[Made]
    if releases:
        made = _many(flags, releases, known, options, finish, 1 if validate else jobs)
    else:
        made = [finish(_one(flags, arguments, sources, is_upgrade, known, options))]
    _put_out(flags.console(output), made)


def _text(manifests: Manifests) -> str:
    from holdfast import manifest_text

    return manifest_text(manifests)


def _one(
    flags: Globals,
    arguments: tuple[str, ...],
    sources: Any,
    is_upgrade: bool,
    known: Capabilities,
    options: DraftOptions,
) -> Revision:
    from holdfast import render_template

    name, chart = name_and_chart(arguments)
    return render_template(
        name,
        chart,
        namespace=flags.namespace or "default",
        sources=sources,
        is_upgrade=is_upgrade,
        capabilities=known,
        draft_options=options,
    )


def _refuse_beside_releases(
    arguments: tuple[str, ...], sources: Any, is_upgrade: bool, patches: tuple[str, ...]
) -> None:
    """What the file says of each release cannot be said for all of them here."""
    if arguments:
        raise click.UsageError("--releases FILE names the charts: leave NAME and CHART out")
    if sources.given:
        raise click.UsageError("--releases FILE gives each release its values and sets")
    if is_upgrade:
        raise click.UsageError("--releases renders what an install gives: leave out --is-upgrade")
    if patches:
        raise click.UsageError("--patch goes with one CHART, not with --releases FILE")


def _many(
    flags: Globals,
    path: str,
    known: Capabilities,
    options: DraftOptions,
    finish: Callable[[Revision], Made],
    jobs: int | None,
) -> list[Made]:
    from holdfast import read_releases, render_releases, usable_cores

    wanted = read_releases(path, namespace=flags.namespace or "default")
    made = render_releases(
        wanted,
        finish=finish,
        capabilities=known,
        draft_options=options,
        jobs=jobs or usable_cores(),
    )
    if not sys.stderr.isatty() or flags.quiet:
        return list(made)
    with click.progressbar(made, length=len(wanted), label="rendering", file=sys.stderr) as bar:
        return list(bar)


def _validate(flags: Globals, manifests: Manifests, kube_version: str) -> None:
    from holdfast import refuse_invalid, validate_manifests
    from holdfast_cli.output.findings import schema_cache

    report = validate_manifests(manifests, kube_version=kube_version, cache=schema_cache())
    refuse_invalid(report)
    flags.console().say(report.summary)


def name_and_chart(arguments: tuple[str, ...]) -> tuple[str, str]:
    """Helm's `[NAME] CHART`."""
    if len(arguments) == 1:
        return "release-name", arguments[0]
    if len(arguments) != 2:
        raise click.UsageError("give a CHART, or a NAME and a CHART")
    return arguments[0], arguments[1]


def _only(manifests: Manifests, globs: tuple[str, ...], include_crds: bool) -> Manifests:
    """The objects of the templates that match; a name may be written without its `.j2`."""
    manifests = tuple(one for one in manifests if include_crds or not one.in_crds)
    if not globs:
        return manifests
    found = tuple(one for one in manifests if any(_matches(one.source.source, g) for g in globs))
    if not found:
        from holdfast import UsageError

        known = dict.fromkeys(one.source.source.partition("/")[2] for one in manifests)
        raise UsageError(
            f"no template that renders an object matches {', '.join(globs)}",
            hint=f"these do: {', '.join(known) or 'none'}",
        )
    return found


def _matches(source: str, glob: str) -> bool:
    from fnmatch import fnmatchcase

    names = (source, source.removesuffix(".j2"))
    return any(fnmatchcase(name, wanted) for name in names for wanted in (glob, f"*/{glob}"))


def _put_out(console: Console, made: list[Made]) -> None:
    """Print texts one after another, objects as one JSON list; write files where they belong."""
    from holdfast_cli.output.json import to_json

    if console.output == "json" and not any(isinstance(one, dict) for one in made):
        console.data(to_json([item for one in made for item in one]))
    for one in made:
        if isinstance(one, str):
            console.data(one)
        elif isinstance(one, dict):
            write_files(console, one)
