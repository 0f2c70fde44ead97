"""Start a real Kubernetes control plane in a fresh folder, and stop it whatever happens.

    with running(tmp_path) as plane:
        ...  # plane.kubeconfig, or plane.url with plane.token and plane.ca_file

The API server, its store, its controllers and its scheduler are the real programs; only the
kubelets are played, by kwok: pods become ready, complete and go, but no container ever runs.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import objects, programs
from .api import Api, wait_until
from .binaries import missing
from .certificates import ADMIN, ADMIN_GROUP, Certificates, make_certificates
from .container_logs import ContainerLogs, make_logs
from .kubeconfigs import write_kubeconfig
from .ports import free_ports
from .processes import Processes

__all__ = ["ControlPlane", "missing", "running", "serving", "without_nodes"]

# Fixed in the provisioner.
PROVISIONED = Path("/tmp/hostpath_pv")


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """How to reach a running control plane, as an administrator, by token or by certificate."""

    url: str
    ca_file: Path
    token: str
    client_cert_file: Path
    client_key_file: Path
    kubeconfig: Path
    certificate_kubeconfig: Path
    logs: ContainerLogs


_Parts = tuple[ControlPlane, Certificates, Api, Processes]


@contextmanager
def running(folder: Path) -> Iterator[ControlPlane]:
    """Run a whole control plane with ready nodes and a default storage class."""
    with _controlled(folder) as (plane, certificates, api, processes):
        (port,) = free_ports(1)
        processes.start(
            "kwok", programs.kwok(plane.kubeconfig, certificates, plane.logs.config, port=port)
        )
        for node in objects.nodes():
            api.create("/api/v1/nodes", node)
        wait_until(lambda: _nodes_ready(api), "ready nodes", check=processes.check)
        yield plane


@contextmanager
def without_nodes(folder: Path) -> Iterator[ControlPlane]:
    """Run a control plane that has all but nodes: somebody else brings them."""
    with _controlled(folder) as (plane, _, _, _):
        yield plane


@contextmanager
def serving(folder: Path) -> Iterator[ControlPlane]:
    """Run the API server and its store alone: objects can be stored, nothing moves them."""
    with _api_server(folder) as (plane, _, _, _):
        yield plane


@contextmanager
def _controlled(folder: Path) -> Iterator[_Parts]:
    with _api_server(folder) as (plane, certificates, api, processes):
        processes.start(
            "controller-manager", programs.controller_manager(plane.kubeconfig, certificates)
        )
        processes.start("scheduler", programs.scheduler(plane.kubeconfig))
        api.create("/apis/storage.k8s.io/v1/storageclasses", objects.storage_class())
        _wait_for_controllers(api, processes)
        try:
            yield plane, certificates, api, processes
        finally:
            _remove_volumes(api)


@contextmanager
def _api_server(folder: Path) -> Iterator[_Parts]:
    # The programs run in it, so that a relative path would lead them elsewhere.
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    certificates = make_certificates(folder)
    port, client_port, peer_port = free_ports(3)
    plane = _describe(folder, certificates, port)
    api = Api(url=plane.url, ca_file=plane.ca_file, token=plane.token)
    tokens = _write_tokens(folder / "tokens.csv", plane.token)
    with Processes(folder, _environment(folder)) as processes:
        processes.start("etcd", programs.etcd(folder, client_port=client_port, peer_port=peer_port))
        processes.start(
            "apiserver",
            programs.api_server(certificates, tokens, port=port, etcd_port=client_port),
        )
        wait_until(lambda: api.answers("/readyz"), "the API server", check=processes.check)
        yield plane, certificates, api, processes


def _describe(folder: Path, certificates: Certificates, port: int) -> ControlPlane:
    url, token, ca_file = f"https://127.0.0.1:{port}", secrets.token_hex(16), certificates.ca_file
    by_certificate = {
        "client-certificate": str(certificates.client_cert_file),
        "client-key": str(certificates.client_key_file),
    }
    return ControlPlane(
        url=url,
        ca_file=ca_file,
        token=token,
        client_cert_file=certificates.client_cert_file,
        client_key_file=certificates.client_key_file,
        kubeconfig=write_kubeconfig(
            folder / "kubeconfig", url=url, ca_file=ca_file, user={"token": token}
        ),
        certificate_kubeconfig=write_kubeconfig(
            folder / "certificate.kubeconfig", url=url, ca_file=ca_file, user=by_certificate
        ),
        logs=make_logs(folder),
    )


def _write_tokens(path: Path, token: str) -> Path:
    path.touch(mode=0o600)
    path.write_text(f'{token},{ADMIN},{ADMIN},"{ADMIN_GROUP}"\n')
    return path


def _environment(folder: Path) -> dict[str, str]:
    # kwok reads and writes below HOME; nothing of the user's own may reach the programs.
    return {"HOME": str(folder), "PATH": os.environ.get("PATH", "")}


def _wait_for_controllers(api: Api, processes: Processes) -> None:
    """Pods are refused without a service account."""
    account = "/api/v1/namespaces/default/serviceaccounts/default"
    wait_until(lambda: api.answers(account), "the service account", check=processes.check)


def _nodes_ready(api: Api) -> bool:
    return all(_schedulable(node) for node in api.get("/api/v1/nodes")["items"])


def _schedulable(node: dict[str, Any]) -> bool:
    # The taint of an unready node is taken away a moment after the node is ready.
    conditions = node["status"].get("conditions", ())
    ready = any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
    return ready and not node["spec"].get("taints")


def _remove_volumes(api: Api) -> None:
    """Remove the folders that the host-path provisioner made outside of ours."""
    if not api.answers("/readyz"):
        return
    for volume in api.get("/api/v1/persistentvolumes")["items"]:
        path = Path(volume["spec"].get("hostPath", {}).get("path", "/"))
        if path.parent == PROVISIONED:
            # The provisioner itself may be removing it, and what is not empty is not ours.
            with suppress(OSError):
                path.rmdir()
