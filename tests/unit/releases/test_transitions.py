from __future__ import annotations

import pytest

from holdfast.model.release import JournalEntry, Lock, Status
from holdfast.releases import transitions


def letters(head):
    return "".join(
        {"pending-upgrade": "p", "uninstalled": "u", "uninstalling": "x"}.get(
            entry.status, entry.status[0]
        )
        for entry in head.revisions
    )


def numbers(head):
    return [entry.number for entry in head.revisions]


@pytest.mark.parametrize(
    ("before", "status", "after"),
    [
        ("sdp", Status.DEPLOYED, "ssd"),
        ("sdp", Status.FAILED, "sdf"),
        ("sdfp", Status.DEPLOYED, "ssfd"),
        ("sd", Status.UNINSTALLED, "su"),
        ("sdf", Status.UNINSTALLED, "ssu"),
        ("sd", Status.UNINSTALLING, "sx"),
    ],
)
def test_an_outcome_supersedes_what_was_deployed_if_it_is_good(head, before, status, after):
    number = len(before)
    settled = transitions.settle(head(before), number, status, description="so", now=9.0)
    assert letters(settled) == after
    assert settled.entry(number).description == "so"
    assert settled.entry(number).updated == 9.0


def test_what_was_cut_off_is_settled_as_failed_and_told(head):
    cut = head(
        "dp",
        lock=Lock("ann@host:1", "upgrade", 1.0, 61.0),
        journal=(
            JournalEntry("retain claims", {}, done=True),
            JournalEntry("scale to 0", {"name": "web"}),
        ),
    )
    assert transitions.interruption(cut) == (
        "upgrade of revision 2 by ann@host:1, during: scale to 0"
    )
    healed = transitions.recover(cut, 99.0)
    assert letters(healed) == "df"
    assert healed.entry(2).description == "Upgrade interrupted"
    assert healed.journal == ()


def test_nothing_is_told_where_nothing_was_cut_off(head):
    assert transitions.interruption(head("sd")) == ""
    assert transitions.recover(head("sd"), 9.0) == head("sd")


@pytest.mark.parametrize(
    ("before", "most", "kept"),
    [
        ("sssd", 10, [1, 2, 3, 4]),
        ("sssd", 2, [3, 4]),
        ("sssd", 0, [1, 2, 3, 4]),
        ("sdff", 2, [2, 4]),
        ("sdffp", 1, [2, 5]),
        ("sd", 1, [2]),
    ],
)
def test_pruning_keeps_the_newest_and_always_the_deployed(head, before, most, kept):
    assert numbers(transitions.prune(head(before), most)) == kept


def test_what_is_forgotten_has_one_line_and_no_record(head):
    gone = transitions.emptied(head("sd"), 9.0)
    assert letters(gone) == "u"
    assert gone.revisions[0].chunks == ()
    assert gone.current == 2
