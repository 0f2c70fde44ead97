"""The hooks of a plan: which ones run, before and after the changes, and whose objects go.

It adds to a plan that is made already; which objects are the release's own is none of its business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from holdfast.kinds.hooks import due, has_ended, hooks_of, is_hook, runs_to_an_end
from holdfast.kinds.order import sort_for_uninstall
from holdfast.light import dataclass
from holdfast.model.hook import Hook, Policy, When
from holdfast.model.manifest import Manifest, Manifests
from holdfast.model.plan import Effect, Operation, Plan, PlannedHook, Verb
from holdfast.model.snapshot import ObjectKey, Observed, Snapshot
from holdfast.plan.hook_objects import decide_leaving, look_of
from holdfast.plan.normalize import digest, digest_of
from holdfast.plan.ownership import NOBODY, foreign_owner
from holdfast.plan.secrecy import release_texts, secrecy_of

_MOMENTS = {
    Operation.INSTALL: (When.PRE_INSTALL, When.POST_INSTALL),
    Operation.UPGRADE: (When.PRE_UPGRADE, When.POST_UPGRADE),
    Operation.ROLLBACK: (When.PRE_ROLLBACK, When.POST_ROLLBACK),
    Operation.UNINSTALL: (When.PRE_DELETE, When.POST_DELETE),
    # Which of them run, and how often, is the scale's own business.
    Operation.SCALE: (
        When.PRE_SCALE_UP,
        When.ON_SCALE_UP,
        When.PRE_SCALE_DOWN,
        When.POST_SCALE_UP,
        When.POST_SCALE_DOWN,
    ),
}
_ABOUT_THE_OBJECT = (400, 403, 422)
"""Answers to a dry run that no earlier step of the operation would change; a kind or a namespace
that is not there yet (404) may be made by one.
"""


@dataclass(frozen=True, slots=True)
class HookCase:
    """What is decided from: the desired revision's hooks, those of earlier ones, what is live.

    With `run` off no hook runs (--no-hooks); objects of hooks that are no more go all the same.
    """

    hooks: Manifests
    earlier: Manifests
    snapshot: Snapshot
    run: bool = True
    take_ownership: bool = False


def running(hooks: Manifests, operation: Operation) -> tuple[tuple[When, Hook], ...]:
    """The hooks that an operation runs, in their order. Raises ManifestError for a bad one."""
    known = hooks_of(hooks)
    return tuple((when, hook) for when in _MOMENTS.get(operation, ()) for hook in due(known, when))


def unwanted(earlier: Iterable[Manifest], wanted: Iterable[Manifest]) -> Manifests:
    """Those of earlier revisions' hooks that the desired revision has no more, as nothing."""
    kept = {manifest.ref.key for manifest in wanted}
    return tuple(manifest for manifest in earlier if manifest.ref.key not in kept)


def with_hooks(plan: Plan, desired: Manifests, case: HookCase) -> Plan:
    """The same plan with its hooks, and the objects of hooks that are no longer wanted.

    `desired` are the release's own objects. At an uninstall all hooks' objects go, but last: until
    then its own hooks may need them.
    """
    if not (case.hooks or case.earlier):
        return plan
    texts = release_texts(plan.revision, (*case.hooks, *case.earlier))
    runs = running(case.hooks, plan.operation) if case.run else ()
    before = {manifest.ref.key: manifest for manifest in case.earlier}
    hooks = tuple(_planned(when, hook, plan, case, before, texts) for when, hook in runs)
    removing = plan.operation is Operation.UNINSTALL
    going = (
        {**before, **{one.ref.key: one for one in case.hooks}}.values()
        if removing
        else unwanted(case.earlier, (*desired, *case.hooks))
    )
    found = (
        decide_leaving(one, plan, case.snapshot.of(one.ref), texts)
        for one in sort_for_uninstall(tuple(going))
    )
    leaving = tuple(change for change in found if change)
    return replace(
        plan,
        fingerprint=_fingerprint(plan, case, runs),
        hooks=hooks,
        leaving=leaving if removing else (),
        changes=plan.changes if removing else (*plan.changes, *leaving),
    )


