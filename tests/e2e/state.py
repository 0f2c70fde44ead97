"""Everything a namespace holds, object by object, without what is different each time."""

from __future__ import annotations

import re
from typing import Any

from tests.e2e.charts import client

from holdfast.kinds.resources import RESOURCES

# Written by controllers about what happened, or kept by them for themselves; and what is not the
# namespace's.
_LEFT_OUT = {"Event", "Lease", "Endpoints", "EndpointSlice", "PodMetrics"}
_UID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_DRAWN = ("nodeName", "clusterIP", "clusterIPs")
_NODE = "volume.kubernetes.io/selected-node"
_COUNTED = ("namespace", "uid", "resourceVersion", "creationTimestamp", "managedFields")
_CLAIM = "PersistentVolumeClaim"


def holdings(namespace: str = "default", *, generations: bool = False) -> dict[str, Any]:
    """Each object by kind and name; Secrets that keep releases are left out.

    With `generations` it is told how often each was changed, too.
    """
    changing = re.compile(rf"{_UID}|\b{re.escape(namespace)}\b")
    with client() as cluster:
        return {
            f"{row.kind}/{obj['metadata']['name']}": _plain(obj, generations, changing)
            for row in RESOURCES
            if row.namespaced and row.kind not in _LEFT_OUT
            for obj in cluster.list(row.api_version, row.kind, namespace)
            if not str(obj.get("type", "")).startswith("holdfast.dev/")
        }


def claims_of(found: dict[str, Any]) -> dict[str, Any]:
    """The claims among them."""
    return {name: obj for name, obj in found.items() if name.startswith(_CLAIM)}


def _plain(obj: dict[str, Any], generations: bool, changing: re.Pattern[str]) -> Any:
    counted = _COUNTED if generations else (*_COUNTED, "generation")
    metadata = {key: value for key, value in obj["metadata"].items() if key not in counted}
    spec = {key: value for key, value in obj.get("spec", {}).items() if key not in _DRAWN}
    status = obj.get("status", {})
    told = {key: status[key] for key in ("phase", "readyReplicas", "replicas") if key in status}
    rest = {key: value for key, value in obj.items() if key not in ("metadata", "status", "spec")}
    return _without({**rest, "metadata": metadata, "spec": spec, "status": told}, changing)


def _without(value: Any, changing: re.Pattern[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(item, changing) for key, item in value.items() if key != _NODE}
    if isinstance(value, list):
        return [_without(item, changing) for item in value]
    return changing.sub("…", value) if isinstance(value, str) else value
