"""Manifests against Kubernetes' schemas: by kubeconform where it is wanted and there, else by us.

It stands here and not in lint because running a program and writing its schemas is I/O, which the
floors that decide may not do. kubeconform's default is to fetch schemas from the network: it is
only ever given the local ones.
"""

from __future__ import annotations

from pathlib import Path

from holdfast.errors import ManifestError, Problem
from holdfast.lint.kubecheck import SchemaReport, check_in_process
from holdfast.lint.kubeschemas import open_schemas
from holdfast.model.manifest import Manifest, Manifests


def validate_manifests(
    manifests: Manifests,
    *,
    kube_version: str,
    kubeconform: bool = True,
    cache: Path | None = None,
) -> SchemaReport:
    """Check every object strictly: wrong types, missing and unknown fields.

    `cache` is the folder for the schema files that kubeconform reads (None: nowhere lasting).
    Raises SchemasMissing without the extra, UsageError for a version without schemas.
    """
    schemas = open_schemas(kube_version)
    if kubeconform:
        from holdfast.actions.kubeconform import check_with, find_kubeconform

        if program := find_kubeconform():
            return check_with(program, manifests, schemas, cache)
    return check_in_process(manifests, schemas)


def refuse_invalid(report: SchemaReport) -> None:
    """Raise ManifestError with every problem of a report, if it has any."""
    if not report.problems:
        return
    lines = [_line(manifest, problem) for manifest, problem in report.problems]
    count = "1 problem" if len(lines) == 1 else f"{len(lines)} problems"
    first = report.problems[0][1]
    raise ManifestError(
        f"checking the manifests against Kubernetes {report.kube_version} ({report.checker}):"
        f" {count}\n" + "\n".join(lines),
        where=first.origin,
        hint=first.hint or "see the kind's fields in the Kubernetes API reference",
        problems=[problem for _, problem in report.problems],
    )


def _line(manifest: Manifest, problem: Problem) -> str:
    origin = f"  ({problem.origin})" if problem.origin else ""
    hint = f"; {problem.hint}" if problem.hint else ""
    return f"  {manifest.ref}: {problem.path} {problem.message}{hint}{origin}"
