"""What a change does to a StatefulSet, ordinal by ordinal.

The rules are those of its controller (kubernetes.io/docs: Workloads, StatefulSets):
updates go from the highest ordinal down to the partition, scaling adds upwards and removes
downwards, and claims stay unless the retention policy says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.light import dataclass
from holdfast.model.plan import Effect
from holdfast.plan.wording import (
    ON_DELETE,
    Fields,
    Judgement,
    Object,
    changed_template,
    in_place,
    replicas_of,
    spec_of,
    template_reason,
)


@dataclass(frozen=True, slots=True)
class _Pods:
    """A StatefulSet's ordinals, and which of them it updates by itself."""

    ordinals: range
    partition: int
    on_delete: bool

    @property
    def updated(self) -> frozenset[int]:
        """The ordinals that the controller brings to a new revision."""
        first = self.ordinals.start + self.partition
        return frozenset(() if self.on_delete else (n for n in self.ordinals if n >= first))


def judge_stateful_set(before: Object, after: Object, fields: Fields, live: Object) -> Judgement:
    """Which pods restart, start and stop, and what becomes of their claims."""
    old, new = _pods(before), _pods(after)
    restarted = _restarted(old, new, fields, live)
    started = tuple(n for n in new.ordinals if n not in old.ordinals)
    stopped = tuple(n for n in reversed(old.ordinals) if n not in new.ordinals)
    name = str((after.get("metadata") or {}).get("name"))
    reasons = [
        _rollout_reason(name, new, restarted, fields),
        _scale_reason(name, old, new, started, stopped, after),
    ]
    if not any(reasons):
        return in_place(fields)
    return Judgement(
        Effect.ROLLING_RESTART if restarted else Effect.IN_PLACE,
        "; ".join(filter(None, reasons)),
        restarted + started + stopped,
    )


def ordinals_of(obj: Object) -> tuple[int, ...]:
    """The ordinals a StatefulSet wants, lowest first."""
    return tuple(_pods(obj).ordinals)


def name_pods(name: str, ordinals: Sequence[int]) -> str:
    """Pods by name, in the order given; a long run by its ends."""
    names = [f"{name}-{ordinal}" for ordinal in ordinals]
    if len(names) > 5:
        return f"{names[0]}, {names[1]} … {names[-1]} ({len(names)} pods)"
    return ", ".join(names)


def _pods(obj: Object) -> _Pods:
    spec = spec_of(obj)
    start = int((spec.get("ordinals") or {}).get("start") or 0)
    strategy = spec.get("updateStrategy") or {}
    partition = int((strategy.get("rollingUpdate") or {}).get("partition") or 0)
    ordinals = range(start, start + replicas_of(obj))
    return _Pods(ordinals, partition, strategy.get("type") == "OnDelete")


def _restarted(old: _Pods, new: _Pods, fields: Fields, live: Object) -> tuple[int, ...]:
    """Highest first. Without a new template: those that a lowered partition sets free."""
    stay = frozenset(old.ordinals) & new.updated
    if changed_template(fields):
        return tuple(sorted(stay, reverse=True))
    status = live.get("status") or {}
    under_way = status.get("currentRevision") != status.get("updateRevision")
    return tuple(sorted(stay - old.updated, reverse=True)) if under_way else ()


def _rollout_reason(name: str, new: _Pods, restarted: tuple[int, ...], fields: Fields) -> str:
    template = changed_template(fields)
    pods = f"restarts {name_pods(name, restarted)}"
    if not template:
        return f"the held-back rollout goes on: {pods}" if restarted else ""
    why = template_reason(template)
    if restarted:
        held = f"; the partition holds back {new.partition}" if new.partition else ""
        return f"{why}: {pods}{held}"
    if new.on_delete:
        return f"{why}: {ON_DELETE}"
    if new.partition and len(new.ordinals):
        return f"{why}: the partition {new.partition} holds every pod back"
    return f"{why}: no pod runs"


def _scale_reason(
    name: str,
    old: _Pods,
    new: _Pods,
    started: tuple[int, ...],
    stopped: tuple[int, ...],
    after: Object,
) -> str:
    words = []
    if started:
        words.append(f"starts {name_pods(name, started)}")
    if stopped:
        words.append(f"stops {name_pods(name, stopped)}{_claims(after)}")
    if not words:
        return ""
    return f"scales {len(old.ordinals)} → {len(new.ordinals)}: {', '.join(words)}"


def _claims(after: Object) -> str:
    spec = spec_of(after)
    if not spec.get("volumeClaimTemplates"):
        return ""
    policy = spec.get("persistentVolumeClaimRetentionPolicy") or {}
    if policy.get("whenScaled") == "Delete":
        return "; their claims are deleted with their data (whenScaled: Delete)"
    return "; their claims stay"
