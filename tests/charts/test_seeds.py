"""What users of other systems have: their StatefulSets by our values, and what they do with them.

The walks are those of the documents that the systems show their users: create, watch the pods come
in order, scale out and in, delete a pod, redeploy, change and go back, scale to none and delete.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.charts.order import begin, is_ready, one_by_one, steps
from tests.charts.rendering import check_references, check_restricted, only, render
from tests.charts.test_nginx_clusters import target
from tests.conftest import ROOT, run_command
from tests.e2e.conftest import cluster, namespace
from tests.e2e.test_refused_midway import until

from holdfast.model.manifest import ObjectRef

__all__ = ["cluster", "namespace"]

CHART = str(ROOT / "charts/nginx")
CLAIMS = {"000": 2, "002": 1, "003": 1, "004": 0}
"""How many claims each pod has."""

SEEDS = {path.name[:3]: path for path in (ROOT / "charts/nginx/examples/seeds").glob("*.yaml")}


def rendered(number: str, folder: Path, *flags: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """All objects of a seed's values, and the main container."""
    objects = render("nginx", folder, SEEDS[number].read_text(encoding="utf-8"), *flags)
    check_references(objects)
    check_restricted(objects)
    pod = only(objects, "StatefulSet")["spec"]["template"]["spec"]
    return objects, pod["containers"][0]


def test_seed_000_acks_form(tmp_path: Path) -> None:
    objects, container = rendered("000", tmp_path)
    workload = objects["StatefulSet/nginx"]["spec"]
    assert workload["template"]["metadata"]["labels"]["app"] == "nginx"
    names = [claim["metadata"]["name"] for claim in workload["volumeClaimTemplates"]]
    assert "disk-ssd" in names
    assert {"name": "disk-ssd", "mountPath": "/tmp"} in container["volumeMounts"]
    first = workload["template"]["spec"]["initContainers"][0]
    assert first["name"] == "seed-index", "or the empty claim would answer with 403"
    variables = {one["name"]: one.get("value") for one in container["env"]}
    assert variables["aliyun_logs_nginx-stdout"] == "stdout"
    assert variables["aliyun_logs_nginx-files"] == "/var/log/nginx/*.log"
    assert variables["aliyun_logs_nginx-files_tags"] == "app=nginx"
    assert objects["Service/nginx-svc"]["spec"]["type"] == "ClusterIP"
    (rule,) = only(objects, "Ingress")["spec"]["rules"]
    assert rule["host"] == "foo.bar.com"
    assert rule["http"]["paths"][0]["backend"]["service"]["name"] == "nginx-svc"
    autoscaler = only(objects, "HorizontalPodAutoscaler")["spec"]
    assert (autoscaler["minReplicas"], autoscaler["maxReplicas"]) == (1, 5)
    assert "replicas" not in workload
    assert container["livenessProbe"]["initialDelaySeconds"] == 3
    assert container["envFrom"] == [{"secretRef": {"name": "nginx-settings", "optional": True}}]
    assert container["imagePullPolicy"] == "IfNotPresent"
    assert workload["updateStrategy"]["type"] == "RollingUpdate"
    pod = workload["template"]["spec"]
    assert "podAntiAffinity" not in pod["affinity"] and "topologySpreadConstraints" not in pod
    hard = "requiredDuringSchedulingIgnoredDuringExecution"
    (node,) = pod["affinity"]["nodeAffinity"][hard]["nodeSelectorTerms"]
    assert node["matchExpressions"][0]["key"] == "kubernetes.io/os"
    (near,) = pod["affinity"]["podAffinity"][hard]
    own = workload["template"]["metadata"]["labels"]
    (wanted,) = near["labelSelector"]["matchExpressions"]
    assert own[wanted["key"]] in wanted["values"], "or the first pod would never have a place"


def test_seed_000_scales_by_the_clock_once_the_controller_is_there(tmp_path: Path) -> None:
    objects, _ = rendered("000", tmp_path, "--set", "cronAutoscaling.enabled=true")
    assert not any(key.startswith("CronHorizontal") for key in rendered("000", tmp_path)[0])
    clock = only(objects, "CronHorizontalPodAutoscaler")["spec"]
    assert clock["scaleTargetRef"]["kind"] == "HorizontalPodAutoscaler", "two hands, one number"
    assert [(job["schedule"], job["targetSize"]) for job in clock["jobs"]] == [
        ("0 0 8 * * *", 3),
        ("0 0 22 * * *", 1),
    ]


def test_seed_002_kubespheres_form(tmp_path: Path) -> None:
    objects, container = rendered("002", tmp_path)
    workload = objects["StatefulSet/demo-stateful"]["spec"]
    (headless,) = (item for key, item in objects.items() if key.startswith("Service/"))
    assert headless["spec"]["clusterIP"] == "None"
    assert (headless["spec"]["ports"][0]["name"], workload["replicas"]) == ("http-80", 2)
    assert workload["revisionHistoryLimit"] == 10
    assert container["name"] == "container-nginx"
    assert container["resources"]["limits"] == {"cpu": "500m", "memory": "512Mi"}
    spec = workload["template"]["spec"]
    assert spec["nodeSelector"] == {"kubernetes.io/os": "linux"}


