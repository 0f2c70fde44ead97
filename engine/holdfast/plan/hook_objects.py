"""One hook's object: how it looks beside the one before it, and whether it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from holdfast.model.manifest import KEEP_ANNOTATION, Manifest
from holdfast.model.plan import Change, Effect, Operation, Plan, Verb
from holdfast.model.snapshot import Observed
from holdfast.plan.compare import compare
from holdfast.plan.normalize import normalize
from holdfast.plan.ownership import asks_to_stay, foreign_owner
from holdfast.plan.paths import Shape, canonical
from holdfast.plan.predict import expected
from holdfast.plan.secrecy import secrecy_of


def look_of(manifest: Manifest, earlier: Manifest | None, texts: tuple[str, ...]) -> Change:
    """What a hook will make, compared with the hook that was applied before it.

    Not with what is live: that is a run of the past, with all that the server has added to it.
    """
    shape, secrecy = Shape.of(manifest.object), secrecy_of(manifest, texts)
    after = expected(manifest.object)
    before = expected(earlier.object) if earlier else None
    if earlier:
        secrecy = replace(secrecy, paths=secrecy.paths | secrecy_of(earlier, ()).paths)
    origins = {
        canonical(manifest.object, path, shape): places for path, places in manifest.origins.items()
    }
    fields = compare(before or _name_of(after), after, shape=shape, secret=secrecy.hides)
    return Change(
        Verb.CREATE,
        manifest.ref,
        Effect.CREATE,
        "",
        source=manifest.source,
        fields=tuple(replace(one, origins=origins.get(one.path, ())) for one in fields),
        desired=manifest.object,
        before=before,
        after=after,
        sensitive=frozenset((*secrecy.find(before or {}), *secrecy.find(after))),
        origins=origins,
        changed_by=manifest.changed_by,
    )


def decide_leaving(
    manifest: Manifest, plan: Plan, seen: Observed, texts: tuple[str, ...]
) -> Change | None:
    """Deleted or left alone, for a hook's object that nobody wants any more; None if it is gone."""
    live = seen.live
    if live is None:
        return None
    before = normalize(live)
    change = Change(
        Verb.NONE,
        manifest.ref,
        Effect.NONE,
        "",
        source=manifest.source,
        before=before,
        uid=str(live["metadata"].get("uid") or ""),
        sensitive=frozenset(secrecy_of(manifest, texts).find(before)),
    )
    owner = foreign_owner(live, release=plan.release, namespace=plan.namespace)
    if owner:
        return replace(change, reason=f"left alone: it belongs to {owner}")
    if asks_to_stay(live):
        return replace(change, reason=f"kept: {KEEP_ANNOTATION}: keep")
    if live["metadata"].get("deletionTimestamp"):
        return replace(change, reason="is being deleted already")
    removing = plan.operation is Operation.UNINSTALL
    reason = "a hook of the release" if removing else "its hook is no longer in the chart"
    return replace(change, verb=Verb.DELETE, effect=Effect.DELETE, reason=reason)


def _name_of(obj: Mapping[str, Any]) -> dict[str, Any]:
    """What is not shown as added of an object that is new."""
    metadata = obj.get("metadata") or {}
    return {
        **{key: obj[key] for key in ("apiVersion", "kind") if key in obj},
        "metadata": {key: metadata[key] for key in ("name", "namespace") if key in metadata},
    }
