"""Which workloads read a ConfigMap or a Secret, and whether they notice that it changes.

A mounted file follows the object after a while, but a program that has read it does not; a variable
of the environment and a subPath mount never follow (kubernetes.io/docs/concepts/configuration).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from holdfast.light import dataclass
from holdfast.model.manifest import ObjectRef
from holdfast.model.plan import Change, Effect, Verb

_KINDS = ("ConfigMap", "Secret")


@dataclass(frozen=True, slots=True)
class Use:
    """One workload that reads one object: as a `file` or as `environment` (a subPath counts)."""

    user: ObjectRef
    kind: str
    name: str
    how: str


def explain_readers(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Add to each changed ConfigMap and Secret what its readers among `changes` make of it."""
    by_key = {change.ref.key: change for change in changes}
    uses = [use for change in changes for use in uses_of(change.ref, change.desired or {})]
    return tuple(_explained(change, uses, by_key) for change in changes)


def uses_of(ref: ObjectRef, obj: Mapping[str, Any]) -> Iterator[Use]:
    """Every ConfigMap and Secret that the pods of `obj` read; each once."""
    spec = _pod_spec(obj)
    seen: dict[tuple[str, str], Use] = {}
    for kind, name, how in (*_environment(spec), *_volumes(spec)):
        seen.setdefault((kind, name), Use(ref, kind, name, how))
    yield from seen.values()


def _explained(change: Change, uses: Sequence[Use], by_key: Mapping[Any, Change]) -> Change:
    if change.ref.kind not in _KINDS or change.verb is not Verb.UPDATE:
        return change
    if change.effect is not Effect.IN_PLACE:
        return change
    mine = [
        use
        for use in uses
        if (use.kind, use.name) == (change.ref.kind, change.ref.name)
        and use.user.namespace == change.ref.namespace
    ]
    words = [_reaction(use, by_key[use.user.key]) for use in mine]
    return replace(change, reason="; ".join((change.reason, *words)))


def _reaction(use: Use, user: Change) -> str:
    if user.effect is Effect.ROLLING_RESTART:
        return f"{use.user} restarts in this plan and reads it anew"
    if user.verb is Verb.CREATE:
        return f"{use.user} is created with it"
    if use.how == "environment":
        return f"{use.user} does not restart and keeps the old values until it does"
    return f"{use.user} does not restart: its files change, its program has to read them again"


def _pod_spec(obj: Mapping[str, Any]) -> Mapping[str, Any]:
    spec = _map(obj, "spec")
    if obj.get("kind") == "Pod":
        return spec
    template = _map(_map(_map(spec, "jobTemplate"), "spec") or spec, "template")
    return _map(template, "spec")


def _environment(spec: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for container in (*_items(spec, "initContainers"), *_items(spec, "containers")):
        for source in _items(container, "envFrom"):
            yield from _named(source, ("configMapRef", "secretRef"), "environment")
        for entry in _items(container, "env"):
            source = _map(entry, "valueFrom")
            yield from _named(source, ("configMapKeyRef", "secretKeyRef"), "environment")


def _volumes(spec: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    frozen = {
        mount.get("name")
        for container in (*_items(spec, "initContainers"), *_items(spec, "containers"))
        for mount in _items(container, "volumeMounts")
        if mount.get("subPath") or mount.get("subPathExpr")
    }
    for volume in _items(spec, "volumes"):
        how = "environment" if volume.get("name") in frozen else "file"
        for source in (volume, *_items(_map(volume, "projected"), "sources")):
            yield from _named(source, ("configMap", "secret"), how)


def _named(
    source: Mapping[str, Any], fields: tuple[str, str], how: str
) -> Iterator[tuple[str, str, str]]:
    for kind, field in zip(_KINDS, fields, strict=True):
        reference = _map(source, field)
        if name := reference.get("name") or reference.get("secretName"):
            yield kind, str(name), how


def _map(obj: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = obj.get(key)
    return value if isinstance(value, dict) else {}


def _items(obj: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    value = obj.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
