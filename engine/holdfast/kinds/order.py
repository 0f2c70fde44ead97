"""In which order kinds are made and removed, so that what is needed first exists first.

Helm's order of kinds, so that a chart moved from Helm behaves the same. It is about API calls only:
nothing here knows of readiness.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from holdfast.model.manifest import Manifest, Manifests

Rank: TypeAlias = tuple[int, str]

_INSTALL = (
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
)


def install_rank(kind: str) -> Rank:
    """Where `kind` stands when objects are made; unknown kinds come last, by name."""
    if kind in _INSTALL:
        return (_INSTALL.index(kind), "")
    return (len(_INSTALL), kind)


def uninstall_rank(kind: str) -> Rank:
    """Where `kind` stands when objects are removed: the reverse of `install_rank`.

    Two rules of its own. A Service goes directly after IngressClass, before the workloads, so that
    traffic ends first (Helm's rule). Unknown kinds go first, by name: the operator that finalizes
    custom resources still runs then (Helm leaves them to the end).
    """
    if kind not in _INSTALL:
        return (-1, kind)
    if kind == "Service":
        return (_from_end("IngressClass"), "after")
    return (_from_end(kind), "")


def sort_for_install(manifests: Sequence[Manifest]) -> Manifests:
    """By kind, then by template path, then in document order (the order given)."""
    return tuple(sorted(manifests, key=lambda m: (install_rank(m.ref.kind), m.source.source)))


def sort_for_uninstall(manifests: Sequence[Manifest]) -> Manifests:
    """By kind in the order of removal, then by template path, then in document order."""
    return tuple(sorted(manifests, key=lambda m: (uninstall_rank(m.ref.kind), m.source.source)))


def _from_end(kind: str) -> int:
    return len(_INSTALL) - 1 - _INSTALL.index(kind)
