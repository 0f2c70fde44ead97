"""CustomResourceDefinitions in a plan: shared by releases, never taken back, made before all.

A definition is the whole cluster's, and with it go all objects of its kind, whoever made them. So
the rules for other objects are too rough: what nobody owns is taken over, what another release has
is left to it, a rollback leaves it alone, and an uninstall does not delete it (removal.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from holdfast.kinds.definitions import defined_kinds, is_definition
from holdfast.model.manifest import Manifest
from holdfast.model.plan import Change, Effect, Operation, Verb
from holdfast.plan.compare import is_ownership
from holdfast.plan.decide import Case, decide
from holdfast.plan.ownership import foreign_owner, is_free
from holdfast.plan.table import UNCHANGED
from holdfast.plan.wording import name_changes

_UNKNOWN = (400, 404, 422)
"""How a server answers to an object of a kind, a version or with a field that it does not know."""


def decide_definition(manifest: Manifest, case: Case) -> Change:
    """As `decide`, with the rules that definitions have for themselves."""
    seen = case.snapshot.of(manifest.ref)
    shared = not (case.terms.take_ownership or case.terms.adoption)
    taken = replace(case, terms=replace(case.terms, take_ownership=True, shared=shared))
    owner = foreign_owner(seen.live or {}, release=case.release, namespace=case.namespace)
    if seen.live is None or owner is None or is_free(seen.live, case.gone_releases):
        change = decide(manifest, taken)
        if seen.live is not None and case.operation is Operation.ROLLBACK:
            return _left(change, "a rollback does not take definitions back")
    elif manifest.in_crds and not case.terms.take_ownership:
        return _left(decide(manifest, taken), f"it belongs to {owner} (--take-ownership takes it)")
    else:
        change = decide(manifest, case)
    forbidden = seen.refusal is not None and seen.refusal.status == 403
    if change.verb is Verb.REFUSED and forbidden and manifest.in_crds:
        return replace(change, hint=f"{change.hint}; --skip-crds leaves definitions to others")
    return change


def _left(change: Change, why: str) -> Change:
    """The change, not made; its reason says what is different."""
    fields = [f for f in change.fields if not f.noise and not is_ownership(f.path)]
    differs = f", though {name_changes(fields)}" if fields else ""
    return replace(
        change,
        verb=Verb.NONE,
        effect=Effect.NONE,
        reason=f"left as it is{differs}: {why}" if change.fields else UNCHANGED,
        hint=None,
        fields=(),
        after=change.before,
    )


class NewKinds:
    """The kinds whose definitions the same plan makes or changes.

    What the server says of their objects today does not count: it says it of the old definition.
    """

    def __init__(self, definitions: Sequence[Change]) -> None:
        self._by_kind = {
            (kind.api_version, kind.kind): change
            for change in definitions
            if change.verb in (Verb.CREATE, Verb.UPDATE, Verb.RECREATE)
            for kind in defined_kinds(change.desired or {})
        }

    def decide(self, manifest: Manifest, case: Case) -> Change:
        """As `decide`; an object that the server cannot judge yet is not refused for it."""
        change = self._by_kind.get((manifest.ref.api_version, manifest.ref.kind))
        seen = case.snapshot.of(manifest.ref)
        if change is None or seen.refusal is None or seen.refusal.status not in _UNKNOWN:
            return decide(manifest, case)
        unseen = {**case.snapshot.objects, manifest.ref.key: replace(seen, refusal=None)}
        free = replace(case, snapshot=replace(case.snapshot, objects=unseen))
        decided = decide(manifest, free)
        word = "made" if change.verb is Verb.CREATE else "changed"
        later = f"the server judges it when {change.ref} is {word}"
        return replace(decided, reason=f"{decided.reason}; {later}")


def decide_all(manifests: Sequence[Manifest], case: Case) -> list[Change]:
    """Each of `manifests` decided, in their order, the definitions first of all."""
    definitions = [decide_definition(m, case) for m in manifests if is_definition(m.ref)]
    kinds = NewKinds(definitions)
    return [*definitions, *(kinds.decide(m, case) for m in manifests if not is_definition(m.ref))]
