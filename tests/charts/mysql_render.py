"""charts/mysql as it renders, and what is said against values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.charts import rendering
from tests.charts.mysql_values import RANGE
from tests.conftest import ROOT, run_command

MYSQL = str(ROOT / "charts/mysql")
SCRIPTS = sorted((ROOT / "charts/mysql/files").glob("*.sh"))
ALL = pytest.mark.parametrize("values", RANGE.values(), ids=RANGE)


def render(tmp_path: Path, values: str = "", *flags: str, name: str = "web") -> dict[str, Any]:
    """The rendered objects by `Kind/name`."""
    return rendering.render("mysql", tmp_path, values, *flags, name=name)


def the_set(tmp_path: Path, values: str = "", *flags: str) -> dict[str, Any]:
    return rendering.only(render(tmp_path, values, *flags), "StatefulSet")


def pods(objects: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The spec of every pod: of the set, of Jobs and CronJobs, and of tests."""
    return (pod for _, pod in rendering.pod_specs(objects))


def containers(objects: dict[str, Any]) -> list[dict[str, Any]]:
    return [container for pod in pods(objects) for container in rendering.containers(pod)]


def environment(container: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one.get("value", "") for one in container.get("env", ())}


def refused(*flags: str) -> str:
    """What is said against these values."""
    result = run_command("template", "web", MYSQL, *flags)
    assert result.code == 1
    return result.err
