"""adopt: the first revision of a release whose objects are there already, made by kubectl or Helm.

The plan is that of an install which takes its objects over, field managers too, so that a field
dropped by a later upgrade really goes. Helm's own records are left as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from holdfast.actions.draft import DraftOptions
from holdfast.actions.helm_records import HelmRelease, find_helm_release
from holdfast.actions.next_revision import plan_next
from holdfast.actions.planning import PlanOptions, read_head
from holdfast.actions.sources import Sources
from holdfast.actions.target import Target
from holdfast.errors import PlanError, ReleaseError
from holdfast.model.manifest import ObjectRef
from holdfast.model.plan import Operation, Plan
from holdfast.model.release import Head
from holdfast.plan.ownership import helm_owner
from holdfast.releases import history

_SHOWN = 5


def prepare_adopt(
    target: Target,
    name: str,
    chart_path: str,
    *,
    sources: Sources | None = None,
    draft_options: DraftOptions | None = None,
    plan_options: PlanOptions | None = None,
) -> Plan:
    """Plan the first revision of release `name` from objects that no release of ours owns.

    Raises ReleaseError (bad or taken name), PlanError (none of the objects is there), ChartError,
    ValuesError, RenderError, ManifestError, PatchError, ClusterError.
    """
    head = read_head(target, name, plan_options)
    _check_name(name, head)
    plan = plan_next(
        target,
        Operation.ADOPT,
        name,
        chart_path,
        head=head,
        sources=sources,
        draft_options=draft_options,
        plan_options=plan_options,
    )
    if not any(change.uid for change in plan.changes):
        raise PlanError(
            f"adopt release {name}: none of its objects is there",
            hint=f"`holdfast install {name}` makes them; mind the namespace (-n) and the names",
        )
    return replace(plan, remarks=(*plan.remarks, *_helm_remarks(target, name, plan)))


def _check_name(name: str, head: Head | None) -> None:
    """Raise ReleaseError where the name is taken; an adoption that was cut off may go on."""
    if head is None or head.latest is None or not history.installed(head):
        return
    if history.first_cut_off(head):
        return
    raise ReleaseError(
        f"adopt release {name}: the name is taken: revision {head.latest.number} "
        f"is {head.latest.status}",
        hint=f"`upgrade {name} CHART --take-ownership` takes objects into it; or use another name",
    )


def _helm_remarks(target: Target, name: str, plan: Plan) -> Iterator[str]:
    """What Helm keeps of the objects, and how it is made to forget them."""
    named = {owner for change in plan.changes if (owner := helm_owner(change.before or {}))}
    for release, namespace in sorted({*named, (name, target.namespace)}):
        found = find_helm_release(target.cluster, release, namespace or target.namespace)
        if found:
            yield from _remarks(found, plan)


def _remarks(found: HelmRelease, plan: Plan) -> Iterator[str]:
    wanted = {_key(change.ref) for change in plan.changes}
    others = [str(ref) for ref in found.objects if _key(ref) not in wanted]
    if others:
        more = f" and {len(others) - _SHOWN} more" if others[_SHOWN:] else ""
        yield (
            f"left alone: {', '.join(others[:_SHOWN])}{more}: in the Helm release {found.name}, "
            "not in the chart"
        )
    numbers = ", ".join(map(str, found.revisions))
    word = "revision" if len(found.revisions) == 1 else "revisions"
    yield (
        f"Helm still has its records of release {found.name} ({word} {numbers}): never run "
        f"`helm uninstall {found.name}`, it would delete these objects; make Helm forget them with "
        f"`{found.forget}`"
    )


def _key(ref: ObjectRef) -> tuple[str, str, str]:
    """Without the namespace: Helm's manifest does not say which kinds have none."""
    return ref.group, ref.kind, ref.name
