"""Which secret texts are looked for in other text, and how they are taken out of it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from holdfast.model.values import Path, Values, spell

HIDDEN = "(secret)"
"""What people see in the place of a secret."""

_LONG = 16

_SHORTEST = 3
"""What is shorter would be found in every message."""


def is_distinct(text: str) -> bool:
    """Whether a secret text is distinct enough to be looked for elsewhere.

    A short or plain word (`admin`, `postgres`) would hide half of every diff: it takes 16
    characters, or 6 of which one is no lower-case letter or hyphen.
    """
    return len(text) >= _LONG or (len(text) >= 6 and not re.fullmatch(r"[a-z-]+", text))


def longest_first(texts: Iterable[str]) -> tuple[str, ...]:
    """Distinct texts, in all their spellings, in the order in which they are to be taken out."""
    distinct = filter(is_distinct, set(texts))
    found = {spelling for text in distinct for spelling in spellings(text)}
    return tuple(sorted(found, key=lambda text: (-len(text), text)))


def spellings(text: str) -> Iterator[str]:
    """How a secret text shows up elsewhere: as it is, in base64, quoted, and line by line.

    Servers quote what they refuse, logs come in lines. A line with spaces (of a settings file, the
    frame of a key) may be anybody's, and stays.
    """
    yield text
    yield base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    lines = text.split("\n")
    if len(lines) > 1:
        single = (line.strip() for line in lines)
        yield from (one for one in single if len(one) >= _LONG and not re.search(r"\s", one))


def without_login(url: str) -> str:
    """An address without the user and password that may stand in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def hide(text: str, secrets: Iterable[str]) -> str:
    """`text` without any of the `secrets`, which come longest first."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text


def secret_values(values: Values) -> frozenset[str]:
    """The texts of all values that the schema marks as sensitive."""
    found = (text for path in values.sensitive for text in _texts(_at(values.tree, path)))
    return frozenset(text for text in found if len(text) >= _SHORTEST)


def sensitive_texts(tree: Any, paths: Iterable[str]) -> Iterator[str]:
    """The texts at `paths` of a tree of values, spelled as users write them."""
    wanted = frozenset(paths)
    return _found(tree, (), wanted) if wanted else iter(())


def _found(node: Any, path: Path, wanted: frozenset[str]) -> Iterator[str]:
    if path and spell(path) in wanted:
        yield from _texts(node)
    elif isinstance(node, dict | list):
        pairs = node.items() if isinstance(node, dict) else enumerate(node)
        for key, inner in pairs:
            yield from _found(inner, (*path, key), wanted)


def _at(node: Any, path: Iterable[str | int]) -> Any:
    for key in path:
        inside = isinstance(key, int) and key < len(node) if isinstance(node, list) else True
        if not isinstance(node, dict | list) or not inside:
            return None
        node = node.get(key) if isinstance(node, dict) else node[key]  # type: ignore[index]
    return node


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict | list):
        for inner in node.values() if isinstance(node, dict) else node:
            yield from _texts(inner)
    elif node is not None and not isinstance(node, bool):
        yield str(node)
