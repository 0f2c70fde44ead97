"""Rules over containers: images, mounts, ports that probes name, probes and resources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.kinds.hooks import is_hook
from holdfast.lint.finding import Finding
from holdfast.lint.rules import found
from holdfast.lint.subject import Subject
from holdfast.lint.workloads import (
    ENDING_KINDS,
    Container,
    Pods,
    items_at,
    map_at,
    pods_of,
)
from holdfast.model.values import Path

_HANDLERS: tuple[Path, ...] = (
    ("livenessProbe",),
    ("readinessProbe",),
    ("startupProbe",),
    ("lifecycle", "postStart"),
    ("lifecycle", "preStop"),
)
_MOUNTS = (("volumeMounts", "mounts"), ("volumeDevices", "uses"))


def check_containers(subject: Subject) -> Iterator[Finding]:
    """Every container of every pod that the chart renders."""
    for pods in pods_of(subject.manifests):
        volumes = _volumes(pods)
        for container in pods.containers:
            yield from _check_image(container)
            yield from _check_mounts(container, volumes)
            yield from _check_handlers(container)
            yield from _check_care(container)


def _check_image(container: Container) -> Iterator[Finding]:
    image = container.spec.get("image")
    if not isinstance(image, str) or "@" in image:
        return
    tag = image.rpartition("/")[2].partition(":")[2]
    if tag and tag != "latest":
        return
    what = "has the tag latest" if tag else "has no tag"
    where = container.pods.manifest.place((*container.path, "image"))
    message = f"the image {image} of {container.name} {what}: it changes under running pods"
    yield found("image-tag", message, where, "name a version, or a digest (image@sha256:…)")


def _volumes(pods: Pods) -> frozenset[str]:
    named = [volume.get("name") for _, volume in items_at(map_at(pods.template, "spec"), "volumes")]
    spec = map_at(pods.manifest.object, "spec")
    for _, claim in items_at(spec, "volumeClaimTemplates"):
        named.append(map_at(claim, "metadata").get("name"))
    return frozenset(str(name) for name in named)


def _check_mounts(container: Container, volumes: frozenset[str]) -> Iterator[Finding]:
    for field, verb in _MOUNTS:
        for index, mount in items_at(container.spec, field):
            if (name := str(mount.get("name"))) in volumes:
                continue
            where = container.pods.manifest.place((*container.path, field, index, "name"))
            known = ", ".join(sorted(volumes)) or "none"
            message = f"{container.name} {verb} the volume {name}, which its pod does not have"
            yield found("volume-mount", message, where, f"the pod's volumes: {known}")


def _check_handlers(container: Container) -> Iterator[Finding]:
    for path in _HANDLERS:
        handler = map_at(container.spec, *path)
        for kind in ("httpGet", "tcpSocket"):
            port: Any = map_at(handler, kind).get("port")
            if not isinstance(port, str) or port.isdecimal() or port in container.port_names:
                continue
            where = container.pods.manifest.place((*container.path, *path, kind, "port"))
            known = ", ".join(sorted(container.port_names)) or "none"
            message = f"the {path[-1]} of {container.name} asks the port {port}, which it lacks"
            yield found("port-name", message, where, f"the container's ports: {known}")


def _check_care(container: Container) -> Iterator[Finding]:
    where = container.pods.manifest.place(container.path)
    resources = map_at(container.spec, "resources")
    # Kubernetes takes a limit for the request where there is none.
    if not (map_at(resources, "requests") or map_at(resources, "limits")):
        message = f"{container.name} requests no resources"
        yield found("missing-resources", message, where, "set resources.requests")
    manifest = container.pods.manifest
    ends = container.init or manifest.ref.kind in ENDING_KINDS or is_hook(manifest.object)
    if not ends and not container.spec.get("readinessProbe"):
        message = f"{container.name} has no readiness probe: it counts as ready once it runs"
        yield found("missing-probe", message, where, "set readinessProbe")
