"""Scale and restart for those who may not do all of it: refused beforehand, or never by force."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import ROOT, run_command
from tests.controlplane.control_plane import ControlPlane
from tests.controlplane.outage import node_ref, switched_off
from tests.e2e.charts import client, history

from holdfast.model.manifest import ObjectRef

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]
NGINX = str(ROOT / "charts/nginx")
ALL = ["get", "list", "watch", "create", "update", "patch", "delete"]


@pytest.fixture
def ops(
    control_plane: ControlPlane, monkeypatch: pytest.MonkeyPatch, namespace: str
) -> tuple[str, ...]:
    """Whoever may change the namespace's objects, but scale none, and see no nodes."""
    monkeypatch.setenv("KUBECONFIG", str(control_plane.kubeconfig))
    at = ("-n", namespace)
    run_command("install", "web", NGINX, "--create-namespace", "--set", "replicas=2", *at).must()
    rules = [
        {"apiGroups": [""], "resources": ["*"], "verbs": ALL},
        {"apiGroups": ["apps"], "resources": ["statefulsets"], "verbs": ALL},
    ]
    with client() as cluster:
        for obj in rights(namespace, rules):
            cluster.create(obj)
    return ("--as", "ops", *at)


def rights(namespace: str, rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    api, metadata = "rbac.authorization.k8s.io/v1", {"name": "ops", "namespace": namespace}
    group = api.partition("/")[0]
    subject = {"kind": "User", "name": "ops", "apiGroup": group}
    role = {"kind": "Role", "name": "ops", "apiGroup": group}
    return [
        {"apiVersion": api, "kind": "Role", "metadata": metadata, "rules": rules},
        {
            "apiVersion": api,
            "kind": "RoleBinding",
            "metadata": metadata,
            "roleRef": role,
            "subjects": [subject],
        },
    ]


def test_who_may_not_scale_is_told_before_anything_is_done(ops: tuple[str, ...]) -> None:
    refused = run_command("scale", "web", "3", *ops).must(1)
    assert 'statefulsets.apps "web-nginx" is forbidden' in refused.err
    assert 'cannot patch resource "statefulsets/scale"' in refused.err
    assert "ask for that permission" in refused.err
    assert history("web", *ops[2:]) == [(1, "deployed")]


def test_who_may_not_see_nodes_deletes_no_pod_by_force(
    ops: tuple[str, ...], namespace: str
) -> None:
    said = run_command("restart", "web", "--ordinal", "1", *ops).must()
    assert "may not be read here: web-nginx-1 is deleted, and never by force" in said.err
    pod = ObjectRef("v1", "Pod", namespace, "web-nginx-1")
    with client() as cluster:
        found = cluster.get(pod)
        node = found["spec"]["nodeName"]
        with switched_off(cluster, node):
            cluster.delete(node_ref(node))
            late = run_command("restart", "web", "--ordinal", "1", "--timeout", "3s", *ops).must(4)
            assert cluster.get(pod)["metadata"]["uid"] == found["metadata"]["uid"]
    assert "not ready after 3 s" in late.err
