"""The --set family: Helm's grammar, its typing, and a refusal wherever Helm drops input."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.errors import SetSyntaxError, ValuesError, Where
from holdfast.model.values import Layer
from holdfast.values import merge, parse_set


def no_file(name: str) -> bytes:
    raise AssertionError(f"{name} was read")


def tree(text: str, kind: str = "set") -> Any:
    return merge(Layer({}, edits=parse_set(text, kind, no_file))).tree


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("a=1", {"a": 1}),
        ("a=1,b=2", {"a": 1, "b": 2}),
        ("a=1,", {"a": 1}),
        ("a=", {"a": ""}),
        ("a=,b=", {"a": "", "b": ""}),
        ("a.b.c=x", {"a": {"b": {"c": "x"}}}),
        ("a.b=1,a.c=2", {"a": {"b": 1, "c": 2}}),
        ("a={x,y}", {"a": ["x", "y"]}),
        ("a={x,1,true}", {"a": ["x", 1, True]}),
        ("a={}", {"a": []}),
        ("a={x},b=1", {"a": ["x"], "b": 1}),
        ("a={,}", {"a": ["", ""]}),
        ("a={x\\,y,z\\}}", {"a": ["x,y", "z}"]}),
        ("a[0]=x", {"a": ["x"]}),
        ("a[2]=x", {"a": [None, None, "x"]}),
        ("a[0].b=1,a[0].c=2,a[1].b=3", {"a": [{"b": 1, "c": 2}, {"b": 3}]}),
        ("a[0][1]=x", {"a": [[None, "x"]]}),
        ("a={x,y},a[1]=z", {"a": ["x", "z"]}),
        ("a\\.b=1", {"a.b": 1}),
        ("a\\=b=1", {"a=b": 1}),
        ("a\\[0]=1", {"a[0]": 1}),
        ("a=x\\,y", {"a": "x,y"}),
        ("a=x\\\\y", {"a": "x\\y"}),
        ("a=b=c", {"a": "b=c"}),
        ("a=b.c[0]", {"a": "b.c[0]"}),
        ("a=x{y}", {"a": "x{y}"}),
        ("nodeSelector.kubernetes\\.io/role=x", {"nodeSelector": {"kubernetes.io/role": "x"}}),
        ("a=null,a.b=1", {"a": {"b": 1}}),
        ("a.b=1,a=2", {"a": 2}),
    ],
)
def test_set(text: str, expected: Any) -> None:
    assert tree(text) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("0", 0),
        ("-0", 0),
        ("7", 7),
        ("-7", -7),
        ("+7", 7),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("007", "007"),
        ("-07", "-07"),
        ("1.5", "1.5"),
        ("1e3", "1e3"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("yes", "yes"),
        ("~", "~"),
        (" 1", " 1"),
        ("٣", "٣"),
    ],
)
def test_types_of_set(text: str, value: Any) -> None:
    found = tree(f"a={text}")["a"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("word", ["null", "Null", "NULL"])
def test_null_deletes(word: str) -> None:
    below = Layer({"a": 1, "b": 2})
    assert merge(below, Layer({}, edits=parse_set(f"a={word}", "set", no_file))).tree == {"b": 2}


@pytest.mark.parametrize("value", ["true", "null", "12", "1.5"])
def test_set_string_types_nothing(value: str) -> None:
    assert tree(f"a={value},b={{{value}}}", "set-string") == {"a": value, "b": [value]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a={"b": [1, 2.5, 1e3, null]}', {"a": {"b": [1, 2.5, 1000, None]}}),
        ('a=[1],b="x"', {"a": [1], "b": "x"}),
        ('a.b[0]={"c": 1} , d= 2', {"a": {"b": [{"c": 1}]}, " d": 2}),
        ('{"a": {"b": 1}, "c": 2}', {"a": {"b": 1}, "c": 2}),
        ("{}", {}),
        ("a=123456789012345678901234567890", {"a": 123456789012345678901234567890}),
    ],
)
def test_set_json(text: str, expected: Any) -> None:
    assert tree(text, "set-json") == expected


def test_set_json_merges_maps_and_an_empty_value_is_null() -> None:
    below = Layer({"a": {"b": 1, "c": 2}, "d": 3})
    flag = Layer({}, edits=parse_set('a={"c": null, "e": 4},d=', "set-json", no_file))
    assert merge(below, flag).tree == {"a": {"b": 1, "e": 4}}


def test_set_file_takes_the_files_text() -> None:
    files = {"x.txt": b"1\n", "y.txt": "é".encode()}
    edits = parse_set("a=x.txt,b={x.txt,y.txt}", "set-file", files.__getitem__)
    assert merge(Layer({}, edits=edits)).tree == {"a": "1\n", "b": ["1\n", "é"]}


def test_set_file_passes_on_what_reading_raises() -> None:
    def read(name: str) -> bytes:
        raise ValuesError(f"reading {name}: no such file")

    with pytest.raises(ValuesError, match=r"reading x\.txt"):
        parse_set("a=x.txt", "set-file", read)


def test_set_file_needs_utf8() -> None:
    with pytest.raises(SetSyntaxError, match="--set-file a: the file is not UTF-8"):
        parse_set("a=x", "set-file", lambda _: b"\xff")


def test_set_literal_takes_the_rest_as_it_is() -> None:
    assert tree("a.b=x,y=\\z{1}", "set-literal") == {"a": {"b": "x,y=\\z{1}"}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a", "'=' is missing"),
        ("a,b=1", "'=' is missing"),
        ("=x", "a key is empty"),
        (".a=x", "a key is empty"),
        ("a.=x", "a key is empty"),
        ("a..b=x", "a key is empty"),
        ("[0]=x", "a key is empty"),
        ("a=1,,b=2", "a key is empty"),
        ("a[0", "not closed"),
        ("a[0=x", "not closed"),
        ("a[0]", "after ']' comes"),
        ("a[0]b=x", "after ']' comes"),
        ("a[]=x", "neither an index"),
        ("a[-1]=x", "neither an index"),
        ("a[x]=x", "neither an index"),
        ("a[٣]=x", "neither an index"),
        ("a[65537]=x", "over 65536"),
        ("a[99999999999999]=x", "over 65536"),
        ("a={x", "'}' is missing"),
        ("a={x}y", "after '}' comes"),
        ("a\\", "a backslash at the end"),
        ("a=x\\", "a backslash at the end"),
        ("a=1,a.b=2", "makes a a single value"),
        ("a=1,a[0]=2", "makes a a single value"),
        ("a.b=1,a[0]=2", "makes a a map"),
        ("a[0]=1,a.b=2", "makes a a list"),
        ("a[0]=1,a[0].b=2", r"makes a\[0\] a single value"),
        (".".join("a" * 32) + "=x", "nested deeper than 30"),
        ("a" + "[0]" * 31 + "=x", "nested deeper than 30"),
        ("a=" + "9" * 4301, "more than 4300 digits"),
        ("a=\udcff", "half a character"),
    ],
)
def test_what_is_refused(text: str, words: str) -> None:
    with pytest.raises(SetSyntaxError, match=words) as caught:
        parse_set(text, "set", no_file)
    assert caught.value.hint
    assert caught.value.where is not None
    assert caught.value.where.kind == "flag"


@pytest.mark.parametrize(
    "text",
    [
        *("a={", "a=[1", "a=x", "a=NaN", "a=1 2", "a=1e400", '{"a": 1} x', '{"a": 1, "a": 2}'),
        *('a="\\ud800"', "a=" + "[" * 100_000, "a=" + "[" * 200 + "]" * 200),
    ],
)
def test_what_set_json_refuses(text: str) -> None:
    with pytest.raises(SetSyntaxError, match="reading --set-json"):
        parse_set(text, "set-json", no_file)


def test_limits_are_inclusive() -> None:
    assert len(tree("a[65536]=x")["a"]) == 65537
    assert tree(".".join("a" * 31) + "=x")


def test_an_origin_names_flag_and_key_but_no_value() -> None:
    edits = parse_set("a.b=secret,c\\=d[0]={secret}", "set-string", no_file)
    assert [edit.origin for edit in edits] == [
        Where("--set-string a.b", kind="flag"),
        Where("--set-string c\\=d[0]", kind="flag"),
    ]


@pytest.mark.parametrize("text", ["p=secret\\", "p={secret", "p={secret}x", "p=1,p.secret=secret"])
def test_an_error_holds_no_value(text: str) -> None:
    with pytest.raises(SetSyntaxError) as caught:
        parse_set(text, "set", no_file)
    assert "secret" not in str(caught.value).replace("p.secret", "")
