"""One chart → its findings: read, merge and render as far as it goes, then ask every rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from holdfast import charts, render, values, yamltext
from holdfast.errors import (
    ChartError,
    HoldfastError,
    ManifestError,
    RenderError,
    ValuesError,
    Where,
    YamlError,
)
from holdfast.light import dataclass
from holdfast.lint.changes import check_common_labels, check_versions
from holdfast.lint.containers import check_containers
from holdfast.lint.coverage import (
    check_deprecated,
    check_descriptions,
    check_schema_against_values,
    check_templates_against_values,
)
from holdfast.lint.finding import Finding, order
from holdfast.lint.hooks import check_hooks
from holdfast.lint.manifesting import parse_manifests
from holdfast.lint.rules import found
from holdfast.lint.scalars import check_scalars
from holdfast.lint.selecting import check_selectors
from holdfast.lint.subcharts import check_given_to_subcharts
from holdfast.lint.subject import Subject, ValuesFile
from holdfast.lint.templates import check_templates
from holdfast.model.chart import Chart
from holdfast.model.manifest import Manifests, Rendered
from holdfast.model.values import Layer, Values
from holdfast.render.inspect import Inspection, inspect_templates

Check = Callable[[Subject], Iterator[Finding]]

STATIC_CHECKS: tuple[Check, ...] = (
    check_scalars,
    check_templates,
    check_templates_against_values,
    check_schema_against_values,
    check_descriptions,
    check_deprecated,
    check_given_to_subcharts,
)
RENDERED_CHECKS: tuple[Check, ...] = (
    check_containers,
    check_hooks,
    check_selectors,
    check_versions,
    check_common_labels,
)
AGREEMENT = frozenset(
    "chart-file values-file schema-file values-refused no-schema value-without-schema"
    " schema-without-value".split()
)
"""The rules of `schema check`."""

_FIRST = "fix the file; the other rules over it come after that"


@dataclass(frozen=True, slots=True)
class ChartLint:
    """What lint found in one chart, sorted by place, and the objects that it renders."""

    chart: str
    findings: tuple[Finding, ...]
    manifests: Manifests = ()


def lint_chart(
    path: str,
    layers: Sequence[Layer] = (),
    *,
    context: render.Context,
    files: Sequence[tuple[str, str]] = (),
) -> ChartLint:
    """Everything the rules have against the chart at `path` with `layers` over its values.

    `files` are the user's values files by name, for the rules over text. Raises ChartError where
    there is no chart at all.
    """
    try:
        chart = charts.load(path)
    except (ChartError, YamlError) as error:
        if error.where is None:
            raise
        return ChartLint(path, (_from_error("chart-file", error, path),))
    return _Run(chart, layers, context, files).lint()


def check_agreement(path: str) -> tuple[Finding, ...]:
    """Whether a chart's schema and its values agree: the findings of AGREEMENT's rules."""
    context = render.Context(release="release-name")
    try:
        chart = charts.load(path)
    except (ChartError, YamlError) as error:
        if error.where is None:
            raise
        return (_from_error("chart-file", error, path),)
    run = _Run(chart, (), context, ())
    subject = run.subject()
    findings = [*run.findings, *check_schema_against_values(subject)]
    return _tidy(one for one in findings if one.rule in AGREEMENT)


class _Run:
    """One chart's way through lint: each step that fails is a finding, and the next ones go on."""

    def __init__(
        self,
        chart: Chart,
        layers: Sequence[Layer],
        context: render.Context,
        files: Sequence[tuple[str, str]],
    ) -> None:
        self.chart = chart
        self.layers = layers
        self.context = context
        self.given = files
        self.findings: list[Finding] = []
        self.root = chart.root.rstrip("/")

    def lint(self) -> ChartLint:
        subject = self.subject()
        if self.chart.metadata.type != "library" and subject.values is not None:
            subject = self.rendered(subject)
        checks = [*STATIC_CHECKS, *(RENDERED_CHECKS if subject.rendered else ())]
        for check in checks:
            self.findings += check(subject)
        return ChartLint(self.chart.root, _tidy(self.findings), subject.manifests)

    def subject(self) -> Subject:
        """Everything that needs no render."""
        own = self.read_values()
        given = [_values_file(name, text) for name, text in self.given]
        subcharts = {sub.metadata.name for sub in self.chart.subcharts}
        subcharts |= {item.key for item in self.chart.metadata.dependencies}
        subject = Subject(
            self.chart,
            self.inspect(),
            self.context,
            own=own,
            files=(*([own] if own else []), *given),
            layers=self.layers,
            subcharts=frozenset(subcharts),
        )
        if self.chart.values is not None and own is None:
            return subject
        return self.merged(self.with_schema(subject))

    def inspect(self) -> Inspection:
        inspection = inspect_templates(self.chart)
        for template in inspection.templates:
            if template.error:
                self.findings.append(_from_error("template-error", template.error, template.source))
        return inspection

    def read_values(self) -> ValuesFile | None:
        if self.chart.values is None:
            return None
        source = f"{self.root}/values.yaml"
        try:
            return _values_file(source, self.chart.values.text)
        except YamlError as error:
            self.findings.append(_from_error("values-file", error, source))
            return None

    def with_schema(self, subject: Subject) -> Subject:
        """The schema as far as its text can be read; what it says wrongly shows in `merged`."""
        if self.chart.schema is None:
            return subject
        try:
            source = subject.file("values.schema.json")
            schema = values.read_chart_schema(self.chart, source=source)
        except ValuesError:
            return subject
        return replace(subject, schema=schema)

    def merged(self, subject: Subject) -> Subject:
        source = subject.file("values.yaml")
        try:
            final, problems = values.assemble(self.chart, self.layers)
        except (ValuesError, YamlError) as error:
            told = error.where and error.where.kind == "schema"
            self.findings.append(
                _from_error("schema-file" if told else "values-file", error, source)
            )
            return subject
        for problem in problems:
            where = problem.origin or Where(source)
            message = f"{problem.path} {problem.message}"
            hint = problem.hint or "see values.schema.json"
            self.findings.append(found("values-refused", message, where, hint))
        return replace(subject, values=final)

    def rendered(self, subject: Subject) -> Subject:
        assert subject.values is not None
        try:
            definitions = charts.read_definitions(self.chart, off=subject.values.disabled)
            rendered, notes = render.render_all(self.chart, subject.values, self.context)
            pages = (*definitions, *rendered)
            notes()
        except RenderError as error:
            self.findings.append(_from_error("template-error", error, self.chart.root))
            return subject
        except YamlError as error:
            self.findings.append(_from_error("manifest-error", error, self.chart.root))
            return subject
        self.findings += [*self.kube_version(subject.values), *_long_names(pages)]
        try:
            objects = parse_manifests(pages, subject.values, self.context.namespace)
        except ManifestError as error:
            self.findings.append(_from_error("manifest-error", error, self.chart.root))
            return subject
        return replace(subject, manifests=objects, rendered=True)

    def kube_version(self, final: Values) -> Iterator[Finding]:
        """Whether the chart, and those below it that are on, are made for the version."""
        try:
            charts.check_kube_version(self.chart, self.context.kube_version, off=final.disabled)
        except ChartError as error:
            yield _from_error("kube-version", error, f"{self.root}/Chart.yaml")


