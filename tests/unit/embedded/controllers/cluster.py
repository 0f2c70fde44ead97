"""A cluster in memory: the smallest server that the controllers can live in, with its own clock."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from holdfast.embedded.controllers import reconcile
from holdfast.embedded.state import Put, Remove, Write
from holdfast.model.manifest import ObjectRef

START = 1_700_000_000.0
Object = dict[str, Any]


class Cluster:
    """Objects, due times, and a clock that jumps to the next due time. Uids are counted."""

    def __init__(self, *, nodes: int = 2, expandable: bool = True) -> None:
        self.now = START
        self.log: list[str] = []
        self._objects: dict[ObjectRef, Object] = {}
        self._due: dict[ObjectRef, float] = {}
        self._uids = 0
        for name in ("default",):
            self.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        for number in range(nodes):
            node = {"name": f"node-{number}"}
            self.apply({"apiVersion": "v1", "kind": "Node", "metadata": node})
        self.apply(storage_class("standard", default=True, allowVolumeExpansion=expandable))

    # What the controllers see (holdfast.embedded.state.State).
    def list(
        self, api_version: str, kind: str, namespace: str | None = None
    ) -> tuple[dict[str, Any], ...]:
        refs = [ref for ref in self._objects if (ref.api_version, ref.kind) == (api_version, kind)]
        return tuple(
            self._objects[ref] for ref in sorted(refs) if namespace in (None, ref.namespace)
        )

    def get(self, ref: ObjectRef) -> dict[str, Any] | None:
        return self._objects.get(ref)

    def due(self, ref: ObjectRef) -> float | None:
        return self._due.get(ref)

    # What users do.
    def apply(self, found: Object) -> None:
        """Create, or replace the spec and labels of what is there, as an apply would."""
        known = self._objects.get(_ref(found))
        if known is not None:
            found = {**known, **{key: found[key] for key in found if key not in ("metadata",)}}
        self._store(deepcopy(found))

    def change(self, kind: str, name: str, *path: str, to: Any) -> None:
        """Set one field of an object."""
        found = deepcopy(self.one(kind, name))
        place = found
        for key in path[:-1]:
            place = place.setdefault(key, {})
        place[path[-1]] = to
        self._store(found)

    def delete(self, kind: str, name: str, policy: str = "Background") -> None:
        """Delete as the API server does: at once, or marked for what has finalizers or is a pod."""
        found = deepcopy(self.one(kind, name))
        finalizer = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}.get(policy)
        metadata = found["metadata"]
        if finalizer:
            metadata.setdefault("finalizers", []).append(finalizer)
        if metadata.get("finalizers") or kind in ("Pod", "Namespace"):
            metadata["deletionTimestamp"] = "2023-11-14T22:13:20Z"
            self._objects[_ref(found)] = found
        else:
            self._remove(_ref(found))

    # Time.
    def settle(self) -> None:
        """Do what is to do now."""
        for _ in range(300):
            before = json.dumps([*self._objects.values()])
            writes = reconcile(self, self.now)
            assert json.dumps([*self._objects.values()]) == before, "the state was changed in place"
            if not writes:
                return
            for write in writes:
                self._carry_out(write)
        raise AssertionError(f"no rest: {writes}")

    def tick(self) -> bool:
        """Go to the next due time; false when nothing is due any more."""
        self.settle()
        ahead = [due for due in self._due.values() if due > self.now]
        if not ahead:
            return False
        self.now = min(ahead)
        self.settle()
        return True

    def run(self, seconds: float = 60.0) -> None:
        """Let time pass until nothing is due within `seconds`."""
        end = self.now + seconds
        self.settle()
        while any(self.now < due <= end for due in self._due.values()) and self.tick():
            pass

    def run_until(self, met: Callable[[], bool], seconds: float = 60.0) -> None:
        """Let time pass until a condition is met."""
        end = self.now + seconds
        self.settle()
        while not met():
            assert self.tick() and self.now <= end, "never met"

    def moments(self, seconds: float = 60.0) -> Iterator[float]:
        """Every moment at which something happened, within `seconds`."""
        end = self.now + seconds
        self.settle()
        yield self.now
        while any(self.now < due <= end for due in self._due.values()) and self.tick():
            yield self.now

    # What tests ask.
    def one(self, kind: str, name: str) -> Object:
        """The only object of that kind and name."""
        (found,) = [one for one in self.all(kind) if one["metadata"]["name"] == name]
        return found

    def all(self, kind: str) -> list[Object]:
        """All objects of a kind."""
        return [found for ref, found in sorted(self._objects.items()) if ref.kind == kind]

    def names(self, kind: str) -> list[str]:
        """The names of all objects of a kind."""
        return [found["metadata"]["name"] for found in self.all(kind)]

    def ready(self) -> list[str]:
        """The names of the pods that are ready."""
        return [one["metadata"]["name"] for one in self.all("Pod") if is_ready(one)]

    def uids(self, kind: str) -> dict[str, str]:
        """Names and uids of a kind."""
        return {one["metadata"]["name"]: one["metadata"]["uid"] for one in self.all(kind)}

    def warnings(self, name: str) -> list[str]:
        """`reason: message` of the events about an object."""
        return [
            f"{one['reason']}: {one['message']}"
            for one in self.all("Event")
            if one["involvedObject"]["name"] == name
        ]

    def dump(self) -> str:
        """Everything, as text."""
        return json.dumps([*self._objects.values()], sort_keys=True, indent=1)

    # The server.
    def _carry_out(self, write: Write) -> None:
        if isinstance(write, Remove):
            found = self._objects[write.ref]
            if found["metadata"].get("finalizers"):
                found = deepcopy(found)
                found["metadata"]["deletionTimestamp"] = "2023-11-14T22:13:20Z"
                self._objects[write.ref] = found
            else:
                self._remove(write.ref)
            return
        assert isinstance(write, Put)
        ref = _ref(write.object)
        known = self._objects.get(ref)
        assert write.object != known or write.due != self._due.get(ref), f"no change: {ref}"
        self._store(deepcopy(write.object))
        self._due.pop(ref, None)
        if write.due is not None:
            self._due[ref] = write.due

    def _store(self, found: Object) -> None:
        ref, metadata = _ref(found), found["metadata"]
        known = self._objects.get(ref)
        if known is None:
            self._uids += 1
            metadata |= {"uid": f"uid-{self._uids}", "creationTimestamp": "2023-11-14T22:13:20Z"}
            metadata["generation"] = 1
            self.log.append(f"+{ref}")
        elif found.get("spec") != known.get("spec"):
            metadata["generation"] = known["metadata"]["generation"] + 1
        self._objects[ref] = json.loads(json.dumps(found))

    def _remove(self, ref: ObjectRef) -> None:
        del self._objects[ref]
        self._due.pop(ref, None)
        self.log.append(f"-{ref}")


def is_ready(pod: Object) -> bool:
    """Whether a pod's Ready condition holds."""
    conditions = pod.get("status", {}).get("conditions", ())
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def template(image: str = "example.com/web:1", **spec: Any) -> Object:
    """A pod template with a readiness probe."""
    container = {"name": "main", "image": image, "readinessProbe": {"httpGet": {"port": 80}}}
    return {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container], **spec}}


