"""Fields of a kubeconfig entry, read with care: each mistake is told with the file and its place.

No value is ever repeated in a message, for any of them may be a secret.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from holdfast.cluster.access import Pem
from holdfast.errors import ClusterError, Where
from holdfast.light import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One map of a kubeconfig. `title` names it in messages; `file` is where it stands."""

    title: str
    file: Path
    body: Mapping[str, Any]

    def mistake(self, what: str, *, hint: str | None = None) -> ClusterError:
        """The error for a mistake in this entry."""
        message = f"read the kubeconfig {self.file}: {self.title}: {what}"
        return ClusterError(message, hint=hint, where=Where(str(self.file)))

    def text(self, key: str) -> str:
        """A string; empty where it is not given."""
        value = self.body.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.mistake(f"{key} has to be a string", hint="write it in quotes")
        return value

    def flag(self, key: str) -> bool:
        """A boolean; false where it is not given."""
        value = self.body.get(key)
        if not isinstance(value, bool | None):
            raise self.mistake(f"{key} has to be true or false")
        return bool(value)

    def map(self, key: str) -> Entry:
        """A map; empty where it is not given."""
        value = self.body.get(key)
        if not isinstance(value, dict | None):
            raise self.mistake(f"{key} has to be a map")
        return Entry(f"{self.title}, {key}", self.file, value or {})

    def maps(self, key: str) -> tuple[Entry, ...]:
        """A list of maps; empty where it is not given."""
        items = self._list(key, dict, "maps")
        return tuple(Entry(f"{self.title}, {key}", self.file, item) for item in items)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; empty where it is not given."""
        return tuple(self._list(key, str, "strings"))

    def path(self, key: str) -> Path | None:
        """A file; a relative one lies beside the kubeconfig that names it."""
        text = self.text(key)
        return self.file.absolute().parent / text if text else None

    def pem(self, key: str) -> Pem | None:
        """A certificate or key: `KEY-data` in base64 stands over the file named by `KEY`."""
        encoded = self.text(f"{key}-data")
        if encoded:
            try:
                return Pem(data=base64.b64decode("".join(encoded.split()), validate=True))
            except ValueError as error:
                raise self.mistake(f"{key}-data has to be base64") from error
        path = self.path(key)
        return Pem(file=path) if path else None

    def _list(self, key: str, kind: type, plural: str) -> list[Any]:
        value = self.body.get(key)
        items = [] if value is None else value
        if not isinstance(items, list) or not all(isinstance(item, kind) for item in items):
            raise self.mistake(f"{key} has to be a list of {plural}")
        return items
