"""charts/nginx: what it renders, over its whole range of values, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT, run_command

NGINX = str(ROOT / "charts/nginx")

MINIMUM = """
replicas: 0
persistence: {enabled: false}
livenessProbe: {enabled: false}
readinessProbe: {enabled: false}
service: {enabled: false}
networkPolicy: {enabled: false}
tests: {enabled: false}
pdb: {enabled: false}
serviceAccount: {create: false}
resources: null
podAntiAffinity: {preset: none}
topologySpreadConstraints: []
preStopSleepSeconds: 0
"""
MAXIMUM = """
fullnameOverride: web
commonLabels: {team: a}
commonAnnotations: {note: "on"}
image: {digest: "sha256:%s", pullPolicy: Always, pullSecrets: [one, two]}
replicas: 5
podManagementPolicy: Parallel
updateStrategy: {type: OnDelete}
containerPorts: {http: 8081}
portNames: {http: web}
command: [nginx]
args: ["-g", "daemon off;"]
env: [{name: TZ, value: "on"}]
envFrom: [{configMapRef: {name: more}}]
serverBlocks: {default.conf: "server { listen 8081; }", b.conf: "# b"}
persistence:
  claimName: www
  storageClass: fast
  size: 10Gi
  labels: {app: nginx}
  annotations: {backup: "yes"}
  retention: {whenDeleted: Delete, whenScaled: Delete}
startupProbe: {enabled: true}
podLabels: {app: nginx}
podAnnotations: {a: b}
nodeSelector: {disk: ssd}
nodeAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: In, values: [ssd]}]}]
tolerations: [{key: a, operator: Exists}]
topologySpreadConstraints:
  - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}
