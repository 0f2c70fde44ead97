"""What is there of a release's objects, with as few requests as will do.

Those of one kind and namespace are listed by the release's labels. What such a list does not show
is asked for by its name: labels may have been taken away, and not everybody may list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeAlias

from holdfast.cluster.client import Cluster
from holdfast.errors import NotFound, Unauthorized
from holdfast.model.manifest import ObjectRef
from holdfast.model.snapshot import ObjectKey

Object: TypeAlias = dict[str, Any]


class Living:
    """Live objects by name, from lists where several of a kind are expected.

    `selector` is that of the release's labels; without one every object is asked for.
    """

    def __init__(self, cluster: Cluster, expected: Iterable[ObjectRef], *, selector: str) -> None:
        self._cluster = cluster
        self._selector = selector
        self._groups: dict[tuple[str, str, str], set[ObjectKey]] = defaultdict(set)
        self._listed: dict[tuple[str, str, str], dict[str, Object] | None] = {}
        for ref in expected:
            self._groups[_group(ref)].add(ref.key)

    def find(self, ref: ObjectRef, *, labelled: bool = False) -> Object | None:
        """The object as it is, or None. Raises ClusterError.

        With `labelled` the list's word is enough: what bears other labels is none of the release's.
        """
        listed = self._list(ref) if self._worth_it(ref) else None
        found = listed.get(ref.name) if listed else None
        if found or (labelled and listed is not None):
            return found
        return self._cluster.find(ref)

    def _worth_it(self, ref: ObjectRef) -> bool:
        group = self._groups.get(_group(ref), ())
        return bool(self._selector) and ref.key in group and len(group) > 1

    def _list(self, ref: ObjectRef) -> dict[str, Object] | None:
        group = _group(ref)
        if group not in self._listed:
            self._listed[group] = self._by_name(ref)
        return self._listed[group]

    def _by_name(self, ref: ObjectRef) -> dict[str, Object] | None:
        """The list, by name; None where there can be none."""
        version, kind = ref.api_version, ref.kind
        try:
            found = self._cluster.list(
                version, kind, ref.namespace or None, label_selector=self._selector
            )
        except NotFound:
            return None
        except Unauthorized as error:
            if error.status != 403:
                raise
            return None
        # A list says once for all what its items are; an object that is read says it itself.
        named = ({"apiVersion": version, "kind": kind, **item} for item in found)
        return {item["metadata"]["name"]: item for item in named}


def _group(ref: ObjectRef) -> tuple[str, str, str]:
    return ref.api_version, ref.kind, ref.namespace
