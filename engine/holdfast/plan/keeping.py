"""Whether claims outlive a removal: what was generated for their data stays as long as they do."""

from __future__ import annotations

from holdfast.plan.decide import Case
from holdfast.plan.ownership import asks_to_stay

WITH_CLAIMS = "kept: what is in it belongs to the claims that are kept"


def keeps_claims(case: Case) -> bool:
    """Whether some claim of the release outlives the removal of everything else."""
    refs = (one.ref for one in case.previous.values() if one.ref.kind == "PersistentVolumeClaim")
    stay = (asks_to_stay(case.snapshot.of(ref).live or {}) for ref in refs)
    return any(case.snapshot.claims.values()) or any(stay)
