"""Print what a diff costs by the number of a release's objects, on a real API server.

Usage: python bench/diff.py [--sizes 1000,10000] [--runs N]

For each size a chart with so many ConfigMaps is installed, and an upgrade that changes one in ten
of them is looked at, as a whole process: wall time, peak memory, and requests. Needs the binaries
that `make tools` builds.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from render import cost
from startup import ENVIRONMENT, ROOT, holdfast

TEMPLATE = """\
{% for number in range(values.count) %}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ release.name }}-{{ number }}
data:
  number: "{{ number }}"
  color: {{ values.color if number % 10 == 0 else "same" }}
{% endfor %}
"""


def write_chart(folder: Path) -> Path:
    """A chart of as many ConfigMaps as `count` says, every tenth with the value `color`."""
    (folder / "templates").mkdir(parents=True)
    (folder / "Chart.yaml").write_text("apiVersion: holdfast/v1\nname: many\nversion: 0.1.0\n")
    (folder / "values.yaml").write_text("count: 1\ncolor: blue\n")
    (folder / "templates/maps.yaml.j2").write_text(TEMPLATE)
    return folder


def measure(chart: Path, size: int, runs: int, environment: dict[str, str]) -> float:
    """Install a release of `size` objects and print what the diff of an upgrade takes."""
    name, tool = f"many-{size}", str(holdfast())
    install = [tool, "install", name, str(chart), "--set", f"count={size}", "--no-wait"]
    subprocess.run(install, check=True, capture_output=True, env=environment)
    diff = [tool, "diff", "upgrade", name, str(chart), "--set", "color=red"]
    taken = [cost(diff, environment) for _ in range(runs)]
    told = subprocess.run([*diff, "--debug"], capture_output=True, text=True, env=environment)
    sent = len(re.findall(r"\b(?:GET|PATCH) /\S+", told.stderr))
    seconds, peak = (statistics.median(column) for column in zip(*taken, strict=True))
    print(f"{size:7,} objects {seconds:8.2f} s {peak:6.0f} MiB {sent:7,} requests")
    return seconds


def main() -> None:
    """Run all sizes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    from tests.controlplane.control_plane import missing, serving

    if lacking := missing():
        raise SystemExit(f"not there: {', '.join(lacking)} (build them with `make tools`)")
    sizes = [int(size) for size in options.sizes.split(",")]
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "plane") as plane:
        environment = {**ENVIRONMENT, "KUBECONFIG": str(plane.kubeconfig), "HOME": folder}
        environment["PATH"] = os.environ.get("PATH", "")
        chart = write_chart(Path(folder) / "many")
        taken = [measure(chart, size, options.runs, environment) for size in sizes]
    for smaller, larger, before, after in zip(sizes, sizes[1:], taken, taken[1:], strict=False):
        print(f"{larger / smaller:.0f}× the objects: {after / before:.1f}× the time")


if __name__ == "__main__":
    main()
