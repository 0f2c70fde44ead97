"""The body of a plan for people: one unified YAML diff per object, secrets masked, no colours.

Lines carry what they are, so that whoever prints them chooses how they look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from holdfast.kinds.definitions import is_definition
from holdfast.light import dataclass
from holdfast.model.plan import ABSENT, Change, PlannedHook, Verb
from holdfast.model.values import Path
from holdfast.plan.align import align, fold
from holdfast.plan.matching import LineMatcher
from holdfast.plan.notes import Note, line_notes, users_own
from holdfast.plan.paths import Shape, look_up
from holdfast.plan.secrecy import is_later, masked, size
from holdfast.plan.table import object_name, only_noise, version_moves
from holdfast.yamltext import dump


@dataclass(frozen=True, slots=True)
class Line:
    """One line, without its newline. A `fold` stands for what is left out.

    `note` says where the value of an added line came from: once per field.
    """

    kind: Literal["header", "context", "add", "remove", "fold"]
    text: str
    note: str = ""


def body(
    change: Change, *, unified: int = 3, show_secrets: bool = False, origins: bool = True
) -> list[Line]:
    """The diff of one object: `unified` lines around each change, the others folded.

    A secret reads `(secret, 12 bytes)`, one that changes `(secret, changed, 12 bytes → 16 bytes)`.
    An added line is noted with the origins of its value, once per field; of a new object only what
    the user gave is. Nothing at all is shown of an object of which only the chart's version label
    changes (`noise_line` names all those together), nor of one that stays as it is.
    """
    if change.verb is Verb.NONE or only_noise(change):
        return []
    silent = ("none", change.verb.value)
    effect = "" if change.effect.value in silent else f", {change.effect}"
    lines = [Line("header", f"{object_name(change.ref)}: {change.verb}{effect}")]
    noise = tuple(field for field in change.fields if field.noise)
    if noise and change.before is not None:
        lines.append(Line("fold", version_moves(noise)))
    shown_before, shown_after = _shown(change, show_secrets=show_secrets)
    before, after = _lines(shown_before), _lines(shown_after)
    notes = _notes(after, shown_after, change) if origins else []
    return [*lines, *_noted(_diff(before, after, unified), notes)]


def hook_body(planned: PlannedHook, **how: Any) -> list[Line]:
    """The diff between a hook as it was applied before and as it will run; nothing where it is the
    same. `how` is as in `body`.
    """
    if not planned.change.fields:
        return []
    _, *lines = body(planned.change, **how)
    return [Line("header", f"{object_name(planned.change.ref)}: {planned.when} hook"), *lines]


def _notes(lines: Sequence[str], shown: Any, change: Change) -> list[Note]:
    known = users_own(change.origins) if change.before is None else change.origins
    return line_notes(lines, shown, known, Shape(change.ref.api_version, change.ref.kind))


def _noted(diff: Iterator[tuple[Line, int]], notes: Sequence[Note]) -> Iterator[Line]:
    """The lines of a diff: the first added one of a field has its note, where it is another one
    than that of the line above.
    """
    last, done = "", set()
    for line, number in diff:
        if line.kind != "add" or not notes:
            last = last if line.kind == "remove" else ""
            yield line
            continue
        field, note = notes[number]
        yield line if note == last or field in done else replace(line, note=note)
        last = note
        done.add(field)


def _shown(change: Change, *, show_secrets: bool) -> tuple[Any, Any]:
    """The two objects, alike but for what changes and is not folded."""
    before, after = change.before, change.after
    shape = Shape(change.ref.api_version, change.ref.kind)
    shown_before, shown_after = before, after
    if is_definition(change.ref) and (before is None or after is None):
        shown_before, shown_after = _without_schemas(before), _without_schemas(after)
    if before is not None and after is not None:
        noise = tuple(field for field in change.fields if field.noise)
        shown_before = fold(before, noise)
        shown_after = align(shown_before, after, (), shape)
    if not show_secrets:
        shown_before = _hidden(shown_before, None, change, shape)
        shown_after = _hidden(shown_after, before, change, shape)
    return shown_before, shown_after


def _without_schemas(definition: Any) -> Any:
    """A definition that comes or goes without its schemas: they are thousands of lines."""
    if definition is None:
        return None
    spec = definition.get("spec") or {}
    versions = [
        {**one, "schema": f"({len(_lines(one['schema']))} lines)"} if "schema" in one else one
        for one in spec.get("versions") or ()
    ]
    return {**definition, "spec": {**spec, "versions": versions}}


def _hidden(node: Any, before: Any, change: Change, shape: Shape) -> Any:
    def mask(path: Path, value: Any) -> str:
        if is_later(path, value, shape):
            return "(secret, generated at install)"
        old = ABSENT if before is None else look_up(before, path, shape)
        if before is not None and old is ABSENT:
            return f"(secret, new, {_bytes(size(path, value, shape))})"
        if before is None or old == value:
            return f"(secret, {_bytes(size(path, value, shape))})"
        sizes = (_bytes(size(path, side, shape)) for side in (old, value))
        return f"(secret, changed, {' → '.join(sizes)})"

    return masked(node, (), change.sensitive, shape, mask)


def _bytes(count: int) -> str:
    return f"{count} byte{'' if count == 1 else 's'}"


def _lines(obj: Any) -> list[str]:
    return [] if obj is None else dump(obj).splitlines()


def _diff(before: Sequence[str], after: Sequence[str], unified: int) -> Iterator[tuple[Line, int]]:
    """Each line with the number of the line of `after` that it is, where it is one."""
    matcher = LineMatcher(before, after)
    end = 0
    for group in matcher.get_grouped_opcodes(unified):
        yield from _folded(group[0][1] - end)
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from ((Line("context", f"  {text}"), 0) for text in before[i1:i2])
                continue
            yield from ((Line("remove", f"- {text}"), 0) for text in before[i1:i2])
            yield from ((Line("add", f"+ {after[n]}"), n) for n in range(j1, j2))
        end = group[-1][2]
    yield from _folded(len(before) - end)


def _folded(count: int) -> Iterator[tuple[Line, int]]:
    if count > 0:
        yield Line("fold", f"  … {count} unchanged line{'' if count == 1 else 's'}"), 0
