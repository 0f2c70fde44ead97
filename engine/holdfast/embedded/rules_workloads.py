"""The rules of what makes pods: workloads, their templates and selectors. See validation.py.

Pure: a value and its path in, causes out; the cluster is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from holdfast.embedded.formats import count_or_percent, label_value, qualified_name
from holdfast.embedded.rules_pods import check_mounts
from holdfast.embedded.status import Causes
from holdfast.errors import ManifestError
from holdfast.kinds.selectors import selector_of

Object: TypeAlias = Mapping[str, Any]


def _workload(spec: Object, path: str, causes: Causes) -> None:
    selector = spec.get("selector")
    template = spec.get("template") or {}
    labels = (template.get("metadata") or {}).get("labels")
    if selector is not None and not selector:
        causes.invalid(f"{path}.selector", {}, "empty selector is invalid for a workload")
    elif not _matches(selector, labels):
        causes.invalid(
            f"{path}.template.metadata.labels",
            labels,
            "`selector` does not match template `labels`",
        )
    policy = _pod(spec).get("restartPolicy", "Always")
    if policy != "Always":
        causes.unsupported(f"{path}.template.spec.restartPolicy", policy, ("Always",))


def _replicated(spec: Object, path: str, causes: Causes) -> None:
    _workload(spec, path, causes)
    check_mounts(_pod(spec), f"{path}.template.spec", causes)


def _stateful_set(spec: Object, path: str, causes: Causes) -> None:
    _workload(spec, path, causes)
    for index, template in enumerate(spec.get("volumeClaimTemplates") or ()):
        # The API server lets these in; then no pod is ever made, and nobody is told why.
        where = f"{path}.volumeClaimTemplates[{index}]"
        if not (template.get("metadata") or {}).get("name"):
            causes.required(f"{where}.metadata.name")
        if not template.get("spec"):
            causes.required(f"{where}.spec")


def _rolling_update(given: Object, path: str, causes: Causes) -> None:
    for name in ("maxSurge", "maxUnavailable"):
        if problem := count_or_percent(given.get(name)):
            causes.invalid(f"{path}.{name}", given[name], problem)


def _pod(spec: Object) -> Object:
    found: Object = (spec.get("template") or {}).get("spec") or {}
    return found


def _matches(selector: Any, labels: Any) -> bool:
    try:
        return selector is not None and selector_of(selector).matches(labels)
    except ManifestError:
        return False


def _job(spec: Object, path: str, causes: Causes) -> None:
    check_mounts(_pod(spec), f"{path}.template.spec", causes)
    if _pod(spec).get("restartPolicy") not in ("Never", "OnFailure"):
        detail = 'valid values: "OnFailure", "Never"'
        causes.required(f"{path}.template.spec.restartPolicy", detail)


def _cron_job(spec: Object, path: str, causes: Causes) -> None:
    schedule = spec.get("schedule", "")
    fields = schedule.split()
    if schedule and not schedule.startswith("@") and len(fields) != 5:
        listed = " ".join(fields)
        message = f"expected exactly 5 fields, found {len(fields)}: [{listed}]"
        causes.invalid(f"{path}.schedule", schedule, message)


def _selector(selector: Object, path: str, causes: Causes) -> None:
    for key, value in (selector.get("matchLabels") or {}).items():
        if problem := qualified_name(key):
            causes.invalid(f"{path}.matchLabels", key, problem)
        if problem := label_value(value):
            causes.invalid(f"{path}.matchLabels", value, problem)


def _cron_job_name(obj: Object, causes: Causes) -> None:
    name = obj["metadata"].get("name", "")
    if len(name) > 52:
        causes.invalid("metadata.name", name, "must be no more than 52 characters")


WORKLOAD_RULES: Mapping[str, Callable[[Object, str, Causes], None]] = {
    "apps.v1.DaemonSetSpec": _replicated,
    "apps.v1.DeploymentSpec": _replicated,
    "apps.v1.ReplicaSetSpec": _replicated,
    "apps.v1.RollingUpdateDaemonSet": _rolling_update,
    "apps.v1.RollingUpdateDeployment": _rolling_update,
    "apps.v1.RollingUpdateStatefulSetStrategy": _rolling_update,
    "apps.v1.StatefulSetSpec": _stateful_set,
    "batch.v1.CronJobSpec": _cron_job,
    "batch.v1.JobSpec": _job,
    "meta.v1.LabelSelector": _selector,
}

WORKLOAD_KIND_RULES: Mapping[str, Callable[[Object, Causes], None]] = {
    "CronJob": _cron_job_name,
}
