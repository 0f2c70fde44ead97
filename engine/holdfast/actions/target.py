"""Where an action works: the cluster, the releases kept in it, a namespace and a clock."""

from __future__ import annotations

from dataclasses import field

from holdfast.cluster.client import Cluster
from holdfast.light import dataclass
from holdfast.model.clock import Clock, SystemClock
from holdfast.releases.store import Store


@dataclass(frozen=True, slots=True)
class Target:
    """What every verb that talks to a cluster is given.

    `namespace` is the release's; `holder` names who is working, for the lock (`user@host:pid`).
    """

    cluster: Cluster
    store: Store
    namespace: str
    holder: str
    clock: Clock = field(default_factory=SystemClock)
