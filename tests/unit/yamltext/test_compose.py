"""Text to nodes: structure, places, styles, merge keys, aliases, and every refusal."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from holdfast.errors import YamlError
from holdfast.yamltext import MAX_BYTES, Mapping, Scalar, Sequence, compose, load


def refusal(text: str) -> YamlError:
    with pytest.raises(YamlError) as caught:
        compose(text, source="v.yaml")
    return caught.value


def test_nodes_know_their_places_and_styles() -> None:
    (root,) = compose("a:\n  - {b: 'c'}\n  - |\n    d\n", source="v.yaml")
    assert isinstance(root, Mapping)
    key, items = root.entries[0]
    assert key == Scalar("a", "plain", None, 1, 1, 1, 2)
    assert isinstance(items, Sequence)
    flow, literal = items.items
    assert isinstance(flow, Mapping)
    assert (flow.flow, root.flow, items.flow) == (True, False, False)
    assert flow.entries[0][1] == Scalar("c", "single", None, 2, 9, 2, 12)
    assert isinstance(literal, Scalar)
    assert (literal.text, literal.style, literal.line) == ("d\n", "literal", 3)


@pytest.mark.parametrize(
    ("text", "style", "plain"),
    [
        ("x", "plain", True),
        ("'x'", "single", False),
        ('"x"', "double", False),
        ("|-\n x", "literal", False),
        (">-\n x", "folded", False),
        ("!!str x", "plain", False),
    ],
)
def test_style(text: str, style: str, plain: bool) -> None:
    (node,) = compose(text, source="v.yaml")
    assert isinstance(node, Scalar)
    assert (node.text, node.style, node.plain) == ("x", style, plain)


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("# c\n", 0), ("---\n", 1), ("a: 1\n---\n---\nb: 2", 3)]
)
def test_documents_are_counted(text: str, count: int) -> None:
    assert len(compose(text, source="v.yaml")) == count


@pytest.mark.parametrize("text", ["--- {a: 1}", "%YAML 1.2\n---\na: 1", "%YAML 1.1\n---\na: 1"])
def test_document_heads_are_accepted(text: str) -> None:
    assert load(text, source="v.yaml") == {"a": 1}


def test_json_escapes_are_accepted() -> None:
    assert load(r'a: "\/\u00e9"', source="v.yaml") == {"a": "/é"}


@pytest.mark.parametrize("text", ["d: {<<: *b, x: own}", "d: {x: own, <<: *b}"])
def test_an_own_key_beats_a_merged_one_wherever_it_stands(text: str) -> None:
    data = load(f"b: &b {{x: base, z: 2}}\n{text}\n", source="v.yaml")
    assert data["d"] == {"x": "own", "z": 2}


def test_of_several_merged_maps_the_first_wins() -> None:
    data = load("a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc:\n  <<: [*a, *b]\n", source="v.yaml")
    assert data["c"] == {"x": 1, "z": 3}


def test_merged_entries_come_first_and_are_counted() -> None:
    (root,) = compose("a: &a {x: 1}\nc: {q: 1, <<: *a}\n", source="v.yaml")
    assert isinstance(root, Mapping)
    merging = root.entries[1][1]
    assert isinstance(merging, Mapping)
    assert [key.text for key, _ in merging.entries] == ["x", "q"]
    assert merging.merged == 1


def test_a_quoted_merge_sign_is_a_name() -> None:
    assert load("'<<': 1", source="v.yaml") == {"<<": 1}


def test_an_alias_is_the_anchors_node() -> None:
    assert load("a: &x [1, {b: 2}]\nc: *x\n", source="v.yaml")["c"] == [1, {"b": 2}]


def test_an_anchor_ends_with_its_document() -> None:
    assert refusal("a: &x 1\n---\nb: *x\n").where.line == 3  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("a: b: c", "v.yaml:1:5", "mapping values are not allowed"),
        ("a:\n\tb: 1", "v.yaml:2:1", "cannot start any token"),
        ("a:\n  - b\n\t- c", "v.yaml:3:1", "tab"),
        ("a: @x", "v.yaml:1:4", "cannot start any token"),
        ("a: [1, 2", "v.yaml:1:4", "expected ',' or ']'"),
        ("a: 'x\nb: 2\n", "v.yaml:1:4", "unexpected end of stream"),
        ('a: "\\q"', "v.yaml:1:5", "unknown escape"),
        ("a: 1\nb: 2\na: 3", "v.yaml:3:1", "'a' is already at line 1, column 1"),
        ("1: a\n'1': b", "v.yaml:2:1", "already at line 1"),
        ("on: a\n'true': b", "v.yaml:2:1", "already at line 1"),
        ("a: {<<: {}, <<: {}}", "v.yaml:1:13", "already at line 1, column 5"),
        ("~: 1", "v.yaml:1:1", "null"),
        ("[1]: 2", "v.yaml:1:1", "a map or a list"),
        ("<<: 1", "v.yaml:1:1", "<< needs a map"),
        ("a: *x", "v.yaml:1:4", r"alias \*x has no anchor"),
        ("a: &a [*a]", "v.yaml:1:8", "stands inside of what it names"),
        ("a: \x01", "v.yaml:1:4", r"U\+0001"),
        ("a: x\nb: '\x7f'", "v.yaml:2:5", r"U\+007F"),
        ("a: \ud800", "v.yaml:1:4", r"U\+D800"),
        ("%YAML 3.0\n---\na: 1", "v.yaml:1:1", "incompatible"),
    ],
)
def test_bad_text_is_refused_at_its_place(text: str, where: str, words: str) -> None:
    error = refusal(text)
    assert str(error.where) == where
    assert re.search(words, error.message)
    assert error.excerpt is not None


def test_an_error_shows_the_line_a_caret_and_the_next_step() -> None:
    error = refusal("a: 1\nb: c: d\n")
    assert error.excerpt == "   1 | a: 1\n   2 | b: c: d\n     |     ^"
    assert error.hint == "quote a value that holds ': ', and check the indentation"


def test_the_excerpt_of_a_long_line_is_cut_around_the_place() -> None:
    excerpt = refusal("a: " + "x" * 500 + ": y").excerpt
    assert excerpt is not None
    line, caret = excerpt.splitlines()
    assert len(line) <= 107
    assert line[len(caret) - 1] == ":"


def test_a_tab_is_named() -> None:
    assert refusal("a:\n\tb: 1").hint == "indent with spaces: YAML allows no tabs there"


def test_nesting_is_limited() -> None:
    assert load("[" * 200 + "]" * 200, source="v.yaml")
    assert "nested deeper than 200" in refusal("[" * 201 + "]" * 201).message
    assert "nested deeper than 200" in refusal("[" * 100_000).message
    assert "nested deeper than 200" in refusal("- " * 100_000).message


def test_nesting_through_aliases_is_limited() -> None:
    text = "a: &a " + "[" * 120 + "]" * 120 + "\nb: " + "[" * 120 + "*a" + "]" * 120
    assert "nested deeper than 200 through the alias *a" in refusal(text).message


def test_an_alias_bomb_is_refused() -> None:
    names = "abcdefghij"
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for inner, outer in pairwise(names):
        lines.append(f"{outer}: &{outer} [{', '.join(['*' + inner] * 9)}]")
    assert "aliases expand to more than" in refusal("\n".join(lines)).message


def test_long_text_weighs_more_in_aliases() -> None:
    text = f"a: &a {'x' * 1_000_000}\nb: [{', '.join(['*a'] * 100)}]\n"
    assert "aliases expand to more than" in refusal(text).message


def test_many_small_aliases_are_fine() -> None:
    text = f"a: &a {{x: 1}}\nb: [{', '.join(['*a'] * 5000)}]\n"
    assert len(load(text, source="v.yaml")["b"]) == 5000


def test_size_is_limited() -> None:
    assert "larger than 16 MiB" in refusal("#" * (MAX_BYTES + 1)).message
