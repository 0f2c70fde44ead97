"""The functions and records a template sees by name. No disk, no clock, no net."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from jinja2.runtime import Undefined
from jinja2.utils import Namespace

from holdfast.errors import RenderError
from holdfast.model.chart import Chart
from holdfast.render.context import Context
from holdfast.render.files import file_functions
from holdfast.render.limits import make_range
from holdfast.render.missing import Missing
from holdfast.render.pieces import plain
from holdfast.render.spelling import spell_json
from holdfast.render.traced import unmark


def records(chart: Chart, context: Context) -> dict[str, Any]:
    """`release`, `chart`, `capabilities`, `files` and `subcharts`."""
    meta = chart.metadata
    return {
        "release": {
            "name": context.release,
            "namespace": context.namespace,
            "revision": context.revision,
            "is_install": context.is_install,
            "is_upgrade": context.is_upgrade,
            "service": "holdfast",
        },
        "chart": {
            "name": meta.name,
            "version": meta.version,
            "app_version": meta.app_version,
            "type": meta.type,
            "description": meta.description,
            "kube_version": meta.kube_version,
            "home": meta.home,
            "icon": meta.icon,
            "keywords": list(meta.keywords),
            "sources": list(meta.sources),
            "deprecated": meta.deprecated,
            "annotations": dict(meta.annotations),
        },
        "capabilities": {
            "kube_version": context.kube_version,
            "api_versions": list(context.api_versions),
        },
        "files": file_functions(chart),
        "subcharts": {},
    }


def functions(context: Context, data_of: Callable[[Any], Any]) -> dict[str, Any]:
    """The plain functions; `data_of` makes plain data of a template's value."""

    def checksum(value: Any) -> str:
        """sha256, in hex, of the value's canonical JSON."""
        return hashlib.sha256(spell_json(data_of(value)).encode()).hexdigest()

    def lookup(api_version: Any, kind: Any, namespace: Any = "", name: Any = "") -> Any:
        """The live object, or {}."""
        parts = (plain(part) for part in (api_version, kind, namespace, name))
        return context.lookup(*(str(unmark(part)) for part in parts))

    return {
        "checksum": checksum,
        "lookup": lookup,
        "required": required,
        "fail": fail,
        "range": make_range,
        "dict": make_dict,
        "namespace": Namespace,
    }


def required(message: Any, value: Any) -> Any:
    """The value, unless it is missing, null or empty text: then the message is the error."""
    if isinstance(value, Undefined | None) or (isinstance(value, str) and not value):
        hint = None
        if isinstance(value, Missing):
            hint = "the value is neither given nor declared"
        raise RenderError(str(plain(message)), hint=hint)
    return value


def fail(message: Any) -> None:
    """Ends the render with the message."""
    raise RenderError(str(plain(message)), hint="the chart itself refuses these values")


def make_dict(**entries: Any) -> dict[str, Any]:
    """A map of keyword arguments."""
    return entries
