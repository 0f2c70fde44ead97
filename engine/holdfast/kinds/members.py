"""What a chart says about the number of a workload's members: the rules that a scale keeps.

    holdfast.dev/min-replicas: "3"     never fewer than these
    holdfast.dev/quorum: majority      no step by which the ready members are no majority any more
    holdfast.dev/quorum: odd           the same, and an odd number of members at the end

They are annotations of the workload itself. A majority of n members is n // 2 + 1, as in Raft and
Paxos. Stopping all members (0) is no matter of a quorum. Pure: who is ready is told to it.
"""

from __future__ import annotations

from holdfast.kinds.conditions import Object, map_at
from holdfast.kinds.hooks import BadAnnotation
from holdfast.light import dataclass

MIN_REPLICAS = "holdfast.dev/min-replicas"
QUORUM = "holdfast.dev/quorum"
_WORDS = ("majority", "odd")
_KNOWN = ", ".join(_WORDS)


@dataclass(frozen=True, slots=True)
class MemberRules:
    """The rules of one workload; without annotations there are none."""

    least: int = 0
    quorum: str = ""


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a number, or a step, is against the rules, and what to do."""

    reason: str
    hint: str


def majority(members: int) -> int:
    """How many of `members` are a majority."""
    return members // 2 + 1


def member_rules(workload: Object) -> MemberRules:
    """The rules that a workload's annotations set. Raises BadAnnotation for one that is none."""
    annotations = map_at(map_at(workload, "metadata"), "annotations")
    least, quorum = annotations.get(MIN_REPLICAS, "0"), annotations.get(QUORUM, "")
    if not str(least).isdecimal():
        hint = "write how many replicas there are at least"
        raise BadAnnotation(MIN_REPLICAS, f"must be a whole number in quotes, not {least!r}", hint)
    if quorum and quorum not in _WORDS:
        raise BadAnnotation(QUORUM, f"names {quorum!r}, which is not known", f"known are {_KNOWN}")
    return MemberRules(int(least), str(quorum))


def object_to_number(rules: MemberRules, replicas: int) -> Objection | None:
    """What the rules have against `replicas` members, however they come about."""
    if replicas < rules.least:
        return Objection(
            f"{replicas} is fewer than the chart allows ({MIN_REPLICAS}: {rules.least})",
            f"the least is {rules.least}; the chart's values may set the annotation",
        )
    if rules.quorum == "odd" and replicas and replicas % 2 == 0:
        return Objection(
            f"{replicas} is an even number of members, which stands no more losses than "
            f"{replicas - 1} ({QUORUM}: odd)",
            f"ask for {replicas - 1} or {replicas + 1}",
        )
    return None


def object_to_step(rules: MemberRules, before: int, after: int, ready: int) -> Objection | None:
    """What the rules have against one member more or less, where `ready` of those that are there
    before and after are ready.
    """
    staying, members = min(before, after), max(1, after)
    needed = majority(members)
    if not rules.quorum or ready >= needed or ready >= staying:
        return None
    which = f"{ready} of the {staying} members that stay are ready"
    return Objection(
        f"only {which}, and a majority of {members} is {needed} ({QUORUM}: {rules.quorum})",
        "get the members ready first; `holdfast status` shows why they are not",
    )
