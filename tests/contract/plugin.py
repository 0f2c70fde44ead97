"""What needs a program that may not be there: the real control plane as a fixture, once per run,
how such a test is skipped, and the count of what ran on which server.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from typing import Any

import pytest
from tests.controlplane.control_plane import ControlPlane, missing, running

BUILD_IT = "build one with `make tools`"


def need(what: str, lacking: Sequence[str]) -> None:
    """Skip for want of programs, for one reason that names `what`; in CI that is a failure."""
    if not lacking:
        return
    reason = f"no {what}: {BUILD_IT}"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason} (missing: {', '.join(lacking)})")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A real control plane. Without its programs a test is skipped; in CI that is a failure."""
    need("real API server", missing())
    with running(tmp_path_factory.mktemp("control-plane")) as plane:
        yield plane


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Give all skips for want of a program one place: each reason is counted in one line."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple) and BUILD_IT in report.longrepr[2]:
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
