"""Bytes to text."""

from __future__ import annotations

import pytest

from holdfast.errors import YamlError
from holdfast.yamltext import MAX_BYTES, decode


def test_utf8_with_and_without_a_byte_order_mark() -> None:
    assert decode("a: é".encode(), source="v.yaml") == "a: é"
    assert decode("a: é".encode("utf-8-sig"), source="v.yaml") == "a: é"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_refused_by_name(encoding: str) -> None:
    data = "a: é\n".encode(encoding)
    if encoding == "utf-16-le":
        data = "a: \u0080".encode(encoding)
    with pytest.raises(YamlError, match="not UTF-8") as caught:
        decode(data, source="v.yaml")
    assert caught.value.hint == "this looks like UTF-16: save the file as UTF-8"


def test_other_bytes_are_refused_at_their_place() -> None:
    with pytest.raises(YamlError, match="byte 0xff") as caught:
        decode(b"a: 1\nb: \xff", source="v.yaml")
    assert str(caught.value.where) == "v.yaml:2:4"


def test_too_large() -> None:
    with pytest.raises(YamlError, match="larger than 16 MiB"):
        decode(b"#" * (MAX_BYTES + 1), source="v.yaml")
