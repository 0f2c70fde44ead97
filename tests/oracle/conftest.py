"""The witness: the Helm CLI that `make tools` builds."""

from __future__ import annotations

import os

import pytest
from tests.contract.plugin import need
from tests.controlplane.binaries import binary
from tests.oracle.helm import Helm


@pytest.fixture(scope="session")
def helm(tmp_path_factory: pytest.TempPathFactory) -> Helm:
    """Helm with a chart that prints its values. Without it a test is skipped; in CI it fails."""
    found = binary("helm")
    need("Helm to compare with", () if os.access(found, os.X_OK) else ("helm",))
    return Helm.ready(found, tmp_path_factory.mktemp("helm"))
