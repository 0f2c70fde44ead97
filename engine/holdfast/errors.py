"""Every error a user can cause, as one tree. Errors carry facts; only the command line prints.

HoldfastError
├── UsageError            the command was called wrongly (exit code 2)
│   └── SetSyntaxError    a `--set` family flag that cannot be read
├── YamlError             text that is not the YAML Kubernetes reads
├── ChartError            a chart that cannot be found or used
├── ValuesError           values that cannot be merged, or that the schema refuses (`problems`)
├── RenderError           a template that cannot be compiled or rendered
├── ManifestError         rendered objects that are no Kubernetes objects
├── PatchError            a patch of the user's that cannot be read, or does not fit
├── SchemasMissing        the schemas of Kubernetes are not installed (an extra)
├── PlanError             a plan that may not be carried out
├── ClusterError          the API server did not do what was asked
│   ├── Unreachable       no answer: refused, timed out, reset, not TLS
│   ├── Unauthorized      401 and 403
│   ├── NotFound          404
│   ├── Conflict          409: another field manager, another resourceVersion, a name already taken
│   ├── Invalid           422 and 400: the server's validation said no (`causes`)
│   └── ServerFailed      429 and 5xx
├── ReleaseError          a release that is unknown, taken, locked, or whose record is damaged
│   ├── ReleaseNotFound   no release, or no revision, of that name
│   ├── RecordDamaged     a revision whose record is missing, cut or changed
│   └── ReleaseLocked     another operation holds the release
├── ApplyError            a plan that stopped half way (`done`, `failed`, `skipped`)
│   └── WaitFailed        applied, but not ready in time (exit code 4)
│       └── HookFailed    a hook that failed, or did not end in time (exit code 4)
└── Interrupted           the user stopped it (Ctrl-C)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from holdfast.light import dataclass

STEERING = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
"""What steers a terminal or turns text around (line ends and tabs do not)."""


def printable(text: str) -> str:
    """A text for screens and logs: a chart of a stranger must not move their cursor."""
    return re.sub(STEERING, "\ufffd", text)


@dataclass(frozen=True, slots=True)
class Where:
    """A place in what the user wrote, and so also the origin of a value.

    `kind` is file, flag, chart, parent, schema, release, template, crds, patch or post-renderer;
    `source` is a file's name, a flag as written (`--set a.b=c`), a program or a template; `line`
    and `column` count from 1.
    """

    source: str
    line: int | None = None
    column: int | None = None
    kind: str = "file"

    def __str__(self) -> str:
        place = [printable(self.source)] + [
            str(n) for n in (self.line, self.column) if n is not None
        ]
        return ":".join(place)

    def as_dict(self) -> dict[str, Any]:
        """As the JSON outputs spell an origin."""
        return {
            "kind": self.kind,
            "source": self.source,
            "line": self.line,
            "column": self.column,
        }


@dataclass(frozen=True, slots=True)
class Problem:
    """One of several things wrong at once: the value's path, what is wrong, and who supplied it."""

    path: str
    message: str
    origin: Where | None = None
    hint: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """As the JSON outputs spell a problem."""
        return {
            "path": self.path,
            "message": self.message,
            "origin": self.origin.as_dict() if self.origin else None,
            "hint": self.hint,
        }


@dataclass(frozen=True, slots=True)
class ValueAt:
    """A value that an error is about: its path as users write it, and who supplied it.

    Where nobody `given` it, the origin is that of the map or list around it.
    """

    path: str
    origin: Where | None = None
    given: bool = True

    def __str__(self) -> str:
        path = printable(self.path)
        if self.given:
            return f"{path}, from {self.origin}" if self.origin else path
        around = f"; what is around it is from {self.origin}" if self.origin else ""
        return f"{path}, given nowhere{around}"

    def as_dict(self) -> dict[str, Any]:
        """As the JSON outputs spell it."""
        return {
            "path": self.path,
            "given": self.given,
            "origin": self.origin.as_dict() if self.origin else None,
        }


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """A Kubernetes Event: when it was seen last (RFC 3339, as the server wrote it), how often."""

    time: str
    type: str
    reason: str
    message: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class LogTail:
    """The last lines that a container wrote; `previous`: before its last restart.

    `problem` says why they could not be read: what the server, or the node, answered.
    """

    container: str
    lines: tuple[str, ...] = ()
    previous: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an object that did not get ready left to read: the reason, its last events, its logs.

    `object` is written as `Pod/web-0`; events come oldest first.
    """

    object: str
    reason: str
    events: tuple[SeenEvent, ...] = ()
    logs: tuple[LogTail, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As the JSON outputs spell it."""
        return asdict(self)


