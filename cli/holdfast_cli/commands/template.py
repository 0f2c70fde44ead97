"""`holdfast template`: the manifests on stdout, and nothing of a cluster."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from holdfast_cli.options import (
    Globals,
    draft_options,
    global_options,
    text_output_option,
    value_options,
)
from holdfast_cli.output.files import write_files

if TYPE_CHECKING:
    from holdfast import Capabilities, DraftOptions, Manifests, Revision


@click.command("template")
@click.argument("arguments", nargs=-1, metavar="[NAME] CHART")
@value_options
@draft_options
@click.option("--is-upgrade", is_flag=True, help="Render as an upgrade does.")
@click.option("--kube-version", metavar="VERSION", help="What capabilities.kube_version says.")
@click.option(
    "--api-versions", multiple=True, metavar="GROUP/VERSION", help="One more API version."
)
@click.option("--validate", is_flag=True, help="Check against Kubernetes' schemas first.")
@click.option("--show-only", multiple=True, metavar="GLOB", help="Only templates that match.")
@click.option("--releases", metavar="FILE", help="Render all the releases that FILE lists.")
@click.option("--output-dir", metavar="DIR", help="Write files into DIR instead of printing.")
@text_output_option
@global_options
@click.pass_obj
def command(
    flags: Globals,
    arguments: tuple[str, ...],
    sources: Any,
    description: str,
    skip_schema_validation: bool,
    is_upgrade: bool,
    kube_version: str | None,
    api_versions: tuple[str, ...],
    validate: bool,
    show_only: tuple[str, ...],
    releases: str | None,
    output_dir: str | None,
    output: str,
) -> None:
    """Render CHART and print its manifests; no cluster is asked.

    NAME is the release's name (default: release-name). With --releases FILE there is no CHART: the
    file lists many, which are rendered in one process. Nothing is printed before all is rendered.
    """
    from holdfast import Capabilities, DraftOptions
    from holdfast_cli.deadline import render_limit
    from holdfast_cli.verdicts import verdicts

    known = Capabilities(api_versions=api_versions)
    if kube_version:
        from holdfast import full_kube_version

        known = replace(known, kube_version=full_kube_version(kube_version))
    options = DraftOptions(
        skip_schema=skip_schema_validation,
        description=description,
        verdicts=verdicts(),
        limit=render_limit,
        warn=flags.console().tell,
    )
    if releases:
        if arguments:
            raise click.UsageError("--releases FILE names the charts: leave NAME and CHART out")
        made = _many(flags, releases, known, options)
    else:
        made = [_one(flags, arguments, sources, is_upgrade, known, options)]
    made = [replace(one, manifests=_only(one.manifests, show_only)) for one in made]
    if validate:
        for one in made:
            _validate(flags, one.manifests, known.kube_version)
    if output_dir:
        write_files(flags.console(), made, output_dir, many=bool(releases))
    else:
        _print(flags, tuple(item for one in made for item in one.manifests), output)


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


def _many(flags: Globals, path: str, known: Capabilities, options: DraftOptions) -> list[Revision]:
    from holdfast import read_releases, render_releases

    wanted = read_releases(path, namespace=flags.namespace or "default")
    made = render_releases(wanted, capabilities=known, draft_options=options)
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


def _only(manifests: Manifests, globs: tuple[str, ...]) -> Manifests:
    from fnmatch import fnmatch

    if not globs:
        return manifests
    found = tuple(
        manifest
        for manifest in manifests
        if any(fnmatch(manifest.source.source, f"*{glob}") for glob in globs)
    )
    if not found:
        raise click.UsageError(f"no template that renders an object matches {', '.join(globs)}")
    return found


def _print(flags: Globals, manifests: Manifests, output: str) -> None:
    from holdfast import manifest_text
    from holdfast_cli.output.json import to_json

    console = flags.console(output)
    if output == "json":
        console.data(to_json([manifest.object for manifest in manifests]))
    else:
        console.data(manifest_text(manifests))
