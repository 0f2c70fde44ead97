"""Which URL a kind lives under: plural, scope and short names of the built-in kinds.

A small literal table, so that a client need not ask the server for what never changes. Kinds that
are not here (custom resources) are asked of the server's discovery.
"""

from __future__ import annotations

from holdfast.light import dataclass


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind as the API server serves it."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool = True
    short_names: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        """The API group; empty for the core group."""
        return self.api_version.rpartition("/")[0]

    @property
    def version(self) -> str:
        """The version within the group."""
        return self.api_version.rpartition("/")[2]

    @property
    def base(self) -> str:
        """The URL path of the group version: `/api/v1`, `/apis/apps/v1`."""
        return f"/apis/{self.api_version}" if self.group else f"/api/{self.api_version}"


_CLUSTER = False
RESOURCES: tuple[Resource, ...] = (
    Resource("v1", "Namespace", "namespaces", _CLUSTER, ("ns",)),
    Resource("v1", "Node", "nodes", _CLUSTER, ("no",)),
    Resource("v1", "PersistentVolume", "persistentvolumes", _CLUSTER, ("pv",)),
    Resource("v1", "PersistentVolumeClaim", "persistentvolumeclaims", short_names=("pvc",)),
    Resource("v1", "Pod", "pods", short_names=("po",)),
    Resource("v1", "Service", "services", short_names=("svc",)),
    Resource("v1", "ConfigMap", "configmaps", short_names=("cm",)),
    Resource("v1", "Secret", "secrets"),
    Resource("v1", "ServiceAccount", "serviceaccounts", short_names=("sa",)),
    Resource("v1", "Event", "events", short_names=("ev",)),
    Resource("v1", "Endpoints", "endpoints", short_names=("ep",)),
    Resource("v1", "LimitRange", "limitranges", short_names=("limits",)),
    Resource("v1", "ResourceQuota", "resourcequotas", short_names=("quota",)),
    Resource("v1", "ReplicationController", "replicationcontrollers", short_names=("rc",)),
    Resource("apps/v1", "StatefulSet", "statefulsets", short_names=("sts",)),
    Resource("apps/v1", "Deployment", "deployments", short_names=("deploy",)),
    Resource("apps/v1", "ReplicaSet", "replicasets", short_names=("rs",)),
    Resource("apps/v1", "DaemonSet", "daemonsets", short_names=("ds",)),
    Resource("apps/v1", "ControllerRevision", "controllerrevisions"),
    Resource("batch/v1", "Job", "jobs"),
    Resource("batch/v1", "CronJob", "cronjobs", short_names=("cj",)),
    Resource("rbac.authorization.k8s.io/v1", "Role", "roles"),
    Resource("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings"),
    Resource("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", _CLUSTER),
    Resource("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings", _CLUSTER),
    Resource("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", short_names=("netpol",)),
    Resource("networking.k8s.io/v1", "Ingress", "ingresses", short_names=("ing",)),
    Resource("networking.k8s.io/v1", "IngressClass", "ingressclasses", _CLUSTER),
    Resource(
        "autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", True, ("hpa",)
    ),
    Resource("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", short_names=("pdb",)),
    Resource("storage.k8s.io/v1", "StorageClass", "storageclasses", _CLUSTER, ("sc",)),
    Resource("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses", _CLUSTER, ("pc",)),
    Resource("coordination.k8s.io/v1", "Lease", "leases"),
    Resource("discovery.k8s.io/v1", "EndpointSlice", "endpointslices"),
    # Served by an add-on (metrics-server): status need not ask every server whether it is there.
    Resource("metrics.k8s.io/v1beta1", "PodMetrics", "pods"),
    Resource(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        "customresourcedefinitions",
        _CLUSTER,
        ("crd",),
    ),
)

_AGGREGATION = "apiregistration.k8s.io"
_BY_KIND = {(row.api_version, row.kind): row for row in RESOURCES}


def find(api_version: str, kind: str) -> Resource | None:
    """The row of a kind, or None where it is not built in."""
    return _BY_KIND.get((api_version, kind))


def is_built_in(api_version: str) -> bool:
    """Whether Kubernetes itself has the kind's group: of those with a dot, not even all k8s.io."""
    group = api_version.rpartition("/")[0]
    return "." not in group or group in {row.group for row in RESOURCES} | {_AGGREGATION}