class HoldfastError(Exception):
    """The root. `message` says what was being done and what is wrong; `hint` the next step.

    `values` are the values at fault, the likeliest first; `callers` the places of templates that
    led to `where` by calling macros or including files, the nearest first.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        where: Where | None = None,
        excerpt: str | None = None,
        problems: Sequence[Problem] = (),
        values: Sequence[ValueAt] = (),
        callers: Sequence[Where] = (),
    ) -> None:
        super().__init__(message)
        self.message = printable(message)
        self.hint = printable(hint) if hint else hint
        self.where = where
        self.excerpt = excerpt
        self.problems = tuple(problems)
        self.values = tuple(values)
        self.callers = tuple(callers)

    @property
    def value_path(self) -> str | None:
        """The path of the value at fault, where there is one."""
        return self.values[0].path if self.values else None

    @property
    def origin(self) -> Where | None:
        """Who supplied the value at fault, where that is known."""
        return self.values[0].origin if self.values else None

    @property
    def code(self) -> str:
        """The stable name of this error in JSON: the class name in snake case."""
        name = type(self).__name__
        return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")

    def as_dict(self) -> dict[str, Any]:
        """As `-o json` prints an error (holdfast/error/v1)."""
        return {
            "schema": "holdfast/error/v1",
            "code": self.code,
            "message": self.message,
            "where": self.where.as_dict() if self.where else None,
            "hint": self.hint,
            "problems": [problem.as_dict() for problem in self.problems],
            "values": [value.as_dict() for value in self.values],
            "callers": [caller.as_dict() for caller in self.callers],
        }


class UsageError(HoldfastError):
    """The command was called wrongly."""


class SetSyntaxError(UsageError):
    """A `--set` family flag that cannot be read."""


class YamlError(HoldfastError):
    """Text that is not the YAML Kubernetes reads."""


class ChartError(HoldfastError):
    """A chart that cannot be found or used."""


class ValuesError(HoldfastError):
    """Values that cannot be merged, or that the schema refuses."""


class RenderError(HoldfastError):
    """A template that cannot be compiled or rendered."""


class ManifestError(HoldfastError):
    """Rendered objects that are no Kubernetes objects."""


class PatchError(HoldfastError):
    """A patch of the user's that cannot be read, or does not fit what the chart renders."""


class SchemasMissing(HoldfastError):
    """The schemas of Kubernetes are not installed (an extra)."""


class PlanError(HoldfastError):
    """A plan that may not be carried out."""


class ClusterError(HoldfastError):
    """The API server did not do what was asked. `status` is the HTTP status, where there was one.

    `reason` and `causes` are those of the server's Status object; a cause is a mapping with
    `reason`, `message` and `field` (Kubernetes API: meta/v1 StatusCause); `detail` is the server's
    own message, without what was being done.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        reason: str = "",
        causes: Sequence[Mapping[str, str]] = (),
        retry_after: float | None = None,
        hint: str | None = None,
        where: Where | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(message, hint=hint, where=where)
        self.detail = detail
        self.status = status
        self.reason = reason
        self.causes = tuple(causes)
        self.retry_after = retry_after


class Unreachable(ClusterError):
    """No answer: refused, timed out, reset, not TLS.

    `sent` tells that the server may have got the request, and so may have done what it asks for;
    `passing` that it may be over in a moment.
    """

    def __init__(
        self, message: str, *, hint: str | None = None, sent: bool = True, passing: bool = True
    ) -> None:
        super().__init__(message, hint=hint)
        self.sent = sent
        self.passing = passing


class Unauthorized(ClusterError):
    """401 and 403."""


class NotFound(ClusterError):
    """404."""


class Conflict(ClusterError):
    """409: another field manager, another resourceVersion, or a name already taken."""


class Invalid(ClusterError):
    """422 and 400: the server's validation said no."""


class ServerFailed(ClusterError):
    """429 and 5xx."""


class ReleaseError(HoldfastError):
    """A release that is unknown, taken, locked, or whose record is damaged."""


class ReleaseNotFound(ReleaseError):
    """No release, or no revision, of that name."""


class RecordDamaged(ReleaseError):
    """A revision whose record is missing, cut or changed; the other revisions are not affected."""


class ReleaseLocked(ReleaseError):
    """Another operation holds the release."""


class ApplyError(HoldfastError):
    """A plan that stopped half way: what was done, what failed, what was never tried."""

    def __init__(
        self,
        message: str,
        *,
        done: Sequence[str] = (),
        failed: Sequence[str] = (),
        skipped: Sequence[str] = (),
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.done = tuple(done)
        self.failed = tuple(failed)
        self.skipped = tuple(skipped)


class WaitFailed(ApplyError):
    """Applied, but not ready in time.

    `evidence` is what was read of those that are not; `advice` the part of the hint that is about
    what is wrong with them.
    """

    evidence: tuple[Evidence, ...] = ()
    advice: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As `-o json` prints it: an error, and what was found of each pod."""
        return {**super().as_dict(), "evidence": [one.as_dict() for one in self.evidence]}


class HookFailed(WaitFailed):
    """A hook that failed, or did not end in time."""


class Interrupted(HoldfastError):
    """The user stopped it (Ctrl-C)."""
