"""A plan for people: the table first, then the body of each change, then the sums."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from holdfast_cli.output.table import columns

if TYPE_CHECKING:
    from holdfast import Plan, RevisionDiff
    from holdfast_cli.console import Console

_OWNERS = ("OBJECT", "FIELD", "OWNER", "THEIRS", "OURS", "POLICY")
Paint: TypeAlias = Callable[[str, str], str]

_COLOURS = {"header": "bold", "add": "green", "remove": "red", "fold": "dim"}
_VERBS = {
    "create": "green",
    "update": "yellow",
    "recreate": "red",
    "delete": "red",
    "refused": "red",
    "run": "cyan",
}


def show_plan(
    console: Console,
    plan: Plan,
    *,
    unified: int = 3,
    show_secrets: bool = False,
    origins: bool = True,
) -> None:
    """Print a plan (stdout): what each change is and does to the workload, and then the changes."""
    given = {"unified": unified, "show_secrets": show_secrets, "origins": origins}
    for text in _plan_lines(plan, lambda text, colour: console.paint(text, colour), given):
        console.data(text)


def tell_plan(console: Console, plan: Plan, *, bodies: bool) -> None:
    """Say (stderr) what is about to be done; `bodies` with the diff of each object."""

    def paint(text: str, colour: str) -> str:
        return console.paint(text, colour, sys.stderr)

    for text in _plan_lines(plan, paint, {} if bodies else None):
        console.say(text.removesuffix("\n"))


def _plan_lines(plan: Plan, paint: Paint, given: dict[str, Any] | None) -> Iterator[str]:
    """The lines of a plan; without bodies where they are not asked for (None)."""
    from holdfast import (
        plan_dropped,
        plan_kept,
        plan_losses,
        plan_noise,
        plan_owners,
        plan_rows,
        plan_stages,
        plan_sums,
    )

    rows = plan_rows(plan)
    if rows:
        head, *lines = columns(("VERB", "OBJECT", "EFFECT", "REASON"), rows).split("\n")
        yield head
        stages = _headings(plan_stages(plan)) or [""] * len(rows)
        for row, line, heading in zip(rows, lines, stages, strict=True):
            if heading:
                yield paint(f"── {heading}", "bold")
            yield paint(line, _VERBS[row[0]]) if row[0] in _VERBS else line
        yield "\n"
    if owners := plan_owners(plan):
        yield columns(_OWNERS, owners)
        yield "\n"
    if given is not None:
        yield from (f"{text}\n" for text in _bodies(paint, plan, given))
    rest = (
        plan_noise(plan),
        *plan_losses(plan),
        *plan_kept(plan),
        *plan.cautions,
        *plan.remarks,
        *plan_dropped(plan),
        plan_sums(plan),
    )
    yield from filter(None, rest)


def _headings(titles: list[str]) -> list[str]:
    """Each title where it begins, empty in between."""
    return [
        title if title != before else ""
        for before, title in zip(["", *titles], titles, strict=False)
    ]


def show_revisions(
    console: Console, diff: RevisionDiff, *, unified: int = 3, show_secrets: bool = False
) -> None:
    """Print what differs between two revisions: the values first, then the objects."""
    from holdfast import diff_values

    values = diff_values(diff, unified=unified, show_secrets=show_secrets)
    for text in _painted(lambda text, colour: console.paint(text, colour), values):
        console.data(text + "\n")
    show_plan(console, diff.plan, unified=unified, show_secrets=show_secrets, origins=False)


def _bodies(paint: Paint, plan: Plan, given: dict[str, Any]) -> Iterator[str]:
    from holdfast import plan_body, plan_hook_body

    hooks = {one.hook.ref: one for one in reversed(plan.hooks)}.values()  # each once
    bodies = (
        *(plan_hook_body(one, **given) for one in reversed(hooks) if one.when.before),
        *(plan_body(change, **given) for change in plan.pending),
        *(plan_hook_body(one, **given) for one in reversed(hooks) if not one.when.before),
    )
    for lines in bodies:
        yield from _painted(paint, lines)


def _painted(paint: Paint, lines: Sequence[Any]) -> Iterator[str]:
    """The lines of one diff, and an empty one after them."""
    for line in lines:
        colour = _COLOURS.get(line.kind)
        text = paint(line.text, colour) if colour and line.text else line.text
        yield text + (paint(f"  ← {line.note}", "dim") if line.note else "")
    if lines:
        yield ""


def show_refusals(console: Console, plan: Plan) -> None:
    """Say how to go on after each change that is refused (stderr)."""
    for change in plan.refused:
        if change.hint:
            console.say(f"{console.paint('hint:', 'cyan')} {change.ref}: {change.hint}")
