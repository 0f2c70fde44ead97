"""Findings as SARIF 2.1.0 (OASIS), which code hosts show beside the lines they speak of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from holdfast.lint.finding import Finding, Level
from holdfast.lint.rules import RULES
from holdfast.version import __version__

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "note"}


def to_sarif(findings: Sequence[Finding]) -> dict[str, Any]:
    """The SARIF log of one run: every rule with its description, and one result per finding."""
    index = {rule.id: at for at, rule in enumerate(RULES)}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver()},
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, index[one.rule]) for one in findings],
            }
        ],
    }


def _driver() -> dict[str, Any]:
    return {
        "name": "holdfast lint",
        "semanticVersion": __version__,
        "rules": [
            {
                "id": rule.id,
                "shortDescription": {"text": rule.summary},
                "defaultConfiguration": {"level": _LEVELS[rule.level]},
            }
            for rule in RULES
        ],
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    text = f"{finding.message}\n{finding.hint}" if finding.hint else finding.message
    where = finding.where
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(where.source)}}
    if where.line:
        region = {"startLine": where.line, "startColumn": where.column}
        location["region"] = {key: value for key, value in region.items() if value}
    if where.kind == "flag":  # no file: the text says which flag
        text, location = f"{where}: {text}", {}
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.level],
        "message": {"text": text},
        "locations": [{"physicalLocation": location}] if location else [],
    }
