"""The smallest objects of each kind that a case can work with."""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]


def config_map(namespace: str, name: str = "settings", **metadata: Any) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": namespace, **metadata},
        "data": {"a": "1"},
    }


def service(namespace: str, name: str = "web", **spec: Any) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"app": name}, "ports": [{"name": "http", "port": 80}], **spec},
    }


def template(app: str, *, image: str = "example.com/web:1", **spec: Any) -> Object:
    return {
        "metadata": {"labels": {"app": app}},
        "spec": {
            # Else every deletion would wait for half a minute of grace.
            "terminationGracePeriodSeconds": 1,
            "containers": [{"name": "main", "image": image}],
            **spec,
        },
    }


def claim_template(name: str = "data", size: str = "1Gi") -> Object:
    return {
        "metadata": {"name": name},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}},
    }


def stateful_set(
    namespace: str, name: str = "web", *, image: str = "example.com/web:1", **spec: Any
) -> Object:
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "replicas": 3,
            "serviceName": name,
            "selector": {"matchLabels": {"app": name}},
            "template": template(name, image=image),
            "volumeClaimTemplates": [claim_template()],
            **spec,
        },
    }


def deployment(namespace: str, name: str = "web", *, image: str = "example.com/web:1") -> Object:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": name}},
            "template": template(name, image=image),
        },
    }


def job(namespace: str, name: str = "once") -> Object:
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"backoffLimit": 1, "template": template(name, restartPolicy="Never")},
    }


def of_every_kind(namespace: str) -> list[Object]:
    """One object of each kind that charts are made of."""

    def obj(api_version: str, kind: str, **rest: Any) -> Object:
        metadata = {"name": "web", "namespace": namespace}
        return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}

    rbac = "rbac.authorization.k8s.io"
    rule = {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    cpu = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    return [
        config_map(namespace),
        obj("v1", "Secret", data={"password": "aHVudGVyMg=="}),
        service(namespace),
        obj("v1", "ServiceAccount"),
        obj("v1", "PersistentVolumeClaim", spec=claim_template()["spec"]),
        stateful_set(namespace),
        deployment(namespace),
        job(namespace),
        obj(
            "batch/v1",
            "CronJob",
            spec={
                "schedule": "0 3 * * *",
                "jobTemplate": {"spec": {"template": template("web", restartPolicy="Never")}},
            },
        ),
        obj(
            "policy/v1",
            "PodDisruptionBudget",
            spec={"maxUnavailable": 1, "selector": {"matchLabels": {"app": "web"}}},
        ),
        obj(
            "autoscaling/v2",
            "HorizontalPodAutoscaler",
            spec={
                "scaleTargetRef": target,
                "maxReplicas": 3,
                "metrics": [{"type": "Resource", "resource": cpu}],
            },
        ),
        obj(
            "networking.k8s.io/v1",
            "Ingress",
            spec={
                "rules": [
                    {
                        "host": "web.example.com",
                        "http": {
                            "paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]
                        },
                    }
                ]
            },
        ),
        obj(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            spec={
                "podSelector": {"matchLabels": {"app": "web"}},
                "ingress": [{"ports": [{"port": 80}]}],
            },
        ),
        obj(f"{rbac}/v1", "Role", rules=[rule]),
        obj(
            f"{rbac}/v1",
            "RoleBinding",
            roleRef={"apiGroup": rbac, "kind": "Role", "name": "web"},
            subjects=[{"kind": "ServiceAccount", "name": "web", "namespace": namespace}],
        ),
    ]
