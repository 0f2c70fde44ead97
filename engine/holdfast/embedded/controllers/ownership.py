"""Adoption and release: how a controller and what its selector matches find each other.

Stands for the controllers' common ref manager: matching objects without a controller are adopted
(so that an orphaned pod comes back without a restart), owned ones that match no more are released.
"""

from __future__ import annotations

from collections.abc import Callable

from holdfast.embedded.controllers.objects import (
    Object,
    controller_of,
    is_terminating,
    labels_of,
    namespace_of,
    owner_reference,
    owners_of,
    uid_of,
    with_owners,
)
from holdfast.embedded.controllers.view import View
from holdfast.embedded.state import Put
from holdfast.kinds.selectors import Selector, selector_of
from holdfast.light import dataclass


@dataclass(frozen=True, slots=True)
class Owned:
    """The objects that are the owner's, and the writes that make others so or no more so."""

    objects: tuple[Object, ...]
    writes: tuple[Put, ...]


def _anything(_: Object) -> bool:
    return True


def gather(
    view: View,
    owner: Object,
    api_version: str,
    kind: str,
    *,
    is_member: Callable[[Object], bool] = _anything,
) -> Owned:
    """What of a kind belongs to `owner` by its spec.selector. `is_member` narrows it further."""
    selector = selector_of(owner["spec"].get("selector") or None)
    objects: list[Object] = []
    writes: list[Put] = []
    for found in view.list(api_version, kind, namespace_of(owner)):
        if not is_member(found):
            continue
        changed = _settled(owner, found, selector)
        if changed is not None and changed is not found:
            writes.append(view.keep(changed))
        if changed is not None and selector.matches(labels_of(found)):
            objects.append(changed)
    return Owned(tuple(objects), tuple(writes))


def _settled(owner: Object, found: Object, selector: Selector) -> Object | None:
    """The object as the owner's, as released by it, or None where it is none of its business."""
    controller, matches = controller_of(found), selector.matches(labels_of(found))
    if controller is not None and controller["uid"] != uid_of(owner):
        return None
    if controller is not None and (matches or is_terminating(owner)):
        return found
    if controller is not None:
        return with_owners(found, [o for o in owners_of(found) if o["uid"] != uid_of(owner)])
    if not matches or is_terminating(owner) or is_terminating(found):
        return None
    return with_owners(found, [*owners_of(found), owner_reference(owner)])
