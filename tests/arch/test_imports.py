"""What each command loads: start-up is a feature, so the lists are tested."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT

HEAVY = ("jinja2", "yaml", "jsonschema", "urllib3", "sqlite3", "rich", "importlib.metadata")


def loaded_by(*arguments: str, home: Path) -> set[str]:
    """The modules that are loaded when the command ends, in a process of its own."""
    code = (
        "import sys\nfrom holdfast_cli.main import run\n"
        f"code = run({list(arguments)!r})\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)\nsys.exit(code)"
    )
    environment = {"XDG_CACHE_HOME": str(home), "HOME": str(home), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=environment
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


def test_help_loads_no_command_and_nothing_heavy(tmp_path: Path) -> None:
    modules = loaded_by("--help", home=tmp_path)
    assert not {name for name in modules if name.startswith("holdfast_cli.commands")}
    assert not modules.intersection(HEAVY)


def test_version_loads_nothing_heavy(tmp_path: Path) -> None:
    assert not loaded_by("version", home=tmp_path).intersection(HEAVY)


@pytest.mark.parametrize("run", ["first", "second"])
def test_template_loads_jsonschema_only_for_an_unknown_verdict(tmp_path: Path, run: str) -> None:
    if run == "second":
        loaded_by("template", "web", "charts/nginx", home=tmp_path)
    modules = loaded_by("template", "web", "charts/nginx", home=tmp_path)
    assert not modules.intersection({"urllib3", "sqlite3", "rich", "socket", "subprocess"})
    assert ("jsonschema" in modules) == (run == "first")
    floors = ("cluster", "embedded", "plan", "lint", "apply")
    assert not [name for name in modules if name.startswith(tuple(f"holdfast.{f}" for f in floors))]


def test_the_engine_alone_loads_no_floor(tmp_path: Path) -> None:
    code = "import sys, holdfast; print([m for m in sys.modules if m.startswith('holdfast.')])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"
