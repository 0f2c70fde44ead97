"""Who a StatefulSet's pod is: its name, labels, host name, and the claims its volumes name.

It must not know when pods are made or ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from holdfast.embedded.controllers.objects import Object, labels_of, name_of, namespace_of
from holdfast.embedded.controllers.workloads import make_pod
from holdfast.kinds.stateful_sets import ordinal_in
from holdfast.light import dataclass

REVISION_LABEL = "controller-revision-hash"
NAME_LABEL = "statefulset.kubernetes.io/pod-name"
INDEX_LABEL = "apps.kubernetes.io/pod-index"


@dataclass(frozen=True, slots=True)
class Identity:
    """One ordinal of a StatefulSet."""

    owner: Object
    ordinal: int

    @property
    def name(self) -> str:
        """The pod's name: `<set>-<ordinal>`."""
        return f"{name_of(self.owner)}-{self.ordinal}"

    @property
    def labels(self) -> dict[str, str]:
        """The labels that only this pod has."""
        return {NAME_LABEL: self.name, INDEX_LABEL: str(self.ordinal)}

    def claims(self) -> dict[str, Object]:
        """The claims by their template's name: `<template>-<set>-<ordinal>`."""
        templates = self.owner["spec"].get("volumeClaimTemplates") or ()
        return {one["metadata"]["name"]: self._claim(one) for one in templates}

    def _claim(self, template: Mapping[str, Any]) -> Object:
        given = template["metadata"]
        matching = (self.owner["spec"].get("selector") or {}).get("matchLabels") or {}
        metadata = {
            **{key: dict(given[key]) for key in ("annotations",) if given.get(key)},
            "name": f"{given['name']}-{self.name}",
            "namespace": namespace_of(self.owner),
            "labels": {**(given.get("labels") or {}), **matching},
        }
        return {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": metadata,
            "spec": deepcopy(template["spec"]),
            "status": {"phase": "Pending"},
        }


def ordinal_of(owner: Object, pod: Object) -> int:
    """The pod's ordinal by its name; -1 for one that is not named after this set."""
    number = ordinal_in(name_of(pod), name_of(owner))
    return -1 if number is None else number


def is_named_after(owner: Object, pod: Object) -> bool:
    """Whether the pod's name makes it one of this set's."""
    return ordinal_of(owner, pod) >= 0


def set_pod(identity: Identity, template: Mapping[str, Any], revision: str) -> Object:
    """A new pod of this identity, from the template of the revision of that name."""
    labels = {**identity.labels, REVISION_LABEL: revision}
    pod = make_pod(identity.owner, template, identity.name, labels)
    pod["spec"]["hostname"] = identity.name
    if service := identity.owner["spec"].get("serviceName"):
        pod["spec"]["subdomain"] = service
    return with_identity(identity, pod)


def has_identity(identity: Identity, pod: Object) -> bool:
    """Whether the pod has the name's label and its volumes name the right claims."""
    volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes") or ()}
    return labels_of(pod).get(NAME_LABEL) == identity.name and all(
        _claim_name(volumes.get(volume)) == name_of(claim)
        for volume, claim in identity.claims().items()
    )


def with_identity(identity: Identity, pod: Object) -> Object:
    """The pod with its labels, and its volumes wired to its claims."""
    claims = identity.claims()
    kept = [one for one in pod["spec"].get("volumes") or () if one["name"] not in claims]
    wired = [
        {"name": volume, "persistentVolumeClaim": {"claimName": name_of(claim)}}
        for volume, claim in claims.items()
    ]
    metadata = {**pod["metadata"], "labels": {**labels_of(pod), **identity.labels}}
    spec = {**pod["spec"], "volumes": [*wired, *kept]} if wired or kept else pod["spec"]
    return {**pod, "metadata": metadata, "spec": spec}


def _claim_name(volume: Mapping[str, Any] | None) -> str:
    source = (volume or {}).get("persistentVolumeClaim") or {}
    return str(source.get("claimName", ""))
