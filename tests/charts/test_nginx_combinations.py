"""charts/nginx with parts together that hardly anybody sets together: a real API server takes them.

An API server knows rules that no schema has. It is asked by a dry run, which writes nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.charts.rendering import check_names, check_references, render
from tests.conftest import ROOT, run_command
from tests.e2e.conftest import cluster

__all__ = ["cluster"]

GIT_TLS_AND_SCALING_ON_ACK = """
platform: ack
fullnameOverride: aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeff
securityProfile: restricted
podSecurityContext: {runAsUser: 1234, runAsGroup: 1234, fsGroup: 1234}
persistence: {enabled: false}
content: {mode: git, git: {repository: "https://example.com/a.git", ref: release/1.0}}
tls: {enabled: true, existingSecret: cert}
portNames: {http: web, https: web-tls}
containerPorts: {http: 8081, https: 8444}
autoscaling: {enabled: true, cpu: 50, memory: 60, minReplicas: 2, maxReplicas: 9}
metrics: {enabled: true}
sidecars: [{name: agent, image: "busybox:1.36", ports: [{name: agent, containerPort: 7000}]}]
initContainers: [{name: first, image: "busybox:1.36"}]
logCollection: {items: [{logstore: files, path: /var/log/nginx/*.log, tags: [环境=生产]}]}
extraPorts: [{name: udp, containerPort: 8081, protocol: UDP, servicePort: 80}]
podAnnotations: {note: 中文说明}
ingress: {enabled: true, hosts: [{host: "*.bar.com", paths: [{path: /a}]}]}
virtualNode: true
timezone: {name: Asia/Shanghai}
service: {type: LoadBalancer, nodePort: 30080}
"""
CONFIG_MAP_AND_RELOAD_ON_CCE = """
platform: cce
fullnameOverride: a
persistence:
  claimName: data
  extraClaims: [{name: logs, mountPath: /var/log/nginx, size: 1Gi}]
content: {mode: configMap, configMap: site}
tls: {enabled: true, existingSecret: cert}
configChange: reload
streamBlocks: {dns.conf: "# x"}
serverBlocks: {a.conf: "# 中文"}
updateStrategy: {type: OnDelete}
podManagementPolicy: Parallel
dns: {policy: "None", config: {nameservers: [10.0.0.10], options: [{name: ndots, value: "2"}]}}
gpu: {enabled: true, count: 1, model: t4}
service: {type: NodePort, nodePort: 30001}
httpsService: {port: 443}
lifecycle: {preStop: {sleep: {seconds: 5}}}
replicas: 0
"""
NO_CLAIM_ON_AUTOPILOT = """
platform: cce-autopilot
persistence: {enabled: false}
extraVolumes:
  - {name: data, persistentVolumeClaim: {claimName: a}}
  - {name: cache, emptyDir: {sizeLimit: 1.5Gi, medium: Memory}}
extraVolumeMounts:
  - {name: data, mountPath: /usr/share/nginx/html/sub}
  - {name: cache, mountPath: /cache}
podSecurityContext: {runAsUser: null, fsGroup: null}
resources: {limits: {cpu: "1", memory: 1G, ephemeral-storage: 2}, requests: {cpu: 0.25}}
env: [{name: A.b-c, value: "中"}, {name: P, valueFrom: {fieldRef: {fieldPath: status.podIPs}}}]
service: {type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8]}
terminationGracePeriodSeconds: 600
preStopSleepSeconds: 0
tolerations: [{operator: Exists}]
minReadySeconds: 3
"""
PRIVILEGED_ON_KUBESPHERE = """
platform: kubesphere
securityProfile: privileged
timezone: {syncHost: true}
containerSecurityContext:
  {privileged: true, readOnlyRootFilesystem: false, allowPrivilegeEscalation: true}
podSecurityContext: {runAsUser: 0, runAsNonRoot: false}
containerPorts: {http: 80, https: 443}
extraVolumes: [{name: h, hostPath: {path: /数据, type: DirectoryOrCreate}}]
extraVolumeMounts: [{name: h, mountPath: /数据}]
hostAliases: [{ip: 10.0.0.1, hostnames: [a.b]}]
startupProbe: {enabled: true, handler: {grpc: {port: 9000}}}
livenessProbe: {handler: {exec: {command: [a]}}, successThreshold: 1}
persistence: {storageClass: "", accessModes: [ReadWriteOncePod]}
"""
TOGETHER = (
    GIT_TLS_AND_SCALING_ON_ACK,
    CONFIG_MAP_AND_RELOAD_ON_CCE,
    NO_CLAIM_ON_AUTOPILOT,
    PRIVILEGED_ON_KUBESPHERE,
)


@pytest.mark.parametrize("values", TOGETHER)
def test_the_server_takes_parts_that_are_seldom_together(
    cluster: str, tmp_path: Path, values: str
) -> None:
    objects = render("nginx", tmp_path, values, "--kube-version", "1.34")
    check_references(objects)
    check_names(objects)
    file = str(tmp_path / "values.yaml")
    asked = ("web", str(ROOT / "charts/nginx"), "-n", "default", "-f", file, "--dry-run")
    done = run_command("install", *asked).must()
    assert done.out.count("create") >= len(objects) - 1, "all but the pod of the test"
