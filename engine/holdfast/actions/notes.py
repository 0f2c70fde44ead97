"""Notes as a screen shows them: they are a template's output, and may quote a password."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.model.release import Revision
from holdfast.model.values import Path, spell
from holdfast.plan.paths import Shape
from holdfast.plan.secrecy import Secrecy, secret_texts

SHORTEST = 4
"""Characters of a secret value that is hidden: a shorter one would hide half of every word."""


def shown_notes(revision: Revision) -> str:
    """The notes without the secrets of the release.

    What the schema calls writeOnly is gone from them already where the whole value was put in; what
    only a Secret shows to be secret is not.
    """
    marked = frozenset(revision.sensitive)
    values = {text for text in _texts(revision.values, (), marked, False) if len(text) >= SHORTEST}
    texts = values.union(secret_texts(revision.objects))
    longest_first = tuple(sorted(texts, key=lambda text: (-len(text), text)))
    return Secrecy(Shape("", ""), texts=longest_first).clean(revision.notes)


def _texts(node: Any, path: Path, marked: frozenset[str], secret: bool) -> Iterator[str]:
    """The scalars at and below the marked paths, as text."""
    secret = secret or (bool(path) and spell(path) in marked)
    if isinstance(node, dict | list):
        parts = node.items() if isinstance(node, dict) else enumerate(node)
        for part, child in parts:
            yield from _texts(child, (*path, part), marked, secret)
    elif secret and node is not None and not isinstance(node, bool):
        yield str(node)
