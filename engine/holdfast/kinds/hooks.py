"""What an object's annotations say of it as a hook: the one place that knows their grammar.

Helm's spellings (`helm.sh/hook…`) are read as ours, so that a chart author's fingers work. What
Helm passes over without a word (an unknown moment, after which the object is in no manifest at all)
is an error here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from holdfast.errors import ManifestError
from holdfast.kinds.conditions import condition, is_true, map_at
from holdfast.model.durations import seconds_in
from holdfast.model.hook import Hook, Outcome, Policy, When
from holdfast.model.manifest import Manifest, Manifests, ObjectRef

OURS, HELMS = "holdfast.dev/", "helm.sh/"
HOOK = "hook"
_WEIGHT, _DELETE, _LOGS = "hook-weight", "hook-delete-policy", "hook-output-log-policy"
_TIMEOUT, _WORKLOAD = "hook-timeout", "hook-workload"
_HELMS = (HOOK, _WEIGHT, _DELETE, _LOGS)
_ALL = (*_HELMS, _TIMEOUT, _WORKLOAD)
_ALIASES = {"test-success": When.TEST}
"""Helm 2's name for a test, which Helm still takes."""
_GONE = {
    "crd-install": "definitions lie in crds/",
    "test-failure": "let a test fail by its exit code: invert the command",
}
_ENUM = TypeVar("_ENUM", bound=StrEnum)


@dataclass(frozen=True)
class BadAnnotation(ValueError):
    """An annotation that cannot be read: its whole name, what is wrong, and what to do."""

    name: str
    problem: str
    hint: str

    def __str__(self) -> str:
        return f"{self.name} {self.problem}"


def is_hook(obj: Mapping[str, Any]) -> bool:
    """Whether an object says that it is a hook, in either spelling."""
    return any(f"{prefix}{HOOK}" in _annotations(obj) for prefix in (OURS, HELMS))


def stray_annotation(obj: Mapping[str, Any]) -> str:
    """The first annotation of a hook that stands on an object that is none; empty for none."""
    if is_hook(obj):
        return ""
    found = (name for name in _annotations(obj) if _key(name) in _ALL)
    return next(found, "")


def find_hook(manifest: Manifest) -> Hook | None:
    """What an object's annotations say of it as a hook; None for one that is none.

    Raises BadAnnotation, also for an annotation that looks like a hook's and is not known.
    """
    given = _given(_annotations(manifest.object))
    if HOOK not in given:
        return None
    name, text = given[HOOK]
    when = tuple(_moments(name, text))
    if not when:
        raise BadAnnotation(name, "names no moment", _known(When))
    deletes = frozenset(_words(given, _DELETE, tuple(Policy)))
    return Hook(
        manifest,
        when,
        weight=_weight(given),
        deletes=deletes or frozenset((Policy.BEFORE_CREATION,)),
        logs=frozenset(_words(given, _LOGS, (Policy.SUCCEEDED, Policy.FAILED))),
        timeout=_timeout(given),
        workload=given[_WORKLOAD][1] if _WORKLOAD in given else "",
    )


def hooks_of(manifests: Iterable[Manifest]) -> tuple[Hook, ...]:
    """The hooks that these objects are, in the order in which they run: by weight, then by name.

    Raises ManifestError where one cannot be read, as one that a later holdfast has stored may be.
    """
    return tuple(sorted(filter(None, map(_read, manifests)), key=_rank))


def due(hooks: Iterable[Hook], when: When, workload: str = "") -> tuple[Hook, ...]:
    """Those that run at a moment, in their order; around a scaling, those for that workload."""
    return tuple(
        hook
        for hook in sorted(hooks, key=_rank)
        if when in hook.when and (not workload or hook.workload in ("", workload))
    )


def runs_to_an_end(ref: ObjectRef) -> bool:
    """Whether a hook of that kind is waited for until it has ended: a Job or a Pod (as in Helm)."""
    return (ref.group, ref.kind) in (("batch", "Job"), ("", "Pod"))


def outcome_of(live: Mapping[str, Any]) -> Outcome | None:
    """How a Job or Pod, as the server gave it, has come to its end; None where it has not."""
    if live.get("kind") == "Pod":
        ends = {"Succeeded": Outcome.SUCCEEDED, "Failed": Outcome.FAILED}
        return ends.get(str(map_at(live, "status").get("phase")))
    if is_true(condition(live, "Complete")):
        return Outcome.SUCCEEDED
    return Outcome.FAILED if is_true(condition(live, "Failed")) else None


