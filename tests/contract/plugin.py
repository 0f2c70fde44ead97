"""The real control plane as a fixture, once per run, and the count of what ran on which server."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from tests.controlplane.control_plane import ControlPlane, missing, running

NOT_BUILT = "no real API server: build one with `make tools`"


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A real control plane. Without its programs a test is skipped; in CI that is a failure."""
    if lacking := missing():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{NOT_BUILT} (missing: {', '.join(lacking)})")
        pytest.skip(NOT_BUILT)
    with running(tmp_path_factory.mktemp("control-plane")) as plane:
        yield plane


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Give all skips for want of a server one place, so that they are counted in one line."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple) and NOT_BUILT in report.longrepr[2]:
        report.longrepr = (__file__, 1, report.longrepr[2])
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many contract cases ran on each server; a run without any says nothing."""
    counts = Counter(
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for key, value in getattr(report, "user_properties", ())
        if key == "contract" and report.outcome != "skipped"
    )
    if counts:
        terminalreporter.write_line(
            f"contract: {counts['embedded']} cases on the embedded cluster, "
            f"{counts['real']} on a real API server"
        )