headlessService: {name: nginx, labels: {app: nginx}, port: 8080}
service: {type: NodePort, port: 8080, nodePort: 30080, labels: {a: b}, annotations: {c: d}}
pdb: {maxUnavailable: 50%%}
""" % ("0" * 64)


def render(tmp_path: Path, values: str = "", *flags: str, name: str = "web") -> dict[str, Any]:
    """The rendered objects by `Kind/name`."""
    (tmp_path / "values.yaml").write_text(values)
    result = run_command(
        "template", name, NGINX, "-f", str(tmp_path / "values.yaml"), "-o", "json", *flags
    )
    objects = json.loads(result.must().out)
    return {f"{item['kind']}/{item['metadata']['name']}": item for item in objects}


def only(objects: dict[str, Any], kind: str) -> dict[str, Any]:
    """The one object of that kind."""
    (found,) = (item for key, item in objects.items() if key.startswith(f"{kind}/"))
    return found


def test_the_defaults_render_what_the_chart_is_for(tmp_path: Path) -> None:
    assert set(render(tmp_path)) == {
        "ConfigMap/web-nginx-config",
        "ConfigMap/web-nginx-servers",
        "NetworkPolicy/web-nginx",
        "Pod/web-nginx-test",
        "Service/web-nginx",
        "Service/web-nginx-headless",
        "ServiceAccount/web-nginx",
        "StatefulSet/web-nginx",
    }


@pytest.mark.parametrize("values", ["", MINIMUM, MAXIMUM], ids=["default", "minimum", "maximum"])
def test_references_between_objects_hold(tmp_path: Path, values: str) -> None:
    objects = render(tmp_path, values)
    workload = only(objects, "StatefulSet")["spec"]
    pod = workload["template"]["spec"]
    labels = workload["template"]["metadata"]["labels"]
    services = [item for key, item in objects.items() if key.startswith("Service/")]
    assert workload["serviceName"] in [item["metadata"]["name"] for item in services]
    for service in services:
        assert service["spec"]["selector"].items() <= labels.items()
        ports = {port["name"] for port in pod["containers"][0]["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports
    assert workload["selector"]["matchLabels"].items() <= labels.items()
    claims = {claim["metadata"]["name"] for claim in workload.get("volumeClaimTemplates", ())}
    volumes = {volume["name"] for volume in pod["volumes"]} | claims
    for container in [*pod["containers"], *pod.get("initContainers", ())]:
        assert {mount["name"] for mount in container["volumeMounts"]} <= volumes
    config = next(volume["configMap"]["name"] for volume in pod["volumes"] if "configMap" in volume)
    assert f"ConfigMap/{config}" in objects


def test_names_that_the_source_documents_write_can_be_had(tmp_path: Path) -> None:
    objects = render(tmp_path, MAXIMUM)
    workload = objects["StatefulSet/web"]["spec"]
    assert workload["serviceName"] == "nginx"
    assert workload["template"]["metadata"]["labels"]["app"] == "nginx"
    (claim,) = workload["volumeClaimTemplates"]
    assert (claim["metadata"]["name"], claim["metadata"]["labels"]["app"]) == ("www", "nginx")
    container = workload["template"]["spec"]["containers"][0]
    assert container["ports"][0] == {"name": "web", "containerPort": 8081, "protocol": "TCP"}


def test_a_server_block_moves_one_pod_annotation_and_labels_move_none(tmp_path: Path) -> None:
    def template(values: str) -> dict[str, Any]:
        return only(render(tmp_path, values), "StatefulSet")["spec"]["template"]

    before, block = template(""), template("serverBlocks: {a.conf: '# a'}")
    assert before["spec"] == block["spec"]
    old, new = before["metadata"]["annotations"], block["metadata"]["annotations"]
    assert [key for key in old if old[key] != new[key]] == ["checksum/server-blocks"]
    assert template("commonLabels: {a: b}") == before


def test_values_keep_their_types_and_their_place(tmp_path: Path) -> None:
    objects = render(tmp_path, MAXIMUM)
    (container,) = objects["StatefulSet/web"]["spec"]["template"]["spec"]["containers"]
    assert container["env"] == [{"name": "TZ", "value": "on"}]
    assert container["args"] == ["-g", "daemon off;"]
    assert only(objects, "PodDisruptionBudget")["spec"]["maxUnavailable"] == "50%"


def test_pods_are_restricted_by_default(tmp_path: Path) -> None:
    pod = only(render(tmp_path), "StatefulSet")["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in [*pod["containers"], *pod["initContainers"]]:
        context = container["securityContext"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize(
    ("flag", "says"),
    [
        ("containerPorts.http=70000", "65535"),
        ("containerPorts.http=0", "at least 1"),
        ("containerPorts.http=80x", "integer"),
        ("replicas=-1", "at least 0"),
        ("updateStrategy.type=Recreate", "OnDelete"),
        ("podManagementPolicy=Random", "OrderedReady"),
        ("persistence.size=big", "persistence.size"),
        ("persistence.retention.whenScaled=Keep", "Retain"),
        ("terminationGracePeriodSeconds=0", "at least 1"),
        ("livenessProbe.successThreshold=2", "at most 1"),
        ("livenessProbe.periodSeconds=0", "at least 1"),
        ("livenessProbe.handler.udpSocket.port=1", "livenessProbe.handler"),
        ("service.nodePort=0", "30000"),
        ("service.type=External", "ClusterIP"),
        ("command=nginx", "a list"),
        ("image.tag=a b", "image.tag"),
        ("image.pullPolicy=ifNotPresent", "IfNotPresent"),
        ("env[0].value=x", "name"),
        ("podLabels.a=b c", "podLabels.a"),
        ("fullnameOverride=" + "a" * 53, "52"),
        ("replicaz=3", "replicaz"),
    ],
)
def test_a_value_out_of_its_range_is_refused_with_its_path(flag: str, says: str) -> None:
    result = run_command("template", "web", NGINX, "--set", flag)
    assert result.code == 1
    assert flag.partition("=")[0].partition("[")[0] in result.err
    assert says in result.err


def test_the_longest_name_and_one_more(tmp_path: Path) -> None:
    longest = "a" * 46  # the chart adds `-nginx`
    assert f"StatefulSet/{longest}-nginx" in render(tmp_path, name=longest)
    refused = run_command("template", longest + "a", NGINX)
    assert (refused.code, "52" in refused.err) == (1, True)
