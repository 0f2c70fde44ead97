"""holdfast: templates, plans, applies and tracks stateful workloads on Kubernetes.

The engine's front door. Names are loaded on first use (PEP 562): `import holdfast` alone reads no
other module. The imports below are for type checkers; a test holds them against the table.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast.actions.abandon import drop_attempt, prepare_abandon
    from holdfast.actions.adopt import prepare_adopt
    from holdfast.actions.bulk import read_releases, render_releases
    from holdfast.actions.draft import Capabilities, DraftOptions, Verdicts
    from holdfast.actions.inspect import (
        diff_revisions,
        get_revision,
        left_unfinished,
        release_history,
    )
    from holdfast.actions.install import generate_name, prepare_install
    from holdfast.actions.lint import LintOptions, LintReport, lint_charts
    from holdfast.actions.list import ListOptions, list_releases
    from holdfast.actions.log_sources import LogSource, log_sources
    from holdfast.actions.logs import LogLine, LogOptions, read_logs
    from holdfast.actions.notes import shown_notes
    from holdfast.actions.offline import offline_capabilities
    from holdfast.actions.parallel import usable_cores
    from holdfast.actions.patches import patch_rows, patch_text
    from holdfast.actions.planning import PlanOptions
    from holdfast.actions.post_render import PostRenderer
    from holdfast.actions.restart import prepare_restart
    from holdfast.actions.resume import find_unfinished, prepare_resume
    from holdfast.actions.rollback import prepare_rollback
    from holdfast.actions.scale import prepare_scale
    from holdfast.actions.schema import check_schema, infer_schema, write_schema
    from holdfast.actions.show import ChartPages, show_chart
    from holdfast.actions.sources import Sources, ValueMode
    from holdfast.actions.status import (
        ClaimStatus,
        OrdinalStatus,
        ReleaseStatus,
        release_status,
        watch_release,
    )
    from holdfast.actions.target import Target
    from holdfast.actions.template import render_template, rendered_objects
    from holdfast.actions.tests import ReleaseTests, find_tests
    from holdfast.actions.uninstall import prepare_uninstall
    from holdfast.actions.upgrade import prepare_upgrade
    from holdfast.actions.validate import refuse_invalid, validate_manifests
    from holdfast.actions.values import show_values, value_origins
    from holdfast.actions.way_back import carry_out_or_go_back
    from holdfast.apply.carry_out import carry_out
    from holdfast.apply.claims import with_deleted_claims
    from holdfast.apply.tests import run_tests
    from holdfast.charts.dependencies import (
        TreeNode,
        build_dependencies,
        dependency_tree,
        list_dependencies,
        update_dependencies,
    )
    from holdfast.charts.lock import Locked
    from holdfast.charts.scaffold import create_chart
    from holdfast.errors import (
        ClusterError,
        Evidence,
        HoldfastError,
        Interrupted,
        PlanError,
        Problem,
        RenderError,
        UsageError,
        WaitFailed,
        Where,
    )
    from holdfast.lint.finding import Finding
    from holdfast.lint.sarif import to_sarif as sarif_log
    from holdfast.manifests import to_text as manifest_text
    from holdfast.model.clock import Clock, SystemClock
    from holdfast.model.durations import seconds_in
    from holdfast.model.event import Event, EventKind
    from holdfast.model.generated import random_text
    from holdfast.model.hook import HookResult
    from holdfast.model.manifest import Manifests
    from holdfast.model.plan import Change, Operation, Plan
    from holdfast.model.progress import ObjectRow, PodRow, Progress
    from holdfast.model.release import (
        Lock,
        ReleaseSummary,
        Revision,
        RevisionEntry,
        Status,
        Unfinished,
    )
    from holdfast.model.values import Values, spell
    from holdfast.plan.body import body as plan_body
    from holdfast.plan.body import hook_body as plan_hook_body
    from holdfast.plan.losses import loss_lines as plan_losses
    from holdfast.plan.owners import owner_lines as plan_owner_lines
    from holdfast.plan.owners import owner_rows as plan_owners
    from holdfast.plan.policies import read_conflict_rule
    from holdfast.plan.recreate import read_recreation
    from holdfast.plan.report import report as plan_report
    from holdfast.plan.revisions import RevisionDiff
    from holdfast.plan.revisions import values_body as diff_values
    from holdfast.plan.revisions import values_report as diff_values_report
    from holdfast.plan.table import dropped_lines as plan_dropped
    from holdfast.plan.table import kept_lines as plan_kept
    from holdfast.plan.table import noise_line as plan_noise
    from holdfast.plan.table import object_name
    from holdfast.plan.table import stage_titles as plan_stages
    from holdfast.plan.table import summary_line as plan_sums
    from holdfast.plan.table import table_rows as plan_rows
    from holdfast.releases.store import Store
    from holdfast.releases.unfinished import line_of as unfinished_line
    from holdfast.render.context import Codes
    from holdfast.version import __version__
    from holdfast.yamltext import dump as dump_yaml

# Name → the module it lives in, and its name there where that is another.
_HOME = {
    "Capabilities": "actions.draft",
    "Change": "model.plan",
    "ChartPages": "actions.show",
    "ClaimStatus": "actions.status",
    "Clock": "model.clock",
    "ClusterError": "errors",
    "Codes": "render.context",
    "DraftOptions": "actions.draft",
    "Event": "model.event",
    "EventKind": "model.event",
    "Evidence": "errors",
    "Finding": "lint.finding",
    "HoldfastError": "errors",
    "HookResult": "model.hook",
    "Interrupted": "errors",
    "LintOptions": "actions.lint",
    "LintReport": "actions.lint",
    "ListOptions": "actions.list",
    "Lock": "model.release",
    "Locked": "charts.lock",
    "LogLine": "actions.logs",
    "LogOptions": "actions.logs",
    "LogSource": "actions.log_sources",
    "Manifests": "model.manifest",
    "ObjectRow": "model.progress",
    "Operation": "model.plan",
    "OrdinalStatus": "actions.status",
    "Plan": "model.plan",
    "PlanError": "errors",
    "PlanOptions": "actions.planning",
    "PodRow": "model.progress",
    "PostRenderer": "actions.post_render",
    "Problem": "errors",
    "Progress": "model.progress",
    "ReleaseStatus": "actions.status",
    "ReleaseSummary": "model.release",
    "ReleaseTests": "actions.tests",
    "RenderError": "errors",
    "Revision": "model.release",
    "RevisionDiff": "plan.revisions",
    "RevisionEntry": "model.release",
    "Sources": "actions.sources",
    "Status": "model.release",
    "Store": "releases.store",
    "SystemClock": "model.clock",
    "Target": "actions.target",
    "TreeNode": "charts.dependencies",
    "Unfinished": "model.release",
    "UsageError": "errors",
    "ValueMode": "actions.sources",
    "Values": "model.values",
    "Verdicts": "actions.draft",
    "WaitFailed": "errors",
    "Where": "errors",
    "__version__": "version",
    "build_dependencies": "charts.dependencies",
    "carry_out": "apply.carry_out",
    "carry_out_or_go_back": "actions.way_back",
    "check_schema": "actions.schema",
    "create_chart": "charts.scaffold",
    "dependency_tree": "charts.dependencies",
    "diff_revisions": "actions.inspect",
    "diff_values": "plan.revisions:values_body",
    "diff_values_report": "plan.revisions:values_report",
    "drop_attempt": "actions.abandon",
    "dump_yaml": "yamltext:dump",
    "find_tests": "actions.tests",
    "find_unfinished": "actions.resume",
    "generate_name": "actions.install",
    "get_revision": "actions.inspect",
    "infer_schema": "actions.schema",
    "left_unfinished": "actions.inspect",
    "lint_charts": "actions.lint",
    "list_dependencies": "charts.dependencies",
    "list_releases": "actions.list",
    "log_sources": "actions.log_sources",
    "manifest_text": "manifests:to_text",
    "object_name": "plan.table",
    "offline_capabilities": "actions.offline",
    "patch_rows": "actions.patches",
    "patch_text": "actions.patches",
    "plan_body": "plan.body:body",
    "plan_dropped": "plan.table:dropped_lines",
    "plan_hook_body": "plan.body:hook_body",
    "plan_kept": "plan.table:kept_lines",
    "plan_losses": "plan.losses:loss_lines",
    "plan_noise": "plan.table:noise_line",
    "plan_owner_lines": "plan.owners:owner_lines",
    "plan_owners": "plan.owners:owner_rows",
    "plan_report": "plan.report:report",
    "plan_rows": "plan.table:table_rows",
    "plan_stages": "plan.table:stage_titles",
    "plan_sums": "plan.table:summary_line",
    "prepare_abandon": "actions.abandon",
    "prepare_adopt": "actions.adopt",
    "prepare_install": "actions.install",
    "prepare_restart": "actions.restart",
    "prepare_resume": "actions.resume",
    "prepare_rollback": "actions.rollback",
    "prepare_scale": "actions.scale",
    "prepare_uninstall": "actions.uninstall",
    "prepare_upgrade": "actions.upgrade",
    "random_text": "model.generated",
    "read_conflict_rule": "plan.policies",
    "read_logs": "actions.logs",
    "read_recreation": "plan.recreate",
    "read_releases": "actions.bulk",
    "refuse_invalid": "actions.validate",
    "release_history": "actions.inspect",
    "release_status": "actions.status",
    "render_releases": "actions.bulk",
    "render_template": "actions.template",
    "rendered_objects": "actions.template",
    "run_tests": "apply.tests",
    "sarif_log": "lint.sarif:to_sarif",
    "seconds_in": "model.durations",
    "show_chart": "actions.show",
    "show_values": "actions.values",
    "shown_notes": "actions.notes",
    "spell": "model.values",
    "unfinished_line": "releases.unfinished:line_of",
    "update_dependencies": "charts.dependencies",
    "usable_cores": "actions.parallel",
    "validate_manifests": "actions.validate",
    "value_origins": "actions.values",
    "watch_release": "actions.status",
    "with_deleted_claims": "apply.claims",
    "write_schema": "actions.schema",
}

__all__ = [
    "Capabilities",
    "Change",
    "ChartPages",
    "ClaimStatus",
    "Clock",
    "ClusterError",
    "Codes",
    "DraftOptions",
    "Event",
    "EventKind",
    "Evidence",
    "Finding",
    "HoldfastError",
    "HookResult",
    "Interrupted",
    "LintOptions",
    "LintReport",
    "ListOptions",
    "Lock",
    "Locked",
    "LogLine",
    "LogOptions",
    "LogSource",
    "Manifests",
    "ObjectRow",
    "Operation",
    "OrdinalStatus",
    "Plan",
    "PlanError",
    "PlanOptions",
    "PodRow",
    "PostRenderer",
    "Problem",
    "Progress",
    "ReleaseStatus",
    "ReleaseSummary",
    "ReleaseTests",
    "RenderError",
    "Revision",
    "RevisionDiff",
    "RevisionEntry",
    "Sources",
    "Status",
    "Store",
    "SystemClock",
    "Target",
    "TreeNode",
    "Unfinished",
    "UsageError",
    "ValueMode",
    "Values",
    "Verdicts",
    "WaitFailed",
    "Where",
    "__version__",
    "build_dependencies",
    "carry_out",
    "carry_out_or_go_back",
    "check_schema",
    "create_chart",
    "dependency_tree",
    "diff_revisions",
    "diff_values",
    "diff_values_report",
    "drop_attempt",
    "dump_yaml",
    "find_tests",
    "find_unfinished",
    "generate_name",
    "get_revision",
    "infer_schema",
    "left_unfinished",
    "lint_charts",
    "list_dependencies",
    "list_releases",
    "log_sources",
    "manifest_text",
    "object_name",
    "offline_capabilities",
    "patch_rows",
    "patch_text",
    "plan_body",
    "plan_dropped",
    "plan_hook_body",
    "plan_kept",
    "plan_losses",
    "plan_noise",
    "plan_owner_lines",
    "plan_owners",
    "plan_report",
    "plan_rows",
    "plan_stages",
    "plan_sums",
    "prepare_abandon",
    "prepare_adopt",
    "prepare_install",
    "prepare_restart",
    "prepare_resume",
    "prepare_rollback",
    "prepare_scale",
    "prepare_uninstall",
    "prepare_upgrade",
    "random_text",
    "read_conflict_rule",
    "read_logs",
    "read_recreation",
    "read_releases",
    "refuse_invalid",
    "release_history",
    "release_status",
    "render_releases",
    "render_template",
    "rendered_objects",
    "run_tests",
    "sarif_log",
    "seconds_in",
    "show_chart",
    "show_values",
    "shown_notes",
    "spell",
    "unfinished_line",
    "update_dependencies",
    "usable_cores",
    "validate_manifests",
    "value_origins",
    "watch_release",
    "with_deleted_claims",
    "write_schema",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'holdfast' has no attribute {name!r}")
    module, _, attribute = _HOME[name].partition(":")
    return getattr(import_module(f"holdfast.{module}"), attribute or name)


def __dir__() -> list[str]:
    return sorted(_HOME)
