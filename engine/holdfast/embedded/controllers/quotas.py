"""ResourceQuotas, as far as controllers meet them: how many pods and claims a namespace may have.

Stands for the quota admission of the API server, for what controllers make. Left out: scopes, what
pods request of CPU and memory, every other kind, and the status of the quota itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.embedded.controllers.events import warn
from holdfast.embedded.controllers.objects import Object, name_of, namespace_of
from holdfast.embedded.controllers.view import View
from holdfast.embedded.controllers.workloads import phase_of
from holdfast.embedded.state import Write
from holdfast.kinds.quantities import compare_quantities

_NAMES = {"Pod": "pods", "PersistentVolumeClaim": "persistentvolumeclaims"}


def refusal(view: View, made: Object) -> str:
    """What the API server would say to one more such object; empty where it may be made."""
    name, space = _NAMES[made["kind"]], namespace_of(made)
    for quota in view.list("v1", "ResourceQuota", space):
        hard = quota["spec"].get("hard") or {}
        for field in (name, f"count/{name}"):
            used = view.made(made["kind"], space) + _count(view, made["kind"], space, field)
            if field in hard and compare_quantities(used + 1, hard[field]) > 0:
                return (
                    f'{name} "{name_of(made)}" is forbidden: exceeded quota: {name_of(quota)}, '
                    f"requested: {field}=1, used: {field}={used}, limited: {field}={hard[field]}"
                )
    return ""


def make(view: View, owner: Object, made: Object) -> Iterator[Write]:
    """Make a pod of `owner`, or tell why it may not be made (the words of most controllers)."""
    if refused := refusal(view, made):
        source = f"{owner['kind'].lower()}-controller"
        yield from failed(view, owner, f"Error creating: {refused}", source)
    else:
        yield from view.create(made)


def failed(view: View, owner: Object, message: str, source: str) -> Iterator[Write]:
    """The event of an object that could not be made."""
    yield from warn(view, owner, reason="FailedCreate", message=message, source=source, once=True)


def _count(view: View, kind: str, space: str, field: str) -> int:
    found = view.list("v1", kind, space)
    if field != "pods":
        return len(found)
    return sum(phase_of(pod) not in ("Succeeded", "Failed") for pod in found)
