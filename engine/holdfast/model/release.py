"""A release and its numbered revisions, as they are stored and as people see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from holdfast.light import dataclass
from holdfast.model.manifest import Manifests
from holdfast.model.patch import Patch
from holdfast.model.work import Work


class Status(StrEnum):
    """Helm's words for the state of a revision."""

    DEPLOYED = "deployed"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    UNINSTALLED = "uninstalled"
    UNINSTALLING = "uninstalling"
    PENDING_INSTALL = "pending-install"
    PENDING_UPGRADE = "pending-upgrade"
    PENDING_ROLLBACK = "pending-rollback"
    PENDING_SCALE = "pending-scale"

    @property
    def pending(self) -> bool:
        """An operation is under way, or was cut off."""
        return self.value.startswith("pending-") or self is Status.UNINSTALLING


@dataclass(frozen=True, slots=True)
class ChartRef:
    """Which chart a revision was made from."""

    name: str
    version: str
    app_version: str = ""
    digest: str = ""

    def __str__(self) -> str:
        return f"{self.name}-{self.version}"


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision, whole: what was asked for (`supplied`), what that came to, what was applied.

    `hooks` are the objects that operations make on the way, apart from `manifests`. `updated` is in
    seconds since the epoch. `sensitive` are the value paths, as users write them, that are masked
    wherever people look. `patches` are what was done to what the chart rendered, and are done again
    at the next upgrade; `post_renderer` is the command that came after them.
    """

    release: str
    namespace: str
    number: int
    status: Status
    chart: ChartRef
    updated: float
    description: str = ""
    supplied: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    manifests: Manifests = ()
    hooks: Manifests = ()
    notes: str = ""
    sensitive: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    patches: tuple[Patch, ...] = ()
    post_renderer: str = ""

    @property
    def objects(self) -> Manifests:
        """All that was rendered: the release's own objects, then its hooks."""
        return (*self.manifests, *self.hooks)


@dataclass(frozen=True, slots=True)
class RevisionEntry:
    """One line of a release's history, as the head keeps it: all but the record's bulk.

    `digest` is the sha256 of the whole record; `chunks` the names of its pieces, in order.
    `labels` are the user's own, so that the head can be selected by them. `interrupted` names the
    operation that was cut off, by the user or by the end of its process, where that made it fail.
    """

    number: int
    status: Status
    chart: ChartRef
    updated: float
    description: str = ""
    digest: str = ""
    chunks: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    interrupted: str = ""


@dataclass(frozen=True, slots=True)
class Lock:
    """Who is changing the release. Times in seconds since the epoch."""

    holder: str
    operation: str
    acquired: float
    expires: float


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A step that may not be done twice: written before it is done, struck off after."""

    step: str
    detail: Mapping[str, Any]
    done: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The one small record that commits: the current revision, the history, the lock, the journal.

    Every write is conditional on `resource_version`, which fences a holder that was paused. `work`
    is the operation that has not come to a good end yet, whether it is under way or was cut off.
    """

    release: str
    namespace: str
    current: int
    revisions: tuple[RevisionEntry, ...] = ()
    lock: Lock | None = None
    journal: tuple[JournalEntry, ...] = ()
    work: Work | None = None
    resource_version: str = ""

    def entry(self, number: int) -> RevisionEntry | None:
        """The history line of revision `number`."""
        return next((entry for entry in self.revisions if entry.number == number), None)

    @property
    def latest(self) -> RevisionEntry | None:
        """The newest history line."""
        return self.revisions[-1] if self.revisions else None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An operation that nobody is at any more and that did not come to a good end.

    `cut_off` tells that its user or the end of its process stopped it, else it failed, and `reason`
    says why. `journal` has the steps that may not be done twice: those it did, and the one that it
    was at. A `work` without a revision left nothing half done.
    """

    work: Work
    cut_off: bool
    reason: str = ""
    journal: tuple[JournalEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class ReleaseSummary:
    """One line of `list`, read from metadata alone.

    `work` says in one line which operation is under way, or was cut off: that one where the lock,
    which lasts until `locked_until` (seconds since the epoch), has run out.
    """

    name: str
    namespace: str
    revision: int
    status: Status
    chart: ChartRef
    updated: float
    labels: Mapping[str, str] = field(default_factory=dict)
    work: str = ""
    locked_until: float = 0.0
