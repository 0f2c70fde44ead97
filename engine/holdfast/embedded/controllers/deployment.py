"""Deployments: a ReplicaSet per template, and the way from one to the next.

Stands for the Deployment controller: RollingUpdate with surge and unavailability, Recreate, paused,
history and the conditions that `kubectl rollout status` reads. Left out: proportional scaling of
several ReplicaSets at once, and hash collisions.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from holdfast.embedded.controllers.deployment_status import report
from holdfast.embedded.controllers.objects import (
    Object,
    digest,
    is_terminating,
    labels_of,
    name_of,
    namespace_of,
    owner_reference,
    ref_of,
    status_of,
)
from holdfast.embedded.controllers.ownership import gather
from holdfast.embedded.controllers.view import View
from holdfast.embedded.controllers.workloads import (
    history_limit_of,
    replicas_of,
    share_of,
)
from holdfast.embedded.state import Remove, Write
from holdfast.light import dataclass

HASH_LABEL = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"


@dataclass(frozen=True, slots=True)
class _Rollout:
    """A Deployment, the ReplicaSet of its template (if made), and the older ones, oldest first."""

    view: View
    object: Object
    new: Object | None
    old: tuple[Object, ...]

    @property
    def strategy(self) -> dict[str, Any]:
        """spec.strategy."""
        return self.object["spec"].get("strategy") or {}

    @property
    def total(self) -> int:
        """What all ReplicaSets together ask for."""
        return sum(replicas_of(one) for one in (*self.old, *filter(None, [self.new])))

    def limits(self) -> tuple[int, int]:
        """The most pods there may be, and the fewest that must be available."""
        wanted, rolling = replicas_of(self.object), self.strategy.get("rollingUpdate") or {}
        surge = share_of(rolling.get("maxSurge"), wanted, default="25%", up=True)
        missing = share_of(rolling.get("maxUnavailable"), wanted, default="25%", up=False)
        # Kubernetes' rule: with nothing of both there would be no way forward.
        missing = max(missing, 1) if surge == 0 else missing
        return wanted + surge, wanted - missing


def control_deployments(view: View) -> Iterator[Write]:
    """Bring every Deployment one step nearer to its spec."""
    for found in view.list("apps/v1", "Deployment"):
        owned = gather(view, found, "apps/v1", "ReplicaSet")
        yield from owned.writes
        if owned.writes:
            continue
        sets = sorted(owned.objects, key=_revision)
        new = next((one for one in sets if _has_template(found, one)), None)
        rollout = _Rollout(view, found, new, tuple(one for one in sets if one is not new))
        yield report(view, found, new, sets)
        if not is_terminating(found):
            yield from _renumber(rollout)
            yield from _act(rollout)
            yield from _forget(rollout)


def _act(rollout: _Rollout) -> Iterator[Write]:
    if rollout.object["spec"].get("paused"):
        yield from _resize(rollout)
    elif rollout.strategy.get("type") == "Recreate":
        yield from _recreate(rollout)
    else:
        yield from _grow(rollout)
        yield from _shrink(rollout)


def _resize(rollout: _Rollout) -> Iterator[Write]:
    """A paused rollout still follows spec.replicas, where one set alone has pods."""
    sets = (*rollout.old, *filter(None, [rollout.new]))
    active = [one for one in sets if replicas_of(one)] or list(sets[-1:])
    if len(active) == 1:
        yield from _scale(rollout, active[0], replicas_of(rollout.object))


def _recreate(rollout: _Rollout) -> Iterator[Write]:
    """No new pod before the last old one is gone."""
    for one in rollout.old:
        yield from _scale(rollout, one, 0)
    pods = (rollout.view.owned(one, "v1", "Pod") for one in rollout.old)
    if not any(pods):
        yield from _set_new(rollout, replicas_of(rollout.object))


def _grow(rollout: _Rollout) -> Iterator[Write]:
    most, _ = rollout.limits()
    wanted, has = replicas_of(rollout.object), replicas_of(rollout.new) if rollout.new else 0
    room = max(0, most - rollout.total)
    yield from _set_new(rollout, min(wanted, has + room))


def _set_new(rollout: _Rollout, replicas: int) -> Iterator[Write]:
    if rollout.new is not None:
        yield from _scale(rollout, rollout.new, replicas)
    else:
        yield from rollout.view.create(_make(rollout, replicas))


def _shrink(rollout: _Rollout) -> Iterator[Write]:
    """Take pods from the old sets: those that are not available first, the others by the limit."""
    if rollout.new is None or not rollout.old:
        return
    _, fewest = rollout.limits()
    unavailable = max(0, replicas_of(rollout.new) - _available(rollout.new))
    spare = rollout.total - fewest - unavailable
    for one in sorted(rollout.old, key=lambda one: (_available(one) > 0, _revision(one))):
        taken = max(0, min(spare, replicas_of(one)))
        spare -= taken
        yield from _scale(rollout, one, replicas_of(one) - taken)


def _scale(rollout: _Rollout, found: Object, replicas: int) -> Iterator[Write]:
    yield rollout.view.keep({**found, "spec": {**found["spec"], "replicas": replicas}})


def _renumber(rollout: _Rollout) -> Iterator[Write]:
    """The newest template has the highest revision, also when it was there before."""
    number = max((_revision(one)[0] for one in rollout.old), default=0) + 1
    if rollout.new is not None:
        number = max(number, _revision(rollout.new)[0])
        yield rollout.view.keep(_numbered(rollout.new, number))
    yield rollout.view.keep(_numbered(rollout.object, number))


def _forget(rollout: _Rollout) -> Iterator[Write]:
    dead = [one for one in rollout.old if replicas_of(one) == 0 == status_of(one).get("replicas")]
    for one in dead[: max(0, len(dead) - history_limit_of(rollout.object))]:
        yield Remove(ref_of(one))


def _make(rollout: _Rollout, replicas: int) -> Object:
    found = rollout.object
    spec, content = found["spec"], digest(found["spec"]["template"])
    template = deepcopy(spec["template"])
    metadata = template.setdefault("metadata", {})
    labels = {**(metadata.get("labels") or {}), HASH_LABEL: content}
    metadata["labels"] = labels
    matching = {**(spec["selector"].get("matchLabels") or {}), HASH_LABEL: content}
    made = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{name_of(found)}-{content}",
            "namespace": namespace_of(found),
            "labels": labels,
            "ownerReferences": [owner_reference(found)],
        },
        "spec": {
            "replicas": replicas,
            "minReadySeconds": spec.get("minReadySeconds") or 0,
            "selector": {**deepcopy(spec["selector"]), "matchLabels": matching},
            "template": template,
        },
    }
    return _numbered(made, max((_revision(one)[0] for one in rollout.old), default=0) + 1)


def _has_template(found: Object, replica_set: Object) -> bool:
    if labels_of(replica_set).get(HASH_LABEL) == digest(found["spec"]["template"]):
        return True
    template = deepcopy(replica_set["spec"]["template"])
    template.get("metadata", {}).get("labels", {}).pop(HASH_LABEL, None)
    return bool(_plain(template) == _plain(found["spec"]["template"]))


def _plain(template: dict[str, Any]) -> dict[str, Any]:
    """A template without empty maps in its metadata, which say nothing."""
    metadata = {key: value for key, value in (template.get("metadata") or {}).items() if value}
    return {**template, "metadata": metadata}


def _numbered(found: Object, revision: int) -> Object:
    annotations = {**(found["metadata"].get("annotations") or {}), REVISION: str(revision)}
    return {**found, "metadata": {**found["metadata"], "annotations": annotations}}


def _revision(found: Object) -> tuple[int, str]:
    number = (found["metadata"].get("annotations") or {}).get(REVISION, "0")
    return int(number), name_of(found)


def _available(found: Object) -> int:
    return int(status_of(found).get("availableReplicas") or 0)
