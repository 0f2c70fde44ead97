"""What lint says: a rule, what it found, and a finding at its place. Data only."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from holdfast.errors import Where
from holdfast.light import dataclass


class Level(StrEnum):
    """How bad it is: errors fail `lint`, warnings fail `lint --strict`, infos never do."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that lint looks for. `id` is stable; `summary` is one sentence for people."""

    id: str
    level: Level
    summary: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule is broken, and the next step."""

    level: Level
    rule: str
    message: str
    where: Where
    hint: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As `lint -o json` prints a finding."""
        return {
            "level": self.level.value,
            "rule": self.rule,
            "file": self.where.source,
            "line": self.where.line,
            "column": self.where.column,
            "message": self.message,
            "hint": self.hint or None,
        }


def order(finding: Finding) -> tuple[Any, ...]:
    """The sorting key of findings: by place, then by rule."""
    where = finding.where
    return where.source, where.line or 0, where.column or 0, finding.rule, finding.message
