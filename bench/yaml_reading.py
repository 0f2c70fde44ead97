"""Print how fast YAML is read, as ratios to PyYAML's C loader in the same process.

Usage: python bench/yaml_reading.py [--runs N] [--megabytes N]

Three texts: a set of manifests (`load_all`, data alone), the same as nodes with places (`compose`,
what templates are read with), and a values file (`load`, and `load_documents` with the place of
every value, which PyYAML does not give). Runs are taken in turn, and medians are compared.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import yaml

from holdfast import yamltext

MANIFEST = """\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web-{n}
  labels: {{app.kubernetes.io/name: web, app.kubernetes.io/instance: web-{n}}}
spec:
  replicas: 3
  template:
    spec:
      containers:
      - name: nginx
        image: nginx:1.28.{n}
        env:
        - name: TZ
          value: UTC
        - name: PORT
          value: "8080"
        resources:
          requests: {{cpu: 100m, memory: 128Mi}}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: web-{n}
data:
  default.conf: |
    server {{
      listen 8080;
      location / {{ return 200; }}
    }}
"""
VALUES = """\
service-{n}:
  enabled: true
  replicas: {n}
  image: {{registry: docker.io, repository: nginx, tag: 1.28.{n}}}
  env:
  - {{name: TZ, value: UTC}}
  - {{name: LEVEL, value: "3"}}
  resources:
    limits: {{cpu: 1.5, memory: 1Gi}}
  nodeSelector: {{}}
"""


def repeated(template: str, separator: str, size: int) -> str:
    """The template, numbered, as often as it takes to be of `size` characters."""
    one = len(template.format(n=1000)) + len(separator)
    return separator.join(template.format(n=n) for n in range(max(1, size // one)))


def seconds(read: Callable[[], Any]) -> float:
    """The processor's time, which others on the machine do not change."""
    started = time.process_time()
    read()
    return time.process_time() - started


def compare(name: str, ours: Callable[[], Any], theirs: Callable[[], Any], runs: int) -> None:
    """Print the medians of both, and how many times faster ours is."""
    seconds(ours), seconds(theirs)
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(runs)]
    mine, rival = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    print(f"{name:44} {mine:8.1f} ms {rival:8.1f} ms   {rival / mine:.2f} times as fast")


def main() -> None:
    """Run all comparisons."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--megabytes", type=float, default=1.0)
    options = parser.parse_args()
    size = int(options.megabytes * 1_000_000)
    manifests, values = repeated(MANIFEST, "---\n", size), repeated(VALUES, "", size)

    def load_manifests() -> Any:
        return list(yaml.load_all(manifests, Loader=yaml.CSafeLoader))

    def load_values() -> Any:
        return yaml.load(values, Loader=yaml.CSafeLoader)

    pairs: list[tuple[str, Callable[[], Any], Callable[[], Any]]] = [
        ("manifests: load_all / CSafeLoader", _on(yamltext.load_all, manifests), load_manifests),
        ("manifests: compose / CSafeLoader", _on(yamltext.compose, manifests), load_manifests),
        ("values: load / CSafeLoader", _on(yamltext.load, values), load_values),
        ("values: load_documents / CSafeLoader", _on(yamltext.load_documents, values), load_values),
    ]
    print(f"{f'{options.megabytes:g} MB of YAML':44} {'ours':>11} {'CSafeLoader':>11}")
    for name, ours, theirs in pairs:
        compare(name, ours, theirs, options.runs)


def _on(read: Callable[..., Any], text: str) -> Callable[[], Any]:
    return lambda: read(text, source="bench")


if __name__ == "__main__":
    main()
