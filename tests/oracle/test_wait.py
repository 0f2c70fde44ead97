"""Rules of readiness mean what `kubectl wait` means by them, on the same live object."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from tests.controlplane.binaries import binary
from tests.controlplane.control_plane import ControlPlane
from tests.e2e.charts import client

from holdfast.kinds.wait_rules import rules_in
from holdfast.model.manifest import ObjectRef

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]

GROUP = f"oracle-{os.getpid()}.example.com"
CRD = f"""
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: dbs.{GROUP}}}
spec:
  group: {GROUP}
  scope: Cluster
  names: {{plural: dbs, singular: db, kind: Db}}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {{openAPIV3Schema: {{type: object, x-kubernetes-preserve-unknown-fields: true}}}}
"""
DB = f"""
apiVersion: {GROUP}/v1
kind: Db
metadata: {{name: main}}
spec: {{paused: false, size: 3, "a.b": x}}
status:
  phase: Running
  empty: ""
  members: [{{name: a, ready: true, lag: 3}}, {{name: b, ready: false, lag: 0}}]
  conditions:
    - {{type: Ready, status: "False"}}
    - {{type: Synced, status: "True", observedGeneration: 0}}
    - {{type: Healthy, status: "True", observedGeneration: 1}}
    - {{type: Phase, status: "Late"}}
"""


@pytest.fixture(scope="module")
def live(control_plane: ControlPlane) -> Iterator[dict[str, Any]]:
    """An object whose status says just what is asked below."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUBECONFIG", str(control_plane.kubeconfig))
        with client() as cluster:
            definition = yaml.safe_load(CRD)
            cluster.apply(definition)
            while not cluster.served(f"{GROUP}/v1", "Db"):
                continue
            yield cluster.apply(yaml.safe_load(DB))
            cluster.delete(
                ObjectRef(definition["apiVersion"], definition["kind"], "", f"dbs.{GROUP}")
            )


@pytest.mark.parametrize(
    "line",
    [
        "create",
        "condition=Healthy",
        "condition=healthy=true",
        "condition=Ready",
        "condition=Ready=False",
        "condition=Ready=false",
        "condition=Synced",
        "condition=Phase=late",
        "condition=Backup",
        "jsonpath={.status.phase}",
        "jsonpath={.status.phase}=Running",
        "jsonpath={.status.phase}=running",
        "jsonpath=.status.phase=Running",
        "jsonpath=status.phase=Running",
        "jsonpath={.status.leader}",
        "jsonpath={.status.leader}=a",
        "jsonpath={.spec.paused}=false",
        "jsonpath={.spec.size}=3",
        "jsonpath={.spec.a\\.b}=x",
        "jsonpath={.status.members[0].name}=a",
        "jsonpath={.status.members[-1].name}=b",
        "jsonpath={.status.members[9].name}=b",
        'jsonpath={.status.members[?(@.name=="b")].lag}=0',
        'jsonpath={.status.members[?(@.name=="c")].lag}=0',
        'jsonpath={.status.conditions[?(@.type=="Ready")].status}=False',
        "jsonpath={.status.members[*].name}=a",
        "jsonpath={.status.members}=a",
    ],
)
def test_a_rule_holds_where_kubectl_says_so(
    control_plane: ControlPlane, live: dict[str, Any], line: str
) -> None:
    done = kubectl_wait(control_plane, line)
    assert holds(line, live) == (done.returncode == 0), done.stdout + done.stderr


@pytest.mark.parametrize(
    "line",
    ["jsonpath={.spec['a.b']}=x", 'jsonpath={.status.members[?(@.name!="b")].lag}=3'],
)
def test_a_path_may_have_what_kubectls_flag_cannot_take_apart(
    control_plane: ControlPlane, live: dict[str, Any], line: str
) -> None:
    assert holds(line, live)
    assert kubectl_wait(control_plane, line).returncode != 0


def holds(line: str, live: dict[str, Any]) -> bool:
    return [rule(live) for rule in rules_in(line).values()] == [""]


def kubectl_wait(plane: ControlPlane, line: str) -> subprocess.CompletedProcess[str]:
    flags = [f"--kubeconfig={plane.kubeconfig}", f"--cache-dir={plane.kubeconfig.parent / 'cache'}"]
    command = [binary("kubectl"), *flags, "wait", f"dbs.{GROUP}/main", f"--for={line}"]
    return subprocess.run(
        [*command, "--timeout=0s"], capture_output=True, text=True, timeout=60, check=False
    )
