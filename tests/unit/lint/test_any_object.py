"""Whatever a chart renders, lint ends with findings: wrong shapes are told, never stumbled over."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.lint.support import lint, write_chart

from holdfast.lint.rules import RULES

POD = {
    "metadata": {"labels": {"app": "a"}},
    "spec": {
        "containers": [
            {
                "name": "a",
                "image": "a:1",
                "ports": [{"name": "http", "containerPort": 80}],
                "readinessProbe": {"httpGet": {"port": "http"}},
                "lifecycle": {"preStop": {"httpGet": {"port": "http"}}},
                "resources": {"requests": {"cpu": 1}},
                "volumeMounts": [{"name": "v", "mountPath": "/v"}],
            }
        ],
        "volumes": [{"name": "v", "emptyDir": {}}],
    },
}
SELECTOR = {"matchLabels": {"app": "a"}, "matchExpressions": [{"key": "app", "operator": "Exists"}]}
BACKEND = {"service": {"name": "a", "port": {"name": "http"}}}
OBJECTS: list[dict[str, Any]] = [
    {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "a"},
        "spec": {
            "serviceName": "a",
            "selector": SELECTOR,
            "template": POD,
            "volumeClaimTemplates": [{"metadata": {"name": "w"}, "spec": {}}],
        },
    },
    {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "a"},
        "spec": {
            "clusterIP": "None",
            "selector": {"app": "a"},
            "ports": [{"name": "http", "port": 80, "targetPort": "http"}],
        },
    },
    {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "a"},
        "spec": {"rules": [{"http": {"paths": [{"path": "/", "backend": BACKEND}]}}]},
    },
    {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "a"},
        "spec": {"selector": SELECTOR},
    },
]
ODD: list[Any] = [None, True, 0, "x", "", [], {}, [None], [[]], {"": None}, ["x"], {"name": ["x"]}]


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if not isinstance(node, dict | list):
        return [path]
    below = node.items() if isinstance(node, dict) else enumerate(node)
    return [path, *(place for key, value in below for place in places(value, (*path, key)))]


def put(node: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(node) if isinstance(node, dict) else list(node)
    copy[path[0]] = put(node[path[0]], path[1:], value)
    return copy


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_node_may_be_anything(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    index = data.draw(st.integers(0, len(OBJECTS) - 1))
    path = data.draw(st.sampled_from(places(OBJECTS[index])))
    objects = put(OBJECTS, (index, *path), data.draw(st.sampled_from(ODD)))
    pages = [(f"templates/{n}.yaml", "", json.dumps(one)) for n, one in enumerate(objects)]
    report = lint(write_chart(tmp_path_factory.mktemp("chart"), *pages))
    assert {one.rule for one in report.findings} <= {rule.id for rule in RULES}
