"""A bearer token that lives in a file and is replaced there by someone else."""

from __future__ import annotations

from pathlib import Path

from holdfast.cluster.access import Credential, Pem
from holdfast.errors import Unauthorized
from holdfast.light import dataclass


@dataclass(frozen=True, slots=True)
class TokenFile:
    """A token read anew for every request: a kubelet rotates a mounted one within the hour."""

    path: Path
    certificate: Pem | None = None
    key: Pem | None = None

    def current(self) -> Credential:
        """The token as it stands in the file now."""
        try:
            token = self.path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            raise Unauthorized(
                f"read the token file {self.path}: {(reason or 'it is not text').lower()}"
            ) from error
        if not token:
            raise Unauthorized(f"read the token file {self.path}: it is empty")
        return Credential(token, self.certificate, self.key)

    def renew(self) -> bool:
        """What the server refused is what the file holds."""
        return False
