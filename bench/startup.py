"""Print how long the commands take as whole processes, as ratios.

Usage: python bench/startup.py [--runs N]

The rivals: `python -c "import click"` (the floor for any click program) and, where a `helm` binary
is on PATH or in $KUBEBUILDER_ASSETS, `helm template` on a chart that renders as much. Runs are
taken in turn with their rival, and medians are compared.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
ENVIRONMENT = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}


def seconds(command: list[str]) -> float:
    """One run of `command`, from start to exit."""
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=ENVIRONMENT)
    return time.perf_counter() - started


def compare(name: str, command: list[str], rival: list[str], runs: int) -> None:
    """Print the medians of both and their ratio."""
    seconds(command), seconds(rival)  # the first run fills caches
    pairs = [(seconds(command), seconds(rival)) for _ in range(runs)]
    ours, theirs = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    print(f"{name:42} {ours:7.1f} ms {theirs:7.1f} ms   ratio {ours / theirs:.2f}")


def helm_chart(folder: Path) -> Path:
    """A Helm chart that renders the same objects as bench/web: our own output as templates."""
    (folder / "templates").mkdir(parents=True)
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: nginx\nversion: 0.1.0\n")
    (folder / "values.yaml").write_text((ROOT / "bench/web/values.yaml").read_text())
    schema = ROOT / "bench/web/values.schema.json"
    (folder / "values.schema.json").write_text(schema.read_text())
    rendered = subprocess.run(
        [str(holdfast()), "template", "web", "bench/web"],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=ENVIRONMENT,
    ).stdout
    for number, document in enumerate(rendered.split("\n---\n")):
        text = document.replace("web", "{{ .Release.Name }}").replace(
            "1.28.0", "{{ .Values.image.tag }}"
        )
        (folder / "templates" / f"{number}.yaml").write_text(text)
    return folder


def holdfast() -> Path:
    """The console script of the environment that runs this bench."""
    return Path(sys.executable).with_name("holdfast")


def find_helm() -> str | None:
    """The Helm binary, where there is one."""
    assets = Path(os.environ.get("KUBEBUILDER_ASSETS", ROOT / ".tools/bin")) / "helm"
    return str(assets) if assets.exists() else shutil.which("helm")


def main() -> None:
    """Run all comparisons."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    ours, click = str(holdfast()), [sys.executable, "-c", "import click"]
    print(f"{'command':42} {'ours':>10} {'rival':>10}")
    compare("holdfast --help / import click", [ours, "--help"], click, runs)
    template = [ours, "template", "web", "bench/web"]
    compare("holdfast template / import click", template, click, runs)
    if helm := find_helm():
        with tempfile.TemporaryDirectory() as folder:
            rival = [helm, "template", "web", str(helm_chart(Path(folder) / "nginx"))]
            compare("holdfast template / helm template", template, rival, runs)
    else:
        print("helm: not there (build it with `make tools`)")


if __name__ == "__main__":
    main()
