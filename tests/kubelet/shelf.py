"""What a pod's containers and volumes take from the API server, read when it is needed."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.controlplane.api import Api

from .environment import Missing


@dataclass(frozen=True, slots=True)
class ApiShelf:
    """One namespace's objects."""

    api: Api
    namespace: str

    def read(self, kind: str, name: str, *, optional: bool) -> Mapping[str, bytes]:
        """Read a ConfigMap or Secret; an optional one that is not there is empty."""
        found = self._find(f"{kind.lower()}s/{name}")
        if found is None:
            if optional:
                return {}
            raise Missing(f'{kind.lower()} "{name}" not found')
        data = found.get("data") or {}
        if kind == "Secret":
            return {key: b64decode(value) for key, value in data.items()}
        binary = found.get("binaryData") or {}
        return {key: value.encode() for key, value in data.items()} | {
            key: b64decode(value) for key, value in binary.items()
        }

    def volume_of(self, claim: str) -> str:
        """Name the volume that a claim is bound to. Raises Missing."""
        found = self._find(f"persistentvolumeclaims/{claim}")
        if found is None:
            raise Missing(f'persistentvolumeclaim "{claim}" not found')
        if found.get("status", {}).get("phase") != "Bound":
            raise Missing(f'persistentvolumeclaim "{claim}" is not bound')
        return str(found["spec"]["volumeName"])

    def token(self, account: str, audience: str, seconds: int) -> str:
        """Ask for a service account's token. Raises Missing."""
        spec = {"audiences": [audience] if audience else [], "expirationSeconds": seconds}
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
        try:
            made = self.api.create(f"{self._path}/serviceaccounts/{account}/token", body)
        except (OSError, RuntimeError) as error:
            raise Missing(str(error)) from None
        return str(made["status"]["token"])

    @property
    def _path(self) -> str:
        return f"/api/v1/namespaces/{self.namespace}"

    def _find(self, rest: str) -> Any:
        try:
            return self.api.find(f"{self._path}/{rest}")
        except (OSError, RuntimeError) as error:
            raise Missing(f"{rest}: {error}") from None


def claim_folder(folder: Path, volume: str) -> Path:
    """Name a volume's folder, made when it is first needed; it outlives pods and nodes."""
    found = folder / "volumes" / volume
    found.mkdir(parents=True, exist_ok=True)
    return found
