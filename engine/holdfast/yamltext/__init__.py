"""YAML in and out: Kubernetes' reading of scalars, places of everything, a stable writer.

The one door to YAML. Importing it loads no parser.
"""

from __future__ import annotations

from holdfast.yamltext.compose import compose
from holdfast.yamltext.construct import (
    Document,
    construct,
    load,
    load_all,
    load_documents,
    value_of,
)
from holdfast.yamltext.decode import MAX_BYTES, decode
from holdfast.yamltext.entries import key_text
from holdfast.yamltext.nodes import Mapping, Node, Scalar, Sequence, Style
from holdfast.yamltext.scalars import resolve
from holdfast.yamltext.writer import dump, dump_all

__all__ = [
    "MAX_BYTES",
    "Document",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "Style",
    "compose",
    "construct",
    "decode",
    "dump",
    "dump_all",
    "key_text",
    "load",
    "load_all",
    "load_documents",
    "resolve",
    "value_of",
]
