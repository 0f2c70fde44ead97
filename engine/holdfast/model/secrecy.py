"""Which secret texts are looked for in other text, and how they are taken out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

HIDDEN = "(secret)"
"""What people see in the place of a secret."""


def is_distinct(text: str) -> bool:
    """Whether a secret text is distinct enough to be looked for elsewhere.

    A short or plain word (`admin`, `postgres`) would hide half of every diff: it takes 16
    characters, or 6 of which one is no lower-case letter or hyphen.
    """
    return len(text) >= 16 or (len(text) >= 6 and not re.fullmatch(r"[a-z-]+", text))


def longest_first(texts: Iterable[str]) -> tuple[str, ...]:
    """Distinct texts in the order in which they are to be taken out."""
    return tuple(sorted(set(filter(is_distinct, texts)), key=lambda text: (-len(text), text)))


def hide(text: str, secrets: Iterable[str]) -> str:
    """`text` without any of the `secrets`, which come longest first."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text
