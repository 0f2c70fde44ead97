"""What a real API server refuses in the middle of an apply, though the plan was fine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import run_command
from tests.controlplane.control_plane import ControlPlane
from tests.e2e.charts import CONFIG, SERVICE, SET, client, data, history, write_chart
from tests.e2e.line import Forward, Line

from holdfast.cluster.client import Cluster
from holdfast.cluster.request import Request
from holdfast.cluster.transports.base import Response
from holdfast.model.clock import SystemClock
from holdfast.model.manifest import ObjectRef

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]
GROUP = "rbac.authorization.k8s.io/v1"
ALL = ["get", "list", "create", "patch", "update", "delete"]
SECOND = CONFIG.replace("{{ release.name }}\n  labels", "{{ release.name }}-b\n  labels")


@pytest.fixture
def line(
    control_plane: ControlPlane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, namespace: str
) -> Line:
    write_chart(tmp_path, config=CONFIG, second=SECOND, service=SERVICE, set=SET)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KUBECONFIG", str(control_plane.kubeconfig))
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    with client() as admin:
        admin.create(_object("v1", "Namespace", namespace))
    return Line(monkeypatch)


@pytest.fixture
def admin(line: Line) -> Iterator[Cluster]:
    with client() as cluster:
        yield cluster


def _object(api_version: str, kind: str, name: str, namespace: str = "", **rest: Any) -> Any:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}


def until(found: Callable[[], bool]) -> None:
    """Wait for what the server does on its own, for half a minute at most."""
    for _ in range(300):
        if found():
            return
        SystemClock().sleep(0.1)
    raise AssertionError("the server has not come so far")


def once_applied(line: Line, name: str, then: Callable[[], None]) -> None:
    """Do something right after that object was applied."""

    def watching(request: Request, forward: Forward) -> Response:
        response = forward()
        live = request.method == "PATCH" and ("dryRun", "All") not in request.query
        if live and request.path.endswith(f"/{name}"):
            line.fault = None
            then()
        else:
            line.at = len(line.sent) + 1
        return response

    line.clear(1, watching)


class Role:
    """What the user `ci` may do in a namespace."""

    def __init__(self, admin: Cluster, namespace: str) -> None:
        self.admin, self.namespace = admin, namespace
        self.user = f"ci-{namespace}"
        subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": self.user}
        role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "ci"}
        admin.apply(
            _object(GROUP, "RoleBinding", "ci", namespace, roleRef=role, subjects=[subject])
        )

    def grant(self, *kinds: str) -> None:
        """Let it do everything with these kinds, and nothing else."""
        rules = [{"apiGroups": ["", "apps"], "resources": list(kinds), "verbs": ALL}]
        self.admin.apply(_object(GROUP, "Role", "ci", self.namespace, rules=rules))
        until(lambda: self.may("statefulsets") == ("statefulsets" in kinds))

    def may(self, kind: str) -> bool:
        attributes = {
            "namespace": self.namespace,
            "verb": "patch",
            "resource": kind,
            "group": "apps",
        }
        review = {"user": self.user, "resourceAttributes": attributes}
        made = self.admin.create(
            _object("authorization.k8s.io/v1", "SubjectAccessReview", "", spec=review)
        )
        return bool(made["status"]["allowed"])


KINDS = ("secrets", "configmaps", "services", "pods", "persistentvolumeclaims")


def test_a_permission_that_is_taken_away_midway(line: Line, admin: Cluster, namespace: str) -> None:
    role = Role(admin, namespace)
    role.grant(*KINDS, "statefulsets")
    run_command("install", "web", "web", "--as", role.user).must()

    once_applied(line, "web-b", lambda: role.grant(*KINDS))
    red = ("upgrade", "web", "web", "--set", "color=red", "--as", role.user)
    refused = run_command(*red).must(1)

    assert refused.err.count("error: ") == 1 and "Traceback" not in refused.err
    assert 'error: apply StatefulSet/web: statefulsets.apps "web" is forbidden' in refused.err
    assert f'User "{role.user}" cannot patch resource' in refused.err
    assert "ask for a role that allows it; `holdfast resume web` goes on from there" in refused.err
    assert history("web") == [(1, "deployed"), (2, "failed")]
    last = data("history", "web")[-1]
    assert last["description"].startswith("Upgrade failed: apply StatefulSet/web: statefulsets")
    left = data("status", "web")["unfinished"]
    assert (left["operation"], left["revision"], left["base"]) == ("upgrade", 2, 1)

    still = run_command("resume", "web", "--as", role.user).must(1)
    assert "error: read StatefulSet/web: " in still.err, "it is found before anything is changed"

    role.grant(*KINDS, "statefulsets")
    run_command("resume", "web", "--as", role.user).must()
    assert history("web") == [(1, "superseded"), (2, "deployed")]
    live = admin.get(ObjectRef("apps/v1", "StatefulSet", namespace, "web"))
    assert live["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] == "red"


def test_a_quota_that_is_found_midway(line: Line, admin: Cluster, namespace: str) -> None:
    until(lambda: len(admin.list("v1", "ConfigMap", namespace)) == 1)  # the cluster's own CA
    ref = ObjectRef("v1", "ResourceQuota", namespace, "few")
    quota = _object("v1", "ResourceQuota", "few", namespace)
    admin.create({**quota, "spec": {"hard": {"count/configmaps": "2"}}})
    until(lambda: "used" in admin.get(ref).get("status", {}))

    refused = run_command("install", "web", "web").must(1)
    assert refused.err.count("error: ") == 1 and "Traceback" not in refused.err
    assert "error: apply ConfigMap/web-b: " in refused.err
    assert "exceeded quota: few, requested: count/configmaps=1" in refused.err
    assert "a quota of the cluster says no" in refused.err
    assert "`holdfast resume web` goes on from there" in refused.err
    assert history("web") == [(1, "failed")]

    admin.patch(ref, {"spec": {"hard": {"count/configmaps": "3"}}})
    until(lambda: admin.get(ref)["status"]["hard"] == {"count/configmaps": "3"})
    run_command("resume", "web").must()
    assert history("web") == [(1, "deployed")]
