"""How to reach one server and who to be there: what a kubeconfig comes down to.

Data only. Where it came from is kubeconfig's affair, what is done with it the HTTP transport's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Protocol

from holdfast.light import dataclass
from holdfast.model.secrecy import without_login


@dataclass(frozen=True, slots=True)
class Pem:
    """A certificate or key in PEM: the path of a file, or the text itself."""

    file: Path | None = None
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Server:
    """One API server. `authority` None trusts what the machine trusts.

    `proxy` is None where the environment decides (HTTPS_PROXY, NO_PROXY).
    """

    url: str
    authority: Pem | None = None
    insecure: bool = False
    tls_name: str = ""
    proxy: str | None = None

    @property
    def shown(self) -> str:
        """The address without a password that may stand in it."""
        return without_login(self.url)


@dataclass(frozen=True, slots=True)
class Credential:
    """What proves who we are: a bearer token, a client certificate with its key, both or none."""

    token: str = field(default="", repr=False)
    certificate: Pem | None = None
    key: Pem | None = None


class Credentials(Protocol):
    """A source of credentials."""

    def current(self) -> Credential:
        """The credential to use now; raises Unauthorized where none can be had."""

    def renew(self) -> bool:
        """After a 401: tell whether another credential may be had, so that asking again helps."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A credential that stays as it is."""

    credential: Credential = field(default_factory=Credential)

    def current(self) -> Credential:
        """The credential."""
        return self.credential

    def renew(self) -> bool:
        """There is no other."""
        return False


@dataclass(frozen=True, slots=True)
class Impersonation:
    """Whom to act as (Kubernetes docs, "User impersonation")."""

    user: str
    uid: str = ""
    groups: tuple[str, ...] = ()
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Access:
    """A server, an identity there and the namespace that is meant when none is named.

    `source` says where this was read, for messages.
    """

    server: Server
    credentials: Credentials = field(default_factory=Fixed)
    impersonation: Impersonation | None = None
    namespace: str = "default"
    source: str = ""
