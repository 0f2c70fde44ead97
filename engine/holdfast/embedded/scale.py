"""The scale subresource: the number of replicas of whatever can be scaled, as one small object.

It must not know where a kind has its replicas: what is served says so.
"""

from __future__ import annotations

from typing import Any

from holdfast.embedded.bodies import check_options
from holdfast.embedded.catalog import Served
from holdfast.embedded.routes import Request, Target
from holdfast.embedded.session import Session
from holdfast.embedded.status import MODIFIED, Causes, Subject, bad_request, conflict, invalid
from holdfast.embedded.writes import patcher, set_replicas
from holdfast.kinds.conditions import value_at
from holdfast.kinds.fields import ANY, Field, Shape
from holdfast.kinds.selectors import selector_text

Object = dict[str, Any]

_SCALE = Served(
    api_version="autoscaling/v1",
    kind="Scale",
    plural="scales",
    singular="scale",
    namespaced=True,
    schema=Field(Shape.MAP, values=ANY),
)


def get_scale(session: Session, served: Served, target: Target) -> Object:
    """The scale of an object."""
    return _scale_of(session.find(served, target.namespace, target.name), served)


def write_scale(session: Session, request: Request, served: Served, target: Target) -> Object:
    """PUT or PATCH of the scale of an object."""
    live = session.find(served, target.namespace, target.name)
    wanted = _wanted(request, _scale_of(live, served))
    revision = (wanted.get("metadata") or {}).get("resourceVersion")
    if revision and revision != live["metadata"]["resourceVersion"]:
        raise conflict(served.subject(target.name), MODIFIED)
    count = (wanted.get("spec") or {}).get("replicas", 0)
    if isinstance(count, bool) or not isinstance(count, int):
        raise bad_request("json: cannot unmarshal into Go struct field ScaleSpec.spec.replicas")
    if count < 0:
        causes = Causes()
        causes.invalid("spec.replicas", count, "must be greater than or equal to 0")
        raise invalid(Subject("autoscaling", "scales", "Scale", target.name), causes.found)
    return _scale_of(set_replicas(session, request, served, target, count), served)


def _wanted(request: Request, scale: Object) -> Object:
    from holdfast.embedded.bodies import read_patch

    if request.method == "PUT":
        check_options(request, "UpdateOptions")
        put: Object = read_patch(request, dict, "autoscaling.Scale")
        return put
    check_options(request, "PatchOptions")
    return patcher(request, _SCALE)(scale)


def _scale_of(obj: Object, served: Served) -> Object:
    metadata = obj["metadata"]
    names = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    status: Object = {"replicas": (obj.get("status") or {}).get("replicas", 0)}
    selector = _selector_text((obj.get("spec") or {}).get("selector") or {})
    if selector:
        status["selector"] = selector
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {name: metadata[name] for name in names if name in metadata},
        "spec": {"replicas": value_at(obj, served.replicas_path) or 0},
        "status": status,
    }


def _selector_text(selector: Object) -> str:
    if "matchLabels" in selector or "matchExpressions" in selector:
        return selector_text(selector)
    # A ReplicationController's is a plain map of labels.
    return selector_text({"matchLabels": selector})
