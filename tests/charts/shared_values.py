"""The values that all charts share, at the end of their range: as charts/nginx has them there."""

from __future__ import annotations

import json
from typing import Any

import yaml
from tests.charts.nginx_values import MAXIMUM
from tests.conftest import ROOT

from holdfast.charts.load import load
from holdfast.lint.schemas import SchemaView
from holdfast.values import read_chart_schema

DEEPEST = dict.fromkeys(("livenessProbe", "readinessProbe", "startupProbe", "lifecycle"), 1)
DEEPEST |= {"nodeAffinity": 0, "podAffinity": 0, "podAntiAffinity": 1, "autoscaling": 1}
"""How many keys below a value count: of several forms, such as handlers, only one can be given."""


def with_shared(chart: str, own: str) -> str:
    """Those values that the chart has, too, and its `own` in their place or beside them."""
    known = json.loads((ROOT / "charts" / chart / "values.schema.json").read_text())["properties"]
    shared = {key: value for key, value in yaml.safe_load(MAXIMUM).items() if key in known}
    return yaml.safe_dump({**shared, **yaml.safe_load(own)}, sort_keys=False)


def never_set(chart: str, *texts: str) -> set[tuple[Any, ...]]:
    """The values of the chart that none of the texts sets, but for those that switch a part."""
    view = SchemaView(read_chart_schema(load(str(ROOT / "charts" / chart))))
    paths = set(view.paths())
    leaves = paths - {path[:end] for path in paths for end in range(len(path))}
    leaves = {path[: 1 + DEEPEST.get(path[0], 9)] for path in leaves}
    given = [yaml.safe_load(text) for text in texts]
    return {
        path
        for path in leaves
        if path[-1] not in ("enabled", "create") and not any(_has(one, path) for one in given)
    }


def _has(tree: Any, path: tuple[Any, ...]) -> bool:
    """Whether the values give that path, or a list or map of the user's own above it."""
    for part in path:
        if not isinstance(tree, dict):
            return tree is not None
        if part not in tree:
            return False
        tree = tree[part]
    return True
