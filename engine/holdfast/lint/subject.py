"""What the rules look at: one chart, read, merged, rendered and parsed as far as it can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from types import MappingProxyType
from typing import Any

from holdfast.light import dataclass
from holdfast.model.chart import Chart
from holdfast.model.manifest import Manifests
from holdfast.model.values import Layer, Values
from holdfast.render import Context
from holdfast.render.inspect import Inspection
from holdfast.values.schema import SchemaText
from holdfast.yamltext import Node

_NONE: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ValuesFile:
    """One values file: its text, its documents as nodes, and their data."""

    source: str
    text: str
    documents: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A chart under inspection. What could not be made is empty: its error is a finding already.

    `own` is the chart's values.yaml, `files` that and the user's; `values` are final; `manifests`
    what the chart renders for `context` with them.
    """

    chart: Chart
    inspection: Inspection
    context: Context
    own: ValuesFile | None = None
    files: tuple[ValuesFile, ...] = ()
    layers: Sequence[Layer] = ()
    schema: SchemaText | None = None
    values: Values | None = None
    manifests: Manifests = ()
    rendered: bool = False
    subcharts: frozenset[str] = field(default_factory=frozenset)

    def file(self, name: str) -> str:
        """A file of the chart as messages name it."""
        root = self.chart.root.rstrip("/")
        return f"{root}/{name}" if root else name
