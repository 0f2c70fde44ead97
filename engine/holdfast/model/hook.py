"""Hooks: objects that an operation makes at one moment, and waits for, besides the release's own.

What the annotations say is read by kinds.hooks; here is only what that comes to.
"""

from __future__ import annotations

from enum import StrEnum

from holdfast.light import dataclass
from holdfast.model.manifest import Manifest, ObjectRef, owner_of


class When(StrEnum):
    """The moments at which hooks run: Helm's, and those around one step of a scaling."""

    PRE_INSTALL = "pre-install"
    POST_INSTALL = "post-install"
    PRE_UPGRADE = "pre-upgrade"
    POST_UPGRADE = "post-upgrade"
    PRE_ROLLBACK = "pre-rollback"
    POST_ROLLBACK = "post-rollback"
    PRE_DELETE = "pre-delete"
    POST_DELETE = "post-delete"
    PRE_SCALE_UP = "pre-scale-up"
    ON_SCALE_UP = "on-scale-up"
    POST_SCALE_UP = "post-scale-up"
    PRE_SCALE_DOWN = "pre-scale-down"
    POST_SCALE_DOWN = "post-scale-down"
    TEST = "test"

    @property
    def before(self) -> bool:
        """Hooks of this moment run before the changes."""
        return self.value.startswith("pre-")


class Policy(StrEnum):
    """When a hook's object is deleted, or its logs are shown (Helm's words)."""

    BEFORE_CREATION = "before-hook-creation"
    SUCCEEDED = "hook-succeeded"
    FAILED = "hook-failed"


@dataclass(frozen=True, slots=True)
class Hook:
    """One hook.

    `manifest` is the object; `timeout` in seconds is for this hook alone, None leaves it the whole
    operation's; `logs` tell after which outcomes all that its pods wrote is shown; `workload` is
    the name of the StatefulSet whose scaling it is for, empty for any; `replaces` the uid of an
    object of somebody else's whose place it may take.
    """

    manifest: Manifest
    when: tuple[When, ...]
    weight: int = 0
    deletes: frozenset[Policy] = frozenset((Policy.BEFORE_CREATION,))
    logs: frozenset[Policy] = frozenset()
    timeout: float | None = None
    workload: str = ""
    replaces: str = ""

    @property
    def ref(self) -> ObjectRef:
        """The object's name in the cluster."""
        return self.manifest.ref

    @property
    def owner(self) -> tuple[str, str] | None:
        """The release that its object will belong to."""
        return owner_of(self.manifest.object)


class Outcome(StrEnum):
    """What became of a hook."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed-out"
    NOT_RUN = "not-run"


@dataclass(frozen=True, slots=True)
class PodLog:
    """What one container of a hook's pod wrote; `problem` says why that could not be read."""

    pod: str
    container: str
    lines: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class HookResult:
    """One hook that was to run. Times are in seconds since the epoch, 0 for one that did not."""

    ref: ObjectRef
    when: When
    outcome: Outcome
    reason: str = ""
    started: float = 0.0
    ended: float = 0.0
    logs: tuple[PodLog, ...] = ()

    @property
    def well(self) -> bool:
        """It succeeded."""
        return self.outcome is Outcome.SUCCEEDED
