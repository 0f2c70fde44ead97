"""What a server says of itself: its version, its kinds, its warnings."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.contract.bench import Bench, Server
from tests.contract.objects import config_map, deployment, stateful_set

from holdfast.cluster.client import Cluster
from holdfast.errors import NotFound
from holdfast.kinds.resources import RESOURCES
from holdfast.model.manifest import ObjectRef


def test_the_version(cluster: Cluster) -> None:
    assert re.fullmatch(r"1\.34\.\d+", cluster.version())


def test_the_kinds(cluster: Cluster) -> None:
    versions = cluster.api_versions()
    assert versions[0] == "v1"
    assert {"apps/v1", "batch/v1", "policy/v1", "apps/v1/StatefulSet", "v1/Secret"} <= {*versions}
    assert len(versions) == len(set(versions))


ADD_ON = "metrics.k8s.io"
"""A group that metrics-server serves, where that is installed."""


def test_the_built_in_table_is_what_the_server_serves(cluster: Cluster) -> None:
    own = [row for row in RESOURCES if row.group != ADD_ON]
    assert [row.kind for row in own if not cluster.served(row.api_version, row.kind)] == []


def test_an_unknown_kind_is_told_with_a_hint(bench: Bench) -> None:
    widget = {"apiVersion": "no.example.com/v1", "kind": "Widget", "metadata": {"name": "w"}}
    with pytest.raises(NotFound, match=r"no\.example\.com/v1 Widget") as caught:
        bench.cluster.apply(widget)
    assert caught.value.hint == "is the CustomResourceDefinition installed?"
    assert not bench.cluster.served("no.example.com/v1", "Widget")
    assert not bench.cluster.served("apps/v1", "Widget")
    assert bench.cluster.find(bench.ref("no.example.com/v1", "Widget", "w")) is None


def definition(group: str) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {
            "spec": {
                "type": "object",
                "required": ["size"],
                "properties": {"size": {"type": "integer", "minimum": 1}},
            }
        },
    }
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"widgets.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
            "versions": [version],
        },
    }


def test_a_custom_kind_is_found_once_it_is_installed(bench: Bench) -> None:
    # A group of the case's own: definitions have no namespace.
    group = f"{bench.namespace}.example.com"
    widget = {
        "apiVersion": f"{group}/v1",
        "kind": "Widget",
        "metadata": {"name": "w", "namespace": bench.namespace},
        "spec": {"size": 1},
    }
    ref = ObjectRef(f"{group}/v1", "Widget", bench.namespace, "w")
    assert bench.cluster.find(ref) is None
    bench.cluster.apply(definition(group))
    bench.eventually(lambda: bench.cluster.served(f"{group}/v1", "Widget"), "it is served")
    made = bench.cluster.apply(widget)
    assert made["spec"] == {"size": 1} and made["metadata"]["generation"] == 1
    assert bench.cluster.get(ref) == made
    assert f"{group}/v1/Widget" in bench.cluster.api_versions()
    bench.cluster.delete(ref)
    definition_ref = ObjectRef(
        "apiextensions.k8s.io/v1", "CustomResourceDefinition", "", f"widgets.{group}"
    )
    bench.cluster.delete(definition_ref)
    bench.gone(definition_ref)


def test_the_server_warns(bench: Bench) -> None:
    obj = deployment(bench.namespace)
    obj["spec"]["replicas"] = 0
    env = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]
    obj["spec"]["template"]["spec"]["containers"][0]["env"] = env
    bench.cluster.create(obj, dry_run=True)
    assert bench.cluster.warnings == [
        'spec.template.spec.containers[0].env[1]: hides previous definition of "A", '
        "which may be dropped when using apply"
    ]


def test_there_is_nothing_to_warn_of(bench: Bench) -> None:
    bench.cluster.apply(stateful_set(bench.namespace, replicas=0))
    assert bench.cluster.warnings == []


def test_every_client_may_do_everything(server: Server, bench: Bench) -> None:
    """By token and by certificate alike, where the server asks for one."""
    made = server.cluster.create(config_map(bench.namespace))
    ref = bench.ref("v1", "ConfigMap", "settings")
    assert server.other.get(ref) == made
    server.other.delete(ref)
    assert server.cluster.find(ref) is None
