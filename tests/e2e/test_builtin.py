"""The charts that ship with holdfast: from a checkout, and from what is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.conftest import ROOT, run_command


def test_they_are_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = run_command("template", "web", "builtin/nginx").must().out
    assert found == run_command("template", "web", str(ROOT / "charts/nginx")).must().out


def test_a_directory_of_that_name_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run_command("create", "nginx").must()
    Path("builtin").mkdir()
    Path("nginx").rename("builtin/nginx")
    found = run_command("template", "web", "builtin/nginx").must().out
    assert "# Source: nginx/templates/service.yaml.j2" in found


def test_a_name_that_no_chart_has_is_an_error_that_names_them() -> None:
    result = run_command("template", "web", "builtin/ngin")
    assert result.code == 1
    assert "builtin/ngin: holdfast ships no such chart" in result.err
    assert "builtin/nginx" in result.err


def test_the_wheel_brings_them_along(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    code = "import sys; from holdfast_cli.main import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", code, "template", "web", "builtin/nginx"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    done = subprocess.run(
        command, cwd=tmp_path, check=True, capture_output=True, text=True, env=environment
    )
    assert done.stdout == run_command("template", "web", str(ROOT / "charts/nginx")).must().out
    inside = {str(path.relative_to(tmp_path / "site")) for path in tmp_path.glob("site/**/*.yaml")}
    assert "holdfast/builtin/common/Chart.yaml" in inside
