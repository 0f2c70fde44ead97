"""Releases of tiny charts on the embedded cluster: plan as the actions do, carry out, look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml
from tests.unit.releases.support import World

from holdfast.actions.hooks import owned_hooks, plan_hooks, split_earlier
from holdfast.apply.carry_out import carry_out
from holdfast.cluster.survey import survey
from holdfast.errors import Where
from holdfast.manifests import split_hooks, stamp
from holdfast.model.event import Event, EventKind
from holdfast.model.manifest import Manifest, ObjectRef
from holdfast.model.plan import Operation, Plan
from holdfast.model.release import ChartRef, Revision, Status
from holdfast.plan.build import build_plan
from holdfast.releases import history

CONFIG = """
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: shop}
data: {a: "1"}
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  clusterIP: None
  selector: {app: web}
  ports: [{port: 80}]
"""
SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  serviceName: web
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: nginx, image: "nginx:1.27"}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 1Gi}}
"""
JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: load, namespace: shop}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: load, image: "load.invalid/load:1"}]
"""
BAD_IMAGE = ("nginx:1.27", "registry.invalid/nginx:1")


class Shop(World):
    """A namespace with releases in it."""

    def plan(self, operation: Operation, *texts: str, release: str = "web", **given: Any) -> Plan:
        head = self.store.head(release, "shop")
        number = history.next_number(head)
        applied = [self.store.read(head, e.number) for e in history.applied(head)] if head else []
        there = {m.ref: m for revision in applied for m in revision.objects}
        previous = stamp(tuple(there.values()), release=release, namespace="shop")
        current = applied[-1] if applied else None
        run_hooks = given.pop("run_hooks", True)
        manifests, hooks = split_hooks(tuple(map(manifest, texts)))
        revision = Revision(
            release,
            "shop",
            number,
            Status.PENDING_INSTALL,
            ChartRef("web", "1.0.0"),
            0.0,
            manifests=manifests,
            hooks=hooks,
        )
        if operation is Operation.UNINSTALL and current:
            revision = current
        desired = stamp(manifests, release=release, namespace="shop")
        owned = owned_hooks(revision)
        previous, earlier = split_earlier(previous, owned)
        snapshot = survey(self.cluster, desired, previous, namespace="shop")
        plan = build_plan(
            operation=operation,
            release=release,
            namespace="shop",
            desired=desired,
            previous=previous,
            snapshot=snapshot,
            revision=revision,
            base=head.current if head else 0,
            **given,
        )
        return plan_hooks(
            self.cluster,
            plan,
            desired=desired,
            hooks=owned,
            earlier=earlier,
            missing=snapshot.missing_namespaces,
            run=run_hooks,
            take_ownership=given.get("take_ownership", False),
        )

    def carry_out(self, plan: Plan, *, holder: str = "ann@host:1", **options: Any) -> list[Event]:
        return list(self.start(plan, holder=holder, **options))

    def start(self, plan: Plan, *, holder: str = "ann@host:1", **options: Any):
        return carry_out(
            plan,
            cluster=self.cluster,
            store=self.store,
            clock=self.clock,
            holder=holder,
            **options,
        )

    def install(self, *texts: str, **options: Any) -> list[Event]:
        return self.carry_out(self.plan(Operation.INSTALL, *texts), **options)

    def upgrade(self, *texts: str, **options: Any) -> list[Event]:
        return self.carry_out(self.plan(Operation.UPGRADE, *texts), **options)

    def uninstall(self, **options: Any) -> list[Event]:
        return self.carry_out(self.plan(Operation.UNINSTALL), **options)

    def history(self, release: str = "web") -> list[str]:
        head = self.store.head(release, "shop")
        return [f"{e.number} {e.status}: {e.description}" for e in head.revisions] if head else []

    def names(self, kind: str, api_version: str = "v1") -> list[str]:
        return [obj["metadata"]["name"] for obj in self.cluster.list(api_version, kind, "shop")]

    def pods(self) -> list[str]:
        return self.names("Pod")

    def claims(self) -> list[str]:
        return self.names("PersistentVolumeClaim")


def manifest(text: str) -> Manifest:
    obj = yaml.safe_load(text)
    metadata = obj["metadata"]
    ref = ObjectRef(obj["apiVersion"], obj["kind"], metadata.get("namespace", ""), metadata["name"])
    return Manifest(ref, obj, Where("web/templates/all.yaml.j2", 1, kind="template"))


def said(events: Sequence[Event], *kinds: EventKind) -> list[str]:
    return [event.message for event in events if not kinds or event.kind in kinds]
