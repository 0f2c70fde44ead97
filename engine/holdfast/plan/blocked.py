"""Pods that a plan's rollouts would wait for in vain, and that the wait deletes: said beforehand.

Which pod that is, kinds.rollouts knows (kubernetes/kubernetes#67250); here it is asked of the
StatefulSet as the plan leaves it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from holdfast.kinds.pods import pod_reason
from holdfast.kinds.rollouts import blocking_pod
from holdfast.kinds.stateful_sets import is_stateful_set
from holdfast.model.plan import Change, Verb
from holdfast.model.secrecy import hide
from holdfast.model.snapshot import Snapshot
from holdfast.plan.wording import changed_template, spec_of

_NEXT = "the revision that the plan makes"


def blocked_lines(
    changes: Sequence[Change], snapshot: Snapshot, secrets: Sequence[str] = ()
) -> Iterator[str]:
    """A line for each pod that is deleted where it goes on to block its set's rollout."""
    for change in changes:
        live = snapshot.of(change.ref).live
        if live is None or change.verb not in (Verb.UPDATE, Verb.NONE):
            continue
        if not is_stateful_set(change.ref.api_version, change.ref.kind):
            continue
        pod = blocking_pod(_planned(change, live), snapshot.pods.get(change.ref.key, ()))
        if pod is not None:
            line = (
                f"{change.ref}: {pod['metadata']['name']} is not ready ({pod_reason(pod)}) and "
                "blocks the ordered rollout: where it stays so it is deleted, its claims stay"
            )
            yield hide(line, tuple(secrets))


def _planned(change: Change, live: Mapping[str, Any]) -> dict[str, Any]:
    """The set once its controller has seen the change: with a new template all pods are older."""
    status = {
        **(live.get("status") or {}),
        "observedGeneration": (live.get("metadata") or {}).get("generation", 0),
    }
    if changed_template(change.fields):
        status["updateRevision"] = _NEXT
    spec = {**spec_of(live), **spec_of(change.after or {})}
    named = {"apiVersion": change.ref.api_version, "kind": change.ref.kind}
    return {**live, **named, "spec": spec, "status": status}
