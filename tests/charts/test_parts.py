"""What every shipped chart is made of: short templates, and scripts that shellcheck passes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.contract.plugin import need

TEMPLATES = sorted(ROOT.glob("charts/*/templates/*"))
SCRIPTS = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("charts/*/files/*.sh"))
MOST_LINES = 150


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_is_clean(script: str) -> None:
    need("shellcheck", [] if shutil.which("shellcheck") else ["shellcheck"])
    words = ["shellcheck", "-x", script]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
