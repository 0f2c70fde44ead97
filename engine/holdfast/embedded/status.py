"""The server's answers that are no object: Status documents, and the exception that carries one.

The shapes and the words are those of a real API server (Kubernetes: meta/v1 Status), because
clients take them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from holdfast.light import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that is wrong with one field. `detail` follows the reason's own words."""

    field: str
    reason: str
    message: str

    def as_dict(self) -> dict[str, str]:
        """As a StatusCause."""
        return {"reason": self.reason, "message": self.message, "field": self.field}

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class StatusError(Exception):
    """A request that is answered with a failure. Caught at the app's door, and nowhere else."""

    def __init__(
        self, code: int, reason: str, message: str, details: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details

    def as_dict(self) -> dict[str, Any]:
        """As a Status document."""
        body: dict[str, Any] = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
        }
        if self.reason:
            body["reason"] = self.reason
        if self.details is not None:
            body["details"] = dict(self.details)
        return body | {"code": self.code}


@dataclass(frozen=True, slots=True)
class Subject:
    """What an answer is about: a resource, and an object of it where there is one."""

    group: str
    plural: str
    kind: str
    name: str = ""

    @property
    def qualified(self) -> str:
        """`statefulsets.apps`; the core group has no suffix."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def qualified_kind(self) -> str:
        """`StatefulSet.apps`; the core group has no suffix."""
        return f"{self.kind}.{self.group}" if self.group else self.kind

    def details(self, *, kind: str = "", causes: Sequence[Cause] = ()) -> dict[str, Any]:
        """As StatusDetails; `kind` stands for the plural where the server says the kind."""
        found: dict[str, Any] = {}
        if self.name:
            found["name"] = self.name
        if self.group:
            found["group"] = self.group
        found["kind"] = kind or self.plural
        if causes:
            found["causes"] = [cause.as_dict() for cause in causes]
        return found


def not_found(subject: Subject) -> StatusError:
    """404 for an object that is not there."""
    message = f'{subject.qualified} "{subject.name}" not found'
    return StatusError(404, "NotFound", message, subject.details())


def no_such_resource() -> StatusError:
    """404 for a URL that is not served."""
    return StatusError(404, "NotFound", "the server could not find the requested resource", {})


def already_exists(subject: Subject) -> StatusError:
    """409 for a name that is taken."""
    message = f'{subject.qualified} "{subject.name}" already exists'
    return StatusError(409, "AlreadyExists", message, subject.details())


def conflict(subject: Subject, why: str, *, kind: bool = False) -> StatusError:
    """409 for a precondition that does not hold; `kind` names the object by kind."""
    name = subject.qualified_kind if kind else subject.qualified
    message = f'Operation cannot be fulfilled on {name} "{subject.name}": {why}'
    details = subject.details(kind=subject.kind if kind else "")
    return StatusError(409, "Conflict", message, details)


MODIFIED = (
    "the object has been modified; please apply your changes to the latest version and try again"
)


def bad_request(message: str) -> StatusError:
    """400 for what cannot be read."""
    return StatusError(400, "BadRequest", message)


def forbidden(subject: Subject, why: str, causes: Sequence[Cause] = ()) -> StatusError:
    """403 for what the server's admission does not let through."""
    message = f'{subject.qualified} "{subject.name}" is forbidden: {why}'
    return StatusError(403, "Forbidden", message, subject.details(causes=causes))


def method_not_allowed() -> StatusError:
    """405 for a verb that a resource does not have."""
    message = "the server does not allow this method on the requested resource"
    return StatusError(405, "MethodNotAllowed", message, {})


def unsupported_media_type() -> StatusError:
    """415 for a patch of a type that is not known."""
    return StatusError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {})


def rejected() -> StatusError:
    """422 for a JSON patch that cannot be carried out."""
    message = "the server rejected our request due to an error in our request"
    return StatusError(422, "Invalid", message, {})


def expired(wanted: int, oldest: int) -> StatusError:
    """410 for a revision whose changes are no longer kept."""
    message = f"too old resource version: {wanted} ({oldest})"
    return StatusError(410, "Expired", message)


def internal(message: str) -> StatusError:
    """500 as the server gives it for an applied object that does not fit its schema."""
    return StatusError(500, "", message)


def invalid(subject: Subject, causes: Iterable[Cause]) -> StatusError:
    """422 for an object that breaks rules, each of them a cause; said once where said twice."""
    found = tuple(causes)
    texts = list(dict.fromkeys(str(cause) for cause in found))
    said = texts[0] if len(texts) == 1 else "[" + ", ".join(texts) + "]"
    message = f'{subject.qualified_kind} "{subject.name}" is invalid: {said}'
    details = subject.details(kind=subject.kind, causes=found)
    return StatusError(422, "Invalid", message, details)


@dataclass(frozen=True, slots=True)
class Causes:
    """Collects what is wrong with one object, in the words of the server's field errors."""

    found: list[Cause] = field(default_factory=list)

    def required(self, path: str, detail: str = "") -> None:
        """A field that has to be there."""
        self._add(path, "FieldValueRequired", "Required value", detail)

    def invalid(self, path: str, value: Any, detail: str) -> None:
        """A value that breaks a rule."""
        self._add(path, "FieldValueInvalid", f"Invalid value: {_spell(value)}", detail)

    def duplicate(self, path: str, value: Any) -> None:
        """A value that is there twice."""
        self._add(path, "FieldValueDuplicate", f"Duplicate value: {_spell(value)}", "")

    def wrong_type(self, path: str, value: Any, detail: str) -> None:
        """A value of another type than its field."""
        self._add(path, "FieldValueTypeInvalid", f"Invalid value: {_spell(value)}", detail)

    def unsupported(
        self, path: str, value: Any, known: Sequence[str], *, as_given: bool = False
    ) -> None:
        """A value that is none of the known ones, which are told in order, or `as_given`."""
        names = ", ".join(f'"{name}"' for name in (known if as_given else sorted(known)))
        start = f"Unsupported value: {_spell(value)}"
        self._add(path, "FieldValueNotSupported", start, f"supported values: {names}")

    def forbidden(self, path: str, detail: str) -> None:
        """A value, or a change, that may not be."""
        self._add(path, "FieldValueForbidden", "Forbidden", detail)

    def too_long(self, path: str, limit: int) -> None:
        """A value of more bytes than may be."""
        self._add(path, "FieldValueTooLong", "Too long", f"may not be more than {limit} bytes")

    def too_many(self, path: str, count: int, limit: int) -> None:
        """More items or keys than may be."""
        most = f"must have at most {limit} {'item' if limit == 1 else 'items'}"
        self._add(path, "FieldValueTooMany", f"Too many: {count}", most)

    def not_found(self, path: str, value: Any) -> None:
        """A reference within the object that leads nowhere."""
        self._add(path, "FieldValueNotFound", f"Not found: {_spell(value)}", "")

    def _add(self, path: str, reason: str, start: str, detail: str) -> None:
        self.found.append(Cause(path, reason, f"{start}: {detail}" if detail else start))


def _spell(value: Any) -> str:
    import json

    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
