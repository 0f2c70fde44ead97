"""Rendered documents from tiny YAML, with a template line per field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from holdfast.errors import Where
from holdfast.kinds import resources
from holdfast.manifests import parse
from holdfast.model.manifest import Manifests, Rendered, RenderedObject
from holdfast.model.values import Path, Values

TEMPLATE = "web/templates/all.yaml.j2"
ON_DISK = "charts/web/templates/all.yaml.j2"


def document(text: str, **facts: Any) -> RenderedObject:
    """One document; each node stands where the text has it."""
    positions = {path: Where(ON_DISK, *at, "template") for path, at in _places(text)}
    return RenderedObject(
        yaml.safe_load(text), Where(ON_DISK, 1, kind="template"), positions=positions, **facts
    )


def parsed(*texts: str | RenderedObject, values: Values | None = None) -> Manifests:
    """The manifests of documents in one template, for the namespace prod."""
    objects = tuple(document(text) if isinstance(text, str) else text for text in texts)
    return parse((Rendered(TEMPLATE, objects),), values, namespace="prod", namespaced=namespaced)


def namespaced(api_version: str, kind: str) -> bool | None:
    """As without a cluster: built-in kinds only."""
    found = resources.find(api_version, kind)
    return found.namespaced if found else None


def _places(text: str) -> Iterable[tuple[Path, tuple[int, int]]]:
    node = yaml.compose(text)
    if node is not None:
        yield from _walk(node, ())


def _walk(node: yaml.Node, path: Path) -> Iterable[tuple[Path, tuple[int, int]]]:
    yield path, (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _walk(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, (*path, index))
