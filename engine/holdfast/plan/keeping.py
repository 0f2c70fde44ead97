"""Whether claims outlive a removal: what was generated for their data stays as long as they do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.model.manifest import KEEP_ANNOTATION
from holdfast.plan.decide import Case

WITH_CLAIMS = "kept: what is in it belongs to the claims that are kept"


def policy_of(live: Mapping[str, Any]) -> str:
    """What a live object asks for at its removal: `keep`, `delete` or nothing."""
    annotations = (live.get("metadata") or {}).get("annotations") or {}
    return str(annotations.get(KEEP_ANNOTATION) or "")


def keeps_claims(case: Case) -> bool:
    """Whether some claim of the release outlives the removal of everything else."""
    refs = (one.ref for one in case.previous.values() if one.ref.kind == "PersistentVolumeClaim")
    stay = (policy_of(case.snapshot.of(ref).live or {}) == "keep" for ref in refs)
    return any(case.snapshot.claims.values()) or any(stay)
