"""A values file that was written for one chart and given to another is refused, not ignored."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from tests.charts.rendering import template
from tests.conftest import ROOT

CHARTS = ("etcd", "mysql", "nginx")
OWN = {
    "etcd": "snapshotCount: 5000\n",
    "mysql": "replication: {user: follower}\n",
    "nginx": "serverBlocks: {a.conf: '# a'}\n",
}


@pytest.mark.parametrize(("given", "chart"), list(itertools.permutations(CHARTS, 2)))
def test_the_first_key_that_the_chart_lacks_is_named(
    tmp_path: Path, given: str, chart: str
) -> None:
    template(given, tmp_path, OWN[given]).must()
    result = template(chart, tmp_path, OWN[given])
    assert result.code == 1
    assert f"{OWN[given].partition(':')[0]}: is not known" in result.err
    assert "values.yaml:1:1" in result.err


@pytest.mark.parametrize(("given", "chart"), list(itertools.permutations(CHARTS, 2)))
def test_so_is_a_charts_own_values_file(tmp_path: Path, given: str, chart: str) -> None:
    values = (ROOT / "charts" / given / "values.yaml").read_text(encoding="utf-8")
    result = template(chart, tmp_path, values)
    assert (result.code, "is not known to the schema" in result.err) == (1, True)


@pytest.mark.parametrize(
    ("chart", "values", "hint"),
    [
        ("nginx", "imagePullSecrets: [one]", "image.pullSecrets"),
        ("nginx", "podAntiAffinityPreset: hard", "podAntiAffinity.preset"),
        ("nginx", "livenessProbe: {httpGet: {port: 80}}", "livenessProbe.handler.httpGet"),
        ("etcd", "autoCompactionMode: revision", "autoCompaction.mode"),
        ("mysql", "replicaCount: 3", "replicas"),
    ],
)
def test_a_key_of_the_charts_that_everybody_knows_leads_to_ours(
    tmp_path: Path, chart: str, values: str, hint: str
) -> None:
    result = template(chart, tmp_path, values)
    assert result.code == 1
    assert f"hint: did you mean {hint}?" in result.err
    assert "values.yaml:1:" in result.err
