"""What people may not see of an object, and how it is shown instead.

Secret is: every entry of a Secret, what the renderer marked as sensitive, and any other text in
which a sensitive text shows up again. People see how many bytes it has and whether it changes.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from holdfast.errors import Where
from holdfast.light import dataclass
from holdfast.model.generated import GENERATED_LATER
from holdfast.model.manifest import Manifest
from holdfast.model.plan import ABSENT, Plan
from holdfast.model.release import Revision
from holdfast.model.secrecy import hide, longest_first, sensitive_texts
from holdfast.model.values import Path
from holdfast.plan.paths import Shape, canonical, children, look_up

Mask: TypeAlias = Callable[[Path, Any], Any]

_SECRET = Shape("v1", "Secret")
_SECRET_FIELDS = (("data",), ("stringData",))


@dataclass(frozen=True, slots=True)
class Secrecy:
    """One object's secrets: the `paths` they stand at, and all secret `texts` of the release."""

    shape: Shape
    paths: frozenset[Path] = frozenset()
    texts: tuple[str, ...] = ()

    def hides(self, path: Path, value: Any) -> bool:
        """Whether `value` at `path` is, or holds, a secret."""
        if self._marked(path):
            return value is not ABSENT
        if isinstance(value, dict | list):
            below = children(value, path, self.shape)
            return any(self.hides((*path, part), child) for part, child in below)
        return self._repeats(value)

    def find(self, node: Any, path: Path = ()) -> Iterator[Path]:
        """The paths of the values to mask in `node`, each the topmost or a single scalar."""
        if self._marked(path) and not isinstance(node, dict | list):
            yield path
        elif isinstance(node, dict) and path and any(map(self._repeats, node)):
            yield path  # a secret is a key of it: it is not shown what it holds
        elif isinstance(node, dict | list):
            for part, child in children(node, path, self.shape):
                yield from self.find(child, (*path, part))
        elif self._repeats(node):
            yield path

    def veil(self, path: Path) -> Path:
        """A path without the secrets that are keys in it."""
        if not self.texts:
            return path
        return tuple(hide(part, self.texts) if isinstance(part, str) else part for part in path)

    def clean(self, message: str) -> str:
        """A message of the server without the secrets it quotes."""
        return hide(message, self.texts)

    def _marked(self, path: Path) -> bool:
        if self.shape == _SECRET and path[:1] in _SECRET_FIELDS:
            return len(path) > 1
        return any(path[: len(root)] == root for root in self.paths)

    def _repeats(self, value: Any) -> bool:
        return isinstance(value, str) and any(text in value for text in self.texts)


def secrecy_of(manifest: Manifest, texts: tuple[str, ...]) -> Secrecy:
    """What to hide of one object: its own sensitive paths and all secret `texts`."""
    shape = Shape.of(manifest.object)
    paths = (canonical(manifest.object, path, shape) for path in manifest.sensitive)
    return Secrecy(shape, frozenset(paths), texts)


def secret_texts(manifests: Iterable[Manifest]) -> tuple[str, ...]:
    """The texts at all sensitive paths that are distinct enough to be looked for elsewhere."""
    return longest_first(text for manifest in manifests for text in _texts(manifest))


def release_texts(revision: Revision | None, manifests: Iterable[Manifest]) -> tuple[str, ...]:
    """The secret texts of a release: those in its objects and hooks, and its secret values."""
    hooks = revision.hooks if revision else ()
    values = sensitive_texts(revision.values, revision.sensitive) if revision else ()
    return longest_first((*secret_texts((*manifests, *hooks)), *values))


def plan_texts(plan: Plan) -> tuple[str, ...]:
    """The secret texts that a plan knows: those of its revision, and of the Secrets there are."""
    live = tuple(
        Manifest(change.ref, change.before, Where("live"))
        for change in plan.changes
        if change.before and Shape.of(change.before) == _SECRET
    )
    return release_texts(
        plan.revision, (*(plan.revision.manifests if plan.revision else ()), *live)
    )


def masked(value: Any, path: Path, secrets: frozenset[Path], shape: Shape, mask: Mask) -> Any:
    """`value`, which stands at `path`, with everything at the paths `secrets` given to `mask`."""
    if path in secrets:
        return mask(path, value)
    parts = children(value, path, shape)
    if isinstance(value, dict):
        return {key: masked(child, (*path, key), secrets, shape, mask) for key, child in parts}
    if isinstance(value, list):
        return [masked(child, (*path, part), secrets, shape, mask) for part, child in parts]
    return value


def size(path: Path, value: Any, shape: Shape) -> int:
    """How many bytes a secret has; those of `data` of a Secret are counted decoded."""
    if value is None or value is ABSENT:
        return 0
    text = value if isinstance(value, str) else str(value)
    if shape == _SECRET and path[:1] == ("data",):
        return len(_decoded(text))
    return len(text.encode())


def is_later(path: Path, value: Any, shape: Shape) -> bool:
    """Whether a secret is, or holds, a text that is still to be generated."""
    text = value if isinstance(value, str) else ""
    if shape == _SECRET and path[:1] == ("data",):
        text = _decoded(text).decode("utf-8", "replace")
    return GENERATED_LATER in text


def _texts(manifest: Manifest) -> Iterator[str]:
    shape = Shape.of(manifest.object)
    secrecy = secrecy_of(manifest, ())
    for path in secrecy.find(manifest.object):
        value = look_up(manifest.object, path, shape)
        if not isinstance(value, str):
            continue
        yield value
        if path[0] == "data" and manifest.ref.kind == "Secret":
            yield _decoded(value).decode("utf-8", "replace")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return text.encode()
