"""Label selectors: both spellings, and what they select."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import ManifestError
from holdfast.kinds.selectors import parse_selector, selector_of, selector_text

LABELS = {"app": "web", "tier": "front", "rank": "7"}


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("", True),
        ("app=web", True),
        ("app==web,tier=front", True),
        ("app=web,tier=back", False),
        ("app!=db", True),
        ("other!=db", True),
        ("tier in (back, front)", True),
        ("tier notin (back,front)", False),
        ("other notin (x)", True),
        ("other in (x)", False),
        ("app", True),
        ("!app", False),
        (" ! other ", True),
        ("rank>6,rank<8", True),
        ("rank>7", False),
        ("app>1", False),
        ("empty=", False),
        ("in=out", False),
        ("a.b/c-d_e", False),
    ],
)
def test_string_form(text: str, selected: bool) -> None:
    assert parse_selector(text).matches(LABELS) is selected


@pytest.mark.parametrize(
    "text", [",", "a=b,", "a in x", "a in (x", "=b", "a=b c", "a>x", "!", "(a)"]
)
def test_refuses_what_is_no_selector(text: str) -> None:
    with pytest.raises(ManifestError, match="reading a label selector"):
        parse_selector(text)


@pytest.mark.parametrize(
    ("given", "selected"),
    [
        (None, False),
        ({}, True),
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchLabels": {"app": "db"}}, False),
        ({"matchExpressions": [{"key": "tier", "operator": "In", "values": ["front"]}]}, True),
        ({"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["front"]}]}, False),
        ({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, False),
        (
            {
                "matchLabels": {"app": "web"},
                "matchExpressions": [{"key": "x", "operator": "Exists"}],
            },
            0,
        ),
    ],
)
def test_object_form(given: dict[str, Any] | None, selected: bool) -> None:
    assert selector_of(given).matches(LABELS) == selected


@pytest.mark.parametrize(
    "requirement",
    [{"key": "a", "operator": "Like"}, {"key": "a", "operator": "In"}, {"key": "a"}],
)
def test_refuses_a_requirement_that_is_none(requirement: dict[str, Any]) -> None:
    with pytest.raises(ManifestError, match="reading a label selector"):
        selector_of({"matchExpressions": [requirement]})


@given(st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz"), min_size=1))
def test_both_forms_agree(labels: dict[str, str]) -> None:
    text = ",".join(f"{key}={value}" for key, value in labels.items())
    assert parse_selector(text).requirements == selector_of({"matchLabels": labels}).requirements
    assert parse_selector(text).matches(labels)
    assert parse_selector(f"!{next(iter(labels))}").matches(labels) is False


def test_no_labels_at_all() -> None:
    assert parse_selector("!app").matches(None)
    assert not parse_selector("app").matches(None)


def expression(operator, *values):
    return {"key": "k", "operator": operator, "values": list(values)}


@pytest.mark.parametrize(
    ("selector", "text"),
    [
        ({}, ""),
        ({"matchLabels": {"a": "1", "b": "2"}}, "a=1,b=2"),
        ({"matchExpressions": [expression("In", "y", "x")]}, "k in (x,y)"),
        ({"matchExpressions": [expression("NotIn", "x")]}, "k notin (x)"),
        ({"matchExpressions": [expression("Exists")]}, "k"),
        ({"matchLabels": {"a": "1"}, "matchExpressions": [expression("DoesNotExist")]}, "a=1,!k"),
    ],
)
def test_a_selector_as_a_query_spells_it(selector, text):
    assert selector_text(selector) == text
