"""What was seen of the cluster, read once, before anything is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Any

from holdfast.light import dataclass
from holdfast.model.manifest import ObjectRef

_NONE: Mapping[Any, Any] = MappingProxyType({})
ObjectKey = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The server's no to a dry run: HTTP status, its reason word, its message and causes."""

    status: int
    reason: str
    message: str
    causes: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Observed:
    """One object: as it is (`live`), and as the server says it would be (`answer` or `refusal`).

    `answer` and `refusal` are of a server-side dry run of the desired object; both are None where
    nothing is desired, or where the object's namespace does not exist yet. `forced` tells that the
    answer was given with force, after `refusal` named other field managers.
    """

    live: dict[str, Any] | None = None
    answer: dict[str, Any] | None = None
    refusal: Refusal | None = None
    forced: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The cluster as far as one plan needs it.

    `objects` by ObjectRef.key; `pods` and `claims` are the live ones of each desired or previous
    StatefulSet, by that object's key; `missing_namespaces` those that do not exist.
    """

    kube_version: str = ""
    objects: Mapping[ObjectKey, Observed] = field(default_factory=lambda: _NONE)
    pods: Mapping[ObjectKey, tuple[dict[str, Any], ...]] = field(default_factory=lambda: _NONE)
    claims: Mapping[ObjectKey, tuple[dict[str, Any], ...]] = field(default_factory=lambda: _NONE)
    missing_namespaces: frozenset[str] = frozenset()

    def of(self, ref: ObjectRef) -> Observed:
        """What was seen of `ref`; nothing seen is an empty observation."""
        return self.objects.get(ref.key) or Observed()
