"""Rules over what selects what: workloads their pods, Services and budgets pods, sets a Service."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.errors import HoldfastError
from holdfast.kinds.selectors import Selector, selector_of
from holdfast.lint.finding import Finding
from holdfast.lint.rules import found
from holdfast.lint.subject import Subject
from holdfast.lint.workloads import Pods, items_at, map_at, of_kind, pods_of
from holdfast.model.manifest import Manifest, Manifests

_OWN_SELECTOR = frozenset(("StatefulSet", "Deployment", "DaemonSet", "ReplicaSet"))


def check_selectors(subject: Subject) -> Iterator[Finding]:
    """Every selector that the chart renders."""
    pods = list(pods_of(subject.manifests))
    for one in pods:
        yield from _check_own(one)
    for service in of_kind(subject.manifests, "Service"):
        yield from _check_service(service, pods)
    for budget in of_kind(subject.manifests, "PodDisruptionBudget", "policy"):
        selector = _selector(budget)
        if selector and not any(_selects(selector, one) for one in pods):
            yield _selects_nothing(budget)
    for ingress in of_kind(subject.manifests, "Ingress", "networking.k8s.io"):
        yield from _check_ingress(ingress, subject.manifests)
    for stateful in of_kind(subject.manifests, "StatefulSet", "apps"):
        yield from _check_service_name(stateful, subject.manifests)


def _selector(manifest: Manifest) -> Selector | None:
    given = map_at(manifest.object, "spec").get("selector")
    try:
        return selector_of(given) if isinstance(given, dict) else None
    except (HoldfastError, AttributeError, TypeError):
        return None  # the Kubernetes schema tells of it


def _selects(selector: Selector, pods: Pods) -> bool:
    return any(selector.matches(labels) for labels in pods.every_label())


def _check_own(pods: Pods) -> Iterator[Finding]:
    manifest = pods.manifest
    selector = _selector(manifest) if manifest.ref.kind in _OWN_SELECTOR else None
    if selector is None or selector.matches(pods.labels):
        return
    yield found(
        "selector-labels",
        f"the selector of {manifest.ref} does not match the labels of its own pods",
        manifest.place(("spec", "selector")),
        f"the pods' labels stand at {manifest.place((*pods.path, 'metadata', 'labels'))}",
    )


def _check_service(service: Manifest, pods: list[Pods]) -> Iterator[Finding]:
    spec = map_at(service.object, "spec")
    labels = map_at(spec, "selector")
    if not labels or spec.get("type") == "ExternalName":
        return
    selector = selector_of({"matchLabels": {str(k): str(v) for k, v in labels.items()}})
    selected = [one for one in pods if _selects(selector, one)]
    if not selected:
        yield _selects_nothing(service)
        return
    names = {name for one in selected for c in one.containers for name in c.port_names}
    for index, port in items_at(spec, "ports"):
        target = port.get("targetPort")
        if isinstance(target, str) and not target.isdecimal() and target not in names:
            yield found(
                "port-name",
                f"{service.ref} leads to the port {target}, which no container it selects has",
                service.place(("spec", "ports", index, "targetPort")),
                f"the containers' ports: {', '.join(sorted(names)) or 'none'}",
            )


def _selects_nothing(manifest: Manifest) -> Finding:
    return found(
        "selects-no-pod",
        f"{manifest.ref} selects no pod of the release",
        manifest.place(("spec", "selector")),
        "use the labels of the pods it is meant for",
    )


def _check_ingress(ingress: Manifest, manifests: Manifests) -> Iterator[Finding]:
    for rule, entry in items_at(map_at(ingress.object, "spec"), "rules"):
        for index, one in items_at(map_at(entry, "http"), "paths"):
            backend = map_at(one, "backend", "service")
            name, port = backend.get("name"), map_at(backend, "port").get("name")
            services = [s for s in of_kind(manifests, "Service") if s.ref.name == name]
            if not isinstance(port, str) or not services:
                continue
            spec = map_at(services[0].object, "spec")
            known = sorted(str(item.get("name")) for _, item in items_at(spec, "ports"))
            if port not in known:
                path = ("spec", "rules", rule, "http", "paths", index, "backend", "service", "port")
                yield found(
                    "port-name",
                    f"{ingress.ref} leads to the port {port}, which {services[0].ref} lacks",
                    ingress.place((*path, "name")),
                    f"the Service's ports: {', '.join(known) or 'none'}",
                )


def _check_service_name(stateful: Manifest, manifests: Manifests) -> Iterator[Finding]:
    name = map_at(stateful.object, "spec").get("serviceName")
    where = stateful.place(("spec", "serviceName"))
    if not name:
        yield found(
            "service-name",
            f"{stateful.ref} has no serviceName: its pods get no names of their own in DNS",
            where,
            "name a headless Service (clusterIP: None) that selects its pods",
        )
        return
    named = [one for one in of_kind(manifests, "Service") if one.ref.name == name]
    same = [one for one in named if one.ref.namespace == stateful.ref.namespace]
    if not same:
        message = f"{stateful.ref} names the Service {name}, which the release does not have"
        yield found("service-name", message, where, "render a headless Service of that name")
    elif map_at(same[0].object, "spec").get("clusterIP") != "None":
        message = f"{stateful.ref} names the Service {name}, which is not headless"
        yield found("service-name", message, where, "give that Service `clusterIP: None`")
