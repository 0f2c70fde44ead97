"""What an operation tells, without the release's secrets: servers quote what they refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from holdfast.errors import HoldfastError
from holdfast.model.event import Event
from holdfast.model.secrecy import hide


def veiled(events: Iterator[Event], secrets: Sequence[str]) -> Iterator[Event]:
    """The same events, and the same error at their end, with the `secrets` hidden."""
    try:
        for event in events:
            yield replace(event, message=hide(event.message, secrets))
    except HoldfastError as error:
        veil_error(error, secrets)
        raise
    finally:
        close = getattr(events, "close", None)
        if close:
            close()


def veil_error(error: HoldfastError, secrets: Sequence[str]) -> None:
    """Hide the `secrets` in what an error says."""
    error.message = hide(error.message, secrets)
    error.args = (error.message,)
    if error.hint:
        error.hint = hide(error.hint, secrets)