def _values_file(source: str, text: str) -> ValuesFile:
    """A values file with its nodes. Raises YamlError where it is not YAML."""
    return ValuesFile(source, text, yamltext.compose(text, source=source))


def _from_error(rule: str, error: HoldfastError, source: str) -> Finding:
    return found(rule, error.message, error.where or Where(source), error.hint or _FIRST)


def _long_names(pages: Sequence[Rendered]) -> Iterator[Finding]:
    """StatefulSets whose name is too long (kinds: 52 characters), before the parser refuses it."""
    for document in (one for page in pages for one in page.objects):
        obj = document.object if isinstance(document.object, dict) else {}
        metadata = obj.get("metadata")
        name = metadata.get("name") if isinstance(metadata, dict) else None
        if obj.get("kind") != "StatefulSet" or not isinstance(name, str) or len(name) <= 52:
            continue
        where = document.positions.get(("metadata", "name"), document.where)
        message = f"the StatefulSet's name {name} has {len(name)} characters, at most 52 fit"
        hint = "shorten the release's name, or what the chart adds to it"
        yield found("statefulset-name", message, where, hint)


def _tidy(findings: Iterator[Finding] | list[Finding]) -> tuple[Finding, ...]:
    """Sorted, each once; of several errors that tell of the same place, the most telling one."""
    unique = dict.fromkeys(sorted(findings, key=order))
    told = {one.where for one in unique if one.rule in ("statefulset-name", "template-error")}
    seen: set[Where] = set()
    kept = []
    for one in unique:
        if one.rule == "manifest-error" and one.where in told:
            continue
        if one.rule == "template-error":
            if one.where in seen:
                continue
            seen.add(one.where)
        kept.append(one)
    return tuple(kept)
