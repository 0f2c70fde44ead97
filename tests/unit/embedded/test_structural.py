"""What a schema makes of an object: nothing unknown is left; twice is as good as once."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from holdfast.embedded.structural import complete, prune

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "properties": {
                "a": {"type": "integer", "default": 1},
                "b": {"type": "string", "nullable": True},
                "c": {"type": "array", "items": {"$": 0, "properties": {"a": {"default": 2}}}},
                "d": {"type": "object", "additionalProperties": {"type": "number"}},
                "e": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
            },
        }
    },
}
NAMES = st.sampled_from(["a", "b", "c", "d", "e", "x", "spec"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4)
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=4)


@given(OBJECTS)
def test_pruning_leaves_what_is_known_and_names_the_rest(obj: dict[str, Any]) -> None:
    pruned, unknown = prune(obj, SCHEMA)
    assert prune(pruned, SCHEMA) == (pruned, [])
    assert (pruned == obj) == (not unknown)
    assert unknown == sorted(unknown)
    spec = obj.get("spec")
    if isinstance(spec, dict):
        assert ("spec.x" in unknown) == ("x" in spec)
        assert pruned["spec"].get("e") == spec.get("e") or not isinstance(spec["e"], dict)


@given(OBJECTS, st.booleans())
def test_completing_adds_what_is_missing_and_keeps_what_is_given(
    obj: dict[str, Any], keep_nulls: bool
) -> None:
    pruned, _ = prune(obj, SCHEMA)
    done = complete(pruned, SCHEMA, keep_nulls=keep_nulls)
    assert complete(done, SCHEMA, keep_nulls=keep_nulls) == done
    spec = pruned.get("spec")
    if isinstance(spec, dict):
        given_a = spec.get("a")
        assert done["spec"]["a"] == (1 if given_a is None else given_a)
        assert ("b" in done["spec"]) == ("b" in spec)
