"""Compiled templates between runs: used, never trusted where others can write, never in the way."""

from __future__ import annotations

import marshal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import run_command, write_tree

from holdfast.render import compiled

CHART = {
    "web/Chart.yaml": "apiVersion: holdfast/v1\nname: web\nversion: 0.1.0\n",
    "web/templates/config.yaml.j2": (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ release.name }}}\n"
    ),
}
OTHER = """
name, blocks, debug_info = "x", {}, ""
def root(context, missing=None, environment=None):
    yield ("apiVersion: v1\\nkind: Evil\\nmetadata: {name: a}\\n", 1, "x")
"""


@pytest.fixture
def chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    compiled.compiled.cache_clear()  # each run below is a process of its own
    yield write_tree(tmp_path, CHART) / "web"
    compiled.compiled.cache_clear()


def output(chart: Path) -> str:
    compiled.compiled.cache_clear()
    result = run_command("template", "a", str(chart))
    return result.out + result.err


def kept(tmp_path: Path) -> Path:
    """The one file in the cache."""
    (file,) = (
        path for path in (tmp_path / "cache/holdfast/templates").rglob("*") if path.is_file()
    )
    return file


def test_what_is_kept_is_used(chart: Path, tmp_path: Path) -> None:
    assert "kind: ConfigMap" in output(chart)
    file = kept(tmp_path)
    assert file.parent.stat().st_mode & 0o077 == 0
    file.write_bytes(marshal.dumps(([], compile(OTHER, "x", "exec"))))
    assert "Evil" in output(chart)


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_a_folder_that_others_can_write_to_is_not_read(
    chart: Path, tmp_path: Path, mode: int
) -> None:
    first = output(chart)
    file = kept(tmp_path)
    file.write_bytes(marshal.dumps(([], compile(OTHER, "x", "exec"))))
    file.parent.chmod(mode)
    assert output(chart) == first


@pytest.mark.parametrize("data", [b"", b"garbage", marshal.dumps(1), marshal.dumps((1, 2))])
def test_a_damaged_file_is_as_good_as_none(chart: Path, tmp_path: Path, data: bytes) -> None:
    first = output(chart)
    kept(tmp_path).write_bytes(data)
    assert output(chart) == first


def test_a_changed_template_is_compiled_anew(chart: Path) -> None:
    first = output(chart)
    file = chart / "templates/config.yaml.j2"
    file.write_text(file.read_text().replace("ConfigMap", "Secret"))
    assert output(chart) == first.replace("ConfigMap", "Secret")


def test_a_cache_that_cannot_be_written_is_done_without(
    chart: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert "kind: ConfigMap" in output(chart)


def test_an_error_is_the_same_from_what_is_kept(chart: Path) -> None:
    file = chart / "templates/config.yaml.j2"
    file.write_text(file.read_text() + "data: {a: '{{ values.nope }}'}\n")
    first = output(chart)
    assert "config.yaml.j2:4:12" in first
    assert output(chart) == first