def test_seed_003_the_tutorials_manifest(tmp_path: Path) -> None:
    objects, container = rendered("003", tmp_path)
    workload = objects["StatefulSet/web"]["spec"]
    assert (workload["serviceName"], workload["replicas"]) == ("nginx", 2)
    assert workload["template"]["metadata"]["labels"]["app"] == "nginx"
    service = objects["Service/nginx"]
    assert service["metadata"]["labels"]["app"] == "nginx"
    assert service["spec"]["clusterIP"] == "None"
    (port,) = service["spec"]["ports"]
    assert (port["name"], port["port"]) == ("web", 80)
    assert {"name": "web", "containerPort": 80, "protocol": "TCP"} in container["ports"]
    assert {"name": "www", "mountPath": "/usr/share/nginx/html"} in container["volumeMounts"]
    (claim,) = workload["volumeClaimTemplates"]
    assert (claim["metadata"]["name"], claim["metadata"]["labels"]["app"]) == ("www", "nginx")
    assert claim["spec"]["resources"]["requests"]["storage"] == "1Gi"


def test_seed_004_autopilots_manifests(tmp_path: Path) -> None:
    objects, container = rendered("004", tmp_path)
    workload = objects["StatefulSet/nginx"]["spec"]
    spec = workload["template"]["spec"]
    assert (workload["serviceName"], workload["replicas"]) == ("nginx-svc", 2)
    assert workload["updateStrategy"]["type"] == "RollingUpdate"
    assert {"name": "default-secret"} in spec["imagePullSecrets"]
    assert "affinity" not in spec and spec["dnsPolicy"] == "ClusterFirst"
    assert container["name"] == "container-1"
    assert container["resources"]["requests"] == container["resources"]["limits"]
    (port,) = objects["Service/nginx-svc"]["spec"]["ports"]
    assert (port["name"], port["port"], "nodePort" in port) == ("nginx", 80, False)
    assert "version" not in objects["Service/nginx-svc"]["spec"]["selector"]


def pods(namespace: str) -> dict[str, dict[str, Any]]:
    found = target(namespace).cluster.list("v1", "Pod", namespace)
    return {pod["metadata"]["name"]: pod for pod in found}


def uids(namespace: str) -> dict[str, str]:
    """The pods' UIDs by name."""
    return {name: pod["metadata"]["uid"] for name, pod in pods(namespace).items()}


def came_back(namespace: str, name: str, old: dict[str, str]) -> bool:
    """Tell whether another pod of that name is there, and ready."""
    found = pods(namespace).get(name)
    return found is not None and found["metadata"]["uid"] != old[name] and is_ready(found)


def claims(namespace: str) -> dict[str, str]:
    """The claims' UIDs by name."""
    found = target(namespace).cluster.list("v1", "PersistentVolumeClaim", namespace)
    return {claim["metadata"]["name"]: claim["metadata"]["uid"] for claim in found}


@pytest.mark.parametrize("number", sorted(SEEDS))
def test_a_seeds_whole_walk(
    cluster: str, namespace: str, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = ["-f", str(SEEDS[number]), "--set", "preStopSleepSeconds=0"]
    # The autoscaler has the number in its hands: whoever scales by hand does without it.
    own += ["--set", "autoscaling.enabled=false"]
    home = ["-n", namespace]
    since = begin(target(namespace).cluster, namespace)
    run_command("install", "web", CHART, *own, *home).must()
    name = json.loads(run_command("get", "manifest", "web", *home, "-o", "json").must().out)
    (full,) = (one["metadata"]["name"] for one in name if one["kind"] == "StatefulSet")
    run_command("scale", "web", "3", *home).must()
    names = [f"{full}-{ordinal}" for ordinal in range(3)]
    assert sorted(pods(namespace)) == names
    assert steps(target(namespace).cluster, namespace, since, names) == one_by_one(names)
    before = claims(namespace)
    assert len(before) == CLAIMS[number] * 3

    down = run_command("scale", "web", "1", *home).must()
    assert down.err.index(f"{full}-2") < down.err.index(f"{full}-1")
    assert claims(namespace) == before
    run_command("scale", "web", "5", *home).must()
    assert before.items() <= claims(namespace).items(), "each member has its own volume again"

    volumes, old = claims(namespace), uids(namespace)
    target(namespace).cluster.delete(ObjectRef("v1", "Pod", namespace, f"{full}-1"))
    until(lambda: came_back(namespace, f"{full}-1", old))
    new = uids(namespace)
    assert {name for name in old if new[name] != old[name]} == {f"{full}-1"}
    assert claims(namespace) == volumes, "the same ordinal, the same volume"
    run_command("restart", "web", *home).must()
    assert not set(new.values()) & set(uids(namespace).values())
    assert claims(namespace) == volumes

    for color in ("pink", "gold", "teal", "grey", "lime", "red", "blue"):
        change = ["--set", f"podAnnotations.color={color}"]
        run_command("upgrade", "web", CHART, *home, *change).must()
    run_command("rollback", "web", *home).must()
    annotations = pods(namespace)[f"{full}-0"]["metadata"]["annotations"]
    assert annotations["color"] == "red"
    rows = data("history", "web", *home)
    assert rows[-1]["status"] == "deployed"
    assert [row["revision"] for row in rows] == list(range(3, 13)), "12 there were, 10 are kept"

    run_command("scale", "web", "0", *home).must()
    assert pods(namespace) == {}
    done = run_command("uninstall", "web", *home).must()
    assert before.items() <= claims(namespace).items()
    for claim in before:
        assert claim in done.out + done.err


def data(*words: str) -> Any:
    return json.loads(run_command(*words, "-o", "json").must().out)
