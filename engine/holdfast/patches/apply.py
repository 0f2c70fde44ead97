"""Patches over manifests: every object that one is for is changed, and what it became is checked.

What is merged follows the kind's own lists (kinds.strategic); a custom resource has no such table,
so its lists are replaced whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

from holdfast import manifests
from holdfast.errors import ManifestError, PatchError, Where
from holdfast.kinds.fields import CUSTOM, schema_of, struct
from holdfast.kinds.patches import PatchFailed, json_patch
from holdfast.kinds.strategic import strategic_merge
from holdfast.model.manifest import Manifest, Manifests, Rendered, RenderedObject
from holdfast.model.patch import Patch, PatchTarget
from holdfast.patches.places import place_of
from holdfast.patches.retrace import retrace

_SHOWN = 5


def apply_patches(given: Manifests, patches: Sequence[Patch]) -> Manifests:
    """`given` with each patch applied in turn; an object that is patched to nothing is left out.

    Raises PatchError with the patch's place: it matches nothing, does not fit, or makes of an
    object another one, or none at all.
    """
    found = given
    for patch in patches:
        found = _applied(found, patch)
    return found


def _applied(given: Manifests, patch: Patch) -> Manifests:
    meant = [manifest for manifest in given if _matches(manifest, patch.target)]
    if not meant:
        raise PatchError(
            f"patching {patch.target}: the chart renders no such object",
            where=patch.where,
            hint=f"it renders {_names(given)}" if given else "it renders nothing at all",
        )
    changed = {manifest.ref.key: _patched(manifest, patch) for manifest in meant}
    after = (changed.get(manifest.ref.key, manifest) for manifest in given)
    return tuple(manifest for manifest in after if manifest is not None)


def _matches(manifest: Manifest, target: PatchTarget) -> bool:
    ref = manifest.ref
    pairs = (
        (ref.kind, target.kind),
        (ref.name, target.name),
        (ref.api_version, target.api_version),
        (ref.namespace, target.namespace),
    )
    return all(fnmatchcase(name, pattern) for name, pattern in pairs)


def _names(given: Manifests) -> str:
    names = [str(manifest.ref) for manifest in given]
    more = f" and {len(names) - _SHOWN} more" if names[_SHOWN:] else ""
    return ", ".join(names[:_SHOWN]) + more


def _patched(manifest: Manifest, patch: Patch) -> Manifest | None:
    try:
        after = _changed(manifest.object, patch)
    except PatchFailed as error:
        raise _failed(manifest, error.message, patch.place(error.path)) from None
    if after is None or after == {}:
        return None
    read = _read(manifest, after, patch)
    if read.ref != manifest.ref:
        at = _identity(manifest.ref.as_dict(), read.ref.as_dict())
        raise _failed(manifest, f"it would change {at}, and so be another object", patch.where)
    return retrace(manifest, read, patch.where, lambda path: place_of(patch, path, read.object))


def _changed(obj: dict[str, Any], patch: Patch) -> Any:
    if isinstance(patch.body, list):
        return json_patch(obj, patch.body)
    schema = schema_of(str(obj["apiVersion"]), str(obj["kind"])) or struct(CUSTOM)
    return strategic_merge(obj, patch.body, schema)


def _read(manifest: Manifest, after: Any, patch: Patch) -> Manifest:
    """The patched object as one that a template rendered: the same is checked."""
    document = RenderedObject(after, patch.where)
    page = Rendered(manifest.source.source, (document,))
    home = manifest.ref.namespace
    namespaced = True if home else None
    try:
        read = manifests.parse(
            (page,), None, namespace=home, namespaced=lambda api_version, kind: namespaced
        )
    except ManifestError as error:
        what = error.message.partition(": ")[2]
        raise _failed(manifest, f"what it becomes {what}", patch.where, error.hint) from None
    if len(read) != 1:
        raise _failed(manifest, "what it becomes is no single object", patch.where)
    return read[0]


def _identity(before: dict[str, str], after: dict[str, str]) -> str:
    return ", ".join(key for key in before if before[key] != after[key])


def _failed(manifest: Manifest, what: str, where: Where, hint: str | None = None) -> PatchError:
    return PatchError(
        f"patching {manifest.ref} ({manifest.source}): {what}",
        where=where,
        hint=hint or "compare it with what `holdfast template` prints without the patch",
    )
