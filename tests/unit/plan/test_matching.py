"""The lines that two texts share."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from holdfast.plan.matching import LineMatcher

TEXT = st.lists(st.sampled_from([f"line {n}" for n in range(8)]), max_size=30)


@given(TEXT, TEXT)
def test_the_opcodes_make_the_one_of_the_other(before: list[str], after: list[str]) -> None:
    made: list[str] = []
    end = 0
    for tag, i1, i2, j1, j2 in LineMatcher(before, after).get_opcodes():
        assert i1 == end and j1 == len(made)
        if tag == "equal":
            assert before[i1:i2] == after[j1:j2]
        made += after[j1:j2]
        end = i2
    assert made == after and end == len(before)


@given(TEXT)
def test_a_text_is_itself(text: list[str]) -> None:
    assert all(code[0] == "equal" for code in LineMatcher(text, text).get_opcodes())


@given(TEXT, TEXT, TEXT)
def test_what_is_added_in_the_midst_is_all_that_changes(
    head: list[str], added: list[str], tail: list[str]
) -> None:
    new = [f"new {line}" for line in added]
    codes = LineMatcher([*head, *tail], [*head, *new, *tail]).get_opcodes()
    changed = [code for code in codes if code[0] != "equal"]
    assert changed == (
        [("insert", len(head), len(head), len(head), len(head) + len(new))] if new else []
    )


def test_lines_that_moved_are_told_once() -> None:
    before = ["a", "x", "b", "x", "c"]
    after = ["a", "x", "c", "x", "b"]
    kept = [code for code in LineMatcher(before, after).get_opcodes() if code[0] == "equal"]
    assert sum(i2 - i1 for _, i1, i2, _, _ in kept) == 3
    assert Counter(before) == Counter(after)
