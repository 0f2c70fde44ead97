"""A plan for people: the table first, then the body of each change, then the sums."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from holdfast_cli.output.table import columns

if TYPE_CHECKING:
    from holdfast import Plan
    from holdfast_cli.console import Console

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
        plan_rows,
        plan_stages,
        plan_sums,
    )

    rows = plan_rows(plan)
    if rows:
        head, *lines = columns(("VERB", "OBJECT", "EFFECT", "REASON"), rows).split("\n")
        console.data(head)
        stages = _headings(plan_stages(plan)) or [""] * len(rows)
        for row, line, heading in zip(rows, lines, stages, strict=True):
            if heading:
                console.data(console.paint(f"── {heading}", "bold"))
            console.data(console.paint(line, _VERBS[row[0]]) if row[0] in _VERBS else line)
        console.data("\n")
    given = {"unified": unified, "show_secrets": show_secrets, "origins": origins}
    for text in _bodies(console, plan, given):
        console.data(text + "\n")
    rest = (
        plan_noise(plan),
        *plan_losses(plan),
        *plan_kept(plan),
        *plan_dropped(plan),
        plan_sums(plan),
    )
    for line in filter(None, rest):
        console.data(line)


def _headings(titles: list[str]) -> list[str]:
    """Each title where it begins, empty in between."""
    return [
        title if title != before else ""
        for before, title in zip(["", *titles], titles, strict=False)
    ]


def _bodies(console: Console, plan: Plan, given: dict[str, Any]) -> Iterator[str]:
    from holdfast import plan_body

    for change in plan.pending:
        lines = plan_body(change, **given)
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
