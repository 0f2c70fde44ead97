"""Chunks as Secrets: written before the head names them, never changed, removed when nobody does.

A chunk's name is the start of its content's digest, so what was read once is true for good and is
kept for the life of this object. It must not know what a chunk says.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from holdfast.cluster.client import Cluster
from holdfast.errors import Conflict, NotFound, RecordDamaged
from holdfast.releases.labels import chunk_labels, selector
from holdfast.releases.names import PREFIX, chunk_ref
from holdfast.releases.pieces import CHUNK_LIMIT, name_of

TYPE = "holdfast.dev/chunk"
LEVEL = 6
"""zlib's level, fixed: the same chunk is the same Secret, whoever writes it."""


class Chunks:
    """The chunks of one release."""

    def __init__(self, cluster: Cluster, release: str, namespace: str) -> None:
        self._cluster = cluster
        self._release = release
        self._namespace = namespace
        self._known: dict[str, bytes] = {}

    def read(self, name: str, *, where: str) -> bytes:
        """The content of a chunk. Raises RecordDamaged, begun with `where`, for a damaged one."""
        if name not in self._known:
            secret = self._cluster.find(chunk_ref(self._release, self._namespace, name))
            if secret is None:
                raise self._damaged(where, name, "is missing")
            content = _content(secret)
            if content is None or name_of(content) != name:
                raise self._damaged(where, name, "is damaged")
            self._known[name] = content
        return self._known[name]

    def write(self, chunks: Mapping[str, bytes]) -> None:
        """Make sure that these chunks are there; one that is there and damaged is made anew."""
        for name, content in chunks.items():
            self._write(name, content)
            self._known[name] = content

    def remove(self, names: Iterable[str]) -> None:
        """Remove chunks; one that is gone already is as it should be."""
        for name in names:
            self._known.pop(name, None)
            try:
                self._cluster.delete(chunk_ref(self._release, self._namespace, name))
            except NotFound:
                continue

    def names(self) -> tuple[str, ...]:
        """The chunks that are there, used or not."""
        chosen = selector("chunk", self._release)
        found = self._cluster.list_metadata("v1", "Secret", self._namespace, label_selector=chosen)
        start = f"{PREFIX}{self._release}."
        return tuple(item["metadata"]["name"].removeprefix(start) for item in found)

    def _write(self, name: str, content: bytes) -> None:
        secret = self._secret(name, content)
        try:
            self._cluster.create(secret, recognised=True)
        except Conflict:
            found = self._cluster.find(chunk_ref(self._release, self._namespace, name))
            if found is not None and _content(found) == content:
                return
            self.remove((name,))
            self._cluster.create(secret, recognised=True)

    def _secret(self, name: str, content: bytes) -> dict[str, Any]:
        ref = chunk_ref(self._release, self._namespace, name)
        packed = base64.b64encode(zlib.compress(content, LEVEL)).decode("ascii")
        return {
            "apiVersion": ref.api_version,
            "kind": ref.kind,
            "metadata": {
                "name": ref.name,
                "namespace": ref.namespace,
                "labels": chunk_labels(self._release),
            },
            "type": TYPE,
            "immutable": True,
            "data": {"chunk": packed},
        }

    def _damaged(self, where: str, name: str, what: str) -> RecordDamaged:
        ref = chunk_ref(self._release, self._namespace, name)
        return RecordDamaged(
            f"{where}: chunk {ref.name} {what}",
            hint="restore that Secret from a backup; revisions without it are not affected: "
            "roll back to one of them, or upgrade with -f",
        )


def _content(secret: Mapping[str, Any]) -> bytes | None:
    """What a chunk's Secret holds; None where it cannot be read, or claims to be a giant."""
    try:
        packed = base64.b64decode(secret["data"]["chunk"], validate=True)
        reader = zlib.decompressobj()
        content = reader.decompress(packed, CHUNK_LIMIT * 64)
    except (KeyError, TypeError, ValueError, zlib.error):
        return None
    return content if reader.eof else None
