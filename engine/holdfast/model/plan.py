"""A plan is data: every decision with its reason, complete enough to be carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from enum import StrEnum
from typing import Any

from holdfast.errors import Where
from holdfast.light import dataclass
from holdfast.model.hook import Hook, When
from holdfast.model.manifest import ObjectRef
from holdfast.model.ownership import NO_HANDOVER, FieldConflict, Handover
from holdfast.model.release import Revision, Unfinished
from holdfast.model.task import Task
from holdfast.model.values import Path
from holdfast.model.work import Asked


class Verb(StrEnum):
    """What happens to an object."""

    CREATE = "create"
    UPDATE = "update"
    RECREATE = "recreate"
    DELETE = "delete"
    NONE = "none"
    REFUSED = "refused"


class Effect(StrEnum):
    """What a change does to a running workload."""

    NONE = "none"
    CREATE = "create"
    IN_PLACE = "in-place"
    RELOAD = "reload"
    ROLLING_RESTART = "rolling-restart"
    EXPAND_VOLUME = "expand-volume"
    RECREATE_KEEP_PODS = "recreate-keep-pods"
    RECREATE_PODS = "recreate-pods"
    DELETE = "delete"
    REFUSED = "refused"


class Operation(StrEnum):
    """The verb the user typed."""

    ADOPT = "adopt"
    INSTALL = "install"
    UPGRADE = "upgrade"
    ROLLBACK = "rollback"
    SCALE = "scale"
    RESTART = "restart"
    UNINSTALL = "uninstall"

    @property
    def records(self) -> bool:
        """Whether it ends in a revision of its own."""
        return self not in (Operation.RESTART, Operation.UNINSTALL)


class _Absent:
    """The one value that stands for "there is no such field" (None is a value in YAML)."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT = _Absent()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field: what it is (`before`) and what it will be (`after`); ABSENT where there is none.

    `noise` marks a label or annotation that only carries the chart's version; `masked` a secret
    value, of which people see the number of bytes only.
    """

    path: Path
    before: Any
    after: Any
    origins: tuple[Where, ...] = ()
    masked: bool = False
    noise: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What will be done with one object, and why.

    `before` and `after` are the normalised objects (what the diff on screen compares); `desired` is
    the object to send, None for a deletion; `uid` the live object's, so that a plan is not carried
    out against another object of the same name; `kept` tells that a deletion is left out because
    the object asks for it (KEEP_ANNOTATION), or would take others' with it; `stage` is its place in
    the plan's stages; `sensitive` the paths of `before` and `after` to mask wherever people look;
    `origins` give, per path of `after`, the places of the values that it is made of. `conflicts`
    are the fields that others own too, with what becomes of each; `handover` is what changes hands
    before the object is applied; `changed_by` who patched it.
    """

    verb: Verb
    ref: ObjectRef
    effect: Effect
    reason: str
    source: Where | None = None
    ordinals: tuple[int, ...] = ()
    fields: tuple[FieldChange, ...] = ()
    hint: str | None = None
    desired: dict[str, Any] | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    uid: str = ""
    force: bool = False
    kept: bool = False
    stage: int = 0
    sensitive: frozenset[Path] = frozenset()
    origins: Mapping[Path, tuple[Where, ...]] = field(default_factory=dict)
    conflicts: tuple[FieldConflict, ...] = ()
    handover: Handover = NO_HANDOVER
    changed_by: tuple[Where, ...] = ()

    def refused(self, reason: str, hint: str | None) -> Change:
        """The same change, not to be made."""
        return replace(self, verb=Verb.REFUSED, effect=Effect.REFUSED, reason=reason, hint=hint)


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of a plan that begins when these are `ready`, and those `gone`. `title` is for people.

    All of them are objects of the same plan, whether they change in it or not.
    """

    title: str
    ready: tuple[ObjectRef, ...] = ()
    gone: tuple[ObjectRef, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedHook:
    """A hook that the operation runs at one moment.

    `change` is for looking at: the verb is REFUSED where it cannot be run, else CREATE; before and
    after are the hook of the revision that is deployed and the one that runs.
    """

    when: When
    hook: Hook
    change: Change

    @property
    def refused(self) -> bool:
        """It cannot be run, and so the plan cannot be carried out."""
        return self.change.verb is Verb.REFUSED


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything `carry_out` needs: the changes in the order they are made, and the new record.

    `revision` is the record to be written (None when the release is to be removed); `base` the
    number of the revision it was planned against (0 for none), `as_of` when that was last written
    (0.0: not compared); `fingerprint` is `sha256:…` over chart, values, and each live object's UID
    and normalised content; `dropped` are the earlier values that are no longer set;
    `create_namespace` tells to make the namespace first; `remarks` are lines that whoever reads the
    plan should know, `cautions` those that he has to agree to. Without `stages` nothing waits for
    anything before all is applied. `hooks` run before and after the changes, in this order;
    `leaving` are the objects of hooks that go when an uninstall is through with its hooks. Where
    there is a `task` it is what is done, and the changes say what comes of it. `asked` is what the
    user allowed. `unfinished` is the operation that this plan finishes or undoes; where it
    `resumes` that one, the revision is on record already. Without `waits` nobody waits until its
    objects are ready: nothing has happened to them.
    """

    operation: Operation
    release: str
    namespace: str
    fingerprint: str
    base: int = 0
    changes: tuple[Change, ...] = ()
    revision: Revision | None = None
    dropped: tuple[str, ...] = ()
    create_namespace: bool = False
    claims: tuple[dict[str, Any], ...] = field(default=())
    remarks: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    hooks: tuple[PlannedHook, ...] = ()
    leaving: tuple[Change, ...] = ()
    cautions: tuple[str, ...] = ()
    task: Task | None = None
    as_of: float = 0.0
    asked: Asked = field(default_factory=Asked)
    unfinished: Unfinished | None = None
    resumes: bool = False
    waits: bool = True

    @property
    def pending(self) -> tuple[Change, ...]:
        """The changes that do something."""
        return tuple(change for change in self.changes if change.verb is not Verb.NONE)

    @property
    def refused(self) -> tuple[Change, ...]:
        """The changes and hooks that the cluster or our own rules will not allow."""
        hooks = {planned.hook.ref: planned.change for planned in self.hooks if planned.refused}
        changes = (change for change in self.changes if change.verb is Verb.REFUSED)
        return (*changes, *hooks.values())

    @property
    def summary(self) -> dict[str, int]:
        """How many changes there are of each verb, every verb named; runs of hooks are none."""
        counts = {verb.value: 0 for verb in Verb}
        for change in (*self.changes, *self.leaving):
            counts[change.verb.value] += 1
        return counts
