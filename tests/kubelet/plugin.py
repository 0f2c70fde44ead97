"""The test kubelet as a fixture, once per run, and a namespace for each test."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from tests.contract.plugin import need
from tests.controlplane.control_plane import missing, without_nodes

from .images import missing_trees
from .kubelet import Kubelet, running
from .place import BackOff

PROGRAMS = ("crun", "ip", "nsenter", "setpriv", "unshare")
_TRY = ("unshare", "--mount", "--net", "--pid", "--fork", "true")
SHORT = BackOff(first=2, most=10)
_NUMBERS = itertools.count(1)


def lacking() -> list[str]:
    """List what this machine lacks."""
    found = [*missing(), *(name for name in PROGRAMS if shutil.which(name) is None)]
    found += [f"image {name}" for name in missing_trees()]
    if os.geteuid() != 0:
        found.append("root's rights")
    elif (
        not found
        and subprocess.run(["unshare", "--mount", "--net", "--pid", "--fork", "true"]).returncode
    ):
        found.append("namespaces")
    return found


@pytest.fixture(scope="session")
def kubelet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubelet]:
    """A control plane with three nodes that run real processes, and back-offs that are short."""
    need("node for real processes", lacking())
    folder = tmp_path_factory.mktemp("kubelet")
    with without_nodes(folder / "plane") as plane:
        with running(plane, folder / "nodes", back_off=SHORT) as found:
            yield found


@pytest.fixture
def namespace(kubelet: Kubelet, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A namespace for the test alone, with `holdfast` looking at its cluster.

    What the test leaves there is ended by force, and nobody waits for it.
    """
    monkeypatch.setenv("KUBECONFIG", str(kubelet.plane.kubeconfig))
    name = f"real-{next(_NUMBERS)}"
    kubelet.api.create("/api/v1/namespaces", {"metadata": {"name": name}})
    yield name
    kubelet.api.ask("DELETE", f"/api/v1/namespaces/{name}")
    # In a namespace that is going nobody makes new ones.
    kubelet.api.ask("DELETE", f"/api/v1/namespaces/{name}/pods?gracePeriodSeconds=0")
