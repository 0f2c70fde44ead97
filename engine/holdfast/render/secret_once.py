"""`secret_once`: texts that are generated at the first install and then stay as they are.

Where they are kept and who generates them is not known here: a callable of the context gives them.
What is known here is which texts it gave, so that no message shows them and no checksum counts
them.
"""

from __future__ import annotations

import re
import string
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import Any

from holdfast.errors import ClusterError, RenderError
from holdfast.model.generated import GENERATED_LATER
from holdfast.model.values import Path
from holdfast.render.context import SecretSource
from holdfast.render.filters.arguments import integer, text
from holdfast.render.pieces import plain
from holdfast.render.traced import GIVEN, mark, unmark

ALPHANUMERIC = string.ascii_letters + string.digits
LENGTHS = range(8, 1025)
_KEY = r"[A-Za-z0-9_-]{1,128}"
"""No dots: in the Secret they divide the names of subcharts from the keys."""
_MARK = "\0generated\0"


class SecretsOnce:
    """What `secret_once` gave in one render; `hide` is told each text that was really generated."""

    def __init__(self, source: SecretSource, hide: Callable[[str], None]) -> None:
        self._source = source
        self._hide = hide
        self._asked: dict[str, tuple[int, str]] = {}
        self._texts: dict[str, str] = {}

    def secret_once(self, key: Any, length: Any = 32, alphabet: Any = ALPHANUMERIC) -> str:
        """The text kept under `key`; of `length` characters of `alphabet` when it is generated."""
        name, size, letters = text(plain(key)), integer(unmark(length)), text(plain(alphabet))
        _check(name, size, letters)
        earlier = self._asked.setdefault(name, (size, letters))
        if earlier != (size, letters):
            raise RenderError(
                f"secret_once({name!r}) is asked for with another length or alphabet elsewhere",
                hint="write it once, as a macro in a _*.j2 file, and call that",
            )
        if name not in self._texts:
            self._texts[name] = self._get(name, size, letters)
        return mark(self._texts[name], ((GIVEN, "secret_once", name),))  # type: ignore[no-any-return]

    def _get(self, key: str, length: int, alphabet: str) -> str:
        try:
            found = self._source(key, length, alphabet)
        except ClusterError as error:
            raise RenderError(
                f"secret_once({key!r}): {error.message}",
                hint=error.hint or "it needs leave to read Secrets in the release's namespace",
            ) from None
        if found != GENERATED_LATER:
            self._hide(found)
        return found

    @property
    def given(self) -> bool:
        """Whether any text was asked for."""
        return bool(self._texts)

    def neutral(self, data: Any, reads: Mapping[Path, tuple[Path, ...]], path: Path = ()) -> Any:
        """`data` in which whatever was made of these texts is the same, whatever they are."""
        if isinstance(data, dict):
            return {key: self.neutral(inner, reads, (*path, key)) for key, inner in data.items()}
        if isinstance(data, list):
            return [self.neutral(inner, reads, (*path, i)) for i, inner in enumerate(data)]
        keys = [read[2] for read in reads.get(path, ()) if read[:2] == (GIVEN, "secret_once")]
        return self._neutral_text(str(data), keys) if keys else data

    def _neutral_text(self, whole: str, keys: list[Any]) -> str:
        """The rest of a text counts as long as the secret is found in it, plain or in base64."""
        for shown, sign in ((whole, ""), (_decoded(whole), "base64\0")):
            if shown is not None and (found := self._without(shown, keys)) is not None:
                return sign + found
        return _MARK

    def _without(self, whole: str, keys: list[Any]) -> str | None:
        """The text without these secrets; None where one of them is not in it."""
        for secret in sorted({self._texts[key] for key in keys}, key=lambda one: (-len(one), one)):
            forms = (secret, b64encode(secret.encode()).decode("ascii"))
            if not any(form in whole for form in forms):
                return None
            for form in forms:
                whole = whole.replace(form, _MARK)
        return whole


def _check(key: str, length: int, alphabet: str) -> None:
    if not re.fullmatch(_KEY, key):
        raise RenderError(
            f"secret_once: {key[:128]!r} is no key",
            hint="a key has up to 128 letters, digits, '-' and '_'",
        )
    if length not in LENGTHS:
        raise RenderError(
            f"secret_once({key!r}): a length from {LENGTHS[0]} to {LENGTHS[-1]} is needed"
        )
    if len(set(alphabet)) < 8 or len(set(alphabet)) != len(alphabet) or not alphabet.isprintable():
        raise RenderError(
            f"secret_once({key!r}): the alphabet needs at least 8 printable characters, each once"
        )


def _decoded(whole: str) -> str | None:
    try:
        return b64decode(whole, validate=True).decode()
    except ValueError:
        return None
