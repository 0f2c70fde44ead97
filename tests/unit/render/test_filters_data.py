"""Filters over maps, lists, paths, URLs and numbers: edges, laws and refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import RenderError
from holdfast.render.filters import lists, maps, numbers, paths, urls

RESULTS: tuple[tuple[Any, Any], ...] = (
    (maps.get(None, "a", 1), 1),
    (maps.get({"a": None}, "a", 1), None),
    (maps.dig({"a": [{"b": 0}]}, "a", 0, "b"), 0),
    (maps.dig({"a": [1]}, "a", -1), 1),
    (maps.dig({"a": [1]}, "a", 5, default="x"), "x"),
    (maps.dig({"a": [1]}, "a", True, default="x"), "x"),
    (maps.dig({"a": 1}, "a", "b", default="x"), "x"),
    (maps.dig(None, "a"), None),
    (maps.put({"b": 1, "a": 2}, "b", 3), {"b": 3, "a": 2}),
    (maps.pluck([{"a": None}, {}], "a"), [None]),
    (maps.has_keys({"a": 1}), True),
    (maps.from_items([["a", 1], ("a", 2)]), {"a": 2}),
    (lists.without([1, True, "1", 1.0], 1), [True, "1"]),
    (lists.without([{"a": 1}, []], {"a": 1}), [[]]),
    (lists.compact([0, False, None, "", [], {}, "0", [0]]), ["0", [0]]),
    (lists.all_of([]), True),
    (lists.any_of([]), False),
    (lists.sort_natural(["v1.10", "v1.9", "v1", 3]), [3, "v1", "v1.9", "v1.10"]),
    (paths.path_base(""), "."),
    (paths.path_base("/"), "/"),
    (paths.path_base("a/b/"), "b"),
    (paths.path_dir("/a"), "/"),
    (paths.path_dir("a/b/"), "a/b"),
    (paths.path_dir(""), "."),
    (paths.path_ext("a.d/b"), ""),
    (paths.path_ext(".bashrc"), ".bashrc"),
    (paths.path_clean("../../a/.."), "../.."),
    (paths.path_clean("//a"), "/a"),
    (paths.path_join([]), ""),
    (paths.path_join(["a", "", "../b"]), "b"),
    (urls.url_parse("/x")["port"], None),
    (urls.url_parse("http://[::1]:80")["hostname"], "::1"),
    (urls.url_join({"scheme": "http", "hostname": "::1", "port": 80}), "http://[::1]:80"),
    (urls.url_join({"host": "a", "path": "b", "userinfo": "u:p"}), "//u:p@a/b"),
    (numbers.whole("0x1f", 16), 31),
    (numbers.whole("0b101", 2), 5),
    (numbers.whole("-17", 8), -15),
)


@pytest.mark.parametrize(("made", "wanted"), RESULTS)
def test_results(made: Any, wanted: Any) -> None:
    assert made == wanted and type(made) is type(wanted)


@given(st.text("ab/.", max_size=12))
def test_a_clean_path_is_clean(path: str) -> None:
    clean = paths.path_clean(path)
    assert paths.path_clean(clean) == clean
    assert "//" not in clean and (clean == "/" or not clean.endswith("/"))


HOST = st.text("abc.", min_size=1, max_size=5).map(lambda text: f"h{text}h")
PART = st.text("abc12", max_size=4)


@given(HOST, st.integers(1, 65535), PART, PART, PART)
def test_a_url_comes_together_again(
    host: str, port: int, path: str, query: str, fragment: str
) -> None:
    url = f"https://{host}:{port}/{path}"
    url += (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
    assert urls.url_join(urls.url_parse(url)) == url


@given(st.dictionaries(st.text("ab", max_size=2), st.integers()))
def test_items_go_there_and_back(data: dict[str, int]) -> None:
    assert maps.from_items(list(data.items())) == data


WRONG = (
    (lambda: maps.get([], "a"), "a map is needed here, not a list"),
    (lambda: maps.get({}, None), "null cannot be a key"),
    (lambda: maps.put({}, {}, 1), "a map cannot be a key"),
    (lambda: maps.dig({}), "at least one key"),
    (lambda: maps.pluck([{}], "a", "b"), "pluck needs one key"),
    (lambda: maps.pluck([1], "a"), "a map is needed here, not a number"),
    (lambda: maps.from_items([[1, 2, 3]]), "needs pairs, not a list of 3"),
    (lambda: lists.compact("abc"), "a list is needed here, not text"),
    (lambda: lists.sort_natural([{}]), "a map cannot be part of a text"),
    (lambda: paths.path_join("a/b"), "a list is needed here, not text"),
    (lambda: urls.url_parse("http://[::1"), "the text is no URL"),
    (lambda: urls.url_parse("http://a:99999"), "the text is no URL"),
    (lambda: urls.url_parse("a" * 9000), "over 8192 characters"),
    (lambda: urls.url_join({"hst": "a"}), "a URL has no part 'hst'"),
    (lambda: numbers.whole("9", 8), "no whole number of base 8"),
    (lambda: numbers.whole("1", 7), "the base must be"),
    (lambda: numbers.whole(9, 8), "a number has no digits of another base"),
    (lambda: numbers.whole("1" * 2000, 2), "no whole number of base 2"),
)


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_what_does_not_fit_is_refused(call: Any, message: str) -> None:
    with pytest.raises(RenderError, match=message):
        call()


def test_an_error_about_a_url_does_not_tell_it() -> None:
    with pytest.raises(RenderError) as caught:
        urls.url_parse("http://me:hunter22@[::1")
    assert "hunter22" not in caught.value.message


def test_nothing_is_changed_in_place(objects: Callable[..., list[Any]]) -> None:
    template = """\
{% set m = values.m | set('b', 2) %}
{% set n = values.m | omit('a') %}
{% set l = values.l | without(1) %}
k: {{ [m, n, l, values.m, values.l] }}
"""
    tree = {"m": {"a": 1}, "l": [1, 2]}
    assert objects(template, tree) == [{"k": [{"a": 1, "b": 2}, {}, [2], {"a": 1}, [1, 2]]}]


SECRET = (
    "values.p | snake_case",
    "values.p | regex_find_all('.')",
    "{'a': 1} | set('b', values.p)",
    "values.p | sha512",
    "values.p | b32encode",
    "['/', values.p] | path_join",
    "{'a': values.p} | to_toml",
    "('a = \"' ~ values.p ~ '\"') | from_toml",
    "{'a': {'b': values.p}} | dig('a', 'b')",
    "[[1, values.p]] | from_items",
    "coalesce(values.p, 1)",
)


@pytest.mark.parametrize("expression", SECRET)
def test_what_a_filter_makes_of_a_secret_is_one(
    expression: str, rendered: Callable[..., Any]
) -> None:
    (found,) = rendered(
        {"a.yaml.j2": f"k: {{{{ {expression} }}}}\nl: 1\n"}, {"p": "hunter22"}, sensitive=[("p",)]
    )
    assert {path[0] for path in found.objects[0].sensitive} == {"k"}
