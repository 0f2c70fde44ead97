"""Values, schema and templates against each other: what one of them has and another lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from holdfast.errors import Where
from holdfast.lint.comments import describe_keys, keys_of
from holdfast.lint.finding import Finding
from holdfast.lint.reading import Reading
from holdfast.lint.rules import found
from holdfast.lint.schemas import SchemaView
from holdfast.lint.subcharts import switches
from holdfast.lint.subject import Subject
from holdfast.model.values import Path, spell
from holdfast.yamltext import Mapping, Node

_ADD_IT = "add it to properties in values.schema.json"


def check_templates_against_values(subject: Subject) -> Iterator[Finding]:
    """Values that nothing reads, and reads of what nothing declares."""
    reading = Reading(subject)
    if subject.own and not reading.unknown:
        switched = switches(subject.chart)
        for path, where in _leaves(subject):
            if not reading.reads(path) and not _leads_to(path, switched):
                yield found(
                    "unused-value",
                    f"{spell(path)} is declared, and no template reads it",
                    where,
                    "use it in a template, or remove it from values.yaml and the schema",
                )
    yield from _undeclared(subject, reading)


def _undeclared(subject: Subject, reading: Reading) -> Iterator[Finding]:
    if subject.values is None or subject.chart.metadata.type == "library":
        return  # a library's macros read the values of the charts that call them
    known = reading.declared(subject.values)
    for path, where in reading.named_paths():
        if path in known or reading.open_above(path, subject.values, known):
            continue
        yield found(
            "undeclared-value",
            f"values.{spell(path)} is read, and neither values.yaml nor the schema declares it",
            where,
            "declare it in values.yaml, or write `| default(…)`",
        )


def check_schema_against_values(subject: Subject) -> Iterator[Finding]:
    """Values that the schema does not name, and names that nobody uses."""
    if subject.own is None:
        return
    if subject.schema is None:
        if subject.chart.schema is None and any(_keys(subject)):
            yield found(
                "no-schema",
                "the chart has values, and no values.schema.json to check them",
                Where(subject.own.source, 1, 1),
                f"`holdfast schema infer {subject.chart.root}` prints one to start from",
            )
        return
    view = SchemaView(subject.schema)
    for path, where, _ in _keys(subject):
        if view.closed(path[:-1]) and not view.names(path):
            yield found(
                "value-without-schema",
                f"{spell(path)} is not in the schema",
                where,
                _ADD_IT,
            )
    yield from _leftovers(subject, view)


def _leftovers(subject: Subject, view: SchemaView) -> Iterator[Finding]:
    reading = Reading(subject)
    tree = _tree(subject)
    source = subject.file("values.schema.json")
    switched = switches(subject.chart)
    for path in view.paths():
        if path[0] == "global" or path[0] in subject.subcharts or reading.unknown:
            continue
        if _has(tree, path) or not _has(tree, path[:-1]) or reading.reads(path):
            continue
        if _leads_to(path, switched):
            continue
        yield found(
            "schema-without-value",
            f"the schema names {spell(path)}, which values.yaml lacks and no template reads",
            Where(source, view.line(path, subject.chart.schema), None, "schema"),
            "remove it from the schema, or give it a default in values.yaml",
        )


def check_descriptions(subject: Subject) -> Iterator[Finding]:
    """Values that neither the schema nor a comment describes; a comment covers what it heads."""
    if subject.own is None:
        return
    view = SchemaView(subject.schema) if subject.schema else None
    comments = {}
    for document in subject.own.documents:
        comments.update(describe_keys(subject.own.text, document))
    for path, where in _leaves(subject):
        if any(path[:end] in comments for end in range(1, len(path) + 1)):
            continue
        if view and (view.description(path) or not view.names(path)):
            continue
        yield found(
            "undocumented-value",
            f"{spell(path)} has no description",
            where,
            "describe it in the schema, or in a comment above it",
        )


def check_deprecated(subject: Subject) -> Iterator[Finding]:
    """Values that are set although the schema marks them as deprecated."""
    if subject.schema is None or subject.values is None:
        return
    view = SchemaView(subject.schema)
    for path in view.deprecated():
        origin = subject.values.origin(path)
        if not _has(subject.values.tree, path) or origin is None or origin.kind == "schema":
            continue
        said = view.description(path)
        yield found(
            "deprecated-value",
            f"{spell(path)} is deprecated" + (f": {said}" if said else ""),
            origin,
            "leave it out; keep it in the schema while old releases may set it",
        )


def _leads_to(path: Path, paths: Iterable[Path]) -> bool:
    return any(other[: len(path)] == path for other in paths)


def _keys(subject: Subject) -> Iterator[tuple[Path, Where, Node]]:
    """Every key of the chart's values.yaml that is the chart's own business."""
    assert subject.own is not None
    for document in subject.own.documents:
        for path, key, value in keys_of(document):
            if path[0] not in subject.subcharts and path[0] != "global":
                yield path, Where(subject.own.source, key.line, key.column), value


def _leaves(subject: Subject) -> Iterator[tuple[Path, Where]]:
    for path, where, value in _keys(subject):
        if not isinstance(value, Mapping) or value.flow or not value.entries:
            yield path, where


def _tree(subject: Subject) -> Any:
    from holdfast.values import chart_layer

    return chart_layer(subject.chart).tree


def _has(tree: Any, path: Path) -> bool:
    for part in path:
        if not isinstance(tree, dict) or part not in tree:
            return False
        tree = tree[part]
    return True