def has_ended(live: Mapping[str, Any]) -> bool:
    """Whether a Job or Pod, as the server gave it, has come to its end, well or not."""
    return outcome_of(live) is not None


def split_hooks(manifests: Manifests) -> tuple[Manifests, Manifests]:
    """The release's own objects, and its hooks; each in the order given."""
    hooks = tuple(one for one in manifests if is_hook(one.object))
    if not hooks:
        return manifests, ()
    return tuple(one for one in manifests if not is_hook(one.object)), hooks


def _rank(hook: Hook) -> tuple[int, str, str]:
    return hook.weight, hook.ref.name, hook.ref.kind


def _read(manifest: Manifest) -> Hook | None:
    try:
        return find_hook(manifest)
    except BadAnnotation as error:
        raise ManifestError(
            f"reading the hook {manifest.ref}: {error}", hint=error.hint, where=manifest.source
        ) from None


def _annotations(obj: Mapping[str, Any]) -> Mapping[str, Any]:
    return map_at(map_at(obj, "metadata"), "annotations")


def _key(name: str) -> str:
    """`hook-weight` for either spelling of it; empty for what is no annotation of hooks."""
    prefix, _, rest = name.partition("/")
    ours = f"{prefix}/" in (OURS, HELMS)
    return rest if ours and re.match(rf"{HOOK}s?\b", rest) else ""


def _given(annotations: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """By key, the annotation as it is written and its text. Raises BadAnnotation."""
    found: dict[str, tuple[str, str]] = {}
    for name, text in annotations.items():
        key = _key(name)
        if not key:
            continue
        known = _ALL if name.startswith(OURS) else _HELMS
        if key not in known:
            raise BadAnnotation(name, "is not known", _nearest(name, known))
        earlier, said = found.setdefault(key, (name, str(text).strip()))
        if said != str(text).strip():
            hint = "the two mean the same: keep one of them"
            raise BadAnnotation(name, f"says something else than {earlier}", hint)
    return found


def _nearest(name: str, known: tuple[str, ...]) -> str:
    prefix = OURS if name.startswith(OURS) else HELMS
    names = [f"{prefix}{key}" for key in known]
    near = _near(name, names, cutoff=0.8)
    return f"did you mean {near}?" if near else f"known are {', '.join(names)}"


def _moments(name: str, text: str) -> Iterator[When]:
    for word in _split(text):
        if word in _GONE:
            raise BadAnnotation(name, f"names {word!r}, which is no more", _GONE[word])
        yield _ALIASES.get(word) or _member(name, word, tuple(When))


def _words(
    given: Mapping[str, tuple[str, str]], key: str, known: tuple[Policy, ...]
) -> Iterator[Policy]:
    name, text = given.get(key, ("", ""))
    for word in _split(text):
        yield _member(name, word, known)


def _split(text: str) -> list[str]:
    words = (word.strip() for word in text.split(","))
    return list(dict.fromkeys(filter(None, words)))


def _member(name: str, word: str, known: tuple[_ENUM, ...]) -> _ENUM:
    found = next((one for one in known if one.value == word), None)
    if found is not None:
        return found
    near = _near(word, [one.value for one in known], cutoff=0.6)
    hint = f"did you mean {near}?" if near else _known(known)
    raise BadAnnotation(name, f"names {word!r}, which is not known", hint)


def _near(word: str, known: Sequence[str], *, cutoff: float) -> str:
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, known, n=1, cutoff=cutoff)), "")


def _known(words: Iterable[StrEnum]) -> str:
    return f"known are {', '.join(one.value for one in words)}"


def _weight(given: Mapping[str, tuple[str, str]]) -> int:
    name, text = given.get(_WEIGHT, ("", "0"))
    if not re.fullmatch(r"[+-]?\d{1,9}", text):
        hint = "lower weights run first; those without one have 0"
        raise BadAnnotation(name, f"must be a whole number in quotes, not {text!r}", hint)
    return int(text)


def _timeout(given: Mapping[str, tuple[str, str]]) -> float | None:
    if _TIMEOUT not in given:
        return None
    name, text = given[_TIMEOUT]
    try:
        seconds = seconds_in(text)
    except ValueError:
        seconds = 0.0
    if seconds <= 0:
        raise BadAnnotation(name, f"must be a duration over 0, not {text!r}", "as in 90s or 10m")
    return seconds
