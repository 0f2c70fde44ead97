"""An object without what the server writes by itself: what two looks at it can be compared by.

Fields are taken away, never added or rewritten, so that what is shown is what is there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_SERVER_METADATA = frozenset(
    (
        "managedFields",
        "resourceVersion",
        "uid",
        "creationTimestamp",
        "generation",
        "selfLink",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
    )
)
_SERVER_ANNOTATIONS = frozenset(
    ("kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision")
)


def normalize(obj: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of `obj` without status and the fields, annotations and nulls that servers make."""
    bare = {key: value for key, value in obj.items() if key != "status"}
    if isinstance(bare.get("metadata"), dict):
        bare["metadata"] = _metadata(bare["metadata"])
    spec = bare.get("spec")
    if isinstance(spec, dict):
        bare["spec"] = _spec(spec)
    return bare


def digest(obj: Mapping[str, Any]) -> str:
    """`sha256:…` of the normalised object; equal for equal objects, whatever their key order."""
    return digest_of(normalize(obj))


def digest_of(data: Any) -> str:
    """`sha256:…` of plain data, by its canonical JSON."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), default=str)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    bare = {key: value for key, value in metadata.items() if key not in _SERVER_METADATA}
    annotations = bare.get("annotations")
    if isinstance(annotations, dict):
        left = {key: text for key, text in annotations.items() if key not in _SERVER_ANNOTATIONS}
        bare["annotations"] = left
    return {
        key: value
        for key, value in bare.items()
        if value or key not in ("annotations", "labels", "finalizers")
    }


def _spec(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Templates inside a spec carry `creationTimestamp: null`, claim templates a status too."""
    bare = dict(spec)
    for key in ("template", "jobTemplate"):
        if isinstance(bare.get(key), dict):
            bare[key] = normalize(bare[key])
    claims = bare.get("volumeClaimTemplates")
    if isinstance(claims, list):
        bare["volumeClaimTemplates"] = [
            normalize(claim) if isinstance(claim, dict) else claim for claim in claims
        ]
    return bare
