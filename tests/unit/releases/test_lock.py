from __future__ import annotations

from holdfast.releases import lock as locks

MINE = locks.take("ann@host:1", "upgrade", 1000.0)


def test_a_lock_lasts_a_minute():
    assert locks.held(MINE, 1059.9)
    assert not locks.held(MINE, 1060.0)
    assert not locks.held(None, 0.0)


def test_it_is_renewed_well_before_it_ends():
    assert not locks.due(MINE, 1019.0)
    assert locks.due(MINE, 1020.0)
    assert locks.held(locks.renewed(MINE, 1020.0), 1079.0)


def test_a_renewed_lock_is_the_same_and_another_operation_of_the_holder_is_not():
    assert locks.same(locks.renewed(MINE, 1020.0), MINE)
    assert not locks.same(locks.take("ann@host:1", "upgrade", 1030.0), MINE)
    assert not locks.same(None, MINE)


def test_a_second_comer_is_told_who_what_since_when_and_for_how_long(head):
    error = locks.locked_error(head("d"), MINE, 1010.0)
    assert error.message == (
        "lock release web: ann@host:1 has held it for upgrade since 1970-01-01 00:16:40 UTC"
    )
    assert "ends by itself in 50 seconds" in error.hint
