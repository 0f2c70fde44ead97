"""An operation that was begun on a release: what anybody needs to go on with it, or to undo it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, field, fields
from typing import Any

from holdfast.light import dataclass

HISTORY_MAX = 10
"""Revisions kept where nobody said otherwise (as Helm)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user of an operation allowed and asked for, beyond what its revision says.

    Kept with the release until the operation has come to a good end, so that whoever goes on with
    it need not know. `conflict_rules` and `recreations` are the flags as given; `history_max` is
    None where nothing was said; `description` is what the history says when all went well, empty
    for what it usually says. Of a scale `workload` is KIND/NAME, `replicas` what it goes to,
    `replicas_before` what it came from. `taken` are the objects (group, kind, namespace, name) that
    were somebody else's before.
    """

    take_ownership: bool = False
    force_conflicts: bool = False
    conflict_rules: tuple[str, ...] = ()
    recreations: tuple[str, ...] = ()
    no_hooks: bool = False
    keep_history: bool = False
    delete_claims: tuple[str, ...] = ()
    history_max: int | None = None
    description: str = ""
    workload: str = ""
    replicas: int | None = None
    replicas_before: int | None = None
    taken: tuple[tuple[str, ...], ...] = ()

    @property
    def revisions_kept(self) -> int:
        """How many revisions the history may have; 0 is any number."""
        return HISTORY_MAX if self.history_max is None else self.history_max

    def as_dict(self) -> dict[str, Any]:
        """As the head keeps it: what differs from the defaults."""
        default = asdict(Asked())
        return {key: value for key, value in asdict(self).items() if value != default[key]}

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Asked:
        """Read what `as_dict` wrote; what another holdfast wrote besides is left alone."""
        known = {item.name for item in fields(cls)} & row.keys()
        return cls(**{key: _frozen(row[key]) for key in known})

    def under(self, other: Asked) -> Asked:
        """Both together: what either allows, and what `other` says where both say something."""
        pairs = {f.name: (getattr(self, f.name), getattr(other, f.name)) for f in fields(self)}
        return Asked(**{name: _over(*pair) for name, pair in pairs.items()})


@dataclass(frozen=True, slots=True)
class Work:
    """An operation, from its first record until it has come to a good end.

    `operation` is the verb; `revision` the number of what it makes, or removes; `base` that of the
    last good revision before it, 0 for none; `holder` who is at it, `began` since when, in seconds
    since the epoch.
    """

    operation: str
    revision: int
    holder: str
    began: float
    base: int = 0
    asked: Asked = field(default_factory=Asked)

    def __str__(self) -> str:
        made = self.revision and self.operation != "restart"
        of = f" of revision {self.revision}" if made else ""
        by = f" by {self.holder}" if self.holder else ""
        return f"{self.operation}{of}{by}"


def _frozen(value: Any) -> Any:
    """JSON has no tuples."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _over(under: Any, over: Any) -> Any:
    if isinstance(over, tuple):
        return tuple(dict.fromkeys((*under, *over)))
    return under if over is None or over is False or over == "" else over
