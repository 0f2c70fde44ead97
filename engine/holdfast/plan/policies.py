"""The words in which charts and users say what becomes of fields that others own.

    spec.replicas=leave, spec.template.spec.containers[name=web].image=take

A field is spelled as plans spell it. It stands for everything below it; `*` in a name is any text,
`[*]` any item of a list. Where several fit the longest decides, then the later one. Pure grammar:
who owns what is told by conflicts.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import TypeAlias

from holdfast.errors import ManifestError, UsageError
from holdfast.kinds.fieldpaths import keys_of
from holdfast.light import dataclass
from holdfast.model.manifest import Manifest, ObjectRef
from holdfast.model.ownership import CONFLICT_ANNOTATION, FieldPath, Policy, annotation_of

Segment: TypeAlias = str | tuple[tuple[str, str], ...]
"""A field's name, or the keys and values of a list's item; no keys is any item."""

_TOKEN = re.compile(
    r'(?:^|\.)(?:"(?P<quoted>[^"]*)"|(?P<name>[^.\[\]"=,\s]+))'
    r"|\[(?P<item>[^\]]*)\]"
)
_OBJECT = re.compile(r'(?P<kind>[^/.:"\[\]]+)/(?P<name>[^/:"\[\]]+):(?P<rule>.+)', re.DOTALL)
_EXAMPLE = "write spec.replicas=leave, or Deployment/web:spec.replicas=leave; take, leave or fail"


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What becomes of the fields that a pattern fits; `by` is who says so."""

    pattern: tuple[Segment, ...]
    policy: Policy
    by: str

    def fits(self, path: FieldPath) -> bool:
        """Whether `path` is the field of the pattern, or lies below it."""
        pairs = zip(self.pattern, path, strict=False)
        return len(self.pattern) <= len(path) and all(_fits(one, part) for one, part in pairs)


@dataclass(frozen=True, slots=True)
class ConflictRule:
    """A rule of the command line: for the objects that the patterns of kind and name fit."""

    rule: FieldRule
    kind: str = "*"
    name: str = "*"

    def is_for(self, ref: ObjectRef) -> bool:
        """Whether the rule speaks of this object."""
        return fnmatchcase(ref.kind, self.kind) and fnmatchcase(ref.name, self.name)


def read_conflict_rule(text: str) -> ConflictRule:
    """A rule of the command line: `[KIND/NAME:]FIELD=take|leave|fail`. Raises UsageError."""
    by = f"--on-conflict {text}"
    named = _OBJECT.fullmatch(text)
    try:
        rule = _rule(named["rule"] if named else text, by)
    except ValueError as error:
        raise UsageError(f"reading {by}: {error}", hint=_EXAMPLE) from None
    return ConflictRule(rule, named["kind"], named["name"]) if named else ConflictRule(rule)


def annotated_rules(manifest: Manifest) -> tuple[FieldRule, ...]:
    """The rules that an object's own annotation has. Raises ManifestError."""
    text = annotation_of(manifest.object)
    if not text:
        return ()
    try:
        return tuple(_rule(part, CONFLICT_ANNOTATION) for part in _parts(str(text)))
    except ValueError as error:
        path = ("metadata", "annotations", CONFLICT_ANNOTATION)
        raise ManifestError(
            f"reading {manifest.ref}: its annotation {CONFLICT_ANNOTATION}: {error}",
            where=manifest.positions.get(path, manifest.source),
            hint="for instance: spec.replicas=leave, metadata.labels=take",
        ) from None


def choose(rules: Iterable[FieldRule], path: FieldPath) -> FieldRule | None:
    """The rule that decides on a field: the longest that fits, of equal ones the last."""
    fitting = [rule for rule in rules if rule.fits(path)]
    return max(reversed(fitting), key=lambda rule: len(rule.pattern), default=None)


def _parts(text: str) -> Iterator[str]:
    """The rules of an annotation: between them are commas or the ends of lines."""
    if text.count('"') % 2 or text.count("[") != text.count("]"):
        raise ValueError("a quote or a bracket is not closed")
    for part in re.findall(r'(?:"[^"]*"|\[[^\]]*\]|[^,\n"\[])+', text):
        if part.strip():
            yield part


def _rule(text: str, by: str) -> FieldRule:
    field, equals, word = text.strip().rpartition("=")
    if not equals or "]" in word:
        raise ValueError(f"{text.strip()!r} names no policy")
    try:
        policy = Policy(word.strip())
    except ValueError:
        raise ValueError(f"{word.strip()!r} is no policy: take, leave or fail") from None
    return FieldRule(_pattern(field.strip()), policy, by)


def _pattern(text: str) -> tuple[Segment, ...]:
    found: list[Segment] = []
    end = 0
    while end < len(text):
        match = _TOKEN.match(text, end)
        if match is None:
            raise ValueError(f"{text!r} is no field: what is {text[end:]!r}?")
        end = match.end()
        item = match["item"]
        found.append(_item(item) if item is not None else match["quoted"] or match["name"] or "")
    if not found:
        raise ValueError("it names no field")
    return tuple(found)


def _item(text: str) -> Segment:
    if text == "*":
        return ()
    pairs = tuple(tuple(part.partition("=")[::2]) for part in text.split(","))
    if not all("=" in part for part in text.split(",")):
        raise ValueError(f"[{text}] is no item of a list: write [name=web] or [*]")
    return tuple((str(key).strip(), str(value).strip().strip('"')) for key, value in pairs)


def _fits(segment: Segment, element: str) -> bool:
    kind, _, rest = element.partition(":")
    if isinstance(segment, str):
        return kind == "f" and fnmatchcase(rest, segment)
    if kind not in ("k", "v"):
        return False
    there = {"": json.loads(rest)} if kind == "v" else keys_of(element)
    return all(key in there and fnmatchcase(_text(there[key]), value) for key, value in segment)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
