"""A plan for people: the table first, then the body of each change, then the sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from holdfast_cli.output.table import columns

if TYPE_CHECKING:
    from holdfast import Plan, RevisionDiff
    from holdfast_cli.console import Console

_OWNERS = ("OBJECT", "FIELD", "OWNER", "THEIRS", "OURS", "POLICY")
_COLOURS = {"header": "bold", "add": "green", "remove": "red", "fold": "dim"}
_VERBS = {
    "create": "green",
    "update": "yellow",
    "recreate": "red",
    "delete": "red",
    "refused": "red",
}


def show_plan(
    console: Console,
    plan: Plan,
    *,
    unified: int = 3,
    show_secrets: bool = False,
    origins: bool = True,
) -> None:
    """Print a plan: what each change is and does to the workload, and then the changes."""
    from holdfast import (
        plan_dropped,
        plan_kept,
        plan_losses,
        plan_noise,
        plan_owners,
        plan_rows,
        plan_sums,
    )

    rows = plan_rows(plan)
    if rows:
        lines = columns(("VERB", "OBJECT", "EFFECT", "REASON"), rows).split("\n")
        for verb, line in zip(["", *(row[0] for row in rows)], lines, strict=True):
            console.data(console.paint(line, _VERBS[verb]) if verb in _VERBS else line)
        console.data("\n")
    if owners := plan_owners(plan):
        console.data(columns(_OWNERS, owners))
        console.data("\n")
    given = {"unified": unified, "show_secrets": show_secrets, "origins": origins}
    for text in _bodies(console, plan, given):
        console.data(text + "\n")
    rest = (
        plan_noise(plan),
        *plan_losses(plan),
        *plan_kept(plan),
        *plan.remarks,
        *plan_dropped(plan),
        plan_sums(plan),
    )
    for line in filter(None, rest):
        console.data(line)


def show_revisions(
    console: Console, diff: RevisionDiff, *, unified: int = 3, show_secrets: bool = False
) -> None:
    """Print what differs between two revisions: the values first, then the objects."""
    from holdfast import diff_values

    for text in _painted(console, diff_values(diff, unified=unified, show_secrets=show_secrets)):
        console.data(text + "\n")
    show_plan(console, diff.plan, unified=unified, show_secrets=show_secrets, origins=False)


def _bodies(console: Console, plan: Plan, given: dict[str, Any]) -> Iterator[str]:
    from holdfast import plan_body

    for change in plan.pending:
        yield from _painted(console, plan_body(change, **given))


def _painted(console: Console, lines: Sequence[Any]) -> Iterator[str]:
    """The lines of one diff, and an empty one after them."""
    for line in lines:
        colour = _COLOURS.get(line.kind)
        text = console.paint(line.text, colour) if colour and line.text else line.text
        yield text + (console.paint(f"  ← {line.note}", "dim") if line.note else "")
    if lines:
        yield ""


def show_refusals(console: Console, plan: Plan) -> None:
    """Say how to go on after each change that is refused (stderr)."""
    for change in plan.refused:
        if change.hint:
            console.say(f"{console.paint('hint:', 'cyan')} {change.ref}: {change.hint}")
