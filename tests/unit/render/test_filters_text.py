"""Filters over text: edges that the table of functions does not show, and every refusal."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import RenderError
from holdfast.render.filters import digests, patterns, text, words

WORDS = (
    ("httpServer2", "http_server2", "HttpServer2"),
    ("HTTPServer", "http_server", "HttpServer"),
    ("XMLHttpRequest v1Beta", "xml_http_request_v1_beta", "XmlHttpRequestV1Beta"),
    ("  a--b__c.d ", "a_b_c_d", "ABCD"),
    ("already_snake", "already_snake", "AlreadySnake"),
    ("ÄrgerÜber", "ärgerüber", "Ärgerüber"),
    ("", "", ""),
)


@pytest.mark.parametrize(("given", "snake", "camel"), WORDS)
def test_words_are_found_where_the_case_rises(given: str, snake: str, camel: str) -> None:
    assert words.snake_case(given) == snake
    assert words.kebab_case(given) == snake.replace("_", "-")
    assert words.camel_case(given) == camel


@given(st.text("aB2 _-", max_size=12))
def test_cases_are_stable(source: str) -> None:
    snake = words.snake_case(source)
    assert words.snake_case(snake) == snake
    assert words.kebab_case(snake) == words.kebab_case(source)


@given(st.text("ab c\n", max_size=40), st.integers(1, 12))
def test_wrapped_lines_fit_unless_a_word_does_not(source: str, width: int) -> None:
    made = words.wrap(source, width)
    assert made.split() == source.split()
    assert all(len(line) <= width or " " not in line for line in made.split("\n"))


@given(st.text(max_size=30), st.integers(7, 20), st.integers(0, 30))
def test_an_abbreviation_fits(source: str, width: int, start: int) -> None:
    made = words.abbrev(source, width, start)
    assert len(made) <= width
    assert made == source or "..." in made


RESULTS: tuple[tuple[Any, Any], ...] = (
    (text.split("a,,b", ","), ["a", "", "b"]),
    (text.split(" a  b "), ["a", "b"]),
    (text.split("a b", None, 0), []),
    (text.split("a,b,c", ",", 1), ["a,b,c"]),
    (text.nindent("a\n\nb", 2), "\n  a\n\n  b"),
    (text.trunc("abc", 10), "abc"),
    (text.startswith(12, 1), True),
    (text.format_text("%s %5.1f %s %%", True, 2.25, "é"), "true   2.2 é %"),
    (patterns.regex_find_all("a1b2c3", "[0-9]", 2), ["1", "2"]),
    (patterns.regex_find_all("ab", "x"), []),
    (patterns.regex_split("a1b2c", "([0-9])"), ["a", "b", "c"]),
    (patterns.regex_split("a1b2c", "[0-9]", 2), ["a", "b2c"]),
    (patterns.regex_split("a1b", "[0-9]", 0), []),
    (patterns.regex_replace("aXb", "x", "y"), "aXb"),
    (patterns.regex_replace("aXb", "(?i)x", "y"), "ayb"),
    (patterns.regex_match("a.c", patterns.regex_escape("a.c")), True),
    (patterns.regex_match("abc", patterns.regex_escape("a.c")), False),
    (patterns.regex_find("ab1-", "^[[:alnum:]]+"), "ab1"),
    (patterns.regex_find("x_9.", "[^[:digit:]x]"), "_"),
    (patterns.regex_match("a]", "^[]a[:space:]]+$"), True),
    (patterns.regex_match("[:", r"^\[:$"), True),
    (patterns.regex_match("é", r"\w"), False),
    (patterns.regex_match("\u0661", r"\d"), False),
    (patterns.regex_match("a\n", "^a$"), False),
    (patterns.regex_match("a\nb", "(?m)^a$"), True),
    (patterns.regex_match("a$", r"^a\$\z"), True),
    (patterns.regex_match("a$", "^a[$]$"), True),
    (patterns.regex_replace("ab", "b$", "c"), "ac"),
    (patterns.regex_escape("my-var x/é#~&"), "my-var x/é#~&"),
    (patterns.regex_escape(r"\.+*?()|[]{}^$"), r"\\\.\+\*\?\(\)\|\[\]\{\}\^\$"),
    (words.wrap("abcdef gh", 3, "|"), "abcdef|gh"),
    (words.wrap("a\n\nb", 5), "a\n\nb"),
    (words.untitle("Ab Cd"), "ab cd"),
    (digests.decode_base32(digests.encode_base32("hé")), "hé"),
    (digests.adler32("Wikipedia"), "300286872"),
)


@pytest.mark.parametrize(("made", "wanted"), RESULTS)
def test_results(made: Any, wanted: Any) -> None:
    assert made == wanted


BIG = "a" * (64 * 1024 + 1)
WRONG = (
    (lambda: text.upper(None), "null cannot be part of a text"),
    (lambda: text.upper({}), "a map cannot be part of a text"),
    (lambda: text.trunc("a", "b"), "a whole number is needed here, not text"),
    (lambda: text.split("a", ""), "a separator that is not empty"),
    (lambda: text.split("a", ",", -1), "a number from 0"),
    (lambda: text.replace("a", "", "b"), "needs a text to look for"),
    (lambda: text.replace("a" * 100_000, "a", "b" * 1000), "grew over 4 MiB"),
    (lambda: text.indent("\n" * 100_000, 4096), "grew over 4 MiB"),
    (lambda: text.join(["a" * 1000] * 5000, "b"), "grew over 4 MiB"),
    (lambda: text.format_text("%s", None), "null cannot be part of a text"),
    (lambda: text.format_text("%s", {}), "a map cannot be part of a text"),
    (lambda: text.format_text("%d", "a"), "the format does not fit"),
    (lambda: text.format_text("%s"), "the format does not fit"),
    (lambda: text.format_text("%9999d", 1), "a width in a format is over 4096"),
    (lambda: patterns.regex_match(BIG, "a"), "over 64 KiB"),
    (lambda: patterns.regex_match("a", "a" * 1001), "over 1000 characters"),
    (lambda: patterns.regex_match("a", "("), "the pattern cannot be read"),
    (lambda: patterns.regex_replace("a", "a", "\\9"), "the replacement cannot be read"),
    (lambda: patterns.regex_replace("a" * 60_000, "", "b" * 60_000), "too long for this text"),
    (lambda: patterns.regex_split("ab", "x*"), "matches nothing at all"),
    (lambda: words.snake_case(BIG), "over 64 KiB"),
    (lambda: words.wrap("a", 0), "a width of at least 1"),
    (lambda: words.wrap("a " * 30_000, 1, "b" * 1000), "grew over 4 MiB"),
    (lambda: words.abbrev("abcdef", 3), "a width of at least 4"),
    (lambda: words.abbrev("abcdefghijk", 6, 5), "a width of at least 7"),
    (lambda: digests.decode_base32("1"), "is not base32"),
)


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_what_does_not_fit_is_refused(call: Any, message: str) -> None:
    with pytest.raises(RenderError, match=message):
        call()
