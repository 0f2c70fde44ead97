"""Flags → the cluster to work on. The one composition root: only here client and server meet."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast import Target, UsageError
from holdfast_cli.console import Console
from holdfast_cli.options import Globals

if TYPE_CHECKING:
    from holdfast.cluster.access import Access
    from holdfast.cluster.transports.base import Transport

REQUEST_TIMEOUT = 30.0
_SIMULATED = "embedded cluster {path}: pods are simulated, no container runs"


def open_target(flags: Globals, console: Console) -> Target:
    """The cluster that flags and environment choose, and the releases kept in it.

    Raises UsageError where nothing chooses one, ClusterError where the choice cannot be used.
    """
    if _is_local(flags):
        return _target(_embedded(flags, console), flags, console, "default")
    from holdfast.cluster.transports.http import HttpTransport

    access = _access(flags)
    console.detail(f"cluster {access.server.shown}, as {access.source} says")
    transport = HttpTransport(access, environ=os.environ)
    return _target(transport, flags, console, access.namespace)


def _target(transport: Transport, flags: Globals, console: Console, namespace: str) -> Target:
    import getpass
    import socket

    from holdfast import Store, SystemClock
    from holdfast.cluster.client import Cluster

    clock = SystemClock()
    chosen = flags.namespace or namespace
    console.detail(f"namespace {chosen}")
    cluster = Cluster(
        _debugged(transport, flags, console),
        namespace=chosen,
        timeout=flags.request_timeout or REQUEST_TIMEOUT,
        on_warning=lambda text: console.warn(f"the server says: {text}"),
        clock=clock,
    )
    holder = f"{getpass.getuser()}@{socket.gethostname()}:{os.getpid()}"
    return Target(cluster, Store(cluster, clock), chosen, holder, clock)


def _is_local(flags: Globals) -> bool:
    """Whether the embedded cluster is asked for: it is never chosen by default."""
    kind = (flags.cluster or "").partition(":")[0]
    if kind not in ("", "local", "kube"):
        raise UsageError(
            f"choosing the cluster: {flags.cluster!r} is neither local, local:FILE nor kube",
            hint="--cluster local is the embedded cluster, --cluster kube a real one",
        )
    if kind == "local" and (flags.kubeconfig or flags.context or flags.server):
        raise UsageError(
            "choosing the cluster: both the embedded one and a real one are named",
            hint="add --cluster kube, or leave out --kubeconfig, --context and --server",
        )
    return kind == "local"


def _embedded(flags: Globals, console: Console) -> Transport:
    import time

    from holdfast.cluster.transports.direct import DirectTransport
    from holdfast.embedded import open_app

    path = Path((flags.cluster or "").partition(":")[2] or _default_path())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"opening the embedded cluster {path}: {error.strerror}",
            hint="name a file in a folder you may write: --cluster local:FILE",
        ) from error
    console.say(console.paint(_SIMULATED.format(path=path), "dim"))
    return DirectTransport(open_app(path, now=time.time))


def _default_path() -> Path:
    """Where the embedded cluster lives unless told (XDG base directories: state)."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "holdfast" / "cluster.db"


def _access(flags: Globals) -> Access:
    from holdfast.cluster.connect import Wanted, find_access

    wanted = Wanted(
        kubeconfig=Path(flags.kubeconfig) if flags.kubeconfig else None,
        context=flags.context or "",
        server=flags.server or "",
        token=flags.token or "",
        ca_file=Path(flags.ca_file) if flags.ca_file else None,
        as_user=flags.as_user or "",
        as_groups=flags.as_group,
    )
    access = find_access(wanted, environ=os.environ, home=Path.home())
    if access is None:
        raise UsageError(
            "choosing the cluster: no kubeconfig is there, and the embedded cluster was not named",
            hint="set KUBECONFIG or --kubeconfig; or try things out on the embedded cluster: "
            "--cluster local, or HOLDFAST_CLUSTER=local",
        )
    return access


def _debugged(transport: Transport, flags: Globals, console: Console) -> Transport:
    if not flags.debug:
        return transport
    from holdfast_cli.debug import LoggedTransport

    return LoggedTransport(transport, console)
