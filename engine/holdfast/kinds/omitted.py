"""Which empty values the API server leaves out when it writes an object down.

The server reads an object into Go structs and writes it again: `tty: false` or `args: []` are gone
after that, `replicas: 0` is not. Which of the two holds is a fact of each field (Kubernetes: the
`omitempty` and the pointers in k8s.io/api's types.go); here are those facts by the field's name.
"""

from __future__ import annotations

from typing import Any

from holdfast.kinds.fields import Field, Shape

_FALSE_IS_NOTHING = frozenset(
    (
        "chapAuthDiscovery chapAuthSession deprecated exclusiveMaximum exclusiveMinimum"
        " globalDefault hostIPC hostNetwork hostPID nullable paused preserveUnknownFields"
        " publishNotReadyAddresses readOnly sslEnabled stdin stdinOnce tty uniqueItems"
        " unschedulable"
    ).split()
)
_ZERO_IS_NOTHING = frozenset(
    (
        "active count currentReplicas failed failureThreshold fullyLabeledReplicas generation"
        " healthCheckNodePort hostPort initialDelaySeconds minReadySeconds nodePort number"
        " numberAvailable numberUnavailable periodSeconds readyReplicas signal sizeBytes succeeded"
        " successThreshold timeoutSeconds unavailableReplicas updatedNumberScheduled"
        " updatedReplicas"
    ).split()
)
_EMPTY_TEXT_COUNTS = frozenset(
    (
        "apiGroup appProtocol architecture claimName devicePath ingressClassName jsonPath kind"
        " loadBalancerClass mountPath name path plural priorityClass provisioner resource rule"
        " runtimeClassName schedule service storageClassName targetPortal timeZone topologyKey"
        " trafficDistribution type volumeAttributesClassName"
    ).split()
)
_EMPTY_LIST_COUNTS = frozenset(("containers", "rules", "verbs", "versions", "endpoints"))
_PORT_NAMES = ("core.v1.ContainerPort", "core.v1.ServicePort", "meta.v1.ObjectMeta")


def counts(name: str, field: Field, value: Any, *, parent: str = "") -> bool:
    """Whether `value`, in the field called `name` of the struct `parent`, is written down at all.

    Null never is; what is not empty always is.
    """
    if value is None:
        return False
    if field.shape is Shape.LIST:
        return bool(value) or name in _EMPTY_LIST_COUNTS
    if field.shape is Shape.MAP:
        return bool(value)
    return field.shape is not Shape.SCALAR or _scalar_counts(name, value, parent)


def _scalar_counts(name: str, value: Any, parent: str) -> bool:
    if value is False:
        return name not in _FALSE_IS_NOTHING
    if value == "":
        return name in _EMPTY_TEXT_COUNTS and not (name == "name" and parent in _PORT_NAMES)
    return not (value == 0 and name in _ZERO_IS_NOTHING)
