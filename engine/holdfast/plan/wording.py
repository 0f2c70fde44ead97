"""The words for what a change does, and the few facts they are made from.

Shared by effects.py and stateful.py; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from holdfast.light import dataclass
from holdfast.model.plan import Effect, FieldChange
from holdfast.model.values import Path
from holdfast.plan.paths import short_field

Object: TypeAlias = Mapping[str, Any]
Fields: TypeAlias = Sequence[FieldChange]

ON_DELETE = "its pods change only when they are deleted (OnDelete)"
_TEMPLATE: Path = ("spec", "template")


@dataclass(frozen=True, slots=True)
class Judgement:
    """An effect, why, and the ordinals it reaches, in the order it reaches them."""

    effect: Effect
    reason: str
    ordinals: tuple[int, ...] = ()


def in_place(fields: Fields) -> Judgement:
    """The change needs nothing more than to be written."""
    return Judgement(Effect.IN_PLACE, name_changes(fields))


def name_changes(fields: Fields) -> str:
    """`replicas changes`, `a and b change`, `a and 3 more change`; metadata tells least."""
    telling = [field for field in fields if not field.noise and field.path[0] != "metadata"]
    named = [short_field(field.path) for field in telling or fields]
    if len(named) == 1:
        return f"{named[0]} changes"
    return f"{named[0]} and {named[1] if len(named) == 2 else f'{len(named) - 1} more'} change"


def changed_template(fields: Fields) -> Fields:
    """The fields that lie in the pod template: they make new pods."""
    return [field for field in fields if field.path[:2] == _TEMPLATE]


def template_reason(fields: Fields) -> str:
    """What changes in the pod template."""
    if all(field.noise for field in fields):
        return "only the chart's version label changes, but in the pod template"
    return name_changes(fields)


def spec_of(obj: Object) -> Object:
    """The spec of an object, empty where there is none."""
    return obj.get("spec") or {}


def replicas_of(obj: Object) -> int:
    """The wanted number of pods; 1 where the object does not say."""
    replicas = spec_of(obj).get("replicas")
    return 1 if replicas is None else int(replicas)
