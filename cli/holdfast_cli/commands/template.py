"""`holdfast template`: the manifests on stdout, and nothing of a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from holdfast_cli.options import (
    Globals,
    draft_options,
    global_options,
    text_output_option,
    value_options,
)

if TYPE_CHECKING:
    from holdfast import Manifests


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
    output: str,
) -> None:
    """Render CHART and print its manifests; no cluster is asked.

    NAME is the release's name (default: release-name).
    """
    from holdfast import Capabilities, DraftOptions, full_kube_version, render_template
    from holdfast_cli.deadline import render_limit
    from holdfast_cli.verdicts import verdicts

    name, chart = name_and_chart(arguments)
    known = Capabilities(api_versions=api_versions)
    if kube_version:
        known = Capabilities(
            api_versions=api_versions, kube_version=full_kube_version(kube_version)
        )
    revision = render_template(
        name,
        chart,
        namespace=flags.namespace or "default",
        sources=sources,
        is_upgrade=is_upgrade,
        capabilities=known,
        draft_options=DraftOptions(
            skip_schema=skip_schema_validation,
            description=description,
            verdicts=verdicts(),
            limit=render_limit,
            warn=flags.console().tell,
        ),
    )
    if validate:
        _validate(flags, revision.manifests, known.kube_version)
    _print(flags, _only(revision.manifests, show_only), output)


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
