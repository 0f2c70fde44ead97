"""Chart.yaml's `kubeVersion`: whether a cluster is one that a chart is made for."""

from __future__ import annotations

import re
from collections.abc import Container

from holdfast.errors import ChartError, Where
from holdfast.model.chart import Chart
from holdfast.model.semver import Version, parse_range
from holdfast.model.values import Path


def check_kube_version(chart: Chart, version: str, *, off: Container[Path] = frozenset()) -> None:
    """Raise ChartError where the chart, or one below it that is on, asks for another Kubernetes.

    `off` are the paths of the subcharts that are switched off. What vendors add to a version
    (`1.34.1-eks-12`, `+k3s1`) does not count, so that nobody has to write `>=1.29-0` as for Helm.
    """
    for _, sub in chart.switched_on(off):
        if sub.metadata.kube_version and version:
            _check(sub, version)


def _check(chart: Chart, version: str) -> None:
    wanted = chart.metadata.kube_version
    found = re.match(r"v?(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?", version, re.ASCII)
    if found is None:
        message = f"using the chart {chart.metadata.name}: {version!r} is no Kubernetes version"
        raise ChartError(message, hint="give --kube-version as 1.34.1")
    if not parse_range(wanted).allows(Version((int(found[1]), int(found[2]), int(found[3] or 0)))):
        raise ChartError(
            f"using the chart {chart.metadata.name}: it is made for Kubernetes {wanted},"
            f" this is {version}",
            where=chart.metadata.kube_version_at or Where(f"{chart.root}/Chart.yaml"),
            hint="use another version of the chart (`template --kube-version` renders for another"
            " cluster)",
        )
