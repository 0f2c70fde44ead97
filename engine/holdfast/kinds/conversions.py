"""How the fields of removed API versions read in the versions that took their place.

Each function takes a whole object and gives the same in the new shape, or the words that say why
that cannot be done. What rows need which is in successors.py, where the source is named, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Object = dict[str, Any]

_NO_DEADLINE = 2**31 - 1
"""What Kubernetes writes for "none" where a number is expected (math.MaxInt32)."""


def workload(obj: Object) -> Object | str:
    """A selector is required; what was made without one selects its template's labels."""
    spec = _spec(obj)
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    if not spec.get("selector") and not labels:
        return "it needs a selector, and its template has no labels to take for one"
    kept = {key: spec[key] for key in spec if key not in ("templateGeneration", "rollbackTo")}
    return {**obj, "spec": {**kept, "selector": spec.get("selector") or {"matchLabels": labels}}}


def replaced_by_hand(obj: Object) -> Object | str:
    """A workload whose pods were only replaced when somebody deleted them."""
    return workload(_with_default(obj, "updateStrategy", {"type": "OnDelete"}))


def old_deployment(obj: Object) -> Object | str:
    """Two old ReplicaSets were kept."""
    return workload(_with_default(obj, "revisionHistoryLimit", 2))


def oldest_deployment(obj: Object) -> Object | str:
    """No deadline, every ReplicaSet kept, one pod at a time."""
    obj = _with_default(obj, "progressDeadlineSeconds", _NO_DEADLINE)
    obj = _with_default(obj, "revisionHistoryLimit", _NO_DEADLINE)
    strategy = _spec(obj).get("strategy") or {}
    if strategy.get("type", "RollingUpdate") != "RollingUpdate":
        return workload(obj)
    rolling = {"maxSurge": 1, "maxUnavailable": 1, **(strategy.get("rollingUpdate") or {})}
    spec = {**_spec(obj), "strategy": {"type": "RollingUpdate", "rollingUpdate": rolling}}
    return workload({**obj, "spec": spec})


def ingress(obj: Object) -> Object | str:
    """Backends name a service with a port; every path has a type."""
    spec = dict(_spec(obj))
    backend = spec.pop("backend", None)
    if backend:
        spec["defaultBackend"] = _backend(backend)
    if "rules" in spec:
        spec["rules"] = [_rule(rule) for rule in spec["rules"] or ()]
    return {**obj, "spec": spec}


def disruption_budget(obj: Object) -> Object | str:
    """`selector: {}` selected nothing, and selects everything now; no selector selects nothing."""
    spec = _spec(obj)
    kept = {key: spec[key] for key in spec if key != "selector" or spec[key]}
    return {**obj, "spec": kept}


def priority_level(obj: Object) -> Object | str:
    """`assuredConcurrencyShares` is called `nominalConcurrencyShares`."""
    limited = dict(_spec(obj).get("limited") or {})
    if "assuredConcurrencyShares" not in limited:
        return obj
    limited["nominalConcurrencyShares"] = limited.pop("assuredConcurrencyShares")
    return {**obj, "spec": {**_spec(obj), "limited": limited}}


def endpoint_slice(obj: Object) -> Object | str:
    """Node and zone are fields of their own; no other topology can be written any more."""
    endpoints = [_endpoint(dict(one)) for one in obj.get("endpoints") or ()]
    return {**obj, "endpoints": endpoints}


def autoscaler(obj: Object) -> Object | str:
    """What a metric is and what it should come to are apart: `metric` and `target`."""
    metrics = _spec(obj).get("metrics")
    if not metrics:
        return obj
    return {**obj, "spec": {**_spec(obj), "metrics": [_metric(one) for one in metrics]}}


def webhooks(obj: Object) -> Object | str:
    """The old defaults are written down; side effects have to be none, which nobody can guess."""
    found = obj.get("webhooks") or []
    for hook in found:
        if hook.get("sideEffects") not in ("None", "NoneOnDryRun"):
            return f"sideEffects of webhook {hook.get('name')} has to be None or NoneOnDryRun"
    old = {
        "failurePolicy": "Ignore",
        "matchPolicy": "Exact",
        "timeoutSeconds": 30,
        "admissionReviewVersions": ["v1beta1"],
    }
    return {**obj, "webhooks": [{**old, **hook} for hook in found]}


def definition(obj: Object) -> Object | str:
    """Schemas are required and have to be structural: rules alone cannot make one."""
    return "a definition needs a structural schema per version"


def signing_request(obj: Object) -> Object | str:
    """Who is to sign, and what for, has to be said."""
    spec = _spec(obj)
    signer = spec.get("signerName")
    if not signer or signer == "kubernetes.io/legacy-unknown" or not spec.get("usages"):
        return "a request has to name its signer and its usages"
    return obj


def _spec(obj: Mapping[str, Any]) -> Object:
    spec = obj.get("spec")
    return spec if isinstance(spec, dict) else {}


def _with_default(obj: Object, field: str, value: Any) -> Object:
    spec = _spec(obj)
    return obj if spec.get(field) is not None else {**obj, "spec": {**spec, field: value}}


def _rule(rule: Object) -> Object:
    paths = (rule.get("http") or {}).get("paths")
    if paths is None:
        return rule
    return {**rule, "http": {**rule["http"], "paths": [_path(path) for path in paths]}}


def _path(path: Object) -> Object:
    kind = path.get("pathType") or "ImplementationSpecific"
    return {**path, "pathType": kind, "backend": _backend(path.get("backend") or {})}


def _backend(backend: Object) -> Object:
    if "serviceName" not in backend:
        return backend
    port = str(backend.get("servicePort"))
    named = {"number": int(port)} if port.isdecimal() else {"name": port}
    rest = {key: backend[key] for key in backend if key not in ("serviceName", "servicePort")}
    return {**rest, "service": {"name": backend["serviceName"], "port": named}}


def _endpoint(endpoint: Object) -> Object:
    topology = endpoint.pop("topology", None) or {}
    named = {
        "nodeName": topology.get("kubernetes.io/hostname"),
        "zone": topology.get("topology.kubernetes.io/zone"),
    }
    return {**{key: text for key, text in named.items() if text}, **endpoint}


def _metric(metric: Object) -> Object:
    kind = str(metric.get("type", ""))
    field = f"{kind[:1].lower()}{kind[1:]}"
    source = dict(metric.get(field) or {})
    made: Object = {}
    if field == "object":
        made["describedObject"] = source.pop("target", None)
    if field in ("object", "pods", "external"):
        selector = source.pop("selector", None) or source.pop("metricSelector", None)
        name = {"name": source.pop("metricName", None)}
        made["metric"] = {**name, "selector": selector} if selector else name
    else:
        made |= {key: source.pop(key) for key in ("name", "container") if key in source}
    return {"type": kind, field: {**made, "target": _target(source)}}


def _target(source: Object) -> Object:
    if "targetAverageUtilization" in source:
        return {"type": "Utilization", "averageUtilization": source["targetAverageUtilization"]}
    average = source.get("targetAverageValue") or source.get("averageValue")
    if average is not None:
        return {"type": "AverageValue", "averageValue": average}
    return {"type": "Value", "value": source.get("targetValue")}
