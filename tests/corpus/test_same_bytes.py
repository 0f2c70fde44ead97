"""Two renders are byte-equal, whatever seed Python's hashes have."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from holdfast import values, yamltext
from holdfast.render import render
from tests.corpus.test_corpus import CASES, CONTEXT, chart_of
for case in CASES:
    chart = chart_of(case)
    for page in render(chart, values.build(chart, ()), CONTEXT):
        for item in page.objects:
            print(yamltext.dump(item.object), dict(item.positions), dict(item.reads))
"""


def test_every_template_gives_the_same_bytes_under_several_seeds() -> None:
    outputs = {_run(seed) for seed in ("0", "1", "4711", "random")}
    assert len(outputs) == 1
    assert len(outputs.pop()) > 10_000


def _run(seed: str) -> bytes:
    program = [sys.executable, "-c", PROGRAM, str(ROOT)]
    environment = {"PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(program, env=environment, capture_output=True, check=True).stdout
