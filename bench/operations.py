"""Print what operations on a release take, against the Helm CLI on the same real API server.

Usage: python bench/operations.py [--runs N]

Both tools install, upgrade, upgrade to the same again, roll back and uninstall an equal chart and
wait until all is ready, turn by turn, as whole processes; medians are compared. Then the requests
of each of our operations are counted. Needs the binaries that `make tools` builds.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from startup import ENVIRONMENT, ROOT, find_helm, helm_chart, holdfast

NGINX = str(ROOT / "bench/web")
STEPS = ("install", "upgrade", "upgrade to the same", "rollback", "uninstall")


def commands(tool: str, chart: str, name: str) -> list[list[str]]:
    """The steps of one release's life with one of the tools."""
    change = ["--set", "image.tag=1.28.1"]
    ours = tool == str(holdfast())
    wait = [] if ours else ["--wait"]
    return [
        [tool, "install", name, chart, *wait],
        [tool, "upgrade", name, chart, *change, *wait],
        [tool, "upgrade", name, chart, *change, *wait],
        [tool, "rollback", name, "1", *wait],
        [tool, "uninstall", name, *wait],
    ]


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """One run of a command, which must end well."""
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    return time.perf_counter() - started


def compare(helm: str, environment: dict[str, str], folder: Path, runs: int) -> None:
    """Print the medians of both tools, step by step."""
    tools = [(str(holdfast()), NGINX), (helm, str(helm_chart(folder / "nginx")))]
    taken: dict[tuple[str, str], list[float]] = {}
    for number in range(runs + 1):
        for tool, chart in tools:
            name = f"{'ours' if tool != helm else 'helm'}-{number}"
            for step, command in zip(STEPS, commands(tool, chart, name), strict=True):
                spent = seconds(command, environment)
                if number:  # the first life fills caches
                    taken.setdefault((tool, step), []).append(spent)
    for step in STEPS:
        ours, theirs = (statistics.median(taken[tool, step]) for tool, _ in tools)
        print(f"{step:24} {ours:7.2f} s {theirs:7.2f} s   ratio {ours / theirs:.2f}")


def count(environment: dict[str, str]) -> None:
    """Print how many requests each of our operations sends, by what they are for."""
    for step, command in zip(STEPS, commands(str(holdfast()), NGINX, "counted"), strict=True):
        done = subprocess.run(
            [*command, "--debug"], capture_output=True, text=True, env=environment
        )
        if done.returncode:
            raise SystemExit(done.stderr)
        sent = re.findall(r"\b(GET|POST|PUT|PATCH|DELETE) (/\S+)", done.stderr)
        methods = {method: sum(one == method for one, _ in sent) for method, _ in sent}
        told = ", ".join(f"{number} {method}" for method, number in sorted(methods.items()))
        print(f"{step:24} {len(sent):4} requests: {told}")


def main() -> None:
    """Run all comparisons."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    from tests.controlplane.control_plane import missing, running

    helm = find_helm()
    if missing() or not helm:
        raise SystemExit(
            "the real control plane or helm is not there: build them with `make tools`"
        )
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "plane") as plane:
        environment = {**ENVIRONMENT, "KUBECONFIG": str(plane.kubeconfig), "HOME": folder}
        environment["PATH"] = os.environ.get("PATH", "")
        print(f"{'on a real API server':24} {'ours':>9} {'helm':>9}")
        compare(helm, environment, Path(folder), options.runs)
        count(environment)


if __name__ == "__main__":
    main()
