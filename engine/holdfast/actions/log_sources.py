"""The containers that a release's logs come from.

Pods are found by the selectors of the release's own workloads, a Job's by its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.actions.inspect import find_head
from holdfast.actions.planning import owned
from holdfast.actions.target import Target
from holdfast.errors import ReleaseError
from holdfast.kinds.selectors import selector_text
from holdfast.kinds.stateful_sets import is_stateful_set, ordinal_in
from holdfast.light import dataclass
from holdfast.model.manifest import Manifest, ObjectRef
from holdfast.releases import history

DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
"""Names the container that is meant where none is (kubectl's annotation of pods)."""
_JOB_NAME = "batch.kubernetes.io/job-name"
_WORKLOADS = ("StatefulSet", "Deployment", "DaemonSet", "ReplicaSet")


@dataclass(frozen=True, slots=True)
class LogSource:
    """A container of a pod of the release; `others` are the pod's containers beside it."""

    pod: ObjectRef
    container: str
    others: tuple[str, ...] = ()


def log_sources(
    target: Target, name: str, ordinal: int | None = None, *, container: str = ""
) -> tuple[LogSource, ...]:
    """The containers that a release's logs come from: one of each pod, or of each of an ordinal.

    Raises ReleaseNotFound, ReleaseError (no pods, no such ordinal or container), ClusterError.
    """
    head = find_head(target, name)
    revision = target.store.read(head, history.find_entry(head, None).number)
    pods = [pod for manifest in owned(revision) for pod in _pods(target, manifest)]
    if not pods:
        raise ReleaseError(
            f"read the logs of release {name}: it has no pods",
            hint=f"`holdfast status {name}` says what its objects wait for",
        )
    chosen = [pod for number, pod in pods if ordinal in (None, number)]
    if not chosen:
        there = ", ".join(sorted(_name(pod) for number, pod in pods if number is not None))
        raise ReleaseError(
            f"read the logs of release {name}: no pod has the ordinal {ordinal}",
            hint=f"there are: {there}" if there else "it has no StatefulSet with pods",
        )
    found = tuple(source for pod in chosen if (source := _source(pod, container)))
    if not found:
        known = sorted({one for pod in chosen for one in _containers(pod)})
        raise ReleaseError(
            f"read the logs of release {name}: no pod has a container {container!r}",
            hint=f"there are: {', '.join(known)}",
        )
    return found


def _pods(target: Target, manifest: Manifest) -> Iterator[tuple[int | None, dict[str, Any]]]:
    """The pods of one object of the release, those of a StatefulSet with their ordinals."""
    ref = manifest.ref
    if (ref.api_version, ref.kind) == ("v1", "Pod"):
        live = target.cluster.find(ref)
        yield from [(None, live)] if live else []
        return
    if not (selector := _selector(manifest)):
        return
    found = target.cluster.list("v1", "Pod", ref.namespace, label_selector=selector)
    numbered = is_stateful_set(ref.api_version, ref.kind)
    pods = [(ordinal_in(_name(pod), ref.name) if numbered else None, pod) for pod in found]
    yield from sorted(pods, key=lambda row: (row[0] or 0, _name(row[1])))


def _selector(manifest: Manifest) -> str:
    """The label selector of a workload's pods; empty for what has none."""
    ref = manifest.ref
    if (ref.group, ref.kind) == ("batch", "Job"):  # the server makes its selector
        return f"{_JOB_NAME}={ref.name}"
    if ref.group != "apps" or ref.kind not in _WORKLOADS:
        return ""
    return selector_text((manifest.object.get("spec") or {}).get("selector") or {})


def _source(pod: dict[str, Any], container: str) -> LogSource | None:
    names = _containers(pod)
    annotations = pod["metadata"].get("annotations") or {}
    usual = str(annotations.get(DEFAULT_CONTAINER) or "")
    chosen = container or (usual if usual in names else names[0])
    if chosen not in names:
        return None
    ref = ObjectRef("v1", "Pod", pod["metadata"].get("namespace", ""), _name(pod))
    return LogSource(ref, chosen, tuple(name for name in names if name != chosen))


def _containers(pod: dict[str, Any]) -> list[str]:
    """The names of a pod's containers, the main ones first."""
    fields = ("containers", "initContainers", "ephemeralContainers")
    return [str(one["name"]) for field in fields for one in pod["spec"].get(field) or ()]


def _name(pod: dict[str, Any]) -> str:
    return str(pod["metadata"]["name"])
