"""Secrets that are generated once and kept: their keeper, and what stands for them before.

The keeper is one Secret per release, beside the claims whose data were initialised with what is in
it. It must not know who reads or writes it.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from holdfast.model.manifest import ObjectRef

GENERATED_TYPE = "holdfast.dev/generated"
"""The type of the Secret that keeps what was generated."""

GENERATED_LATER = "<generated at install>"
"""What stands in a render for a text that nobody has generated yet."""

Token: TypeAlias = Callable[[int, str], str]
"""(length, alphabet) → a random text; the one source of randomness, and a parameter."""


def random_text(length: int, alphabet: str) -> str:
    """A text that nobody can guess, from the operating system's randomness."""
    import secrets

    return "".join(secrets.choice(alphabet) for _ in range(length))


def generated_ref(release: str, namespace: str) -> ObjectRef:
    """The Secret that keeps a release's generated texts.

    Release names have no dots and chunks of records have hexadecimal names, so it meets no other.
    """
    return ObjectRef("v1", "Secret", namespace, f"holdfast.{release}.generated")


def is_generated(obj: Mapping[str, Any] | None) -> bool:
    """Whether an object keeps generated texts."""
    return bool(obj) and obj.get("kind") == "Secret" and obj.get("type") == GENERATED_TYPE  # type: ignore[union-attr]


def generated_texts(obj: Mapping[str, Any]) -> dict[str, str]:
    """The texts in a keeper, by key; what is no text, or not generated yet, is left out."""
    found: dict[str, str] = {}
    for key, packed in (obj.get("data") or {}).items():
        try:
            text = base64.b64decode(packed, validate=True).decode()
        except (ValueError, TypeError):
            continue
        if text != GENERATED_LATER:
            found[key] = text
    return found


def is_unfinished(obj: Mapping[str, Any]) -> bool:
    """Whether a keeper has a text that is still to be generated."""
    later = base64.b64encode(GENERATED_LATER.encode()).decode("ascii")
    return is_generated(obj) and later in (obj.get("data") or {}).values()


def keeper(release: str, namespace: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """The Secret that keeps `texts`."""
    ref = generated_ref(release, namespace)
    packed = {key: base64.b64encode(texts[key].encode()).decode("ascii") for key in sorted(texts)}
    return {
        "apiVersion": ref.api_version,
        "kind": ref.kind,
        "metadata": {"name": ref.name, "namespace": ref.namespace},
        "type": GENERATED_TYPE,
        "data": packed,
    }
