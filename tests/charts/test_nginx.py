"""charts/nginx: what it renders, over its whole range of values, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.charts.rendering import check_clean, check_references, only, render

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


def test_the_defaults_render_what_the_chart_is_for(tmp_path: Path) -> None:
    assert set(render("nginx", tmp_path)) == {
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
    check_references(render("nginx", tmp_path, values))


@pytest.mark.parametrize("version", ["1.25.0", "1.29.0", "1.34.0", "1.37.0"])
@pytest.mark.parametrize("values", ["", MINIMUM, MAXIMUM], ids=["default", "minimum", "maximum"])
def test_it_is_clean_for_each_kubernetes(tmp_path: Path, values: str, version: str) -> None:
    check_clean("nginx", tmp_path, values, version)


def test_values_keep_their_types_and_their_place(tmp_path: Path) -> None:
    objects = render("nginx", tmp_path, MAXIMUM)
    (container,) = objects["StatefulSet/web"]["spec"]["template"]["spec"]["containers"]
    assert container["env"] == [{"name": "TZ", "value": "on"}]
    assert container["args"] == ["-g", "daemon off;"]
    assert only(objects, "PodDisruptionBudget")["spec"]["maxUnavailable"] == "50%"
