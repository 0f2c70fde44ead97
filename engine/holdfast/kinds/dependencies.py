"""What an object says of its own place in the order: its wave, and the objects it depends on.

Here is the grammar of the two annotations, and which object a reference means; what follows from it
is told by groups.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from holdfast.errors import ManifestError
from holdfast.kinds.conditions import Object, annotation
from holdfast.light import dataclass
from holdfast.model.manifest import Manifest

WAVE = "holdfast.dev/wave"
"""A whole number, 0 for none: an object of a higher wave waits until the lower ones are ready."""

DEPENDS_ON = "holdfast.dev/depends-on"
"""`KIND/NAME`, `KIND.GROUP/NAME` or `NAMESPACE/KIND/NAME`, with commas: what has to be ready."""

_WAVE = re.compile(r"[+-]?[0-9]{1,6}")
_SHAPE = "KIND/NAME or NAMESPACE/KIND/NAME"


@dataclass(frozen=True, slots=True)
class Reference:
    """An object as an annotation names it; `group` and `namespace` are empty where left out."""

    text: str
    kind: str
    name: str
    group: str = ""
    namespace: str = ""

    def fits(self, manifest: Manifest) -> bool:
        """Whether `manifest` may be meant."""
        ref = manifest.ref
        return (
            (ref.kind, ref.name) == (self.kind, self.name)
            and self.group in ("", ref.group)
            and self.namespace in ("", ref.namespace)
        )


def wave_of(obj: Object) -> int:
    """The object's wave. Raises ValueError for what is no whole number."""
    text = annotation(obj, WAVE).strip()
    if text and not _WAVE.fullmatch(text):
        raise ValueError("must be a whole number, as in '1' or '-1'")
    return int(text or 0)


def references_of(obj: Object) -> tuple[Reference, ...]:
    """What the object depends on, each once. Raises ValueError for what names no object."""
    parts = (part.strip() for part in annotation(obj, DEPENDS_ON).split(","))
    return tuple(_reference(part) for part in dict.fromkeys(parts) if part)


def _reference(text: str) -> Reference:
    words = text.split("/")
    if len(words) not in (2, 3) or not all(words):
        raise ValueError(f"names objects as {_SHAPE}, with commas: {text!r} is not one")
    kind, _, group = words[-2].partition(".")
    return Reference(text, kind, words[-1], group, words[0] if words[2:] else "")


def meant(reference: Reference, by: Manifest, manifests: Sequence[Manifest]) -> Manifest:
    """The one of `manifests` that `by` means: in its own namespace first, else the only one.

    Raises ManifestError, with the place of the annotation, for none and for several.
    """
    found = [one for one in manifests if reference.fits(one)]
    home = [one for one in found if one.ref.namespace in (by.ref.namespace, "")]
    if len(chosen := home or found) == 1:
        return chosen[0]
    if chosen:
        spelled = ", ".join(f"{_full(one)}" for one in chosen)
        raise wrong(by, DEPENDS_ON, f"{reference.text} may be any of {spelled}", "say which")
    raise wrong(
        by, DEPENDS_ON, f"there is no {reference.text} in this release", _near(reference, manifests)
    )


def wrong(manifest: Manifest, name: str, problem: str, hint: str) -> ManifestError:
    """The error for what an annotation of a manifest says, with its template line."""
    return ManifestError(
        f"ordering {manifest.ref}: {name}: {problem}",
        where=manifest.place(("metadata", "annotations", name)),
        hint=hint,
    )


def _full(manifest: Manifest) -> str:
    ref = manifest.ref
    kind = f"{ref.kind}.{ref.group}" if ref.group else ref.kind
    return "/".join(filter(None, (ref.namespace, kind, ref.name)))


def _near(reference: Reference, manifests: Sequence[Manifest]) -> str:
    from difflib import get_close_matches

    names = [str(one.ref) for one in manifests]
    near = get_close_matches(f"{reference.kind}/{reference.name}", names, n=1)
    return f"did you mean {near[0]}?" if near else "name an object that the chart renders"
