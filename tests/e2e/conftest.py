"""The clusters that the command runs against: the embedded one always, a real one where it is."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from tests.e2e.own_time import OwnTime, replace_time

_NUMBERS = itertools.count(1)
_REAL = pytest.param("real", marks=[pytest.mark.real, pytest.mark.xdist_group("real")])


@pytest.fixture(params=["embedded", _REAL])
def cluster(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each cluster in turn, chosen by the environment as a user would."""
    if request.param == "embedded":
        monkeypatch.setenv("HOLDFAST_CLUSTER", f"local:{tmp_path / 'cluster.db'}")
    else:
        plane = request.getfixturevalue("control_plane")
        monkeypatch.setenv("KUBECONFIG", str(plane.kubeconfig))
    return str(request.param)


@pytest.fixture
def namespace() -> str:
    """The name of a namespace that no other test uses; nobody has made it yet."""
    return f"e2e-{os.getpid()}-{next(_NUMBERS)}"


@pytest.fixture
def own_time(monkeypatch: pytest.MonkeyPatch) -> OwnTime:
    """On the embedded cluster: waiting takes no time, and a test may let minutes pass."""
    return replace_time(monkeypatch)
