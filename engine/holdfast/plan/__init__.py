"""Desired, previous and live → a Plan, and the plan as JSON and as lines for people.

Pure: it never sends a request, and is blind to charts, templates and how manifests are made.
"""

from __future__ import annotations

from holdfast.plan.body import Line, body
from holdfast.plan.build import build_plan
from holdfast.plan.report import report
from holdfast.plan.table import (
    dropped_lines,
    kept_lines,
    noise_line,
    stage_titles,
    summary_line,
    table_rows,
)

__all__ = [
    "Line",
    "body",
    "build_plan",
    "dropped_lines",
    "kept_lines",
    "noise_line",
    "report",
    "stage_titles",
    "summary_line",
    "table_rows",
]
