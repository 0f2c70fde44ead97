"""A chart rendered through the command, and what any of its renders has to hold."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.conftest import ROOT, Result, run_command
from tests.contract.plugin import need
from tests.controlplane.binaries import binary

Objects = dict[str, dict[str, Any]]
"""Rendered objects by `Kind/name`."""


def by_name(minimum: str, maximum: str, on_ack: str, privileged: str) -> dict[str, str]:
    """The values files of a chart's range, by what tests call them."""
    return {
        "default": "",
        "minimum": minimum,
        "maximum": maximum,
        "maximum on ack": on_ack,
        "maximum of a privileged one": privileged,
    }


def template(chart: str, folder: Path, values: str = "", *flags: str, name: str = "web") -> Result:
    """`holdfast template` of a shipped chart with the text of a values file."""
    (folder / "values.yaml").write_text(values)
    file = str(folder / "values.yaml")
    return run_command("template", name, str(ROOT / "charts" / chart), "-f", file, *flags)


def render(chart: str, folder: Path, values: str = "", *flags: str, name: str = "web") -> Objects:
    """The rendered objects by `Kind/name`."""
    done = template(chart, folder, values, "-o", "json", *flags, name=name).must()
    return {f"{one['kind']}/{one['metadata']['name']}": one for one in json.loads(done.out)}


def check_refused(chart: str, folder: Path, values: str, *says: str) -> None:
    """The values are refused with all of these words."""
    result = template(chart, folder, values)
    assert result.code == 1
    for words in says:
        assert words in result.err


def only(objects: Objects, kind: str) -> dict[str, Any]:
    """The one object of that kind."""
    (found,) = (item for key, item in objects.items() if key.startswith(f"{kind}/"))
    return found


def pod_specs(objects: Objects) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every pod that the objects make, by what makes it."""
    for key, item in objects.items():
        spec = item.get("spec", {})
        if item["kind"] == "CronJob":
            spec = spec["jobTemplate"]["spec"]
        if item["kind"] == "Pod":
            yield key, spec
        elif "template" in spec:
            yield key, spec["template"]["spec"]


def containers(pod: dict[str, Any]) -> list[dict[str, Any]]:
    """All containers of a pod, init containers too."""
    return [*pod.get("initContainers", ()), *pod["containers"]]


def check_restricted(objects: Objects) -> None:
    """Every pod meets the restricted Pod Security Standard (Kubernetes, Pod Security Standards)."""
    allowed = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral"}
    allowed |= {"persistentVolumeClaim", "projected", "secret"}
    for key, pod in pod_specs(objects):
        context = pod["securityContext"]
        assert context["runAsNonRoot"] is True and context["runAsUser"] != 0, key
        assert context["seccompProfile"]["type"] in ("RuntimeDefault", "Localhost"), key
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys(), key
        assert pod["automountServiceAccountToken"] is False, key
        for volume in pod.get("volumes", ()):
            assert volume.keys() - {"name"} <= allowed, (key, volume)
        for container in containers(pod):
            own = container["securityContext"]
            assert own["allowPrivilegeEscalation"] is False, (key, container["name"])
            assert own["capabilities"]["drop"] == ["ALL"], (key, container["name"])
            assert set(own["capabilities"].get("add", ())) <= {"NET_BIND_SERVICE"}, key
            assert not any("hostPort" in port for port in container.get("ports", ())), key


def check_references(objects: Objects) -> None:
    """What an object of the render names is there: Services, ports, volumes, accounts."""
    workload = only(objects, "StatefulSet")["spec"]
    pod, metadata = workload["template"]["spec"], workload["template"]["metadata"]
    services = [item for key, item in objects.items() if key.startswith("Service/")]
    assert workload["serviceName"] in [item["metadata"]["name"] for item in services]
    ports = {port["name"] for one in pod["containers"] for port in one.get("ports", ())}
    own = metadata["labels"] | {"statefulset.kubernetes.io/pod-name": "any"}
    for service in services:
        selector = service["spec"]["selector"]
        assert selector.keys() <= own.keys()
        assert all(own[key] in ("any", value) for key, value in selector.items())
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports
    assert workload["selector"]["matchLabels"].items() <= metadata["labels"].items()
    claims = {claim["metadata"]["name"] for claim in workload.get("volumeClaimTemplates", ())}
    for key, spec in pod_specs(objects):
        volumes = {volume["name"] for volume in spec.get("volumes", ())}
        volumes |= claims if key.startswith("StatefulSet/") else set()
        names = [container["name"] for container in containers(spec)]
        assert len(names) == len(set(names)), key
        for container in containers(spec):
            mounts = container.get("volumeMounts", ())
            assert {mount["name"] for mount in mounts} <= volumes, (key, container["name"])
            paths = [mount["mountPath"] for mount in mounts]
            assert len(paths) == len(set(paths)), (key, container["name"])
        account = spec.get("serviceAccountName", "default")
        assert account == "default" or f"ServiceAccount/{account}" in objects, key


def check_clean(chart: str, folder: Path, values: str, version: str, *, least: int = 4) -> None:
    """Lint finds nothing, nor do our schemas of that Kubernetes, nor kubeconform with its own.

    There are `least` objects to look at.
    """
    (folder / "values.yaml").write_text(values)
    flags = ("--kube-version", version, "-f", str(folder / "values.yaml"), "-o", "json")
    lint = ("lint", str(ROOT / "charts" / chart))
    found = json.loads(run_command(*lint, *flags).must().out)
    assert [one for one in found["findings"] if one["level"] != "info"] == []
    program = binary("kubeconform")
    need("kubeconform", [] if os.access(program, os.X_OK) else ["kubeconform"])
    checked = json.loads(run_command(*lint, "--kubeconform", *flags).must().out)
    (check,) = checked["kubernetes"]
    assert check["checker"].startswith("kubeconform") and check["checked"] >= least


def check_names(objects: Objects) -> None:
    """Names and label values fit where Kubernetes puts them (63; 52 for sets and CronJobs)."""
    for key, item in objects.items():
        most = 52 if item["kind"] in ("StatefulSet", "CronJob") else 63
        assert len(item["metadata"]["name"]) <= most, key
        for value in item["metadata"].get("labels", {}).values():
            assert len(value) <= 63, (key, value)
