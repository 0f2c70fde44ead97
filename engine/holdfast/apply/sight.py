"""Reading what explains why an object is not ready: pods, claims, events, revisions.

Whoever installs may not be allowed to read all of these. The object's own status is enough to wait
by; what may not be read is left out, and said once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Any

from holdfast.apply.run import Run
from holdfast.cluster.client import Cluster
from holdfast.errors import Unauthorized
from holdfast.light import dataclass
from holdfast.model.event import Event, EventKind

Object = dict[str, Any]


@dataclass(slots=True)
class Sight:
    """Which kinds may not be read in one wait, and of which that was told."""

    unseen: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    def of(self, cluster: Cluster) -> _Lists:
        """The cluster, as far as it can be seen."""
        return _Lists(cluster, self.unseen)

    def tell(self, run: Run) -> Iterator[Event]:
        """What may not be read, each kind once."""
        for kind in sorted(self.unseen - self.told):
            self.told.add(kind)
            said = f"not allowed to list {kind}s: what they would tell of the wait is missing"
            yield run.event(EventKind.WARNING, said)


@dataclass(frozen=True, slots=True)
class _Lists:
    """Lists objects as the cluster's client does, but for kinds that may not be listed."""

    cluster: Cluster
    unseen: set[str]

    def list(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        *,
        label_selector: str = "",
        field_selector: str = "",
    ) -> tuple[Object, ...]:
        """All objects of a kind; none of one that may not be listed (403). Raises ClusterError."""
        if kind in self.unseen:
            return ()
        try:
            return self.cluster.list(
                api_version,
                kind,
                namespace,
                label_selector=label_selector,
                field_selector=field_selector,
            )
        except Unauthorized as error:
            if error.status != 403:
                raise
            self.unseen.add(kind)
            return ()
