"""Which API versions a Kubernetes of some version serves by default: known without a cluster.

From Kubernetes' Deprecated API Migration Guide and the release notes of what came new; alpha and
beta versions that are off by default are left out.
"""

from __future__ import annotations

import re

from holdfast.kinds.resources import RESOURCES

_ALWAYS = (
    "v1 admissionregistration.k8s.io/v1 apiextensions.k8s.io/v1 apiregistration.k8s.io/v1 apps/v1"
    " authentication.k8s.io/v1 authorization.k8s.io/v1 autoscaling/v1 batch/v1"
    " certificates.k8s.io/v1 coordination.k8s.io/v1 events.k8s.io/v1 networking.k8s.io/v1"
    " node.k8s.io/v1 rbac.authorization.k8s.io/v1 scheduling.k8s.io/v1 storage.k8s.io/v1"
).split()
_FROM_TO = {
    "autoscaling/v2": (23, None),
    "autoscaling/v2beta2": (12, 26),
    "autoscaling/v2beta1": (8, 25),
    "batch/v1beta1": (8, 25),
    "discovery.k8s.io/v1": (21, None),
    "discovery.k8s.io/v1beta1": (17, 25),
    "events.k8s.io/v1beta1": (8, 25),
    "flowcontrol.apiserver.k8s.io/v1": (29, None),
    "flowcontrol.apiserver.k8s.io/v1beta1": (20, 26),
    "flowcontrol.apiserver.k8s.io/v1beta2": (23, 29),
    "flowcontrol.apiserver.k8s.io/v1beta3": (26, 32),
    "node.k8s.io/v1beta1": (14, 25),
    "policy/v1": (21, None),
    "policy/v1beta1": (5, 25),
    "resource.k8s.io/v1": (34, None),
    "storage.k8s.io/v1beta1": (21, 27),
}
"""The minor version of Kubernetes 1 that served it first, and the first that does not any more."""


def served_api_versions(kube_version: str) -> tuple[str, ...]:
    """`v1`, `apps/v1`, …, and `apps/v1/StatefulSet` of each kind that we know.

    `kube_version` is such as `1.34.4`; one that does not start so counts as new.
    """
    found = re.match(r"1\.(\d+)", kube_version)
    minor = int(found[1]) if found else 99
    groups = [
        *_ALWAYS,
        *(name for name, (first, end) in _FROM_TO.items() if first <= minor < (end or 100)),
    ]
    kinds = [f"{row.api_version}/{row.kind}" for row in RESOURCES if row.api_version in set(groups)]
    return (*sorted(groups), *sorted(kinds))
