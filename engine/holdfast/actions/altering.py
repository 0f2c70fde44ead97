"""What happens to a chart's objects after it has rendered them: patches, then a post-renderer.

The patches of a release are kept in its record and applied at each upgrade. A post-renderer is not
kept to be run: whoever may write a Secret could else have any program run on the next operator's
machine. That there was one is recorded, so that an upgrade without it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from holdfast.actions.post_render import PostRenderer, post_render
from holdfast.actions.sources import read_stdin
from holdfast.errors import PatchError, ValuesError
from holdfast.light import dataclass
from holdfast.model.manifest import Manifests
from holdfast.model.patch import Patch
from holdfast.model.release import Revision
from holdfast.patches import apply_patches, read_patches
from holdfast.values.layers import read_file
from holdfast.yamltext import decode

Namespaced = Callable[[str, str], bool | None]


@dataclass(frozen=True, slots=True)
class Alteration:
    """The patches to apply, whether they are `kept` ones of the release, and who comes after."""

    patches: tuple[Patch, ...] = ()
    kept: bool = False
    renderer: PostRenderer | None = None


def alteration(
    files: Sequence[str], kept: Sequence[Patch], renderer: PostRenderer | None
) -> Alteration:
    """Files replace what is kept. Raises PatchError, YamlError for one that cannot be read."""
    if not files:
        return Alteration(tuple(kept), kept=True, renderer=renderer)
    read = tuple(patch for name in files for patch in _read(name))
    return Alteration(read, renderer=renderer)


def alter(
    given: Manifests, how: Alteration, *, namespace: str, namespaced: Namespaced
) -> Manifests:
    """The objects as they are to be applied. Raises PatchError, and as `post_render`."""
    try:
        found = apply_patches(given, how.patches)
    except PatchError as error:
        if how.kept:
            error.hint = (
                "this patch is kept with the release: --reset-patches lets go of it, --patch FILE "
                f"puts others in its place; {error.hint}"
            )
        raise
    if how.renderer is None:
        return found
    return post_render(found, how.renderer, namespace=namespace, namespaced=namespaced)


def dropped_alterations(before: Revision, after: Revision) -> Iterator[str]:
    """The patches, and the post-renderer, of `before` that `after` does without."""
    kept = [(patch.target, patch.body) for patch in after.patches]
    for patch in before.patches:
        if (patch.target, patch.body) not in kept:
            yield f"patch {patch.where} ({patch.target})"
    if before.post_renderer and not after.post_renderer:
        yield f"post-renderer {before.post_renderer}"


def _read(name: str) -> tuple[Patch, ...]:
    try:
        data = read_file(name, read_stdin)
    except ValuesError as error:
        raise PatchError(error.message, where=error.where, hint=error.hint) from None
    return read_patches(decode(data, source=name), source=name)
