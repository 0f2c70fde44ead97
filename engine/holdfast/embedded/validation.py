"""Whether an object makes sense: names, labels, what is required, and each type's own rules.

Like defaults, rules belong to types, so that a pod's hold in every workload's template. All that is
wrong is said at once, each with the path of its field. What may not change is in kinds/immutable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from holdfast.embedded.catalog import Served
from holdfast.embedded.formats import (
    dns_1035_label,
    dns_label,
    dns_subdomain,
    label_value,
    path_segment,
    qualified_name,
)
from holdfast.embedded.rules_custom import judge_custom
from holdfast.embedded.rules_objects import KIND_RULES, OBJECT_RULES
from holdfast.embedded.rules_pods import POD_RULES
from holdfast.embedded.rules_workloads import WORKLOAD_KIND_RULES, WORKLOAD_RULES
from holdfast.embedded.status import Cause, Causes
from holdfast.kinds.fields import Field, Shape
from holdfast.kinds.immutable import immutable_changes
from holdfast.kinds.names import NameForm, name_form

Object = Mapping[str, Any]

_NAMES: Mapping[NameForm, Callable[[str], str]] = {
    NameForm.LABEL: dns_label,
    NameForm.LABEL_1035: dns_1035_label,
    NameForm.SUBDOMAIN: dns_subdomain,
    NameForm.PATH_SEGMENT: path_segment,
}
_ANNOTATION_BYTES = 256 * 1024
_NOT_NEGATIVE = frozenset(
    (
        "replicas minReplicas minReadySeconds revisionHistoryLimit progressDeadlineSeconds"
        " parallelism completions backoffLimit activeDeadlineSeconds ttlSecondsAfterFinished"
        " successfulJobsHistoryLimit failedJobsHistoryLimit startingDeadlineSeconds partition"
        " initialDelaySeconds timeoutSeconds periodSeconds successThreshold failureThreshold"
        " terminationGracePeriodSeconds"
    ).split()
)
_RULES = {**POD_RULES, **WORKLOAD_RULES, **OBJECT_RULES}
_KIND_RULES = {**WORKLOAD_KIND_RULES, **KIND_RULES}


def validate_create(served: Served, obj: Object) -> list[Cause]:
    """What is wrong with a new object."""
    causes = Causes()
    _check_name(served, obj, causes)
    _check_metadata(obj["metadata"], "metadata", causes)
    if served.custom:
        return [*causes.found, *judge_custom(obj, served.structure, None).found]
    _check_content(served, obj, causes)
    return causes.found


def validate_update(served: Served, live: Object, obj: Object) -> list[Cause]:
    """What is wrong with an object that is to replace `live`."""
    causes = Causes()
    _check_metadata(obj["metadata"], "metadata", causes)
    if (uid := obj["metadata"]["uid"]) != live["metadata"]["uid"]:
        causes.invalid("metadata.uid", uid, "field is immutable")
    if served.custom:
        return [*causes.found, *judge_custom(obj, served.structure, live).found]
    for change in immutable_changes(served.api_version, served.kind, live, obj):
        if change.forbidden:
            causes.forbidden(change.field, change.message)
        else:
            causes.invalid(change.field, change.value, change.message)
    _check_content(served, obj, causes)
    return causes.found


def _check_name(served: Served, obj: Object, causes: Causes) -> None:
    name = obj["metadata"].get("name", "")
    if not name:
        causes.required("metadata.name", "name or generateName is required")
        return
    judge = _NAMES[name_form(served.api_version, served.kind)]
    if problem := judge(name):
        causes.invalid("metadata.name", name, problem)


def _check_metadata(metadata: Object, path: str, causes: Causes) -> None:
    _check_labels(metadata.get("labels") or {}, f"{path}.labels", causes)
    annotations = metadata.get("annotations") or {}
    for key in annotations:
        if problem := qualified_name(key.lower()):
            causes.invalid(f"{path}.annotations", key, problem)
    size = sum(len(key.encode()) + len(text.encode()) for key, text in annotations.items())
    if size > _ANNOTATION_BYTES:
        causes.too_long(f"{path}.annotations", _ANNOTATION_BYTES)
    for owner in metadata.get("ownerReferences") or ():
        for name in ("apiVersion", "kind", "name", "uid"):
            if not owner.get(name):
                causes.invalid(f"{path}.ownerReferences.{name}", "", "must not be empty")


def _check_labels(labels: Mapping[str, str], path: str, causes: Causes) -> None:
    for key, value in labels.items():
        if problem := qualified_name(key):
            causes.invalid(path, key, problem)
        if problem := label_value(value):
            causes.invalid(path, value, problem)


def _check_content(served: Served, obj: Object, causes: Causes) -> None:
    for name, child in served.schema.fields.items():
        if name in obj and name not in ("metadata", "status"):
            _check(obj[name], child, name, causes)
    _check_required(obj, served.schema, "", causes)
    if rule := _KIND_RULES.get(served.kind):
        rule(obj, causes)


def _check(value: Any, field: Field, path: str, causes: Causes) -> None:
    if field.shape is Shape.STRUCT and isinstance(value, Mapping):
        _check_struct(value, field, path, causes)
    elif field.shape is Shape.LIST and isinstance(value, list):
        for index, item in enumerate(value):
            _check(item, field.item, f"{path}[{index}]", causes)
    elif field.enum and value not in field.enum:
        causes.unsupported(path, value, field.enum)


def _check_struct(value: Object, field: Field, path: str, causes: Causes) -> None:
    if field.type == "meta.v1.ObjectMeta":
        labels = f"{path.removesuffix('.metadata')}.labels"
        _check_labels(value.get("labels") or {}, labels, causes)
        return
    _check_required(value, field, path, causes)
    if rule := _RULES.get(field.type):
        rule(value, path, causes)
    for name, item in value.items():
        child = field.child(name)
        if child is None or name == "status":
            continue
        if name in _NOT_NEGATIVE and isinstance(item, int) and item < 0:
            causes.invalid(f"{path}.{name}", item, "must be greater than or equal to 0")
        _check(item, child, f"{path}.{name}", causes)


def _check_required(value: Object, field: Field, path: str, causes: Causes) -> None:
    for name in field.required:
        child = field.child(name)
        if child is None or name in ("status", "metadata", "involvedObject"):
            continue
        if child.type in ("integer", "boolean", "int-or-string") or _is_optional(field, name):
            continue
        if value.get(name) in (None, "", []) or (child.atomic and name not in value):
            causes.required(f"{path}.{name}".lstrip("."))


def _is_optional(field: Field, name: str) -> bool:
    # OpenAPI calls required what Go always writes; these may be empty all the same.
    return (field.type, name) in _MAY_BE_EMPTY or field.type.startswith("apiextensions.")


_MAY_BE_EMPTY = frozenset(
    (
        ("apps.v1.StatefulSetSpec", "serviceName"),
        ("core.v1.PersistentVolumeClaimTemplate", "spec"),
        ("networking.v1.NetworkPolicySpec", "podSelector"),
        ("rbac.v1.PolicyRule", "verbs"),
        ("discovery.v1.EndpointSlice", "endpoints"),
        ("discovery.v1.Endpoint", "addresses"),
        ("core.v1.LimitRangeSpec", "limits"),
        ("networking.v1.HTTPIngressPath", "pathType"),
        ("core.v1.ServiceAccountTokenProjection", "path"),
        ("core.v1.PodIP", "ip"),
        ("core.v1.NodeSelectorTerm", "matchExpressions"),
    )
)
