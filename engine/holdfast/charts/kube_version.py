"""Chart.yaml's `kubeVersion`: whether a cluster is one that a chart is made for."""

from __future__ import annotations

from collections.abc import Container

from holdfast.errors import ChartError, Where
from holdfast.model.chart import Chart
from holdfast.model.semver import parse_range, parse_version
from holdfast.model.values import Path


def check_kube_version(chart: Chart, version: str, *, off: Container[Path] = frozenset()) -> None:
    """Raise ChartError where the chart, or one below it that is on, asks for another Kubernetes.

    `off` are the paths of the subcharts that are switched off. What vendors add to a version
    (`1.34.1-eks-12`, `+k3s1`) does not count, so that nobody has to write `>=1.29-0` as for Helm.
    """
    for path, sub in chart.walk():
        is_off = any(path[:end] in off for end in range(1, len(path) + 1))
        if sub.metadata.kube_version and version and not is_off:
            _check(sub, version)


def _check(chart: Chart, version: str) -> None:
    wanted = chart.metadata.kube_version
    try:
        fits = parse_range(wanted).allows(parse_version(version).core)
    except ValueError as error:
        message = f"using the chart {chart.metadata.name}: its kubeVersion is {wanted}: {error}"
        raise ChartError(message, hint="give --kube-version as 1.34.1") from None
    if not fits:
        raise ChartError(
            f"using the chart {chart.metadata.name}: it is made for Kubernetes {wanted},"
            f" this is {version}",
            where=Where(f"{chart.root}/Chart.yaml"),
            hint="use another version of the chart (`template --kube-version` renders for another"
            " cluster)",
        )
