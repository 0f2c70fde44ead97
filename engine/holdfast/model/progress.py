"""How far the objects of a release are: rows for a screen, as plain data.

What it looks like is the command's business, what ready means is that of kinds.readiness.
"""

from __future__ import annotations

from holdfast.light import dataclass
from holdfast.model.manifest import ObjectRef


@dataclass(frozen=True, slots=True)
class PodRow:
    """One pod of a workload.

    `ordinal` is None for pods without one; `revision` the hash that tells which template it was
    made from; `claims` are the name and the phase of each claim its volumes name, `?` for a phase
    that was not looked at; `restarts` those of all containers; `reason` is empty for a ready one;
    `trouble` tells that waiting alone may not mend it.
    """

    name: str
    ordinal: int | None
    revision: str
    ready: bool
    restarts: int = 0
    reason: str = ""
    claims: tuple[tuple[str, str], ...] = ()
    trouble: bool = False


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """One object that is waited for: `state` is ready, progressing or failed, `reason` says why.

    `pods` come by ordinal, else by name; an object that was ready at the first look has none here.
    """

    ref: ObjectRef
    state: str
    reason: str
    pods: tuple[PodRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """All objects that are waited for. `elapsed` and `timeout` (seconds) of the whole operation."""

    title: str
    elapsed: float
    timeout: float
    rows: tuple[ObjectRow, ...]

    @property
    def ready(self) -> int:
        """How many of the objects are ready."""
        return sum(row.state == "ready" for row in self.rows)
