from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import ReleaseError
from holdfast.model.release import ChartRef, ReleaseSummary, Status
from holdfast.releases.head import to_secret
from holdfast.releases.labels import check_labels, label_value, summary_of


def metadata(head):
    return to_secret(head)["metadata"]


def test_the_labels_of_a_head_are_for_selecting(head):
    assert metadata(head("sd"))["labels"] == {
        "holdfast.dev/record": "head",
        "holdfast.dev/release": "web",
        "holdfast.dev/status": "deployed",
        "holdfast.dev/revision": "2",
        "holdfast.dev/chart": "nginx",
        "holdfast.dev/chart-version": "1.2.3_git.5",
        "holdfast.dev/app-version": "1.27",
        "holdfast.dev/chart-digest": "sha256_aa",
        "holdfast.dev/updated": "1002.0",
    }


def test_list_reads_the_exact_text_back_from_metadata_alone(head):
    seen = metadata(head("sd"))
    assert summary_of(seen) == ReleaseSummary(
        "web",
        "shop",
        2,
        Status.DEPLOYED,
        ChartRef("nginx", "1.2.3+git.5", "1.27", "sha256:aa"),
        1002.0,
    )


def test_the_users_labels_are_listed_and_never_hide_ours(head):
    base = head("d")
    entry = replace(base.revisions[0], labels={"team": "shop", "holdfast.dev/status": "odd"})
    seen = metadata(replace(base, revisions=(entry,)))
    assert seen["labels"]["holdfast.dev/status"] == "deployed"
    assert summary_of(seen).labels == {"team": "shop"}


def test_a_head_without_a_revision_is_not_listed(head):
    assert summary_of(metadata(head(""))) is None


def test_damaged_metadata_are_named(head):
    seen = metadata(head("d"))
    seen["annotations"]["holdfast.dev/status"] = "sleepy"
    with pytest.raises(ReleaseError, match=r"annotations of Secret holdfast\.web are damaged"):
        summary_of(seen)


@given(st.text())
def test_any_text_becomes_a_legal_label_value(text):
    value = label_value(text)
    assert re.fullmatch("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?", value)
    assert len(value) <= 63


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ({"holdfast.dev/status": "x"}, "holdfast's own"),
        ({"a b": "x"}, "no label key"),
        ({"": "x"}, "no label key"),
        ({"team": "a b"}, "no label value"),
        ({"team": "x" * 64}, "no label value"),
    ],
)
def test_labels_that_cannot_be_are_refused(labels, said):
    with pytest.raises(ReleaseError, match=said):
        check_labels(labels)


def test_legal_labels_pass():
    check_labels({"team": "web", "example.com/tier": "", "a.b_c-d": "1.0"})
