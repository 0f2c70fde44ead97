"""Each shipped chart's README is what its schema and values say."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

CHARTS = sorted(path.parent.parent for path in ROOT.glob("charts/*/templates/NOTES.txt.j2"))


def test_the_readmes_are_up_to_date() -> None:
    check = [sys.executable, str(ROOT / "docs/chart_readmes.py"), "--check"]
    done = subprocess.run(check, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_they_name_every_value() -> None:
    for chart in CHARTS:
        page = (chart / "README.md").read_text(encoding="utf-8")
        assert '| `persistence.retention.whenScaled` | `"Retain"` |' in page
        assert "| `replicas` |" in page
