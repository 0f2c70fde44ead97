from __future__ import annotations

import pytest

from holdfast.errors import ReleaseError, ReleaseNotFound
from holdfast.releases import history


@pytest.mark.parametrize(("letters", "number"), [("", 1), ("d", 2), ("sdf", 4)])
def test_numbers_go_on(head, letters, number):
    assert history.next_number(head(letters)) == number
    assert history.next_number(None) == 1


@pytest.mark.parametrize(("letters", "number"), [("sd", 2), ("sdff", 2), ("sdp", 2), ("f", None)])
def test_the_deployed_one_is_the_newest_that_went_well(head, letters, number):
    found = history.deployed(head(letters))
    assert (found.number if found else None) == number


@pytest.mark.parametrize(
    ("letters", "wanted", "target"),
    [
        ("sd", None, 1),
        ("sdf", None, 2),
        ("ssfd", None, 2),
        ("sdff", None, 2),
        ("ssd", 1, 1),
        ("sfd", 2, 2),
    ],
)
def test_a_rollback_goes_to_the_last_good_revision_before_the_current(
    head, letters, wanted, target
):
    assert history.rollback_target(head(letters), wanted).number == target


@pytest.mark.parametrize("letters", ["d", "f", "fd", "ff"])
def test_without_an_earlier_good_one_there_is_no_rollback(head, letters):
    with pytest.raises(ReleaseError, match=f"no good revision before {len(letters)}"):
        history.rollback_target(head(letters))


@pytest.mark.parametrize(
    ("letters", "numbers"),
    [
        ("", []),
        ("sd", [2]),
        ("sdff", [2, 3, 4]),
        ("f", [1]),
        ("ff", [1, 2]),
        ("ssf", [3]),
        ("su", []),
        ("suf", [3]),
    ],
)
def test_objects_may_be_there_of_the_deployed_revision_and_of_all_after_it(head, letters, numbers):
    assert [entry.number for entry in history.applied(head(letters))] == numbers


def test_an_unknown_revision_is_answered_with_the_known_ones(head):
    with pytest.raises(ReleaseNotFound, match="there is no revision 9") as caught:
        history.rollback_target(head("sd"), 9)
    assert caught.value.hint == "there are: 1 (superseded), 2 (deployed)"


@pytest.mark.parametrize("letters", ["", "i", "u", "su", "si"])
def test_install_may_take_a_name_that_is_free(head, letters):
    history.check_install("web", head(letters))
    history.check_install("web", None)


@pytest.mark.parametrize("letters", ["d", "f", "p", "sx", "sdf"])
def test_install_refuses_a_name_that_is_taken(head, letters):
    with pytest.raises(ReleaseError, match="the name is taken") as caught:
        history.check_install("web", head(letters))
    assert "upgrade --install web" in caught.value.hint


def test_an_upgrade_needs_something_to_upgrade(head):
    assert history.check_upgrade("web", head("f")) == head("f")
    with pytest.raises(ReleaseNotFound, match="no such release"):
        history.check_upgrade("web", None)
    with pytest.raises(ReleaseError, match="it was uninstalled"):
        history.check_upgrade("web", head("su"))


def test_records_alone_can_be_uninstalled(head):
    assert history.check_uninstall("web", head("su")) == head("su")
    with pytest.raises(ReleaseNotFound, match="no such release in namespace shop"):
        history.check_exists("web", head(""), "shop")


@pytest.mark.parametrize(("letters", "number"), [("sdf", 2), ("ff", 2)])
def test_values_are_taken_from_the_deployed_revision_else_the_newest(head, letters, number):
    assert history.values_base(head(letters)).number == number
