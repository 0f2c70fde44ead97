"""Print what `list` costs over many releases, against the Helm CLI, on one real API server.

Usage: python bench/list.py [--releases N] [--revisions N] [--runs N]

Both lists are of equal length: every release of ours was written through the engine's own store;
every one of Helm's is a copy, under another name, of the records that the Helm CLI itself wrote for
an equal chart. Runs are taken in turn, as whole processes; medians are compared. Needs the binaries
that `make tools` builds.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from render import cost
from startup import ENVIRONMENT, ROOT, find_helm, helm_chart, holdfast

from holdfast import Sources, Store, SystemClock, render_template
from holdfast.cluster.client import Cluster
from holdfast.cluster.connect import Wanted, connect, find_access
from holdfast.model.release import Revision, Status

NGINX = str(ROOT / "bench/web")
NAMESPACES = ("default", "team-a", "team-b", "team-c")


def places(releases: int) -> Iterator[tuple[str, str]]:
    """The namespace and name of each release."""
    for number in range(releases):
        yield NAMESPACES[number % len(NAMESPACES)], f"web-{number}"


def write_ours(cluster: Cluster, releases: int, revisions: int) -> None:
    """Our releases: each revision has other values, as after so many upgrades."""
    made = [_revision(number) for number in range(1, revisions + 1)]
    for namespace, name in places(releases):
        store = Store(cluster, SystemClock())
        for one in made:
            hold = store.acquire(name, namespace, holder="bench", operation="upgrade")
            hold.begin(replace(one, release=name, namespace=namespace), history_max=0)
            hold.settle(one.number, Status.DEPLOYED, description="Upgrade complete")


def _revision(number: int) -> Revision:
    sources = Sources(sets={"set": (f"replicas={number}",)})
    made = render_template("web", NGINX, sources=sources)
    return replace(made, number=number, status=Status.PENDING_UPGRADE)


def write_helms(cluster: Cluster, kubeconfig: Path, folder: Path, shape: tuple[int, int]) -> None:
    """Helm's releases: its own records of one release, copied under the other names."""
    releases, revisions = shape
    helm, chart = str(find_helm()), str(helm_chart(folder / "nginx"))
    environment = {**ENVIRONMENT, "KUBECONFIG": str(kubeconfig)}
    for number in range(1, revisions + 1):
        words = [helm, "upgrade", "--install", "first", chart, "--set", f"replicas={number}"]
        subprocess.run(
            [*words, "--history-max", "0"], check=True, capture_output=True, env=environment
        )
    records = cluster.list("v1", "Secret", "default", label_selector="owner=helm,name=first")
    for namespace, name in places(releases - 1):
        for record in records:
            cluster.create(_renamed(record, namespace, name))


def _renamed(record: dict[str, Any], namespace: str, name: str) -> dict[str, Any]:
    # In a record's Secret: JSON, gzip, base64, and base64 again for the Secret itself.
    packed = base64.b64decode(base64.b64decode(record["data"]["release"]))
    release = json.loads(gzip.decompress(packed)) | {"name": name, "namespace": namespace}
    again = base64.b64encode(base64.b64encode(gzip.compress(json.dumps(release).encode())))
    metadata = record["metadata"]
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": record["type"],
        "metadata": {
            "name": metadata["name"].replace("first", name),
            "namespace": namespace,
            "labels": {**metadata["labels"], "name": name},
        },
        "data": {"release": again.decode()},
    }


def compare(kubeconfig: Path, shape: tuple[int, int], runs: int) -> None:
    """Print the medians of both, in time and memory, and their ratio."""
    environment = {**ENVIRONMENT, "KUBECONFIG": str(kubeconfig)}
    ours = [str(holdfast()), "list", "-A", "-o", "json"]
    theirs = [str(find_helm()), "list", "-A", "--max", "0", "-o", "json"]
    for command in (ours, theirs):
        done = subprocess.run(command, check=True, capture_output=True, env=environment)
        if len(json.loads(done.stdout)) != shape[0]:
            raise SystemExit(f"{' '.join(command)} lists {len(json.loads(done.stdout))} releases")
    pairs = [(cost(ours, environment), cost(theirs, environment)) for _ in range(runs)]
    name = f"list, {shape[0]:,} releases × {shape[1]} revisions"
    times = [statistics.median(side[0] for side in sides) for sides in zip(*pairs, strict=True)]
    peaks = [statistics.median(side[1] for side in sides) for sides in zip(*pairs, strict=True)]
    print(f"{name:42} {times[0]:7.2f} s {times[1]:8.2f} s   {times[1] / times[0]:.1f}× faster")
    print(f"{'peak memory':42} {peaks[0]:5.0f} MiB {peaks[1]:6.0f} MiB")


def main() -> None:
    """Fill an API server with releases of both, and list them."""
    sys.path.insert(0, str(ROOT))
    from tests.controlplane.control_plane import missing, serving

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--releases", type=int, default=1000)
    parser.add_argument("--revisions", type=int, default=10)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    if lacking := [*missing(), *([] if find_helm() else ["helm"])]:
        raise SystemExit(f"not there: {', '.join(lacking)} (build them with `make tools`)")
    shape = (options.releases, options.revisions)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "plane") as plane:
        access = find_access(Wanted(kubeconfig=plane.kubeconfig), environ={}, home=Path(folder))
        assert access is not None
        cluster = connect(access, environ={})
        for name in NAMESPACES[1:]:
            kind = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
            cluster.create(kind)
        write_ours(cluster, *shape)
        write_helms(cluster, plane.kubeconfig, Path(folder), shape)
        print(f"{'list -A':42} {'ours':>9} {'helm':>10}")
        compare(plane.kubeconfig, shape, options.runs)


if __name__ == "__main__":
    main()
