"""One look at one object that is waited for: how far it is, its pods and claims, what is wrong.

It reads and judges nothing but what one moment shows; how long it may stay so is patience.py's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from holdfast.apply.told_by_events import lacks_pods, of_claim, of_workload
from holdfast.apply.workload import Lists, has_pods, pods_of, selector_of
from holdfast.cluster.client import Cluster
from holdfast.errors import ServerFailed, Unreachable
from holdfast.kinds.conditions import map_at, number_at
from holdfast.kinds.pods import claim_names
from holdfast.kinds.readiness import Readiness, State, assess
from holdfast.kinds.rollouts import is_wanted, newest_revision, revisions_kind
from holdfast.kinds.selectors import selector_text
from holdfast.kinds.troubles import Trouble, pod_trouble
from holdfast.light import dataclass
from holdfast.model.manifest import ObjectRef

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """What was found. `live` is None for what is not there, or could not be read (`blind`).

    `alone` is the readiness that the object's own status tells, `found` the same with what is in
    the way; `troubles` are those of the object itself and of pods that the rollout keeps.
    """

    ref: ObjectRef
    found: Readiness
    alone: Readiness
    live: Object | None = None
    pods: tuple[Object, ...] = ()
    claims: tuple[Object, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    blind: bool = False

    @property
    def lacks_pods(self) -> bool:
        """Fewer pods are there than there could be: something may keep them from being made."""
        waits = self.live is not None and not self.found.ready and has_pods(self.live)
        return waits and lacks_pods(self.live or {}, self.pods)


def look_at(ref: ObjectRef, cluster: Cluster, lists: Lists, *, first: bool, slow: bool) -> Look:
    """Look at an object, and with `lists` at what explains it.

    Where it is ready at the `first` look its pods are not read; events only where it is `slow`. A
    server that is away for a moment makes a blind look: it does not end a wait of minutes.
    """
    try:
        live = cluster.find(ref)
        if live is None:
            return _without(ref, "is not there")
        alone = assess(live)
        look = Look(ref, alone, alone, live)
        if alone.ready and (first or not has_pods(live)):
            return look
        return _explained(look, live, lists, slow=slow)
    except (Unreachable, ServerFailed) as error:
        return _without(ref, error.message, blind=True)


def _without(ref: ObjectRef, reason: str, *, blind: bool = False) -> Look:
    nothing = Readiness(State.PROGRESSING, reason)
    return Look(ref, nothing, nothing, blind=blind)


def _explained(look: Look, live: Object, lists: Lists, *, slow: bool) -> Look:
    if look.ref.kind == "Pod":
        return replace(look, pods=(live,), troubles=_of_pods(live, (live,), (), lists))
    if look.ref.kind == "PersistentVolumeClaim" and slow:
        return _with_told(look, tuple(of_claim(live, lists)))
    if not has_pods(live):
        return look
    pods = pods_of(lists, live)
    claims = _claims(pods, lists)
    look = replace(look, found=assess(live, pods, claims), pods=pods, claims=claims)
    if look.alone.ready or not _is_seen(live):
        return look
    troubles = _of_pods(live, pods, claims, lists)
    if troubles or not slow:
        return replace(look, troubles=troubles)
    return _with_told(look, tuple(of_workload(live, pods, lists)))


def _with_told(look: Look, troubles: tuple[Trouble, ...]) -> Look:
    """The look with troubles that no status tells, and their words in its reason."""
    words = [
        t.reason if t.subject == look.ref.name else f"{t.subject}: {t.reason}" for t in troubles
    ]
    if not words:
        return look
    found = Readiness(look.found.state, "; ".join([look.alone.reason, *words]))
    return replace(look, found=found, troubles=troubles)


def _is_seen(live: Object) -> bool:
    """Whether the object's controller has seen it as it is now, as far as its status tells."""
    seen = map_at(live, "status").get("observedGeneration")
    return seen is None or seen >= number_at(live["metadata"], "generation")


def _claims(pods: Sequence[Object], lists: Lists) -> tuple[Object, ...]:
    """The claims of pods that may be waiting for one; other pods' claims are not read."""
    waiting = [pod for pod in pods if map_at(pod, "status").get("phase") == "Pending"]
    names = {name for pod in waiting for name in claim_names(pod)}
    if not names:
        return ()
    found = lists.list("v1", "PersistentVolumeClaim", waiting[0]["metadata"]["namespace"])
    return tuple(claim for claim in found if claim["metadata"]["name"] in names)


def _of_pods(
    live: Object, pods: Sequence[Object], claims: Sequence[Object], lists: Lists
) -> tuple[Trouble, ...]:
    """The troubles of the pods that stay; those of an earlier template are about to go anyway."""
    found = [(pod, trouble) for pod in pods if (trouble := pod_trouble(pod, claims))]
    if not found:
        return ()
    newest = newest_revision(live, _revisions(live, lists))
    return tuple(trouble for pod, trouble in found if is_wanted(live, pod, newest))


def _revisions(live: Object, lists: Lists) -> tuple[Object, ...]:
    kind = revisions_kind(live)
    if not kind:
        return ()
    selector = selector_text(selector_of(live))
    return lists.list("apps/v1", kind, live["metadata"]["namespace"], label_selector=selector)
