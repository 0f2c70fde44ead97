"""One request's work with the store: finding, adding, replacing and removing objects.

It is also what the controllers see (`State`) and how their writes are carried out. It knows keys,
revisions and finalizers; what a request means is the verbs' business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from holdfast.embedded.admission import complete
from holdfast.embedded.catalog import CRD, Catalog, Served
from holdfast.embedded.state import Put, Remove, Write
from holdfast.embedded.status import not_found
from holdfast.embedded.store import Key, Object, Store
from holdfast.kinds.defaults import apply_defaults
from holdfast.model.manifest import ObjectRef


def stamp(moment: float) -> str:
    """A moment as Kubernetes writes times: UTC, whole seconds."""
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Session:
    """The store at one moment. `wrote` tells whether anything was changed since it was made."""

    def __init__(self, store: Store, now: float, new_uid: Callable[[], str]) -> None:
        self.store = store
        self.now = now
        self.new_uid = new_uid
        self.catalog = Catalog(lambda: store.list(CRD))
        self.wrote = False

    # -- what requests do -----------------------------------------------------------------------

    def find(self, served: Served, namespace: str, name: str) -> Object:
        """An object that has to be there. Raises StatusError 404."""
        found = self.look(served, namespace, name)
        if found is None:
            raise not_found(served.subject(name))
        return found

    def look(self, served: Served, namespace: str, name: str) -> Object | None:
        """An object, in the version that is asked for, or None."""
        found = self.store.get(served.key(namespace, name))
        return None if found is None else _in_version(found, served)

    def all(self, served: Served, namespace: str | None = None) -> Iterator[Object]:
        """The objects of a kind by namespace and name; None is every namespace."""
        for found in self.store.list(served.resource, namespace):
            yield _in_version(found, served)

    def identify(self, obj: Object) -> Object:
        """A new object with a uid and creationTimestamp: before admission, which may repeat them.

        A Job's selector is its own uid.
        """
        given = {"uid": self.new_uid(), "creationTimestamp": stamp(self.now)}
        return {**obj, "metadata": {**obj["metadata"], **given}}

    def insert(self, served: Served, obj: Object) -> Object:
        """Keep a new object, identified and admitted; its generation is given here."""
        if served.counts_generations:
            obj = {**obj, "metadata": {**obj["metadata"], "generation": 1}}
        return self._put(served, obj)

    def replace(self, served: Served, live: Object, obj: Object) -> Object:
        """Keep an object's new content; one that waited only for its finalizers goes for good."""
        metadata = dict(obj["metadata"])
        if served.counts_generations and _content(live) != _content(obj):
            metadata["generation"] = metadata.get("generation", 0) + 1
        obj = {**obj, "metadata": metadata}
        if _is_finished(live, obj):
            return self.remove(served, obj)
        return self._put(served, obj)

    def remove(self, served: Served, obj: Object) -> Object:
        """Remove an object, whatever it waits for."""
        self.wrote = True
        return self.store.delete(_key(served, obj), obj)

    def _put(self, served: Served, obj: Object) -> Object:
        self.wrote = True
        return self.store.put(_key(served, obj), obj)

    # -- what controllers see -------------------------------------------------------------------

    def list(
        self, api_version: str, kind: str, namespace: str | None = None
    ) -> tuple[dict[str, Any], ...]:
        """All objects of a kind (see State)."""
        served = self.catalog.by_kind(api_version, kind)
        return tuple(self.all(served, namespace)) if served else ()

    def get(self, ref: ObjectRef) -> dict[str, Any] | None:
        """One object, or None (see State)."""
        served = self.catalog.by_kind(ref.api_version, ref.kind)
        return self.look(served, ref.namespace, ref.name) if served else None

    def due(self, ref: ObjectRef) -> float | None:
        """The moment an object waits for (see State)."""
        served = self.catalog.by_kind(ref.api_version, ref.kind)
        return self.store.due(served.key(ref.namespace, ref.name)) if served else None

    def carry_out(self, write: Write) -> bool:
        """Do what a controller wants; whether that changed anything."""
        if isinstance(write, Remove):
            return self._system_remove(write)
        return self._system_put(write)

    def _system_put(self, put: Put) -> bool:
        served = self.catalog.by_kind(put.object["apiVersion"], put.object["kind"])
        if served is None:
            return False
        key = _key(served, put.object)
        live = self.store.get(key)
        changed = self._system_write(served, live, put.object)
        if self.store.get(key) is not None and self.store.due(key) != put.due:
            self.store.set_due(key, put.due)
            changed = True
        return changed

    def _system_write(self, served: Served, live: Object | None, wanted: Object) -> bool:
        if live is None:
            completed = apply_defaults(served.api_version, served.kind, wanted)
            self.insert(served, complete(served, self.identify(completed), self, live=None))
            return True
        owned = _server_owned(live, wanted)
        if owned == live:
            return False
        self.replace(served, live, owned)
        return True

    def _system_remove(self, write: Remove) -> bool:
        served = self.catalog.by_kind(write.ref.api_version, write.ref.kind)
        live = self.look(served, write.ref.namespace, write.ref.name) if served else None
        if served is None or live is None:
            return False
        metadata = live["metadata"]
        if not metadata.get("finalizers"):
            self.remove(served, live)
            return True
        if "deletionTimestamp" in metadata:
            return False
        marks = {"deletionTimestamp": stamp(self.now), "deletionGracePeriodSeconds": 0}
        self.replace(served, live, {**live, "metadata": {**metadata, **marks}})
        return True


def _key(served: Served, obj: Mapping[str, Any]) -> Key:
    metadata = obj["metadata"]
    return served.key(metadata.get("namespace", ""), metadata["name"])


def _in_version(found: Object, served: Served) -> Object:
    # A custom resource is kept as it was written and read in any version (strategy None).
    if found.get("apiVersion") == served.api_version:
        return found
    return {**found, "apiVersion": served.api_version}


def _content(obj: Mapping[str, Any]) -> dict[str, Any]:
    aside = ("metadata", "status", "apiVersion")
    return {name: value for name, value in obj.items() if name not in aside}


def _server_owned(live: Object, wanted: Object) -> Object:
    names = ("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields")
    kept = {name: live["metadata"][name] for name in names if name in live["metadata"]}
    return {**wanted, "metadata": {**wanted["metadata"], **kept}}


def _is_finished(live: Object, obj: Object) -> bool:
    """Whether the last thing that held back a deletion is gone with this write."""
    if "deletionTimestamp" not in obj["metadata"] or _holding(obj):
        return False
    return _holding(live) and not live["metadata"].get("deletionGracePeriodSeconds")


def _holding(obj: Object) -> bool:
    """Whether finalizers hold an object; a namespace has some in its spec."""
    own = (obj.get("spec") or {}).get("finalizers") if obj.get("kind") == "Namespace" else None
    return bool(obj["metadata"].get("finalizers") or own)
