"""The pods and claims of StatefulSets for people, a line each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from holdfast_cli.output.table import columns, cut

if TYPE_CHECKING:
    from holdfast import ClaimStatus, OrdinalStatus

_PODS = ("POD", "READY", "NODE", "IP", "REVISION", "CLAIMS", "RESTARTS", "REASON")
_CLAIMS = ("CLAIM", "PHASE", "CAPACITY", "CLASS", "VOLUME")


def pod_table(pods: Sequence[OrdinalStatus]) -> str:
    """Each pod with its node, its claims and, where it is not ready, why; what it uses where the
    cluster measures it.
    """
    measured = any(pod.usage for pod in pods)
    rows = [
        (
            pod.pod,
            "yes" if pod.ready else "no",
            pod.node or "-",
            pod.ip or "-",
            pod.revision,
            ",".join(pod.claims) or "-",
            pod.restarts,
            *((_usage(pod),) if measured else ()),
            cut(pod.reason),
        )
        for pod in pods
    ]
    head = (*_PODS[:-1], "USAGE", _PODS[-1]) if measured else _PODS
    return columns(head, rows)


def _usage(pod: OrdinalStatus) -> str:
    return f"{pod.usage.cpu} {pod.usage.memory}" if pod.usage else "-"


def claim_table(claims: Sequence[ClaimStatus]) -> str:
    """Each claim with its phase, its size and its volume."""
    rows = [
        (claim.name, claim.phase, claim.capacity, claim.storage_class or "-", claim.volume or "-")
        for claim in claims
    ]
    return columns(_CLAIMS, rows)
