"""Small charts that a test shows on one screen, and what is asked of a cluster in every test."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import run_command, write_tree

from holdfast.cluster.client import Cluster
from holdfast.model.manifest import ObjectRef

CHART = "apiVersion: holdfast/v1\nname: {name}\nversion: {version}\n"
CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ release.name }}
  labels: {app.kubernetes.io/version: {{ chart.version }}}
data:
  color: {{ values.color }}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: {{ release.name }}}
spec:
  clusterIP: None
  selector: {app: {{ release.name }}}
  ports: [{name: http, port: 80}]
"""
SET = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: {{ release.name }}}
spec:
  serviceName: {{ release.name }}
  replicas: {{ values.replicas }}
  selector: {matchLabels: {app: {{ release.name }}}}
  template:
    metadata: {labels: {app: {{ release.name }}}}
    spec:
      containers:
        - name: web
          image: {{ values.image }}
          env: [{name: COLOR, value: {{ values.color }}}]
  volumeClaimTemplates:
    - metadata: {name: data}
      spec:
        accessModes: [ReadWriteOnce]
        resources: {requests: {storage: 1Gi}}
"""
VALUES = "replicas: 1\nimage: nginx:1.28\ncolor: blue\n"
BROKEN = "image=registry.invalid/nginx:1"
# A second pod that cannot start: a rollback removes it. (A first one would stay: Kubernetes waits
# for a broken pod of a StatefulSet, whatever its template says by then.)
STUCK = ("upgrade", "web", "web", "--set", "replicas=2", "--set", BROKEN)


def write_chart(
    root: Path, *, name: str = "web", version: str = "0.1.0", values: str = VALUES, **files: str
) -> str:
    """A chart at `root/name`; `files` are templates by name: `config=CONFIG`."""
    tree = {
        "Chart.yaml": CHART.format(name=name, version=version),
        "values.yaml": values,
        **{f"templates/{key}.yaml.j2": text for key, text in files.items()},
    }
    return str(write_tree(root / name, tree))


def small_chart(root: Path) -> str:
    """Service, ConfigMap and a StatefulSet of one pod with one claim."""
    return write_chart(root, config=CONFIG, service=SERVICE, set=SET)


def data(*arguments: str) -> Any:
    """The JSON that a verb prints."""
    return json.loads(run_command(*arguments, "-o", "json").must().out)


def history(name: str, *arguments: str) -> list[tuple[int, str]]:
    """Revision and status of each line of history."""
    return [(row["revision"], row["status"]) for row in data("history", name, *arguments)]


@contextmanager
def client(manager: str = "kubectl") -> Iterator[Cluster]:
    """Somebody else's way to the cluster that the environment chooses."""
    from holdfast_cli.console import Console
    from holdfast_cli.options import Globals
    from holdfast_cli.wiring import open_target

    flags = Globals(cluster=os.environ.get("HOLDFAST_CLUSTER"))
    transport = open_target(flags, Console(quiet=True)).cluster._transport
    cluster = Cluster(transport, field_manager=manager)
    try:
        yield cluster
    finally:
        cluster.close()


def ref(kind: str, name: str, namespace: str = "default") -> ObjectRef:
    """An object of one of the small charts."""
    return ObjectRef("apps/v1" if kind == "StatefulSet" else "v1", kind, namespace, name)
