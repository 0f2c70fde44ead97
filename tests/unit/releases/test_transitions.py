from __future__ import annotations

from dataclasses import replace

import pytest

from holdfast.model.release import JournalEntry, Lock, Status, Unfinished
from holdfast.model.work import Asked, Work
from holdfast.releases import transitions
from holdfast.releases.unfinished import base_of, interruption, unfinished


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


JOURNAL = (
    JournalEntry("retain claims", {}, done=True),
    JournalEntry("scale to 0", {"name": "web"}),
)
LOCK = Lock("ann@host:1", "upgrade", 1.0, 61.0)
WORK = Work("upgrade", 2, "ann@host:1", 1.0, base=1, asked=Asked(force_conflicts=True))


def test_what_was_cut_off_is_settled_as_failed_and_stays_known(head):
    cut = head("dp", lock=LOCK, journal=JOURNAL, work=WORK)
    assert interruption(cut) == (
        "upgrade of revision 2 by ann@host:1, begun 1970-01-01 00:00:01 UTC, during: scale to 0"
    )
    healed = transitions.recover(cut, 99.0)
    assert letters(healed) == "df"
    assert healed.entry(2).description == "Upgrade interrupted"
    assert unfinished(healed) == Unfinished(WORK, cut_off=True, journal=JOURNAL)
    assert interruption(replace(healed, lock=None)) == "", "it is settled"


def test_nothing_is_told_where_nothing_was_cut_off(head):
    assert interruption(head("sd")) == ""
    assert unfinished(head("sd")) is None
    assert transitions.recover(head("sd"), 9.0) == head("sd")


def test_a_lock_alone_tells_who_was_cut_off_before_anything_began(head):
    cut = head("sd", lock=LOCK)
    assert interruption(cut) == "upgrade by ann@host:1, begun 1970-01-01 00:00:01 UTC"
    assert unfinished(cut) == Unfinished(Work("upgrade", 0, "ann@host:1", 1.0), cut_off=True)


def test_a_failure_keeps_what_it_takes_to_go_on_and_a_good_end_drops_it(head):
    running = head("dp", journal=JOURNAL, work=WORK)
    failed = transitions.settle(running, 2, Status.FAILED, description="Upgrade failed: x", now=9.0)
    assert unfinished(failed) == Unfinished(
        WORK, cut_off=False, reason="Upgrade failed: x", journal=JOURNAL
    )
    good = transitions.settle(running, 2, Status.DEPLOYED, description="", now=9.0)
    assert (good.work, good.journal) == (None, ())


@pytest.mark.parametrize(
    ("letters", "verb", "base"),
    [("sdp", "upgrade", 2), ("i", "install", 0), ("sx", "uninstall", 2), ("sfp", "upgrade", 0)],
)
def test_a_head_without_work_tells_it_by_its_status_and_lock(head, letters, verb, base):
    """As the first holdfast wrote it."""
    cut = head(letters, lock=LOCK)
    entry = replace(cut.latest, chunks=("a:0-1",))
    left = unfinished(replace(cut, revisions=(*cut.revisions[:-1], entry)))
    assert left.work == Work(verb, len(letters), "ann@host:1", 1.0, base)


def test_an_operation_after_an_uninstall_that_was_cut_off_goes_back_to_what_was_there(head):
    removed = Work("uninstall", 2, "ann@host:1", 1.0, base=2)
    assert base_of(head("sf", work=removed)) == 2
    assert base_of(head("sdf", work=removed)) == 2
    assert base_of(head("f")) == 0


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


def test_pruning_keeps_what_the_work_can_be_taken_back_to(head):
    working = head("ssfp", work=Work("upgrade", 4, "ann", 1.0, base=2))
    assert numbers(transitions.prune(working, 1)) == [2, 4]


def test_what_is_forgotten_has_one_line_and_no_record(head):
    gone = transitions.emptied(head("sd"), 9.0)
    assert letters(gone) == "u"
    assert gone.revisions[0].chunks == ()
    assert gone.current == 2
