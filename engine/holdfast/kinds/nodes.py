"""Whether a node may still run a pod: what decides if the pod may be deleted by force.

A StatefulSet promises that no two pods of one name run at the same time; deleting one by force is
the one way to break it. Kubernetes documents when that is safe: the node is gone from the cluster,
or an administrator has said that the machine is off by the taint `out-of-service`
(kubernetes.io/docs: Force Delete StatefulSet Pods; Node Shutdowns, non-graceful).
"""

from __future__ import annotations

from enum import StrEnum

from holdfast.kinds.conditions import Object, condition, is_true, map_at, maps_at

OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"


class NodeState(StrEnum):
    """What is known of a pod's node."""

    ALIVE = "alive"
    """Its kubelet answers, and ends a pod when it is told to."""
    AWAY = "away"
    """It does not answer, or not well; what it runs it may still run."""
    OUT_OF_SERVICE = "out of service"
    """It does not answer, and an administrator has said that it is off."""
    GONE = "gone"
    """It is not in the cluster any more."""
    UNKNOWN = "unknown"
    """It may not be read."""

    @property
    def is_dead(self) -> bool:
        """Nothing runs there any more."""
        return self in (NodeState.OUT_OF_SERVICE, NodeState.GONE)


def node_state(node: Object | None) -> NodeState:
    """The state of a node; None is one that is not in the cluster.

    The taint on a node that answers means nothing, as for Kubernetes' own pod collector.
    """
    if node is None:
        return NodeState.GONE
    if is_true(condition(node, "Ready")):
        return NodeState.ALIVE
    taints = maps_at(map_at(node, "spec"), "taints")
    marked = any(taint.get("key") == OUT_OF_SERVICE for taint in taints)
    return NodeState.OUT_OF_SERVICE if marked else NodeState.AWAY


def node_story(node: Object) -> str:
    """What a node that is not ready tells of itself: `Ready is Unknown since …: …`."""
    ready = condition(node, "Ready")
    since = ready.get("lastTransitionTime")
    words = [f"Ready is {ready.get('status') or 'not told'}"]
    words += [f" since {since}"] if since else []
    words += [f": {told}"] if (told := ready.get("message") or ready.get("reason")) else []
    return "".join(words)
