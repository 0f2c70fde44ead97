"""API versions that Kubernetes has removed, and what takes their place.

Source: Kubernetes' documentation, Deprecated API Migration Guide (kubernetes.io/docs/reference/
using-api/deprecation-guide), every row of v1.16 to v1.32 that a release can hold; Events and
reviews, which only programs write, are left out. Where a default changed, the old one is written
down, so that the object means what it meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeAlias

from holdfast.kinds import conversions as change
from holdfast.light import dataclass

Convert: TypeAlias = Callable[[dict[str, Any]], dict[str, Any] | str]
"""The object of the new version without its apiVersion, or why it cannot be made."""


@dataclass(frozen=True, slots=True)
class Successor:
    """`api_version` is what serves the kind now, empty where nothing does; `removed` is the release
    of Kubernetes that stopped serving the old one.
    """

    api_version: str
    removed: str
    convert: Convert = dict


class Outcome(StrEnum):
    """What becomes of an object in a version that is gone."""

    CONVERTED = "converted"
    LEFT_OUT = "left out"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Succession:
    """`object` is the one to apply instead, for CONVERTED; `reason` says it to people."""

    outcome: Outcome
    reason: str
    object: dict[str, Any] | None = None


def successor_of(api_version: str, kind: str) -> Successor | None:
    """The row of a version that Kubernetes has removed; None for any other."""
    return TABLE.get((api_version, kind))


def succeed(obj: Mapping[str, Any]) -> Succession:
    """The object in the version that serves its kind now. Raises KeyError where there is no row."""
    version, kind = str(obj["apiVersion"]), str(obj["kind"])
    row = TABLE[version, kind]
    gone = f"{version} was removed in Kubernetes {row.removed}"
    if not row.api_version:
        return Succession(Outcome.LEFT_OUT, f"left out: {gone}, and nothing took its place")
    found = row.convert(dict(obj))
    if isinstance(found, str):
        return Succession(Outcome.REFUSED, f"{gone}, and in {row.api_version} {found}")
    made = {**found, "apiVersion": row.api_version}
    return Succession(Outcome.CONVERTED, f"{gone}: applied as {row.api_version}", made)


_APPS = "apps/v1"
_NETWORK = "networking.k8s.io/v1"
_FLOW = "flowcontrol.apiserver.k8s.io"
_RBAC = "rbac.authorization.k8s.io"

TABLE: Mapping[tuple[str, str], Successor] = {
    (f"{_FLOW}/v1beta3", "FlowSchema"): Successor(f"{_FLOW}/v1", "1.32"),
    (f"{_FLOW}/v1beta3", "PriorityLevelConfiguration"): Successor(f"{_FLOW}/v1", "1.32"),
    (f"{_FLOW}/v1beta2", "FlowSchema"): Successor(f"{_FLOW}/v1", "1.29"),
    (f"{_FLOW}/v1beta2", "PriorityLevelConfiguration"): Successor(
        f"{_FLOW}/v1", "1.29", change.priority_level
    ),
    ("storage.k8s.io/v1beta1", "CSIStorageCapacity"): Successor("storage.k8s.io/v1", "1.27"),
    (f"{_FLOW}/v1beta1", "FlowSchema"): Successor(f"{_FLOW}/v1", "1.26"),
    (f"{_FLOW}/v1beta1", "PriorityLevelConfiguration"): Successor(
        f"{_FLOW}/v1", "1.26", change.priority_level
    ),
    ("autoscaling/v2beta2", "HorizontalPodAutoscaler"): Successor("autoscaling/v2", "1.26"),
    ("autoscaling/v2beta1", "HorizontalPodAutoscaler"): Successor(
        "autoscaling/v2", "1.25", change.autoscaler
    ),
    ("batch/v1beta1", "CronJob"): Successor("batch/v1", "1.25"),
    ("discovery.k8s.io/v1beta1", "EndpointSlice"): Successor(
        "discovery.k8s.io/v1", "1.25", change.endpoint_slice
    ),
    ("policy/v1beta1", "PodDisruptionBudget"): Successor(
        "policy/v1", "1.25", change.disruption_budget
    ),
    ("policy/v1beta1", "PodSecurityPolicy"): Successor("", "1.25"),
    ("node.k8s.io/v1beta1", "RuntimeClass"): Successor("node.k8s.io/v1", "1.25"),
    ("admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration"): Successor(
        "admissionregistration.k8s.io/v1", "1.22", change.webhooks
    ),
    ("admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfiguration"): Successor(
        "admissionregistration.k8s.io/v1", "1.22", change.webhooks
    ),
    ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition"): Successor(
        "apiextensions.k8s.io/v1", "1.22", change.definition
    ),
    ("apiregistration.k8s.io/v1beta1", "APIService"): Successor(
        "apiregistration.k8s.io/v1", "1.22"
    ),
    ("certificates.k8s.io/v1beta1", "CertificateSigningRequest"): Successor(
        "certificates.k8s.io/v1", "1.22", change.signing_request
    ),
    ("coordination.k8s.io/v1beta1", "Lease"): Successor("coordination.k8s.io/v1", "1.22"),
    ("extensions/v1beta1", "Ingress"): Successor(_NETWORK, "1.22", change.ingress),
    ("networking.k8s.io/v1beta1", "Ingress"): Successor(_NETWORK, "1.22", change.ingress),
    ("networking.k8s.io/v1beta1", "IngressClass"): Successor(_NETWORK, "1.22"),
    **{
        (f"{_RBAC}/v1beta1", kind): Successor(f"{_RBAC}/v1", "1.22")
        for kind in ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")
    },
    ("scheduling.k8s.io/v1beta1", "PriorityClass"): Successor("scheduling.k8s.io/v1", "1.22"),
    **{
        ("storage.k8s.io/v1beta1", kind): Successor("storage.k8s.io/v1", "1.22")
        for kind in ("CSIDriver", "CSINode", "StorageClass", "VolumeAttachment")
    },
    ("extensions/v1beta1", "NetworkPolicy"): Successor(_NETWORK, "1.16"),
    ("extensions/v1beta1", "PodSecurityPolicy"): Successor("", "1.16"),
    ("extensions/v1beta1", "DaemonSet"): Successor(_APPS, "1.16", change.replaced_by_hand),
    ("apps/v1beta2", "DaemonSet"): Successor(_APPS, "1.16", change.workload),
    ("extensions/v1beta1", "Deployment"): Successor(_APPS, "1.16", change.oldest_deployment),
    ("apps/v1beta1", "Deployment"): Successor(_APPS, "1.16", change.old_deployment),
    ("apps/v1beta2", "Deployment"): Successor(_APPS, "1.16", change.workload),
    ("apps/v1beta1", "StatefulSet"): Successor(_APPS, "1.16", change.replaced_by_hand),
    ("apps/v1beta2", "StatefulSet"): Successor(_APPS, "1.16", change.workload),
    ("extensions/v1beta1", "ReplicaSet"): Successor(_APPS, "1.16", change.workload),
    ("apps/v1beta1", "ReplicaSet"): Successor(_APPS, "1.16", change.workload),
    ("apps/v1beta2", "ReplicaSet"): Successor(_APPS, "1.16", change.workload),
}
