"""The objects that are waited for as a tree: object → pod → revision, readiness, claim, restarts.

Pure: rows and a size go in, lines come out. What is ready gives way first where there is no room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from holdfast.light import dataclass
from holdfast_cli.output.live import fit
from holdfast_cli.output.table import pad, text_width

if TYPE_CHECKING:
    from holdfast import ObjectRow, PodRow, Progress

_ROOMY, _NARROW = 90, 60
"""Columns below which the revision, and then claims and restarts, are left out."""
_MARKS = {"ready": ("✓", "green"), "progressing": ("●", "yellow"), "failed": ("✗", "red")}
_ASCII = str.maketrans(
    {"✓": "+", "●": "*", "✗": "x", "├": "|", "└": "`", "│": "|", "─": "-", "…": "~", "·": "-"}
)

Paint: TypeAlias = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class _Line:
    """`lead` and `text` around a mark, which alone is in colour."""

    lead: str
    state: str
    text: str
    ready: bool = False
    of_pod: bool = False


def draw(
    progress: Progress, *, columns: int, lines: int, paint: Paint, ascii_only: bool = False
) -> tuple[list[str], list[int]]:
    """The lines of a frame, each at most `columns` wide and all of them fewer than `lines`; and
    their widths.
    """
    shown = _within(list(_lines(progress, columns)), lines - 2)
    head = fit(_head(progress), columns - 1)
    texts, widths = [paint(head, "bold")], [text_width(head)]
    for line in shown:
        mark, colour = _MARKS.get(line.state, ("", ""))
        start = f"{line.lead}{mark} " if mark else line.lead
        body = fit(f"{start}{line.text}", columns - 1)
        widths.append(text_width(body))
        if mark and len(body) > len(line.lead):
            body = f"{line.lead}{paint(mark, colour)}{body[len(line.lead) + len(mark) :]}"
        texts.append(body.translate(_ASCII) if ascii_only else body)
    return texts, widths


def _head(progress: Progress) -> str:
    counted = f"{progress.ready} of {len(progress.rows)} ready"
    times = f"{_clock(progress.elapsed)} of {_clock(progress.timeout)}"
    return f"{progress.title}  {counted}  {times}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"


def _lines(progress: Progress, columns: int) -> Iterator[_Line]:
    widest = max((text_width(str(row.ref)) for row in progress.rows), default=0)
    for row in progress.rows:
        last = row is progress.rows[-1]
        text = f"{pad(str(row.ref), widest)}  {row.reason or row.state}"
        yield _Line("└─ " if last else "├─ ", row.state, text, row.state == "ready")
        yield from _pods(row, "   " if last else "│  ", columns)


def _pods(row: ObjectRow, lead: str, columns: int) -> Iterator[_Line]:
    cells = [_cells(pod, columns) for pod in row.pods]
    widths = [max(map(text_width, column)) for column in zip(*cells, strict=True)]
    for pod, mine in zip(row.pods, cells, strict=True):
        padded = (pad(cell, width) for cell, width in zip(mine, widths, strict=True) if width)
        state = "ready" if pod.ready else "failed" if pod.trouble else "progressing"
        branch = "└─ " if pod is row.pods[-1] else "├─ "
        yield _Line(lead + branch, state, "  ".join(padded).rstrip(), pod.ready, of_pod=True)


def _cells(pod: PodRow, columns: int) -> tuple[str, ...]:
    restarts = f"{pod.restarts} restart{'' if pod.restarts == 1 else 's'}" if pod.restarts else ""
    roomy, narrow = columns >= _ROOMY, columns < _NARROW
    return (
        pod.name,
        f"revision {pod.revision}" if roomy and pod.revision else "",
        "" if narrow else "ready" if pod.ready else "not ready",
        "" if narrow else _claims(pod),
        "" if narrow else restarts,
        pod.reason,
    )


def _claims(pod: PodRow) -> str:
    phases = ", ".join(dict.fromkeys(phase for _, phase in pod.claims))
    return f"claim{'s' if len(pod.claims) > 1 else ''} {phases}" if phases else ""


def _within(lines: Sequence[_Line], most: int) -> list[_Line]:
    """What fits: all, else without ready pods, else without ready objects; the rest is cut."""
    shown = list(lines)
    for spare in (_is_ready_pod, _is_ready):
        if _height(shown, lines) > most:
            shown = [line for line in lines if not spare(line)]
    if _height(shown, lines) > most:
        shown = shown[: max(0, most - 1)]
    hidden = len(lines) - len(shown)
    return [*shown, _Line("", "", f"… {hidden} more")] if hidden else shown


def _height(shown: Sequence[_Line], lines: Sequence[_Line]) -> int:
    return len(shown) + (len(shown) < len(lines))


def _is_ready_pod(line: _Line) -> bool:
    return line.ready and line.of_pod


def _is_ready(line: _Line) -> bool:
    return line.ready
