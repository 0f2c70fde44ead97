"""An operation that was left half done, for people: what it was, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast import Plan, ReleaseSummary, Unfinished
    from holdfast_cli.console import Console


def unfinished_text(left: Unfinished, name: str) -> str:
    """One line of `status`."""
    from holdfast import unfinished_line

    word = "INTERRUPTED" if left.cut_off else "UNFINISHED"
    if not left.work.revision:
        return f"{word}: {unfinished_line(left)}; it left nothing half done"
    if left.work.operation == "restart":
        then = f"`holdfast resume {name}` goes on with it, `holdfast abandon {name}` forgets it"
        return f"{word}: {unfinished_line(left)}; {then}"
    return f"{word}: {unfinished_line(left)}; {ways(name)}"


def interrupted_lines(found: Sequence[ReleaseSummary], now: float) -> Iterator[str]:
    """A line for each release of `list` on which an operation was cut off."""
    for line in found:
        if line.work and line.locked_until <= now:
            yield f"INTERRUPTED: {line.name}: {line.work}; {ways(line.name)}"


def ways(name: str) -> str:
    """The two verbs that end it."""
    return f"`holdfast resume {name}` finishes it, `holdfast abandon {name}` undoes it"


def story(left: Unfinished) -> Iterator[str]:
    """What `resume` and `abandon` say first: which operation, whose, since when, how far."""
    from holdfast import unfinished_line

    ended = "was cut off" if left.cut_off else left.reason[:1].lower() + left.reason[1:]
    yield f"{unfinished_line(left)}: {ended}"
    for row in left.journal:
        yield f"  {'done' if row.done else 'was at'}: {_step(row.step, _object(row.detail))}"


def tell_unfinished(console: Console, plan: Plan) -> None:
    """Say (stderr) what a plan finishes or undoes, where it does."""
    if plan.unfinished:
        console.say("\n".join(story(plan.unfinished)))


def unfinished_of(plan: Plan) -> dict[str, Any]:
    """The same for machines, beside the rest of a report."""
    from holdfast_cli.output.release import unfinished_dict

    return {"unfinished": unfinished_dict(plan.unfinished)} if plan.unfinished else {}


def _step(step: str, subject: str) -> str:
    """The step and what it is about; a hook's step names it already."""
    return step if step.endswith(subject) else f"{step} {subject}"


def _object(detail: Any) -> str:
    kind, name = detail.get("kind", ""), detail.get("name", "")
    return f"{kind}/{name}" if kind else str(name)
