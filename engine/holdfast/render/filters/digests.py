"""Filters that make digests of text, and base32.

Nothing here draws a salt or a key: a digest of the same text is the same in every render.
"""

from __future__ import annotations

import hashlib
import zlib
from base64 import b32decode, b32encode
from collections.abc import Callable
from typing import Any

from holdfast.errors import RenderError
from holdfast.render.filters.arguments import text


def sha1(value: Any) -> str:
    """sha1 of the text's UTF-8, in hex. For names and old protocols only: it is broken."""
    return hashlib.sha1(text(value).encode(), usedforsecurity=False).hexdigest()


def sha256(value: Any) -> str:
    """sha256 of the text's UTF-8, in hex."""
    return hashlib.sha256(text(value).encode()).hexdigest()


def sha512(value: Any) -> str:
    """sha512 of the text's UTF-8, in hex."""
    return hashlib.sha512(text(value).encode()).hexdigest()


def adler32(value: Any) -> str:
    """Adler-32 of the text's UTF-8, as a decimal number in text (as in Helm)."""
    return str(zlib.adler32(text(value).encode()))


def encode_base32(value: Any) -> str:
    """Base32 of the text's UTF-8 (RFC 4648, padded)."""
    return b32encode(text(value).encode()).decode("ascii")


def decode_base32(value: Any) -> str:
    """The UTF-8 text of base32."""
    try:
        return b32decode(text(value).encode()).decode()
    except ValueError:
        raise RenderError("the text is not base32 of UTF-8 text") from None


DIGESTS: dict[str, Callable[..., Any]] = {
    "adler32": adler32,
    "b32decode": decode_base32,
    "b32encode": encode_base32,
    "sha1": sha1,
    "sha256": sha256,
    "sha512": sha512,
}
