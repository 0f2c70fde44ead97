"""TOML in and out."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import RenderError
from holdfast.render.filters.toml import read_toml, write_toml

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=6)
SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXT,
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(TEXT, DATA, max_size=4))
def test_what_is_written_reads_back_equal(data: dict[str, Any]) -> None:
    text = write_toml(data)
    assert read_toml(text) == tomllib.loads(text) == data


def test_it_looks_as_people_write_it() -> None:
    data = {
        "title": 'a "b"\n',
        "server": {"ports": [80, 443], "tls": {"on": True}},
        "users": [{"name": "me"}, {"name": "you", "keys": {}}],
        "a.b": 1.0,
        "deep": {"only": {"x": 1}},
    }
    assert write_toml(data) == (
        'title = "a \\"b\\"\\n"\n"a.b" = 1.0\n'
        "\n[server]\nports = [80, 443]\n\n[server.tls]\non = true\n"
        '\n[[users]]\nname = "me"\n\n[[users]]\nname = "you"\n\n[users.keys]\n'
        "\n[deep.only]\nx = 1\n"
    )
    assert write_toml({}) == ""


def test_dates_come_as_text() -> None:
    assert read_toml("a = 2026-01-02T03:04:05Z\nb = 2026-01-02\nc = 03:04:05") == {
        "a": "2026-01-02T03:04:05+00:00",
        "b": "2026-01-02",
        "c": "03:04:05",
    }


def nested(depth: int) -> Any:
    data: Any = {}
    for _ in range(depth):
        data = {"a": data}
    return data


WRONG = (
    (lambda: write_toml([1]), "made of a map, not of a list"),
    (lambda: write_toml({"a": {"b": None}}), r"TOML has no null \(a.b\)"),
    (lambda: write_toml({"a": 2**63}), "more than 64 bits"),
    (lambda: write_toml(nested(70)), "nested deeper than 64"),
    (lambda: read_toml("a = "), r"is not TOML"),
    (lambda: read_toml("a = 1\nb = [\n"), r"is not TOML \(end of document\)"),
    (lambda: read_toml("a = nan"), "not finite"),
    (lambda: read_toml("a = 1\n" * 2), r"is not TOML \(line 2, column 6\)"),
    (lambda: read_toml("a" * (1 << 20) + "a"), "over 1 MiB"),
    (lambda: read_toml(["a"]), "a list cannot be part of a text"),
)


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_what_cannot_be_said_is_refused(call: Any, message: str) -> None:
    with pytest.raises(RenderError, match=message):
        call()


def test_an_error_does_not_tell_the_text() -> None:
    with pytest.raises(RenderError) as caught:
        read_toml("password = hunter22")
    assert "hunter22" not in caught.value.message
