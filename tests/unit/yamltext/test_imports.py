"""Importing the package is cheap: no parser is loaded."""

from __future__ import annotations

import subprocess
import sys


def test_importing_loads_no_parser() -> None:
    code = "import sys, holdfast.yamltext; print(sorted({'yaml', '_yaml'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
