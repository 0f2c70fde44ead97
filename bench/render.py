"""Print what rendering costs, against plain Jinja2 and against Helm.

Usage: python bench/render.py [--runs N] [--releases N] [--helm-runs N]

Rendering is compared with Jinja2 and PyYAML's C loader together, both warm, on a template that is
our own output with an expression in the place of every scalar: it calls no macro and no filter, and
knows nothing of places. bench/web is a chart of one piece; the others stand on charts/common, so
that what its macros cost is in their ratio. Many releases in one process, each with values of its
own, are compared with one `helm template` process each, where a `helm` binary is (it runs a few,
and the time is multiplied).
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jinja2
import yaml
from startup import ENVIRONMENT, ROOT, find_helm, helm_chart, holdfast

from holdfast import render
from holdfast.actions.draft import Capabilities, DraftOptions, load_chart, merge_values
from holdfast.model.chart import Chart
from holdfast.render import Context, moulds

NGINX = ROOT / "bench/web"
CONFIG_MAPS = """\
{% for n in range(values.count) %}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ release.name }}-{{ n }}
  labels: {app: {{ release.name }}, number: "{{ n }}"}
data:
  key: {{ values.text }}
{% endfor %}
"""


def seconds(work: Callable[[], Any]) -> float:
    """The processor's time for one run of `work`, which others on the machine do not change."""
    started = time.process_time()
    work()
    return time.process_time() - started


# A process's peak memory starts at that of the process it was forked from (Linux keeps it across
# exec), so that a small one has to start what is measured.
LAUNCHER = """
import os, sys, time
null = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
started = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[null])
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - started, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))
"""


def cost(command: list[str], environment: Mapping[str, str] = ENVIRONMENT) -> tuple[float, float]:
    """The seconds that a process takes from start to exit, and its peak memory in MiB."""
    launched = subprocess.run(
        [sys.executable, "-S", "-E", "-c", LAUNCHER, *command],
        stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT, env=environment,
    )  # fmt: skip
    seconds, peak, code = map(float, launched.stdout.split())
    if code:
        raise SystemExit(f"{' '.join(command)} failed")
    return seconds, peak


# One chart, warm


def compare_with_jinja(folder: str, runs: int) -> None:
    """Print the medians of rendering a chart and its plain twin, and their ratio."""
    chart = load_chart(str(ROOT / folder))
    ours, (theirs, count) = our_render(chart), plain_render(our_render(chart)())
    ours(), theirs()
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(runs)]
    mine, rival = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    name = f"{folder}, warm ({count} scalars)"
    print(f"{name:42} {mine:7.2f} ms {rival:7.2f} ms   ratio {mine / rival:.2f}")
    first = statistics.median(seconds_unread(ours) for _ in range(max(3, runs // 10))) * 1000
    print(f"{'  the same, no text of a template read yet':42} {first:7.2f} ms")


def seconds_unread(work: Callable[[], Any]) -> float:
    """One run that reads every text anew, as the first render of a process does."""
    moulds.forget()
    return seconds(work)


def our_render(chart: Chart) -> Callable[[], Any]:
    """Charts and values → objects with their places."""
    known = Capabilities()
    merged = merge_values(chart, (), DraftOptions())
    context = Context(
        release="web",
        namespace="default",
        revision=1,
        is_install=True,
        is_upgrade=False,
        kube_version=known.kube_version,
        api_versions=(),
        lookup=known.lookup,
        secret=known.secret,
    )
    return lambda: render.render(chart, merged, context)


def plain_render(rendered: Any) -> tuple[Callable[[], Any], int]:
    """The plain twin of what was rendered: text from Jinja2, objects from PyYAML."""
    values: list[str] = []
    templates = []
    for page in rendered:
        marked = [_marked(document.object, values) for document in page.objects]
        text = yaml.safe_dump_all(marked, width=1000, sort_keys=False)
        templates.append(text.replace("<<", "{{ values[").replace(">>", "] }}"))
    environment = jinja2.Environment()
    compiled = [environment.from_string(text) for text in templates]

    def run() -> list[Any]:
        texts = [template.render(values=values) for template in compiled]
        return [list(yaml.load_all(text, Loader=yaml.CSafeLoader)) for text in texts]

    wanted = [[document.object for document in page.objects] for page in rendered]
    if run() != wanted:
        raise SystemExit("the plain template gives other objects than ours")
    return run, len(values)


def _marked(node: Any, values: list[str]) -> Any:
    """The node with `<<n>>` for its n-th scalar, whose JSON is noted: that is YAML in one line."""
    if isinstance(node, Mapping):
        return {key: _marked(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [_marked(item, values) for item in node]
    values.append(json.dumps(node))
    return f"<<{len(values) - 1}>>"


# Many releases, many objects


def compare_with_helm(folder: Path, releases: int, helm_runs: int) -> None:
    """Print how long `releases` releases take in one process, and in one Helm process each."""
    listed = [
        {
            "name": f"web-{n}",
            "chart": str(NGINX),
            "set": [f"replicas={n % 5 + 1}", f"podLabels.n=n{n}"],
        }
        for n in range(releases)
    ]
    (folder / "releases.yaml").write_text(json.dumps({"releases": listed}))
    command = [str(holdfast()), "template", "--releases", str(folder / "releases.yaml")]
    ours, memory = cost(command)
    each = f"{ours / releases * 1000:.1f} ms each, peak {memory:.0f} MiB"
    print(f"{f'{releases} releases, one process':42} {ours:7.2f} s   {each}")
    if not (helm := find_helm()):
        print("helm: not there (build it with `make tools`)")
        return
    rival = [helm, "template", "web", str(helm_chart(folder / "nginx"))]
    theirs = statistics.median(cost(rival)[0] for _ in range(helm_runs)) * releases
    name = f"{releases} helm processes, from {helm_runs}"
    print(f"{name:42} {theirs:7.2f} s   ratio {ours / theirs:.2f}")


def show_growth(folder: Path) -> None:
    """Print time and memory of one release of 1,000 objects, and of one of ten times as many."""
    chart = folder / "many"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: holdfast/v1\nname: many\nversion: 1.0.0\n")
    (chart / "values.yaml").write_text("count: 1000\ntext: some text\n")
    (chart / "templates/maps.yaml.j2").write_text(CONFIG_MAPS)
    first = 0.0
    for count in (1_000, 10_000):
        command = [str(holdfast()), "template", "web", str(chart), "--set", f"count={count}"]
        taken, memory = cost(command)
        times = f"{taken / first:.1f} times as long, " if first else ""
        print(f"{f'{count:,} objects':42} {taken:7.2f} s   {times}peak {memory:.0f} MiB")
        first = first or taken


def main() -> None:
    """Run all comparisons."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--releases", type=int, default=1000)
    parser.add_argument("--helm-runs", type=int, default=20)
    options = parser.parse_args()
    print(f"{'rendering':42} {'ours':>10} {'Jinja2+YAML':>10}")
    for chart in ("bench/web", "charts/nginx", "charts/etcd", "charts/mysql"):
        compare_with_jinja(chart, options.runs)
    with tempfile.TemporaryDirectory() as folder:
        compare_with_helm(Path(folder), options.releases, options.helm_runs)
        show_growth(Path(folder))


if __name__ == "__main__":
    main()
