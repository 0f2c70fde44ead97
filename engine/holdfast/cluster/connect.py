"""Which real cluster is meant: flags, KUBECONFIG, ~/.kube/config or the pod's service account."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from holdfast.cluster.access import Access, Credential, Fixed, Impersonation, Pem, Server
from holdfast.cluster.client import Cluster
from holdfast.cluster.kubeconfig import access_from, load_kubeconfig
from holdfast.cluster.tokens import TokenFile
from holdfast.errors import ClusterError, Unauthorized
from holdfast.model.manifest import FIELD_MANAGER

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where a pod finds its credentials (Kubernetes docs, "Accessing the API from within a Pod")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the command line says about the cluster; what is empty is left to the kubeconfig."""

    kubeconfig: Path | None = None
    context: str = ""
    server: str = ""
    token: str = ""
    ca_file: Path | None = None
    as_user: str = ""
    as_groups: tuple[str, ...] = ()


def connect(
    access: Access,
    *,
    environ: Mapping[str, str],
    timeout: float = 30.0,
    field_manager: str = FIELD_MANAGER,
    on_warning: Callable[[str], None] | None = None,
) -> Cluster:
    """A cluster over HTTP(S). Nothing is sent yet."""
    from holdfast.cluster.transports.http import HttpTransport

    return Cluster(
        HttpTransport(access, environ=environ),
        namespace=access.namespace,
        timeout=timeout,
        field_manager=field_manager,
        on_warning=on_warning,
    )


def find_access(
    wanted: Wanted,
    *,
    environ: Mapping[str, str],
    home: Path,
    service_account: Path = SERVICE_ACCOUNT,
    now: Callable[[], float] = time.time,
) -> Access | None:
    """The access that is wanted, or None where no cluster is configured at all.

    The order is kubectl's: --kubeconfig, KUBECONFIG, ~/.kube/config, then the pod's own account.
    Raises ClusterError for a configuration that is there and wrong.
    """
    files = _files(wanted, environ, home)
    found: Access | None
    if files:
        config = load_kubeconfig(files)
        found = (
            None
            if wanted.server and not wanted.context and not config.current
            else access_from(config, context=wanted.context, environ=environ, now=now)
        )
    else:
        found = _in_pod(environ, service_account)
    return _overridden(found, wanted)


def _files(wanted: Wanted, environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    if wanted.kubeconfig:
        return (wanted.kubeconfig,)
    if listed := [Path(part) for part in environ.get("KUBECONFIG", "").split(os.pathsep) if part]:
        there = tuple(path for path in listed if path.exists())
        if not there:
            raise ClusterError(
                f"choose a cluster: KUBECONFIG names no file that exists ({listed[0]})",
                hint="correct or unset KUBECONFIG",
            )
        return there
    usual = home / ".kube" / "config"
    return (usual,) if usual.exists() else ()


def _in_pod(environ: Mapping[str, str], folder: Path) -> Access | None:
    host, port = (environ.get(f"KUBERNETES_SERVICE_{of}", "") for of in ("HOST", "PORT"))
    if not (host and port and (folder / "token").exists()):
        return None
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    authority = folder / "ca.crt"
    try:
        namespace = (folder / "namespace").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError):
        namespace = ""
    return Access(
        Server(f"https://{address}", Pem(file=authority) if authority.exists() else None),
        TokenFile(folder / "token"),
        namespace=namespace or "default",
        source=str(folder),
    )


def _overridden(found: Access | None, wanted: Wanted) -> Access | None:
    if found is None and not wanted.server:
        if wanted.token or wanted.ca_file or wanted.context or wanted.as_user:
            raise ClusterError(
                "choose a cluster: none is configured",
                hint="give --kubeconfig or --server",
            )
        return None
    access = found or Access(Server(wanted.server), source="--server")
    server = access.server
    if wanted.server:
        url = wanted.server if "://" in wanted.server else f"https://{wanted.server}"
        server = replace(server, url=url)
    if wanted.ca_file:
        server = replace(server, authority=Pem(file=wanted.ca_file), insecure=False)
    access = replace(access, server=server)
    if wanted.token:
        access = replace(access, credentials=Fixed(Credential(wanted.token)))
    if wanted.as_user:
        access = replace(
            access, impersonation=Impersonation(wanted.as_user, groups=wanted.as_groups)
        )
    elif wanted.as_groups:
        raise Unauthorized("act as a group: a user to act as is needed too", hint="give --as too")
    return access
