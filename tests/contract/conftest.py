"""The servers under contract: every case gets each of them in turn, with a namespace of its own."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tests.contract.bench import Bench, FakeClock, Server, short_pause
from tests.controlplane.control_plane import ControlPlane

from holdfast.cluster.client import Cluster
from holdfast.cluster.connect import Wanted, connect, find_access
from holdfast.cluster.transports.direct import DirectTransport
from holdfast.errors import NotFound
from holdfast.model.manifest import ObjectRef

_REAL = pytest.param("real", marks=[pytest.mark.real, pytest.mark.xdist_group("real")])
_NUMBERS = itertools.count(1)


def over_https(kubeconfig: Path, *, field_manager: str = "holdfast") -> Cluster:
    access = find_access(Wanted(kubeconfig=kubeconfig), environ={}, home=Path("/nonexistent"))
    assert access is not None
    return connect(access, environ={}, field_manager=field_manager)


@pytest.fixture(scope="session")
def real(control_plane: ControlPlane) -> Iterator[Server]:
    cluster = over_https(control_plane.kubeconfig)
    # The other client shows a certificate: every conflict below needs it.
    other = over_https(control_plane.certificate_kubeconfig, field_manager="kubectl")
    yield Server("real", cluster, other, short_pause)
    cluster.close()
    other.close()


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    from holdfast.embedded.app import open_app

    clock = FakeClock()
    app = open_app(
        tmp_path_factory.mktemp("embedded") / "cluster.db", now=clock.now, wait=clock.sleep
    )
    transport = DirectTransport(app)
    other = Cluster(transport, field_manager="kubectl")
    yield Server("embedded", Cluster(transport), other, clock.pause)
    app.close()


@pytest.fixture(params=["embedded", _REAL])
def server(request: pytest.FixtureRequest) -> Server:
    """Each server in turn."""
    request.node.user_properties.append(("contract", request.param))
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Server)
    return found


@pytest.fixture
def cluster(server: Server) -> Cluster:
    return server.cluster


@pytest.fixture
def namespace(server: Server) -> Iterator[str]:
    """A fresh namespace. Nobody waits for its end, which would take longer than the case."""
    name = f"case-{os.getpid()}-{next(_NUMBERS)}"
    ref = ObjectRef("v1", "Namespace", "", name)
    server.cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    yield name
    with suppress(NotFound):
        server.cluster.delete(ref)


@pytest.fixture
def bench(server: Server, namespace: str) -> Bench:
    """The server, waiting, and the namespace."""
    server.cluster.warnings.clear()
    return Bench(server, namespace)
