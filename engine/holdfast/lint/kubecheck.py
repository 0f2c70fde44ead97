"""Manifests against Kubernetes' schemas, in this process; and the report that any checker gives.

What runs an external checker stands above (actions): here nothing is started and nothing written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from holdfast.errors import Problem
from holdfast.kinds.resources import is_built_in
from holdfast.light import dataclass
from holdfast.lint.finding import Finding
from holdfast.lint.kubeschemas import KubeSchemas
from holdfast.lint.rules import found
from holdfast.model.manifest import Manifest, Manifests
from holdfast.model.values import Path, Values

OWN_CHECKER = "holdfast"


@dataclass(frozen=True, slots=True)
class SchemaReport:
    """What a check against Kubernetes' schemas gave.

    `checker` is who did it (`holdfast`, or kubeconform with its version); `skipped` the objects
    whose kind has no schema; `problems` what is wrong, each with its object and template place.
    """

    checker: str
    kube_version: str
    checked: int = 0
    skipped: tuple[str, ...] = ()
    problems: tuple[tuple[Manifest, Problem], ...] = ()

    @property
    def summary(self) -> str:
        """One line for people: who checked, against what, how much."""
        text = f"Kubernetes {self.kube_version} schemas: {_count(self.checked)} checked"
        text += f" by {self.checker}"
        if self.skipped:
            text += f", {len(self.skipped)} skipped (no schema: {', '.join(self.skipped)})"
        return text

    def as_dict(self) -> dict[str, Any]:
        """As the JSON outputs spell it; the problems are told as findings or errors."""
        return {
            "checker": self.checker,
            "kube_version": self.kube_version,
            "checked": self.checked,
            "skipped": list(self.skipped),
        }


def check_in_process(manifests: Manifests, schemas: KubeSchemas) -> SchemaReport:
    """Every problem of every object, by our own check."""
    checked, skipped = split_known(manifests, schemas)
    problems = list(unserved(skipped, schemas))
    validators: dict[tuple[str, str], Any] = {}
    for manifest in checked:
        kind = (manifest.ref.api_version, manifest.ref.kind)
        if kind not in validators:
            validators[kind] = _validator(schemas.find(*kind))
        problems += [(manifest, one) for one in _problems(manifest, validators[kind])]
    names = tuple(str(manifest.ref) for manifest in skipped)
    return SchemaReport(OWN_CHECKER, schemas.version, len(checked), names, tuple(problems))


def split_known(
    manifests: Manifests, schemas: KubeSchemas
) -> tuple[list[Manifest], list[Manifest]]:
    """The objects whose kind has a schema, and the others."""
    known: dict[tuple[str, str], bool] = {}
    found: tuple[list[Manifest], list[Manifest]] = ([], [])
    for manifest in manifests:
        kind = (manifest.ref.api_version, manifest.ref.kind)
        if kind not in known:
            known[kind] = schemas.find(*kind) is not None
        found[0 if known[kind] else 1].append(manifest)
    return found


def unserved(skipped: list[Manifest], schemas: KubeSchemas) -> Iterator[tuple[Manifest, Problem]]:
    """The objects of Kubernetes' own groups that this version has no such kind for.

    What is left without a schema then is a custom resource.
    """
    for manifest in list(skipped):
        ref = manifest.ref
        if not is_built_in(ref.api_version):
            continue
        skipped.remove(manifest)
        others = schemas.versions_of(ref.kind)
        hint = f"{' and '.join(others)} has it" if others else "is the kind spelled rightly?"
        problem = problem_at(manifest, ("apiVersion",), f"{ref.api_version} has no {ref.kind}")
        yield manifest, replace(problem, hint=hint)


def without_nulls(node: Any) -> Any:
    """An object as the API server reads it: a field that is null is a field that is not there."""
    if isinstance(node, Mapping):
        return {key: without_nulls(value) for key, value in node.items() if value is not None}
    return [without_nulls(item) for item in node] if isinstance(node, list) else node


def schema_findings(report: SchemaReport) -> Iterator[Finding]:
    """The problems of a report as findings."""
    for manifest, problem in report.problems:
        message = f"{manifest.ref}: {problem.path} {problem.message}"
        where = problem.origin or manifest.source
        hint = problem.hint or f"see the fields of {manifest.ref.kind} in Kubernetes"
        yield found("kube-schema", f"{message} (Kubernetes {report.kube_version})", where, hint)


def problem_at(manifest: Manifest, path: Path, message: str) -> Problem:
    """A problem at a path of an object, with the template's place as its origin."""
    from holdfast.model.values import spell

    return Problem(spell(path), message, manifest.place(path))


def _validator(schema: Any) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema)


def _problems(manifest: Manifest, validator: Any) -> tuple[Problem, ...]:
    """Jsonschema's errors in the words that values have, too."""
    from holdfast.values.problems import to_problems

    tree = without_nulls(manifest.object)
    errors = sorted(validator.iter_errors(tree), key=lambda error: str(list(error.absolute_path)))
    places = manifest.positions or {(): manifest.source}
    return to_problems(errors, Values(tree, origins=places, sensitive=manifest.sensitive))


def _count(number: int) -> str:
    return "1 object" if number == 1 else f"{number} objects"
