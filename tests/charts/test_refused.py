"""Every rule of the charts' options has a value that breaks it: named by its path and its place.

`row` is the option's number in the list of what the source systems offer; the values are those that
the charts share, tried with charts/nginx.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.charts.rendering import template

PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
HOST = "extraVolumes: [{name: a, hostPath: {path: /}}]"
TERM = "[{matchExpressions: [{key: a, operator: Exists}]}]"

CASES: tuple[tuple[int, str, str, str], ...] = (
    (1, "fullnameOverride: 0web", "fullnameOverride", "pattern"),
    (1, f"fullnameOverride: {'a' * 53}", "fullnameOverride", "52"),
    (3, "kind: Deployment", "kind", "not known"),
    (4, "replicas: -1", "replicas", "at least 0"),
    (4, "replicas: many", "replicas", "integer"),
    (5, "commonLabels: {a: 'b c'}", "commonLabels.a", "pattern"),
    (5, f"commonLabels: {{a: {'b' * 64}}}", "commonLabels.a", "63"),
    (5, "commonLabels: {'a b': c}", "commonLabels", "a b"),
    (6, "podLabels: {app.kubernetes.io/name: other}", "podLabels", "already there"),
    (6, "podAnnotations: {a: 1}", "podAnnotations.a", "text"),
    (7, "timezone: {syncHost: true}", "timezone.syncHost", "restricted"),
    (7, "timezone: {name: 'Asia Shanghai'}", "timezone.name", "pattern"),
    (8, "runtimeClassName: Kata_1", "runtimeClassName", "pattern"),
    (9, "sidecars: [{name: nginx, image: a}]", "sidecars", "not unique"),
    (9, "sidecars: [{name: log}]", "sidecars[0]", "image"),
    (9, "extraPorts: [{name: a, containerPort: 8080}]", "extraPorts", "not unique"),
    (10, "containerName: My_Nginx", "containerName", "pattern"),
    (11, "initContainers: [{name: a, image: b, readinessProbe: {}}]", "initContainers", "probe"),
    (12, "image: {repository: Nginx}", "image.repository", "pattern"),
    (13, "image: {tag: 'a b'}", "image.tag", "pattern"),
    (13, "image: {digest: 'sha256:abc'}", "image.digest", "pattern"),
    (14, "image: {pullPolicy: ifNotPresent}", "image.pullPolicy", "IfNotPresent"),
    (15, "image: {pullSecrets: one}", "image.pullSecrets", "list"),
    (15, "image: {credentials: [{registry: a}]}", "image.credentials[0]", "username"),
    (16, "resources: {limits: {memory: 1GB}}", "resources.limits.memory", "pattern"),
    (16, "resources: {limits: {memory: 1Mi}}", "resources.limits.memory", "below the request"),
    (17, "resources: {requests: {cpu: lots}}", "resources.requests.cpu", "pattern"),
    (18, "gpu: {enabled: true, count: 0}", "gpu.count", "at least 1"),
    (18, "gpu: {resourceName: gpu}", "gpu.resourceName", "pattern"),
    (19, "stdin: 'yes'", "stdin", "true or false"),
    (19, "tty: 1", "tty", "true or false"),
    (20, "containerSecurityContext: {privileged: true}", "privileged", "securityProfile"),
    (21, "podSecurityContext: {runAsUser: 0}", "podSecurityContext.runAsUser", "root"),
    (21, "podSecurityContext: {runAsUser: 2147483648}", "podSecurityContext.runAsUser", "at most"),
    (22, "containerSecurityContext: {capabilities: {add: [SYS_ADMIN]}}", "add", "NET_BIND_SERVICE"),
    (22, "containerSecurityContext: {procMount: a}", "procMount", "not known"),
    (23, "extraPorts: [{name: Web, containerPort: 1}]", "extraPorts[0].name", "pattern"),
    (23, f"extraPorts: [{{name: {'a' * 16}, containerPort: 1}}]", "extraPorts[0].name", "15"),
    (23, "extraPorts: [{name: '80', containerPort: 1}]", "extraPorts[0].name", "pattern"),
    (24, "containerPorts: {http: 65536}", "containerPorts.http", "65535"),
    (24, "containerPorts: {http: 80}", "containerPorts", "1024"),
    (25, "extraPorts: [{name: a, containerPort: 1, protocol: tcp}]", "protocol", "TCP"),
    (27, "env: [{name: 1A, value: b}]", "env[0].name", "pattern"),
    (27, "env: [{name: A, value: 1}]", "env[0].value", "text"),
    (28, "env: [{name: A, valueFrom: {secretKeyRef: {name: a}}}]", "secretKeyRef", "key"),
    (28, "env: [{name: A, value: b, valueFrom: {}}]", "env[0]", "env"),
    (29, "env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.x}}}]", "fieldPath", "pattern"),
    (30, "envFrom: [{prefix: a}]", "envFrom[0]", "envFrom"),
    (31, "startupProbe: {handler: {}}", "startupProbe.handler", "at least 1"),
    (32, "livenessProbe: {handler: {httpGet: {port: 1, path: a}}}", "httpGet.path", "pattern"),
    (32, "livenessProbe: {handler: {httpGet: {port: 1, scheme: http}}}", "scheme", "HTTPS"),
    (33, "livenessProbe: {handler: {tcpSocket: {port: 0}}}", "tcpSocket.port", "port"),
    (34, "livenessProbe: {handler: {exec: {command: []}}}", "exec.command", "at least 1"),
    (35, "livenessProbe: {initialDelaySeconds: -1}", "initialDelaySeconds", "at least 0"),
    (36, "livenessProbe: {periodSeconds: 0}", "periodSeconds", "at least 1"),
    (37, "livenessProbe: {timeoutSeconds: 0}", "timeoutSeconds", "at least 1"),
    (38, "startupProbe: {successThreshold: 2}", "startupProbe.successThreshold", "at most 1"),
    (39, "livenessProbe: {failureThreshold: 0}", "failureThreshold", "at least 1"),
    (40, "command: nginx", "command", "list"),
    (40, "args: '-v'", "args", "list"),
    (41, "lifecycle: {preStop: {tcpSocket: {port: 1}}}", "lifecycle.preStop", "tcpSocket"),
    (42, HOST, "extraVolumes", "hostPath"),
    (42, "extraVolumes: [{name: a, hostPath: {path: tmp}}]", "hostPath.path", "pattern"),
    (43, "extraVolumes: [{name: a, configMap: {}}]", "configMap", "name"),
    (43, "extraVolumes: [{name: a, secret: {secretName: b, defaultMode: 512}}]", "Mode", "511"),
    (44, "extraVolumes: [{name: a, emptyDir: {medium: Disk}}]", "emptyDir.medium", "Memory"),
    (45, "extraVolumes: [{name: a, persistentVolumeClaim: {}}]", "Claim", "claimName"),
    (46, "extraVolumeMounts: [{name: none, mountPath: /a}]", "extraVolumeMounts", "no volume"),
    (46, "extraVolumeMounts: [{name: html, mountPath: a}]", "mountPath", "pattern"),
    (46, "extraVolumeMounts: [{name: html, mountPath: '/a:b'}]", "mountPath", "pattern"),
    (47, "persistence: {size: '0'}", "persistence.size", "pattern"),
    (47, "persistence: {accessModes: [RWO]}", "persistence.accessModes[0]", "ReadWriteOnce"),
    (48, "persistence: {storageClass: Fast_1}", "persistence.storageClass", "pattern"),
    (50, "persistence: {retention: {whenScaled: Keep}}", "retention.whenScaled", "Retain"),
    (51, "logCollection: {items: [{logstore: abc, path: stdout}]}", "logCollection", "ack"),
    (51, "logCollection: {items: [{logstore: a_b, path: stdout}]}", "logstore", "pattern"),
    (51, "logCollection: {items: [{logstore: abc, path: logs}]}", "path", "stdout, or a file"),
    (
        51,
        "platform: ack\nlogCollection: {items: [{logstore: abc, path: /a.log}]}",
        "path",
        "folder",
    ),
    (
        51,
        "platform: ack\nlogCollection: {items: [{logstore: abc, path: /v/*/a}]}",
        "path",
        "folder",
    ),
    (52, "headlessService: {name: 1a}", "headlessService.name", "pattern"),
    (53, "service: {nodePort: 0}", "service.nodePort", "30000"),
    (53, "service: {nodePort: 30080}", "service.nodePort", "ClusterIP"),
    (53, "service: {type: External}", "service.type", "LoadBalancer"),
    (53, "platform: cce-autopilot\nservice: {type: NodePort}", "service.type", "LoadBalancer"),
    (54, "service: {port: 0}", "service.port", "at least 1"),
    (55, "ingress: {hosts: [{host: 'a.*.com'}]}", "ingress.hosts[0].host", "pattern"),
    (56, "autoscaling: {enabled: true, minReplicas: 4}", "autoscaling.minReplicas", "above"),
    (56, "autoscaling: {cpu: 0}", "autoscaling.cpu", "at least 1"),
    (
        57,
        "cronAutoscaling: {jobs: [{name: a, schedule: '* * * * *', targetSize: 1}]}",
        "schedule",
        "p",
    ),
    (58, "updateStrategy: {type: Recreate}", "updateStrategy.type", "OnDelete"),
    (58, "updateStrategy: {partition: -1}", "updateStrategy.partition", "at least 0"),
    (
        59,
        "nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 0}]}",
        "w",
        "1",
    ),
    (60, "podAntiAffinity: {preset: strong}", "podAntiAffinity.preset", "soft"),
    (60, "podAntiAffinity: {weight: 101}", "podAntiAffinity.weight", "100"),
    (61, "platform: cce-autopilot\npodAntiAffinity: {preset: hard}", "preset", "cce-autopilot"),
    (62, "nodeSelector: {a: 1}", "nodeSelector.a", "text"),
    (63, "tolerations: [{operator: Is}]", "tolerations[0].operator", "Exists"),
    (
        63,
        "tolerations: [{effect: NoSchedule, tolerationSeconds: 1}]",
        "tolerations[0]",
        "NoExecute",
    ),
    (64, "virtualNode: true", "virtualNode", "ack"),
    (
        64,
        f"platform: ack\nvirtualNode: true\nsecurityProfile: privileged\n{HOST}",
        "virtualNode",
        "no host paths",
    ),
    (65, "podManagementPolicy: Random", "podManagementPolicy", "OrderedReady"),
    (66, "dns: {policy: None, config: {}}", "dns.config", "nameservers"),
    (66, "dns: {config: {nameservers: [a, b, c, d]}}", "dns.config.nameservers", "3"),
    (68, "revisionHistoryLimit: -1", "revisionHistoryLimit", "at least 0"),
    (70, "clusterDomain: 'cluster local'", "clusterDomain", "pattern"),
)


@pytest.mark.parametrize(
    ("values", "path", "says"), [case[1:] for case in CASES], ids=[f"row {c[0]}" for c in CASES]
)
def test_a_value_that_breaks_a_rule_is_refused(
    tmp_path: Path, values: str, path: str, says: str
) -> None:
    result = template("nginx", tmp_path, values)
    assert result.code == 1, values
    assert path in result.err
    assert says in result.err
    assert "values.yaml:" in result.err
    assert result.out == ""


def test_row_61_affinity_is_refused_on_autopilot(tmp_path: Path) -> None:
    affinity = f"{{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: {TERM}}}}}"
    result = template("nginx", tmp_path, f"platform: cce-autopilot\nnodeAffinity: {affinity}")
    assert (result.code, "nodeAffinity" in result.err) == (1, True)


def test_every_row_with_a_rule_has_a_case() -> None:
    """Without: what is fixed, computed, or passed through as it is (2, 26, 49, 67, 69)."""
    assert {case[0] for case in CASES} == set(range(1, 71)) - {2, 26, 49, 67, 69}
