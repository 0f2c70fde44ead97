"""Deleting: at once, or by marking what something still has to be done for.

An object goes at once unless it has finalizers, its dependents are to be dealt with first
(`propagationPolicy`), or it ends slowly (a placed pod, a namespace): then it is marked, and the
controllers do the rest. Source: Kubernetes' documentation of garbage collection and of finalizers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.embedded.bodies import check_options, option_number, parse_json, refuse_options
from holdfast.embedded.bootstrap import NAMESPACES
from holdfast.embedded.catalog import Served
from holdfast.embedded.routes import Request, Target
from holdfast.embedded.selectors import field_test, label_test
from holdfast.embedded.session import Session, stamp
from holdfast.embedded.status import Causes, bad_request, conflict, forbidden
from holdfast.light import dataclass

Object = dict[str, Any]

_FINALIZERS = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}
_POLICIES = ("Background", "Foreground", "Orphan")
_ANSWERED_WITH_OBJECT = (
    "PersistentVolume PersistentVolumeClaim Pod ResourceQuota Service ServiceAccount"
).split()


@dataclass(frozen=True, slots=True)
class _Options:
    policy: str
    grace: int | None
    uid: str
    revision: str
    dry_run: bool


def delete(session: Session, request: Request, served: Served, target: Target) -> Object:
    """DELETE: the object as it is marked or was removed, or a Status that says it is gone."""
    options = _read_options(request)
    live = session.find(served, target.namespace, target.name)
    return _delete(session, served, live, options)


def delete_collection(
    session: Session, request: Request, served: Served, target: Target
) -> list[Object]:
    """DELETE of a collection: what the selectors choose, each as with `delete`."""
    options = _read_options(request)
    wanted = label_test(request.option("labelSelector"))
    chosen = field_test(request.option("fieldSelector"), served.kind)
    namespace = target.namespace if served.namespaced else None
    found = [one for one in session.all(served, namespace) if wanted(one) and chosen(one)]
    for one in found:
        _delete(session, served, one, options)
    return found


def wants_dry_run(request: Request) -> bool:
    """Whether the options in a DELETE's body ask that nothing be kept."""
    return _read_options(request).dry_run


def _read_options(request: Request) -> _Options:
    check_options(request, "DeleteOptions")
    body = _body(request)
    policy = request.option("propagationPolicy") or body.get("propagationPolicy") or ""
    if policy and policy not in _POLICIES:
        causes = Causes()
        causes.unsupported("propagationPolicy", policy, (*_POLICIES, "nil"))
        refuse_options("DeleteOptions", causes.found)
    if body.get("orphanDependents"):
        policy = "Orphan"
    grace = option_number(request, "gracePeriodSeconds")
    if grace is None:
        grace = body.get("gracePeriodSeconds")
    conditions = body.get("preconditions") or {}
    return _Options(
        policy=policy,
        grace=grace if isinstance(grace, int) else None,
        uid=conditions.get("uid") or "",
        revision=conditions.get("resourceVersion") or "",
        dry_run=request.dry_run or "All" in (body.get("dryRun") or ()),
    )


def _body(request: Request) -> Mapping[str, Any]:
    if not request.body.strip():
        return {}
    try:
        body = parse_json(request.body)
    except ValueError as error:
        raise bad_request(f"error decoding delete options: {error}") from None
    if not isinstance(body, dict):
        raise bad_request("error decoding delete options: they are no object")
    return body


def _delete(session: Session, served: Served, live: Object, options: _Options) -> Object:
    _check(served, live, options)
    metadata = live["metadata"]
    finalizers = list(metadata.get("finalizers") or ())
    wanted = _FINALIZERS.get(options.policy)
    if wanted and wanted not in finalizers:
        finalizers.append(wanted)
    grace = _grace(live, options) if served.kind == "Pod" else 0
    slow = served.kind == "Namespace" or grace
    if not finalizers and not slow:
        return _gone(served, session.remove(served, live))
    if "deletionTimestamp" in metadata and grace >= metadata.get("deletionGracePeriodSeconds", 0):
        return live
    return _mark(session, served, live, finalizers, grace)


def _mark(
    session: Session, served: Served, live: Object, finalizers: list[str], grace: int
) -> Object:
    metadata = {**live["metadata"], "deletionTimestamp": stamp(session.now + grace)}
    if served.kind == "Namespace":
        live = {**live, "status": {**(live.get("status") or {}), "phase": "Terminating"}}
    else:
        metadata["deletionGracePeriodSeconds"] = grace
    if finalizers:
        metadata["finalizers"] = finalizers
    if "generation" in metadata:
        metadata["generation"] += 1
    return session.replace(served, live, {**live, "metadata": metadata})


def _grace(pod: Object, options: _Options) -> int:
    """How long a pod may take to end; one that no node runs ends at once."""
    if not pod["spec"].get("nodeName"):
        return 0
    own = pod["spec"].get("terminationGracePeriodSeconds", 30)
    return int(own) if options.grace is None else options.grace


def _check(served: Served, live: Object, options: _Options) -> None:
    metadata = live["metadata"]
    subject = served.subject(metadata["name"])
    if served.kind == "Namespace" and metadata["name"] in NAMESPACES:
        raise forbidden(subject, "this namespace may not be deleted")
    if options.uid and options.uid != metadata["uid"]:
        why = (
            f"the UID in the precondition ({options.uid}) does not match the UID in record "
            f"({metadata['uid']}). The object might have been deleted and then recreated"
        )
        raise conflict(subject, why, kind=True)
    if options.revision and options.revision != metadata["resourceVersion"]:
        why = (
            f"the ResourceVersion in the precondition ({options.revision}) does not match the "
            f"ResourceVersion in record ({metadata['resourceVersion']}). "
            "The object might have been modified"
        )
        raise conflict(subject, why, kind=True)


def _gone(served: Served, last: Object) -> Object:
    if served.kind in _ANSWERED_WITH_OBJECT:
        return last
    details = served.subject(last["metadata"]["name"]).details()
    details["uid"] = last["metadata"]["uid"]
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": details,
    }
