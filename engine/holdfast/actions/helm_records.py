"""Helm's own records of a release: which revisions there are, and what the current one applied.

They are read and never written. Helm keeps each revision in a Secret (or a ConfigMap) labelled
owner=helm and name=RELEASE, as base64 of gzipped JSON (Helm: pkg/storage/driver).
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from typing import Any

from holdfast.cluster.client import Cluster
from holdfast.errors import HoldfastError, ReleaseError, Unauthorized
from holdfast.light import dataclass
from holdfast.model.manifest import ObjectRef
from holdfast.yamltext import load_all

MOST = 64 << 20
"""Bytes that a record may have once it is unpacked."""

_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class HelmRelease:
    """A release as Helm has it: its revisions, in which kind of object, and its current objects."""

    name: str
    namespace: str
    revisions: tuple[int, ...]
    kept_in: str
    objects: tuple[ObjectRef, ...]

    @property
    def forget(self) -> str:
        """The command that deletes Helm's records, and nothing else."""
        return f"kubectl delete {self.kept_in} -n {self.namespace} -l owner=helm,name={self.name}"


def find_helm_release(cluster: Cluster, name: str, namespace: str) -> HelmRelease | None:
    """The release of this name, if Helm has one. Raises ClusterError, ReleaseError (damaged)."""
    for kind, plural in (("Secret", "secrets"), ("ConfigMap", "configmaps")):
        found = _records(cluster, kind, name, namespace)
        numbered = sorted((number, one) for one in found if (number := _number(one)))
        if numbered:
            numbers = tuple(number for number, _ in numbered)
            manifest = _manifest(numbered[-1][1], kind)
            return HelmRelease(name, namespace, numbers, plural, _refs(manifest, namespace))
    return None


def _records(cluster: Cluster, kind: str, name: str, namespace: str) -> tuple[dict[str, Any], ...]:
    try:
        return cluster.list("v1", kind, namespace, label_selector=f"owner=helm,name={name}")
    except Unauthorized as error:
        # Our own records are in Secrets; ConfigMaps we may do without, and few have theirs there.
        if kind == "Secret" or error.status != 403:
            raise
        return ()


def _number(record: Mapping[str, Any]) -> int:
    text = str((record["metadata"].get("labels") or {}).get("version") or "")
    return int(text) if text.isdecimal() else 0


def _manifest(record: Mapping[str, Any], kind: str) -> str:
    try:
        packed = str(record["data"]["release"])
        if kind == "Secret":
            packed = base64.b64decode(packed, validate=True).decode("ascii")
        unpacking = zlib.decompressobj(_GZIP)
        text = unpacking.decompress(base64.b64decode(packed, validate=True), MOST)
        if unpacking.unconsumed_tail:
            raise ValueError(f"it has more than {MOST >> 20} MiB")
        return str(json.loads(text)["manifest"])
    except (KeyError, TypeError, ValueError, binascii.Error, zlib.error) as error:
        raise ReleaseError(
            f"reading Helm's record {kind}/{record['metadata']['name']}: {error}",
            hint="does `helm get manifest` read it? Without its record delete it, and adopt again",
        ) from error


def _refs(manifest: str, namespace: str) -> tuple[ObjectRef, ...]:
    """The objects of a manifest; what cannot be read is none of our business."""
    try:
        documents = load_all(manifest, source="Helm's manifest")
    except HoldfastError:
        return ()
    found = []
    for document in documents:
        metadata = document.get("metadata") if isinstance(document, dict) else None
        if isinstance(metadata, dict) and metadata.get("name"):
            api_version, kind = str(document.get("apiVersion")), str(document.get("kind"))
            home = str(metadata.get("namespace") or namespace)
            found.append(ObjectRef(api_version, kind, home, str(metadata["name"])))
    return tuple(found)
