"""The API server's no to a dry run, in its own words, with a next step in ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.kinds.immutable import RULES, Rule
from holdfast.kinds.successors import successor_of
from holdfast.light import dataclass
from holdfast.model.manifest import ObjectRef
from holdfast.model.plan import ABSENT, FieldChange
from holdfast.model.snapshot import Refusal
from holdfast.model.values import Path
from holdfast.plan.paths import short_field, spell_field
from holdfast.plan.recreate import NEVER_RECREATED, RECREATE_FLAG

_SPECIAL: Mapping[str, Path] = {
    "PersistentVolumeClaim": ("spec",),
    "PersistentVolume": ("spec",),
    "Pod": ("spec",),
    "Service": ("spec", "clusterIP"),
}
"""Where the kinds have fixed fields whose rule is more than a path (kinds.immutable)."""

_ABOUT_FIXED = ("immutable", "forbidden", "cannot change", "may not", "can not be less")
"""How the API server words it: a 422 about a fixed field's content is no word about fixedness."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Why a change is refused, and what to do."""

    reason: str
    hint: str


def explain_refusal(
    ref: ObjectRef,
    refusal: Refusal,
    fields: Sequence[FieldChange],
    live: Mapping[str, Any] | None,
) -> Answer:
    """Any other no. `fields` are what the change of `live` would be, as far as that is known."""
    reason = f"the server refuses: {_words(refusal)}"
    if fixed := fixed_fields(ref, refusal, fields, live):
        return Answer(reason, _fixed_hint(ref, fixed))
    if refusal.status == 403 and " cannot " in refusal.message:
        return Answer(reason, "ask for that permission, or use credentials that have it")
    if any(cause.get("reason") == "NamespaceTerminating" for cause in refusal.causes):
        return Answer(reason, "wait until the namespace is gone, or use another one (-n)")
    if refusal.status == 403:
        return Answer(
            reason, "an admission rule or a quota of the cluster says no: change the values"
        )
    if refusal.status == 404 and (row := successor_of(ref.api_version, ref.kind)):
        now = f"write {row.api_version}" if row.api_version else "leave it out: nothing replaces it"
        gone = f"{ref.api_version} {ref.kind} was removed in Kubernetes {row.removed}"
        return Answer(reason, f"{gone}: {now}")
    if refusal.status == 404:
        return Answer(reason, "install what defines this kind (its CustomResourceDefinition) first")
    return Answer(reason, "correct the value or the template that sets it")


def fixed_fields(
    ref: ObjectRef,
    refusal: Refusal,
    fields: Sequence[FieldChange],
    live: Mapping[str, Any] | None,
) -> list[FieldChange]:
    """The fields that can only be set when the object is made, where the refusal is about these."""
    if live is None or refusal.status != 422 or not _about_fixed(refusal):
        return []
    return [field for field in fields if _is_fixed(ref, live, field.path)]


def _about_fixed(refusal: Refusal) -> bool:
    return any(word in refusal.message.lower() for word in _ABOUT_FIXED)


def _is_fixed(ref: ObjectRef, live: Mapping[str, Any], path: Path) -> bool:
    """Whether the field can only be set when the object is made."""
    special = _SPECIAL.get(ref.kind)
    if special and path[: len(special)] == special:
        return True
    rules = RULES.get(f"{ref.api_version}/{ref.kind}", ())
    return any(_covers(rule, path) for rule in rules if not rule.when or rule.when(live))


def _covers(rule: Rule, path: Path) -> bool:
    size = len(rule.path)
    if path[:size] != rule.path:
        return False
    return not rule.mutable or (len(path) > size and path[size] not in rule.mutable)


def _fixed_hint(ref: ObjectRef, fixed: Sequence[FieldChange]) -> str:
    first = fixed[0]
    if all(field.noise for field in fixed):
        return f"take the chart's version label out of {short_field(first.path[:-1])}"
    keep = f"{short_field(first.path)} cannot be changed: {_keep(first)}"
    others = f" (also: {', '.join(spell_field(f.path) for f in fixed[1:3])})" if fixed[1:] else ""
    return f"{keep}{others}{_other_way(ref)}"


def _other_way(ref: ObjectRef) -> str:
    if ref.kind in NEVER_RECREATED:
        return ""  # a new claim is a new volume: no way to keep the data
    return f", or have it deleted and made anew by {RECREATE_FLAG} {ref}"


def _keep(field: FieldChange) -> str:
    if field.before is ABSENT:
        return "leave it out"
    if field.masked or isinstance(field.before, dict | list):
        return "keep it as it is"
    return f"keep it at {field.before}"


def _words(refusal: Refusal) -> str:
    """The message without the object's name, which stands beside it anyway."""
    message = " ".join(refusal.message.split())
    return message.partition(" is invalid: ")[2] or message or refusal.reason
