"""Which secret texts are looked for elsewhere."""

from __future__ import annotations

import base64
import json

import pytest

from holdfast.model.secrecy import (
    hide,
    is_distinct,
    longest_first,
    secret_values,
    sensitive_texts,
)
from holdfast.model.values import Values, spell


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("admin", False),
        ("postgres", False),
        ("my-database", False),
        ("a-long-enough-word", True),
        ("hunter22", True),
        ("Abcdef", True),
        ("A1b2", False),
    ],
)
def test_plain_and_short_words_are_not_looked_for(text: str, wanted: bool) -> None:
    assert is_distinct(text) is wanted


def test_the_longest_is_hidden_first() -> None:
    secrets = longest_first(["hunter22", "hunter22-and-more", "admin", "hunter22"])
    plain = [text for text in secrets if not text.endswith("=")]
    assert plain == ["hunter22-and-more", "hunter22"]
    assert hide("x hunter22-and-more hunter22 admin", secrets) == "x (secret) (secret) admin"


KEY = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w\n  user = "me"\n'


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (base64.b64encode(KEY.encode()).decode(), "(secret)"),
        (f"Invalid value: {json.dumps(KEY)}", 'Invalid value: "(secret)"'),
        ("| MIIEvQIBADANBgkqhkiG9w", "| (secret)"),
        ("| -----BEGIN PRIVATE KEY-----", "| -----BEGIN PRIVATE KEY-----"),
        ('| user = "me"', '| user = "me"'),
    ],
)
def test_a_secret_is_found_in_other_spellings_and_line_by_line(said: str, shown: str) -> None:
    assert hide(said, longest_first([KEY])) == shown


def test_the_texts_of_sensitive_values() -> None:
    tree = {"a": {"b": "hunter22", "c": ["k1-key", None, True]}, "n": 123456, "s": "ab", "o": "x"}
    paths = [("a", "b"), ("a", "c"), ("n",), ("s",), ("gone", "x"), ("a", "c", 9)]
    values = Values(tree, sensitive=frozenset(paths))
    assert secret_values(values) == {"hunter22", "k1-key", "123456"}


def test_the_texts_at_spelled_paths() -> None:
    tree = {"a": [{"b": "x1"}, {"b": {"c": ["x2", 3]}}], "d.e": "x4", "f": "no"}
    paths = ("a[0].b", "a[1].b", spell(("d.e",)), "gone")
    assert list(sensitive_texts(tree, paths)) == ["x1", "x2", "3", "x4"]
    assert list(sensitive_texts(tree, ())) == []
