"""Desired, previous and live → a Plan, and the plan as JSON and as lines for people.

Pure: it never sends a request, and is blind to charts, templates and how manifests are made.
"""

from __future__ import annotations

from holdfast.plan.body import Line, body, plan_body
from holdfast.plan.build import build_plan
from holdfast.plan.report import plan_report
from holdfast.plan.table import plan_rows, plan_summary

__all__ = [
    "Line",
    "body",
    "build_plan",
    "plan_body",
    "plan_report",
    "plan_rows",
    "plan_summary",
]
