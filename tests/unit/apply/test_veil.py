"""Events and errors of an operation without the release's secrets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from holdfast.apply.veil import veiled
from holdfast.errors import ApplyError
from holdfast.model.event import Event, EventKind

SECRETS = ("hunter-Secret-22",)


def events() -> Iterator[Event]:
    yield Event(EventKind.WARNING, "the server says: hunter-Secret-22 is weak", 1.0)
    raise ApplyError(
        "apply Secret/db: Invalid value: hunter-Secret-22",
        failed=["Secret/db"],
        hint="not hunter-Secret-22",
    )


def test_what_is_told_has_no_secret_in_it() -> None:
    told = veiled(events(), SECRETS)
    assert next(told).message == "the server says: (secret) is weak"
    with pytest.raises(ApplyError) as caught:
        next(told)
    error = caught.value
    assert str(error) == error.message == "apply Secret/db: Invalid value: (secret)"
    assert (error.hint, error.failed) == ("not (secret)", ("Secret/db",))


def test_who_stops_listening_stops_the_operation() -> None:
    stopped = []

    def endless() -> Iterator[Event]:
        try:
            while True:
                yield Event(EventKind.WAITING, "…", 1.0)
        finally:
            stopped.append(True)

    told = veiled(endless(), ())
    next(told)
    told.close()  # type: ignore[attr-defined]
    assert stopped == [True]
