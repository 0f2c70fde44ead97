"""Tiny YAML in, plans out: what the tests of this floor share."""

from __future__ import annotations

import copy
from typing import Any

import yaml

from holdfast.errors import Where
from holdfast.model.manifest import (
    NAMESPACE_LABEL,
    RELEASE_LABEL,
    Manifest,
    Manifests,
    ObjectRef,
)
from holdfast.model.plan import Operation, Plan
from holdfast.model.snapshot import Observed, Refusal, Snapshot
from holdfast.plan.body import body
from holdfast.plan.build import build_plan
from holdfast.plan.table import noise_line, table_rows

WEB = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web, namespace: prod}
spec:
  replicas: 3
  serviceName: web
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: nginx
        image: nginx:1.27
      volumes:
      - name: config
        configMap: {name: web}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 1Gi}}
"""

CONFIG = """
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: prod}
data: {nginx.conf: one}
"""

PASSWORD = """
apiVersion: v1
kind: Secret
metadata: {name: web, namespace: prod}
data: {password: aHVudGVyMg==}
"""


def read(text: str) -> dict[str, Any]:
    """One YAML document."""
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def owned(obj: dict[str, Any], release: str = "web", namespace: str = "prod") -> dict[str, Any]:
    """The object with a release's labels."""
    obj = copy.deepcopy(obj)
    labels = {RELEASE_LABEL: release, NAMESPACE_LABEL: namespace}
    obj["metadata"]["labels"] = {**obj["metadata"].get("labels", {}), **labels}
    return obj


def live(text: str, **owner: str) -> dict[str, Any]:
    """An object as it is in the cluster: owned, with what the server adds."""
    obj = owned(read(text), **owner)
    obj["metadata"] |= {"uid": "u-1", "resourceVersion": "7", "generation": 1}
    return obj


def manifest(text: str, *, line: int = 1, **facts: Any) -> Manifest:
    """A manifest of the release web in prod, stamped."""
    obj = owned(read(text))
    meta = obj["metadata"]
    ref = ObjectRef(obj["apiVersion"], obj["kind"], meta.get("namespace", ""), meta["name"])
    return Manifest(ref, obj, Where(f"web/templates/{ref.kind.lower()}.yaml.j2", line), **facts)


def plan_of(
    desired: str = "",
    cluster: str | dict[str, Any] | None = "",
    *,
    operation: Operation = Operation.UPGRADE,
    refusal: Refusal | None = None,
    **given: Any,
) -> Plan:
    """The plan from `cluster` (YAML documents that are live and ours) to `desired`.

    The server answers each dry run with the desired object.
    """
    wanted = given.pop("wanted", None) or manifests(desired)
    given.setdefault("previous", manifests(cluster) if isinstance(cluster, str) else ())
    seen = {m.ref.key: Observed(answer=m.object) for m in wanted}
    for obj in live_objects(cluster):
        key = _ref(obj).key
        answer = seen[key].answer if key in seen and refusal is None else None
        seen[key] = Observed(live=obj, answer=answer, refusal=refusal if key in seen else None)
    extra = {name: given.pop(name) for name in ("claims", "missing_namespaces") if name in given}
    return build_plan(
        operation=operation,
        release="web",
        namespace="prod",
        desired=wanted,
        snapshot=given.pop("snapshot", None) or Snapshot(objects=seen, **extra),
        revision=None,
        **given,
    )


def manifests(text: str) -> Manifests:
    """All documents of a text."""
    return tuple(manifest(part) for part in text.split("\n---\n") if part.strip())


def live_objects(cluster: str | dict[str, Any] | None) -> list[dict[str, Any]]:
    """The documents as they are in the cluster."""
    if isinstance(cluster, dict):
        return [cluster]
    return [live(part) for part in (cluster or "").split("\n---\n") if part.strip()]


def rows(plan: Plan) -> list[str]:
    """The change table, a line each."""
    return [" | ".join(row) for row in table_rows(plan)]


def lines(plan: Plan, **how: Any) -> str:
    """The bodies as text, and the line of those that have none."""
    shown = [line.text for change in plan.pending for line in body(change, **how)]
    return "\n".join([*shown, *filter(None, (noise_line(plan),))])


def _ref(obj: dict[str, Any]) -> ObjectRef:
    meta = obj["metadata"]
    return ObjectRef(obj["apiVersion"], obj["kind"], meta.get("namespace", ""), meta["name"])
