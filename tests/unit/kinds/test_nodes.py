"""Whether a node may still run a pod."""

from __future__ import annotations

import pytest

from holdfast.kinds.nodes import NodeState, node_state, node_story

OUT = [{"key": "node.kubernetes.io/out-of-service", "effect": "NoExecute"}]


def node(status: str | None, taints: list[dict[str, str]] | None = None) -> dict[str, object]:
    ready = [{"type": "Ready", "status": status, "lastTransitionTime": "2026-11-27T02:00:00Z"}]
    return {"spec": {"taints": taints}, "status": {"conditions": ready if status else []}}


@pytest.mark.parametrize(
    ("found", "state", "dead"),
    [
        (None, NodeState.GONE, True),
        (node("True"), NodeState.ALIVE, False),
        (node("True", OUT), NodeState.ALIVE, False),
        (node("False"), NodeState.AWAY, False),
        (node("Unknown"), NodeState.AWAY, False),
        (node(None), NodeState.AWAY, False),
        (node("False", OUT), NodeState.OUT_OF_SERVICE, True),
        (node("Unknown", OUT), NodeState.OUT_OF_SERVICE, True),
        ({}, NodeState.AWAY, False),
    ],
)
def test_states(found: dict[str, object] | None, state: NodeState, dead: bool) -> None:
    assert (node_state(found), node_state(found).is_dead) == (state, dead)


def test_what_a_silent_node_tells() -> None:
    assert node_story(node("Unknown")) == "Ready is Unknown since 2026-11-27T02:00:00Z"
    assert node_story(node(None)) == "Ready is not told"