def _planned(
    when: When,
    hook: Hook,
    plan: Plan,
    case: HookCase,
    before: Mapping[ObjectKey, Manifest],
    texts: tuple[str, ...],
) -> PlannedHook:
    seen = case.snapshot.of(hook.ref)
    change = look_of(hook.manifest, before.get(hook.ref.key), texts)
    owner = _foreign_owner(seen, plan)
    left_over = owner == NOBODY and seen.live and _is_left_over(hook, seen.live)
    if owner and seen.live and (case.take_ownership or left_over):
        hook = replace(hook, replaces=str(seen.live["metadata"]["uid"]))
    no = _refusal(hook, seen, plan, case, owner)
    if no is None:
        return PlannedHook(when, hook, replace(change, reason=_reason(when, hook, seen, owner)))
    clean = secrecy_of(hook.manifest, texts).clean
    refused = replace(
        change,
        verb=Verb.REFUSED,
        effect=Effect.REFUSED,
        reason=clean(f"{when} hook: {no[0]}"),
        hint=clean(no[1]),
    )
    return PlannedHook(when, hook, refused)


def _foreign_owner(seen: Observed, plan: Plan) -> str | None:
    if seen.live is None:
        return None
    return foreign_owner(seen.live, release=plan.release, namespace=plan.namespace)


def _is_left_over(hook: Hook, live: Mapping[str, Any]) -> bool:
    """Whether it is a hook that Helm has run, and that has ended: it marks none with a release."""
    return runs_to_an_end(hook.ref) and is_hook(live) and has_ended(live)


def _refusal(
    hook: Hook, seen: Observed, plan: Plan, case: HookCase, owner: str | None
) -> tuple[str, str] | None:
    """Why a hook cannot be run, and what to do; None where nothing speaks against it."""
    home = hook.ref.namespace
    if home in case.snapshot.missing_namespaces and not _is_made(home, plan):
        own = home == plan.namespace
        hint = "let --create-namespace make it" if own else "create it, or name another one"
        return f"the namespace {home} does not exist", hint
    if owner and not hook.replaces:
        hint = "rename it in the chart, or let this release replace it with --take-ownership"
        return f"exists already and belongs to {owner}", hint
    refusal = seen.refusal
    if refusal is not None and refusal.status in _ABOUT_THE_OBJECT:
        message = " ".join(refusal.message.split())
        words = message.partition(" is invalid: ")[2] or message or refusal.reason
        return f"the server refuses: {words}", "correct the value or the template that sets it"
    return None


def _is_made(namespace: str, plan: Plan) -> bool:
    own = plan.create_namespace and namespace == plan.namespace
    return own or any(
        (change.ref.kind, change.ref.name) == ("Namespace", namespace) and change.desired
        for change in plan.changes
    )


def _reason(when: When, hook: Hook, seen: Observed, owner: str | None) -> str:
    words = [f"{when} hook"]
    if hook.weight:
        words.append(f"weight {hook.weight}")
    if hook.timeout is not None:
        words.append(f"{hook.timeout:g} s at most")
    if owner:
        words.append(
            f"replaces the one of {owner}" if owner != NOBODY else "replaces one of no release"
        )
    elif seen.live is not None:
        replaced = runs_to_an_end(hook.ref) or Policy.BEFORE_CREATION in hook.deletes
        words.append(f"{'replaces' if replaced else 'updates'} that of an earlier run")
    return ", ".join(words)


def _fingerprint(plan: Plan, case: HookCase, runs: Sequence[tuple[When, Hook]]) -> str:
    hooks = [[when.value, *hook.ref.key, digest(hook.manifest.object)] for when, hook in runs]
    live = {one.ref.key: _uid(case.snapshot.of(one.ref)) for one in (*case.hooks, *case.earlier)}
    return digest_of({"plan": plan.fingerprint, "hooks": hooks, "live": sorted(live.items())})


def _uid(seen: Observed) -> str:
    return str(seen.live["metadata"].get("uid", "")) if seen.live else ""
