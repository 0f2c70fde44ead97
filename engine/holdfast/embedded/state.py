"""The seam between the server and its controllers: what they may see and what they may ask for.

A controller is a pure function of the state and the time. It returns the writes it wants and the
next moment something of its own falls due; the server carries them out inside the request's
transaction and calls again until nothing is left to do. It must not know how objects are stored.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

from holdfast.light import dataclass
from holdfast.model.manifest import ObjectRef


class State(Protocol):
    """A consistent view of all objects. What it returns is not to be changed in place."""

    def list(
        self, api_version: str, kind: str, namespace: str | None = None
    ) -> tuple[dict[str, Any], ...]:
        """All objects of a kind, by namespace and name; None is every namespace."""

    def get(self, ref: ObjectRef) -> dict[str, Any] | None:
        """One object, or None."""

    def due(self, ref: ObjectRef) -> float | None:
        """The moment last asked for with Put(due=…), in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Put:
    """Create or replace an object, as the system (no field manager's checks apply).

    The server gives uid, resourceVersion and creationTimestamp, and raises the generation when
    anything but metadata and status changed. `due` (seconds since the epoch) is when this object
    wants to be looked at next; it replaces an earlier one, None clears it. Replacing an object with
    an equal one and an equal `due` is no write at all.
    """

    object: dict[str, Any]
    due: float | None = None


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove an object for good (what has finalizers is only marked, as the API server does)."""

    ref: ObjectRef


Write: TypeAlias = Put | Remove
