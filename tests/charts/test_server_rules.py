"""What an API server, or nginx, would refuse is refused by the values: with its path and its place.

Each was once rendered, and refused by a real API server in a dry run.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.charts.rendering import check_references, only, render, template

MOUNT = "extraVolumes: [{name: a, emptyDir: {}}]\nextraVolumeMounts: [{name: a, mountPath: %s}]"
GIT = "content: {mode: git, git: {repository: 'https://a/b'}}\n"
TLS = "tls: {enabled: true, existingSecret: a}\n"
TERM = "nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [%s]}}"
CLASHES = (
    ("extraVolumes: [{name: tmp, emptyDir: {}}]", "the volume name tmp is not unique"),
    ("extraVolumes: [{name: html, emptyDir: {}}]", "the volume name html is not unique"),
    (GIT + "extraVolumes: [{name: content, emptyDir: {}}]", "the volume name content is not"),
    ("persistence: {claimName: config}", "the volume name config is not unique"),
    ("persistence: {extraClaims: [{name: html, mountPath: /b, size: 1Gi}]}", "name html is not"),
    (MOUNT % "/usr/share/nginx/html", "two volumes are mounted at /usr/share/nginx/html"),
    (MOUNT % "/etc/nginx/conf.d/", "two volumes are mounted at /etc/nginx/conf.d"),
    ("sidecars: [{name: seed-index, image: a}]", "the container name seed-index is not unique"),
    (GIT + "containerName: pull-content", "the container name pull-content is not unique"),
    (
        "sidecars: [{name: a, image: b, volumeMounts: [{name: c, mountPath: /c}]}]",
        "a mounts c, which is no volume",
    ),
    ("sidecars: [{name: a, image: b, ports: [{containerPort: 8080}]}]", "the port 8080 is not"),
    ("extraPorts: [{name: http, containerPort: 9000}]", "the port name http is not unique"),
    ("metrics: {enabled: true, port: 8080}", "the port 8080 is not unique"),
    (
        "metrics: {enabled: true}\nextraPorts: [{name: a, containerPort: 8079}]",
        "8079 is not unique",
    ),
    (
        "extraPorts: [{name: a, containerPort: 9000, servicePort: 80}]",
        "ports 80, 80 are not unique",
    ),
    (TLS + "httpsService: {port: 80}", "ports 80, 80 are not unique"),
    (TLS + "httpsService: {nodePort: 30443}", "httpsService.nodePort"),
    ("headlessService: {port: 9113}\nmetrics: {enabled: true}", "ports 9113, 9113 are not unique"),
    ("service: {name: x}\nheadlessService: {name: x}", "the headless Service is called x, too"),
    ("gpu: {enabled: true, model: a}\nnodeSelector: {accelerator: b}", "says accelerator b"),
)
BOUNDS = (
    ("podLabels: {'a..b/c': d}", "podLabels"),
    ("runtimeClassName: a..b", "runtimeClassName"),
    ("revisionHistoryLimit: 2147483648", "revisionHistoryLimit"),
    ("livenessProbe: {periodSeconds: 2147483648}", "livenessProbe.periodSeconds"),
    ("resources: {limits: {cpu: -1}}", "resources.limits.cpu"),
    ("resources: {limits: {storage: 1Gi}}", "resources.limits"),
    ("resources: {limits: {nvidia.com/gpu: 1.5}}", "resources.limits"),
    ("resources: {requests: {nvidia.com/gpu: 1}}", "resources.requests.nvidia.com/gpu"),
    ("metrics: {enabled: true, resources: {limits: {memory: 1Mi}}}", "metrics.resources.limits"),
    ("podSecurityContext: {seccompProfile: {type: Localhost}}", "localhostProfile"),
    ("podSecurityContext: {supplementalGroups: [2147483648]}", "supplementalGroups[0]"),
    ("containerSecurityContext: {capabilities: {add: [CAP_CHOWN]}}", "capabilities.add[0]"),
    ("env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: 'b c'}}}]", "secretKeyRef.key"),
    (
        "env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1Mi}}}]",
        "divisor",
    ),
    (
        "livenessProbe: {handler: {httpGet: {port: 1, httpHeaders: [{name: 'A:', value: b}]}}}",
        "httpHeaders[0].name",
    ),
    ("lifecycle: {preStop: {sleep: {seconds: 31}}}", "terminationGracePeriodSeconds"),
    ("preStopSleepSeconds: 30", "terminationGracePeriodSeconds"),
    ("extraVolumes: [{name: a, configMap: {name: b, items: [{key: c, path: ../d}]}}]", "path"),
    (MOUNT % "/a, subPath: /b", "subPath"),
    ("persistence: {accessModes: [ReadWriteOncePod, ReadWriteOnce]}", "persistence.accessModes"),
    ("persistence: {size: null}", "persistence.size: is required"),
    (TERM % "{matchExpressions: [{key: a, operator: In}]}", "matchExpressions[0]"),
    (TERM % "{matchFields: [{key: a, operator: In, values: [b]}]}", "matchFields[0].key"),
    ("podAntiAffinity: {topologyKey: 'a b'}", "podAntiAffinity.topologyKey"),
    ("tolerations: [{operator: Equal}]", "tolerations[0]"),
    ("tolerations: [{key: a, operator: Exists, value: b}]", "tolerations[0].value"),
    ("dns: {policy: None}", "dns.config.nameservers"),
    ("dns: {config: {nameservers: [a]}}", "dns.config.nameservers[0]"),
    ("hostAliases: [{ip: 300.1.1.1, hostnames: [a]}]", "hostAliases[0].ip"),
    ("service: {type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/33]}", "SourceRanges[0]"),
    ("ingress: {enabled: true}", "ingress.hosts"),
    ("ingress: {enabled: true, hosts: [{host: 1.2.3.4}]}", "ingress.hosts[0].host"),
    ("ingress: {enabled: true, hosts: [{host: a, paths: [{path: /a//b}]}]}", "paths[0].path"),
    ("autoscaling: {behavior: {scaleDown: {stabilizationWindowSeconds: 3601}}}", "Seconds"),
    ("cronAutoscaling: {enabled: true}\nplatform: ack", "cronAutoscaling.jobs"),
    ("content: {mountPath: '/a; b'}", "content.mountPath"),
    ("content: {git: {repository: 'https://a/b'}}", "content.git.repository is read with"),
    ("existingConfigMap: a\nserverBlocks: {a.conf: b}", "serverBlocks are not read"),
    (
        "sidecars: [{name: a, image: b, securityContext: {privileged: true}}]",
        "securityContext of a",
    ),
    ("sidecars: [{name: a, image: b, securityContext: {runAsUser: 0}}]", "does not allow root"),
    ("securityProfile: baseline\npodSecurityContext: {seccompProfile: null}", "seccompProfile"),
)


@pytest.mark.parametrize(("values", "says"), CLASHES)
def test_two_of_a_kind_are_refused(tmp_path: Path, values: str, says: str) -> None:
    result = template("nginx", tmp_path, values)
    assert (result.code, result.out) == (1, "")
    assert says in result.err
    assert "values.yaml:" in result.err


@pytest.mark.parametrize(("values", "says"), BOUNDS)
def test_what_a_server_refuses_is_refused_before(tmp_path: Path, values: str, says: str) -> None:
    result = template("nginx", tmp_path, values)
    assert (result.code, result.out) == (1, "")
    assert says in result.err


def test_what_fits_together_is_rendered(tmp_path: Path) -> None:
    """One number for TCP and for UDP; a node label given twice alike; a float; a very long tag."""
    objects = render(
        "nginx",
        tmp_path,
        "extraPorts: [{name: a, containerPort: 9000, servicePort: 53},"
        " {name: b, containerPort: 9000, protocol: UDP, servicePort: 53}]\n"
        "gpu: {enabled: true, model: a}\nnodeSelector: {accelerator: a}\n"
        f"resources: {{limits: {{cpu: 0.5}}}}\nimage: {{tag: {'v' * 127}.}}\n",
    )
    check_references(objects)
    labels = only(objects, "StatefulSet")["metadata"]["labels"]
    assert labels["app.kubernetes.io/version"] == "v" * 63
    rules = only(objects, "NetworkPolicy")["spec"]["ingress"]
    assert {"port": 9000, "protocol": "UDP"} in rules[1]["ports"]


@pytest.mark.parametrize(
    ("chart", "values", "said"),
    [
        ("etcd", "extraVolumes: [{name: run, emptyDir: {}}]", "the volume name run is not unique"),
        ("etcd", MOUNT % "/var/lib/etcd/", "two volumes are mounted at /var/lib/etcd"),
        ("etcd", "sidecars: [{name: tools, image: a}]", "the container name tools is not unique"),
        (
            "etcd",
            "sidecars: [{name: a, image: a, ports: [{containerPort: 2379}]}]",
            "the port 2379 is not unique",
        ),
        ("mysql", "extraVolumes: [{name: tmp, emptyDir: {}}]", "the volume name tmp is not unique"),
        ("mysql", "persistence: {claimName: scripts}", "the volume name scripts is not unique"),
        ("mysql", MOUNT % "/var/lib/mysql", "two volumes are mounted at /var/lib/mysql"),
        ("mysql", "initContainers: [{name: provision, image: a}]", "name provision is not unique"),
        ("mysql", "extraPorts: [{name: mysql, containerPort: 9}]", "name mysql is not unique"),
    ],
)
def test_what_the_other_charts_have_in_the_pod_is_not_there_twice(
    tmp_path: Path, chart: str, values: str, said: str
) -> None:
    result = template(chart, tmp_path, values)
    assert result.code == 1
    assert said in result.err and "values.yaml:" in result.err


@pytest.mark.parametrize("chart", ["nginx", "etcd", "mysql"])
def test_containers_of_the_user_keep_to_the_restricted_profile(tmp_path: Path, chart: str) -> None:
    values = "sidecars: [{name: a, image: b, securityContext: {readOnlyRootFilesystem: true}}]"
    pod = only(render(chart, tmp_path, values), "StatefulSet")["spec"]["template"]["spec"]
    assert pod["containers"][-1]["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }


def test_a_claim_that_nothing_mounts_is_not_made(tmp_path: Path) -> None:
    def claims(values: str) -> list[str]:
        spec = only(render("nginx", tmp_path, values), "StatefulSet")["spec"]
        return [one["metadata"]["name"] for one in spec.get("volumeClaimTemplates", ())]

    assert claims(GIT) == []
    assert claims(GIT + "extraVolumeMounts: [{name: html, mountPath: /keep}]") == ["html"]


def test_settings_of_a_part_that_is_off_are_told(tmp_path: Path) -> None:
    jobs = "cronAutoscaling: {jobs: [{name: a, schedule: '0 0 0 * * *', targetSize: 1}]}"
    told = template("nginx", tmp_path, f"platform: ack\n{jobs}").must().err
    assert "cronAutoscaling.jobs: has no effect: cronAutoscaling.enabled is false" in told
    assert "values.yaml:2:19" in told
    off = jobs.replace("{jobs", "{enabled: false, jobs")
    assert template("nginx", tmp_path, f"platform: ack\n{off}").must().err == ""


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ("env: [{name: A, value: b}, {name: A, value: c}]", "the variable A is given more than"),
        ("timezone: {name: UTC}\nenv: [{name: TZ, value: UTC}]", "the variable TZ is given more"),
        (
            "platform: ack\nlogCollection: {items: [{logstore: abc, path: stdout},"
            " {logstore: abc, path: /var/log/nginx/*.log}]}",
            "the variable aliyun_logs_abc is given more than once",
        ),
    ],
)
def test_a_variable_is_given_once(tmp_path: Path, values: str, says: str) -> None:
    """A server-side apply refuses a list with the same name twice."""
    result = template("nginx", tmp_path, values)
    assert (result.code, result.out) == (1, "")
    assert says in result.err and "values.yaml:" in result.err


@pytest.mark.parametrize("chart", ["nginx", "etcd", "mysql"])
@pytest.mark.parametrize("how", ["httpGet", "tcpSocket"])
def test_a_probe_names_a_port_that_is_there(tmp_path: Path, chart: str, how: str) -> None:
    """The API takes any name, and the probe would fail for ever."""
    probe = "readinessProbe: {handler: {%s: {port: %s}}}\n"
    result = template(chart, tmp_path, probe % (how, "nothing"))
    assert (result.code, result.out) == (1, "")
    assert "readinessProbe.handler: no port is called nothing" in result.err
    assert "values.yaml:1:" in result.err
    own = {"nginx": "http", "etcd": "client", "mysql": "mysql"}[chart]
    template(chart, tmp_path, probe % (how, own)).must()
    more = "extraPorts: [{name: more, containerPort: 7000}]\n"
    template(chart, tmp_path, probe % (how, "more") + more).must()


@pytest.mark.parametrize(
    "schedule", ["0 0 24 * * *", "60 0 0 * * *", "0 0 0 32 * *", "0 0 0 * 13 *", "0 0 8 * * 8"]
)
def test_the_clocks_schedule_keeps_its_bounds(tmp_path: Path, schedule: str) -> None:
    jobs = "platform: ack\ncronAutoscaling: {jobs: [{name: a, schedule: '%s', targetSize: 1}]}"
    result = template("nginx", tmp_path, jobs % schedule)
    assert (result.code, result.out) == (1, "")
    assert "cronAutoscaling.jobs[0].schedule: is no schedule" in result.err
    assert "values.yaml:2:" in result.err and "hour (0-23)" in result.err
    for good in ("0 */5 8-18 * JAN-MAR MON-FRI", "@date 2026-11-11 00:00:00", "@every 1h"):
        template("nginx", tmp_path, jobs % good).must()


def test_so_many_replicas_as_one_likes(tmp_path: Path) -> None:
    objects = render("nginx", tmp_path, "replicas: 2147483647")
    assert objects["Pod/web-nginx-test"]["spec"]["containers"][0]["args"][0] == "2147483647"
