"""holdfast: templates, plans, applies and tracks stateful workloads on Kubernetes.

The engine's front door. Names are loaded on first use (PEP 562): `import holdfast` alone reads no
other module. The imports below are for type checkers; a test holds them against the table.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast.actions.draft import Capabilities, DraftOptions, Verdicts
    from holdfast.actions.inspect import get_revision, list_releases, release_history
    from holdfast.actions.install import prepare_install
    from holdfast.actions.planning import PlanOptions
    from holdfast.actions.rollback import prepare_rollback
    from holdfast.actions.sources import Sources, ValueMode
    from holdfast.actions.status import ClaimStatus, ReleaseStatus, release_status
    from holdfast.actions.target import Target
    from holdfast.actions.template import render_template
    from holdfast.actions.uninstall import prepare_uninstall
    from holdfast.actions.upgrade import prepare_upgrade
    from holdfast.actions.values import show_values, value_origins
    from holdfast.apply.carry_out import carry_out
    from holdfast.errors import (
        HoldfastError,
        Problem,
        RenderError,
        UsageError,
        WaitFailed,
        Where,
    )
    from holdfast.manifests import to_text as manifest_text
    from holdfast.model.clock import Clock, SystemClock
    from holdfast.model.event import Event, EventKind
    from holdfast.model.manifest import Manifests
    from holdfast.model.plan import Change, Operation, Plan
    from holdfast.model.release import ReleaseSummary, Revision, RevisionEntry
    from holdfast.model.values import Values, spell
    from holdfast.plan.body import body as plan_body
    from holdfast.plan.report import report as plan_report
    from holdfast.plan.table import dropped_lines as plan_dropped
    from holdfast.plan.table import kept_lines as plan_kept
    from holdfast.plan.table import noise_line as plan_noise
    from holdfast.plan.table import summary_line as plan_sums
    from holdfast.plan.table import table_rows as plan_rows
    from holdfast.releases.store import Store
    from holdfast.version import __version__
    from holdfast.yamltext import dump as dump_yaml

# Name → the module it lives in, and its name there where that is another.
_HOME = {
    "Capabilities": "actions.draft",
    "Change": "model.plan",
    "ClaimStatus": "actions.status",
    "Clock": "model.clock",
    "DraftOptions": "actions.draft",
    "Event": "model.event",
    "EventKind": "model.event",
    "HoldfastError": "errors",
    "Manifests": "model.manifest",
    "Operation": "model.plan",
    "Plan": "model.plan",
    "PlanOptions": "actions.planning",
    "Problem": "errors",
    "ReleaseStatus": "actions.status",
    "ReleaseSummary": "model.release",
    "RenderError": "errors",
    "Revision": "model.release",
    "RevisionEntry": "model.release",
    "Sources": "actions.sources",
    "Store": "releases.store",
    "SystemClock": "model.clock",
    "Target": "actions.target",
    "UsageError": "errors",
    "ValueMode": "actions.sources",
    "Values": "model.values",
    "Verdicts": "actions.draft",
    "WaitFailed": "errors",
    "Where": "errors",
    "__version__": "version",
    "carry_out": "apply.carry_out",
    "dump_yaml": "yamltext:dump",
    "get_revision": "actions.inspect",
    "list_releases": "actions.inspect",
    "manifest_text": "manifests:to_text",
    "plan_body": "plan.body:body",
    "plan_dropped": "plan.table:dropped_lines",
    "plan_kept": "plan.table:kept_lines",
    "plan_noise": "plan.table:noise_line",
    "plan_report": "plan.report:report",
    "plan_rows": "plan.table:table_rows",
    "plan_sums": "plan.table:summary_line",
    "prepare_install": "actions.install",
    "prepare_rollback": "actions.rollback",
    "prepare_uninstall": "actions.uninstall",
    "prepare_upgrade": "actions.upgrade",
    "release_history": "actions.inspect",
    "release_status": "actions.status",
    "render_template": "actions.template",
    "show_values": "actions.values",
    "spell": "model.values",
    "value_origins": "actions.values",
}

__all__ = [
    "Capabilities",
    "Change",
    "ClaimStatus",
    "Clock",
    "DraftOptions",
    "Event",
    "EventKind",
    "HoldfastError",
    "Manifests",
    "Operation",
    "Plan",
    "PlanOptions",
    "Problem",
    "ReleaseStatus",
    "ReleaseSummary",
    "RenderError",
    "Revision",
    "RevisionEntry",
    "Sources",
    "Store",
    "SystemClock",
    "Target",
    "UsageError",
    "ValueMode",
    "Values",
    "Verdicts",
    "WaitFailed",
    "Where",
    "__version__",
    "carry_out",
    "dump_yaml",
    "get_revision",
    "list_releases",
    "manifest_text",
    "plan_body",
    "plan_dropped",
    "plan_kept",
    "plan_noise",
    "plan_report",
    "plan_rows",
    "plan_sums",
    "prepare_install",
    "prepare_rollback",
    "prepare_uninstall",
    "prepare_upgrade",
    "release_history",
    "release_status",
    "render_template",
    "show_values",
    "spell",
    "value_origins",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'holdfast' has no attribute {name!r}")
    module, _, attribute = _HOME[name].partition(":")
    return getattr(import_module(f"holdfast.{module}"), attribute or name)


def __dir__() -> list[str]:
    return sorted(_HOME)