def workload(kind: str, image: str = "example.com/web:1", **spec: Any) -> Object:
    """A workload named `web` that selects app=web."""
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": template(image),
            **spec,
        },
    }


def stateful_set(replicas: int = 3, image: str = "example.com/web:1", **spec: Any) -> Object:
    """A StatefulSet named `web` with a claim per pod."""
    claim = {"metadata": {"name": "data"}, "spec": claim_spec()}
    spec = {"volumeClaimTemplates": [claim], "serviceName": "web", "replicas": replicas, **spec}
    return workload("StatefulSet", image, **spec)


def claim_spec(size: str = "1Gi", **fields: Any) -> Object:
    """The spec of a claim."""
    requests = {"requests": {"storage": size}}
    return {"accessModes": ["ReadWriteOnce"], "resources": requests, **fields}


def claim(name: str = "data", **fields: Any) -> Object:
    """A claim in the default namespace."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": "default"},
        "spec": claim_spec(**fields),
    }


def pod(name: str = "one", image: str = "example.com/web:1", **spec: Any) -> Object:
    """A pod in the default namespace, without a probe."""
    containers = [{"name": "main", "image": image}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "labels": {"app": "web"}},
        "spec": {"containers": containers, **spec},
    }


def storage_class(name: str, *, default: bool = False, **fields: Any) -> Object:
    """A class whose volumes are made at once."""
    mark = {"storageclass.kubernetes.io/is-default-class": "true"} if default else {}
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name, "annotations": mark},
        "provisioner": "example.com/disks",
        **fields,
    }


def _ref(found: Object) -> ObjectRef:
    metadata = found["metadata"]
    namespace = metadata.get("namespace", "")
    return ObjectRef(found["apiVersion"], found["kind"], namespace, metadata["name"])
