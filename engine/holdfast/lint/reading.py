"""What the templates read of the values, asked by path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from holdfast.errors import Where
from holdfast.lint.schemas import SchemaView
from holdfast.lint.subject import Subject
from holdfast.model.values import Path, Values
from holdfast.render.inspect import ANY_ITEM


class Reading:
    """The reads of one chart's templates; `unknown` tells that some template could not be read."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        inspection = subject.inspection
        self._schema = SchemaView(subject.schema) if subject.schema else None
        self.unknown = any(template.error for template in inspection.templates)
        self._whole = {read.path for read in inspection.reads if read.whole}
        self._seen = {read.path for read in inspection.reads}
        if inspection.texts:
            self._whole.update(_mentioned(subject))

    def reads(self, path: Path) -> bool:
        """Whether some template may read the value at `path`, or something in it."""
        return any(_leads(read, path) for read in self._whole) or any(
            _leads(path, read) for read in self._seen
        )

    def named_paths(self) -> Iterator[tuple[Path, Where]]:
        """Each path that is read by name, with no provision for its absence, and where first."""
        reads = self._subject.inspection.reads
        guarded = {(read.path, read.where.source) for read in reads if read.guarded}
        skipped = {"global", *self._subject.subcharts}
        done = set()
        for read in reads:
            path = read.path
            if not path or ANY_ITEM in path or path[0] in skipped or path in done:
                continue
            if not any((path[:end], read.where.source) in guarded for end in range(len(path) + 1)):
                done.add(path)
                yield path, read.where

    def declared(self, values: Values) -> frozenset[Path]:
        """Every path that values.yaml, the schema or a layer names, and those above it."""
        named = [*values.declared, *_paths(values.tree)]
        return frozenset(path[:end] for path in named for end in range(len(path) + 1))

    def open_above(self, path: Path, values: Values, known: frozenset[Path]) -> bool:
        """Whether a map above `path` takes keys that only users know."""
        above = next(path[:end] for end in range(len(path) - 1, -1, -1) if path[:end] in known)
        node: Any = values.tree
        for part in above:
            node = node.get(part) if isinstance(node, dict) else None
        if above and not node:
            return True
        return self._schema is not None and self._schema.open(above)


def _leads(short: Path, long: Path) -> bool:
    """Whether `short` is `long` or a place above it; ANY_ITEM in either is every key."""
    return len(short) <= len(long) and all(
        one == other or ANY_ITEM in (one, other) for one, other in zip(short, long, strict=False)
    )


def _paths(tree: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _paths(value, (*path, key))


def _mentioned(subject: Subject) -> Iterator[Path]:
    """The values that texts for `tpl` may read: in values files and under files/."""
    texts = [file.text for file in subject.files]
    for file in subject.chart.files:
        texts.append(file.data.decode("utf-8", "replace"))
    for text in texts:
        for found in re.finditer(r"\bvalues((?:\.\w+)+)", text):
            yield tuple(found[1].lstrip(".").split("."))
