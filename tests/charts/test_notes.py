"""What an install tells: how to connect, by the way that the values open, with commands to copy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.charts import etcd_values, mysql_values, nginx_values
from tests.conftest import ROOT, run_command

RANGE = [
    pytest.param(chart, text, id=f"{chart}, {called}")
    for chart, module in (("etcd", etcd_values), ("mysql", mysql_values), ("nginx", nginx_values))
    for called, text in module.RANGE.items()
]
NODE_PORT = "service: {type: NodePort, nodePort: 30080}"
BALANCER = "service: {type: LoadBalancer, port: 8080}"
GUARDED = "networkPolicy: {enabled: true, allowExternal: false, clientLabels: {team: shop}}"


KINDS = [
    ("monitoring.coreos.com", "v1", "ServiceMonitor"),
    ("monitoring.coreos.com", "v1", "PrometheusRule"),
    ("cert-manager.io", "v1", "Certificate"),
    ("autoscaling.alibabacloud.com", "v1beta1", "CronHorizontalPodAutoscaler"),
]
DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: {plural}.{group}}}
spec:
  group: {group}
  scope: Namespaced
  names: {{kind: {kind}, plural: {plural}}}
  versions:
    - name: {version}
      served: true
      storage: true
      schema: {{openAPIV3Schema: {{type: object, x-kubernetes-preserve-unknown-fields: true}}}}
---
"""


@pytest.fixture(autouse=True)
def own_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_CLUSTER", f"local:{tmp_path / 'cluster.db'}")


@pytest.fixture
def defined(tmp_path: Path) -> None:
    """The cluster knows the kinds of operators that charts may write."""
    chart = tmp_path / "definitions"
    (chart / "templates").mkdir(parents=True)
    metadata = "apiVersion: holdfast/v1\nname: definitions\nversion: 1.0.0\n"
    (chart / "Chart.yaml").write_text(metadata)
    (chart / "templates/all.yaml.j2").write_text(
        "".join(
            DEFINITION.format(group=group, version=version, kind=kind, plural=f"{kind.lower()}s")
            for group, version, kind in KINDS
        )
    )
    run_command("install", "definitions", str(chart)).must()


def notes(chart: str, folder: Path, values: str) -> str:
    (folder / "values.yaml").write_text(values)
    where = ("-n", "prod", "--create-namespace", "-f", str(folder / "values.yaml"))
    chart = str(ROOT / "charts" / chart)
    run_command("install", "web", chart, *where, "--no-wait", "--no-hooks").must()
    return run_command("get", "notes", "web", "-n", "prod").must().out


@pytest.mark.parametrize(
    ("chart", "values", "says"),
    [
        ("nginx", "", "port-forward service/web-nginx 8080:80\n"),
        ("nginx", NODE_PORT, "on port 30080:"),
        ("nginx", BALANCER, "on port 8080 of the load balancer"),
        ("nginx", "service: {type: NodePort}", "; the ports:"),
        ("nginx", "tls: {enabled: true, existingSecret: a}", "https://web-nginx.prod.svc:443"),
        (
            "nginx",
            "ingress: {enabled: true, hosts: [{host: a.b, paths: [{path: /x}]}],"
            " tls: [{secretName: a, hosts: [a.b]}]}",
            "https://a.b/x",
        ),
        ("nginx", "replicas: 9", "and so on up to web-nginx-8"),
        ("nginx", GUARDED, "the label team=shop"),
        ("etcd", "", "port-forward service/web-etcd 2379:2379\n"),
        ("etcd", "", "http://web-etcd-2.web-etcd-headless.prod.svc.cluster.local:2379\n"),
        ("etcd", NODE_PORT, "on port 30080:"),
        ("etcd", BALANCER, "on port 8080 of the load balancer"),
        ("etcd", "auth: {enabled: true}", "get secret web-etcd-auth"),
        (
            "etcd",
            "tls: {client: {enabled: true, existingSecret: a}}",
            "https://web-etcd.prod.svc:2379",
        ),
        ("etcd", GUARDED, "the label team=shop"),
        ("mysql", "", "port-forward service/web-mysql-write 3306:3306\n"),
        ("mysql", "", "Read from  web-mysql-read.prod.svc:3306"),
        ("mysql", NODE_PORT, "on port 30080:"),
        ("mysql", BALANCER, "on port 8080 of the load balancer"),
        ("mysql", "auth: {username: joe}", "-u 'joe' -p"),
        ("mysql", GUARDED, "the label team=shop"),
    ],
)
def test_the_notes_tell_how_to_connect(chart: str, values: str, says: str, tmp_path: Path) -> None:
    assert says in notes(chart, tmp_path, values)


@pytest.mark.parametrize(("chart", "values"), RANGE)
def test_a_command_of_the_notes_goes_where_the_release_is(
    chart: str, values: str, tmp_path: Path, defined: None
) -> None:
    said = notes(chart, tmp_path, values)
    commands = re.findall(r"(?:^ +|`)(?:kubectl|holdfast) [^`\n]*", said, re.MULTILINE)
    assert "\n\n\n" not in said
    for command in commands:
        if not command.startswith(("`kubectl get nodes", "`holdfast uninstall")):
            assert " -n prod" in command
