"""lint, schema infer and schema check: what is wrong or doubtful in charts, without a cluster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from holdfast.actions.draft import DEFAULT_KUBE_VERSION
from holdfast.actions.offline import offline_capabilities
from holdfast.actions.sources import Sources, given_layers
from holdfast.actions.validate import validate_manifests
from holdfast.errors import SchemasMissing
from holdfast.light import dataclass
from holdfast.lint.finding import Finding, Level, order
from holdfast.lint.kubecheck import SchemaReport, schema_findings
from holdfast.lint.lint import ChartLint, lint_chart
from holdfast.model.manifest import Manifests
from holdfast.model.values import Layer
from holdfast.render import Context
from holdfast.values import read_file
from holdfast.yamltext import decode


@dataclass(frozen=True, slots=True)
class LintOptions:
    """How to lint. `kube_version` is asked for by the user; None is the default one, if it can be.

    `kubeconform` hands manifests to that program where it is installed; `cache` is the folder for
    the schemas it reads; `limit` is entered around the work on each chart.
    """

    release: str = "release-name"
    namespace: str = "default"
    kube_version: str | None = None
    kubeconform: bool = False
    cache: Path | None = None
    limit: Callable[[], AbstractContextManager[None]] = nullcontext


@dataclass(frozen=True, slots=True)
class LintReport:
    """The findings of all charts, sorted by place; who checked the objects of each that rendered.

    `note` says why nothing was checked against Kubernetes' schemas; empty where it was.
    """

    findings: tuple[Finding, ...]
    checks: tuple[tuple[str, SchemaReport], ...] = ()
    note: str = ""

    def failed(self, *, strict: bool = False) -> bool:
        """Whether there are errors, or with `strict` warnings."""
        bad = (Level.ERROR, Level.WARNING) if strict else (Level.ERROR,)
        return any(finding.level in bad for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """As `lint -o json` prints it (holdfast/lint/v1)."""
        counts = {level.value: sum(one.level is level for one in self.findings) for level in Level}
        return {
            "schema": "holdfast/lint/v1",
            "summary": counts,
            "findings": [finding.as_dict() for finding in self.findings],
            "kubernetes": [{"chart": chart, **check.as_dict()} for chart, check in self.checks],
            "note": self.note or None,
        }


def lint_charts(
    paths: Sequence[str], sources: Sources | None = None, options: LintOptions | None = None
) -> LintReport:
    """Every rule over every chart, with the user's values over each chart's own.

    Raises ChartError where there is no chart, ValuesError, YamlError or SetSyntaxError for the
    user's values, SchemasMissing where a check was asked for that needs the extra.
    """
    sources, options = sources or Sources(), options or LintOptions()
    layers, files = given_layers(sources), _texts(sources)
    findings: list[Finding] = []
    checks: list[tuple[str, SchemaReport]] = []
    note = ""
    for path in paths:
        with options.limit():
            result = _lint_one(path, layers, files, options)
        findings += result.findings
        try:
            report = _check(result.manifests, options)
        except SchemasMissing as error:
            if options.kube_version or options.kubeconform:
                raise
            note = f"{error.message}; {error.hint}"
            continue
        if result.manifests:
            findings += schema_findings(report)
            checks.append((path, report))
    unique = dict.fromkeys(sorted(findings, key=order))
    return LintReport(tuple(unique), tuple(checks), note)


def _lint_one(
    path: str, layers: list[Layer], files: list[tuple[str, str]], options: LintOptions
) -> ChartLint:
    known = offline_capabilities(options.kube_version)
    context = Context(
        release=options.release,
        namespace=options.namespace,
        kube_version=known.kube_version,
        api_versions=known.api_versions,
    )
    return lint_chart(path, layers, context=context, files=files)


def _check(manifests: Manifests, options: LintOptions) -> SchemaReport:
    return validate_manifests(
        manifests,
        kube_version=options.kube_version or DEFAULT_KUBE_VERSION,
        kubeconform=options.kubeconform,
        cache=options.cache,
    )


def _texts(sources: Sources) -> list[tuple[str, str]]:
    """The user's values files, read once more for the rules over text; standard input is gone."""
    found = []
    for name in sources.files:
        if name != "-":
            text = decode(read_file(name, sources.stdin), source=name)
            found.append((name, text))
    return found
