"""The functions and records a template sees by name. No disk, no clock, no net."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from jinja2.runtime import Undefined
from jinja2.utils import Namespace

from holdfast.errors import ClusterError, RenderError
from holdfast.model.chart import Chart
from holdfast.render.context import Context
from holdfast.render.culprits import Refusal
from holdfast.render.data import Notes
from holdfast.render.files import file_functions
from holdfast.render.limits import check_weight, make_range
from holdfast.render.looked_up import secret_marked
from holdfast.render.missing import Missing
from holdfast.render.pieces import plain
from holdfast.render.secret_once import SecretsOnce
from holdfast.render.spelling import spell_json, spell_plainly


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
            "maintainers": [
                {"name": one.name, "email": one.email, "url": one.url} for one in meta.maintainers
            ],
            "dependencies": [
                {
                    "name": one.name,
                    "version": one.version,
                    "repository": one.repository,
                    "alias": one.alias,
                }
                for one in meta.dependencies
            ],
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


def functions(
    context: Context,
    once: SecretsOnce,
    data_of: Callable[[Any], Any],
    noted: Callable[[Any], tuple[Any, Notes]],
    hide: Callable[[str], None],
) -> dict[str, Any]:
    """The plain functions.

    `data_of` makes plain data of a template's value, `noted` says too what it was made of; `once`
    gives generated texts; `hide` is told every other secret text that is not in the values.
    """

    def checksum(value: Any) -> str:
        """sha256, in hex, of the value's canonical JSON; texts of secret_once do not count."""
        check_weight(value)
        if once.given:
            data, notes = noted(value)
            data = once.neutral(data, notes.reads)
        else:
            data = data_of(value)
        return hashlib.sha256(spell_json(data).encode()).hexdigest()

    def lookup(api_version: Any, kind: Any, namespace: Any = "", name: Any = "") -> Any:
        """The live object, or {}; without a name {"items": [...]}."""
        asked = [str(plain(part)) for part in (api_version, kind, namespace, name)]
        try:
            return secret_marked(context.lookup(*asked), hide)
        except ClusterError as error:
            raise RenderError(f"looking up {asked[1]}: {error.message}", hint=error.hint) from None

    return {
        "checksum": checksum,
        "coalesce": coalesce,
        "lookup": lookup,
        "secret_once": once.secret_once,
        "required": required,
        "fail": fail,
        "range": make_range,
        "dict": make_dict,
        "namespace": Namespace,
    }


def coalesce(*values: Any) -> Any:
    """The first value that is neither missing nor null nor empty; null where there is none."""
    for value in values:
        if not isinstance(value, Undefined) and (found := plain(value)):
            return found
    return None


def required(message: Any, value: Any) -> Any:
    """The value, unless it is missing, null or empty text: then the message is the error."""
    if isinstance(value, Undefined | None) or (isinstance(value, str) and not value):
        hint = None
        if isinstance(value, Missing):
            hint = "the value is neither given nor declared"
        raise RenderError(spell_plainly(plain(message)), hint=hint)
    return value


def fail(message: Any) -> None:
    """Ends the render with the message."""
    raise Refusal(spell_plainly(plain(message)), hint="the chart itself refuses these values")


def make_dict(**entries: Any) -> dict[str, Any]:
    """A map of keyword arguments."""
    return entries
