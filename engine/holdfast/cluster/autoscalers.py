"""The autoscalers that may be for what a release wants: one LIST per namespace, if any at all."""

from __future__ import annotations

from typing import Any

from holdfast.cluster.client import Cluster
from holdfast.errors import NotFound, Unauthorized
from holdfast.kinds.autoscaling import AUTOSCALER, AUTOSCALING_V2, may_be_scaled
from holdfast.model.manifest import Manifests


def find_autoscalers(
    cluster: Cluster, desired: Manifests
) -> tuple[tuple[dict[str, Any], ...], tuple[str, ...]]:
    """The live autoscalers beside the workloads of `desired`, and a remark for each namespace where
    they may not be listed. Raises ClusterError.
    """
    found: list[dict[str, Any]] = []
    remarks: list[str] = []
    workloads = (one for one in desired if may_be_scaled(one.ref, one.object))
    for namespace in sorted({one.ref.namespace for one in workloads}):
        try:
            found += cluster.list(AUTOSCALING_V2, AUTOSCALER, namespace or None)
        except NotFound:  # a server without this version has no such autoscalers
            continue
        except Unauthorized as error:
            if error.status != 403:
                raise
            remarks.append(
                f"the autoscalers of namespace {namespace} may not be listed: those that are not "
                "in this release are not known"
            )
    return tuple(found), tuple(remarks)
