"""Objects that kubectl or Helm made: whose fields become ours, and what becomes of the object then.

As kubectl's own change from client-side to server-side apply (client-go, util/csaupgrade): fields
that the earlier manager keeps would never go, whatever we stop applying. It is done when the plan
is carried out; what comes of it has to be told beforehand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.kinds.defaults import apply_defaults
from holdfast.kinds.fields import CUSTOM, schema_of, struct
from holdfast.kinds.fieldset import leaves, with_parents
from holdfast.kinds.managers import UPDATE, Entry, read_entries
from holdfast.kinds.merge import remove
from holdfast.model.manifest import FIELD_MANAGER
from holdfast.model.ownership import Handover
from holdfast.model.plan import Effect
from holdfast.plan.ownership import NOBODY
from holdfast.plan.wording import Judgement

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
"""The annotation in which kubectl's client-side apply keeps what it applied."""

_MAKERS = frozenset(
    (
        "before-first-apply",
        "helm",
        "kubectl",
        "kubectl-client-side-apply",
        "kubectl-create",
        "kubectl-expose",
        "kubectl-replace",
        "kubectl-run",
    )
)
"""Who makes whole objects. What somebody set by kubectl edit, patch or scale stays a conflict."""

HANDOVER_ONLY = Judgement(Effect.NONE, "")
"""What a change does by which only owners of fields change."""

_LAST_APPLIED_PATH = ("f:metadata", "f:annotations", f"f:{LAST_APPLIED}")


def taken_from(live: Mapping[str, Any]) -> tuple[str, ...]:
    """The managers whose fields become ours when the object does, by name."""
    found = (entry.manager.name for entry in read_entries(live) if _is_maker(entry))
    return tuple(sorted({name for name in found if name != FIELD_MANAGER}))


def is_taken(entry: Entry, names: Sequence[str]) -> bool:
    """Whether a handover from `names` takes the fields of this entry: subresources stay theirs."""
    return entry.manager.name in names and not entry.manager.subresource


def after_takeover(
    answer: Mapping[str, Any],
    live: Mapping[str, Any],
    desired: Mapping[str, Any],
    names: Sequence[str],
) -> dict[str, Any]:
    """The server's answer as it will be once the fields of `names` are ours.

    Gone from it is what they, or we, applied and we do not apply now, unless others own it too.
    """
    api_version, kind = str(desired["apiVersion"]), str(desired["kind"])
    schema = schema_of(api_version, kind) or struct(CUSTOM)
    entries = read_entries(live)
    mine = [one for one in entries if one.manager.name == FIELD_MANAGER or is_taken(one, names)]
    last = frozenset(path for one in mine for path in one.fields)
    owned = frozenset(leaves(desired, schema)).union(
        *(one.fields for one in entries if one not in mine)
    )
    orphaned = with_parents(last) - with_parents(owned)
    pruned: dict[str, Any] = remove(answer, schema, orphaned)
    return apply_defaults(api_version, kind, pruned)


def name_takeover(owner: str, handover: Handover, *, adoption: bool) -> str:
    """`adopted from the Helm release web in the namespace shop: the fields of helm become ours`."""
    word = "adopted" if adoption else "taken over"
    former = "" if owner == NOBODY else f" from {owner}"
    fields = f": the fields of {', '.join(handover.taken)} become ours" if handover.taken else ""
    return f"{word}{former}{fields}"


def refusal_hint(*, adoption: bool, namespaced: bool) -> str:
    """How to go on where an object is somebody else's."""
    if adoption:
        return (
            "adopt takes nothing from another release; uninstall it there, or use the flag "
            "--take-ownership of install"
        )
    if namespaced:
        return "rename it in the chart, or take it into this release with --take-ownership"
    return (
        "its name counts in the whole cluster: put release.namespace and release.name into it, "
        "or take it into this release with --take-ownership"
    )


def _is_maker(entry: Entry) -> bool:
    """Whoever keeps the last-applied annotation applied the object, whatever it is called."""
    if entry.manager.subresource:
        return False
    applied = entry.manager.operation == UPDATE and _LAST_APPLIED_PATH in entry.fields
    return applied or entry.manager.name in _MAKERS
