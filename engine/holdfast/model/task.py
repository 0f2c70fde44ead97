"""What `scale` and `restart` do, step by step: more than objects that are applied."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from holdfast.light import dataclass
from holdfast.model.manifest import ObjectRef


class Phase(StrEnum):
    """The three parts of a scale step, in their order."""

    BEFORE = "before"
    """The chart's pre-scale hooks."""
    COUNT = "count"
    """The number itself, and the wait for the pod to come or go."""
    AFTER = "after"
    """The chart's post-scale hooks."""


@dataclass(frozen=True, slots=True)
class ScaleStep:
    """One step: from `before` to `after` replicas.

    `ordinal` is the one that comes or goes, None for a workload without ordinals; of several that
    go together it is the highest. A step that was interrupted goes on at the phase `begin`; it was
    `cut` off where no hook of it has failed.
    """

    before: int
    after: int
    ordinal: int | None = None
    begin: Phase = Phase.BEFORE
    cut: bool = False

    @property
    def up(self) -> bool:
        """Whether members are added."""
        return self.after > self.before

    @property
    def ordinals(self) -> tuple[int, ...]:
        """The ordinals that come or go, in the order in which they do."""
        if self.ordinal is None:
            return ()
        count = abs(self.after - self.before)
        return tuple(self.ordinal + (n if self.up else -n) for n in range(count))


@dataclass(frozen=True, slots=True)
class Scaling:
    """The steps by which workload `ref` (the live object of that `uid`) comes to its new size.

    `unready` tells that the user accepts members that are not ready: they are not waited for.
    """

    ref: ObjectRef
    uid: str
    steps: tuple[ScaleStep, ...]
    unready: bool = False

    @property
    def target(self) -> int:
        """The replicas at the end."""
        return self.steps[-1].after if self.steps else 0


@dataclass(frozen=True, slots=True)
class Restarting:
    """The restart of workload `ref` (the live object of that `uid`).

    `at` is the moment that is written into the pod template (RFC 3339), empty where only pods are
    deleted. `pods` are deleted one by one, in this order, each when the one before is back; those
    that carry `at` already are left. `force` deletes without waiting for the node's answer.
    """

    ref: ObjectRef
    uid: str
    at: str = ""
    pods: tuple[str, ...] = ()
    force: bool = False


Task: TypeAlias = Scaling | Restarting
