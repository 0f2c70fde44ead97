"""What pods use of CPU and memory, where the cluster measures it (metrics.k8s.io)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

from holdfast.cluster.client import Cluster
from holdfast.errors import ClusterError
from holdfast.kinds.quantities import parse_quantity
from holdfast.light import dataclass

API, KIND = "metrics.k8s.io/v1beta1", "PodMetrics"
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Usage:
    """Quantities as `kubectl top` shows them: thousandths of a core, and MiB."""

    cpu: str
    memory: str


def pod_usage(cluster: Cluster, namespaces: Iterable[str]) -> dict[tuple[str, str], Usage]:
    """What each pod of these namespaces uses, by namespace and name.

    Empty where nothing is measured, or we may not know: it is only told beside something else.
    """
    found: dict[tuple[str, str], Usage] = {}
    for namespace in sorted(set(namespaces)):
        try:
            rows = cluster.list(API, KIND, namespace)
        except ClusterError:
            continue
        found |= {(namespace, row["metadata"]["name"]): _of(row) for row in rows}
    return found


def _of(row: Mapping[str, Any]) -> Usage:
    used = [one.get("usage") or {} for one in row.get("containers") or ()]
    cpu, memory = (
        sum((parse_quantity(one.get(name, 0)) for one in used), Decimal())
        for name in ("cpu", "memory")
    )
    thousandths = (cpu * 1000).to_integral_value(ROUND_CEILING)
    return Usage(f"{thousandths}m", f"{int(memory / _MIB)}Mi")
