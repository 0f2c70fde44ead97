"""Values: layers merged, every value with its origin, checked against the chart's schema.

Importing it loads neither a YAML parser nor a schema validator.
"""

from __future__ import annotations

from holdfast.values.assemble import assemble, build, read_chart_schema, refusal
from holdfast.values.layers import chart_layer, file_layers, read_file, read_layers
from holdfast.values.merge import merge
from holdfast.values.schema import (
    check,
    declared_paths,
    default_layer,
    default_tree,
    read_schema,
    sensitive_paths,
    verdict_key,
)
from holdfast.values.setflags import parse_set

__all__ = [
    "assemble",
    "build",
    "chart_layer",
    "check",
    "declared_paths",
    "default_layer",
    "default_tree",
    "file_layers",
    "merge",
    "parse_set",
    "read_chart_schema",
    "read_file",
    "read_layers",
    "read_schema",
    "refusal",
    "sensitive_paths",
    "verdict_key",
]
