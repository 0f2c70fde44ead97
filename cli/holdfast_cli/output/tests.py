"""The results of a release's tests, for people and for machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from holdfast_cli.output.table import columns, cut, iso

if TYPE_CHECKING:
    from holdfast import HookResult

_HEAD = ("TEST", "RESULT", "SECONDS", "REASON")


def result_dict(result: HookResult, *, logs: bool) -> dict[str, Any]:
    """One test for machines; what its pods wrote only where that was asked for."""
    data: dict[str, Any] = {
        "object": result.ref.as_dict(),
        "result": result.outcome.value,
        "reason": result.reason,
        "started": iso(result.started),
        "seconds": round(result.ended - result.started, 3),
    }
    if logs:
        data["logs"] = [
            {
                "pod": log.pod,
                "container": log.container,
                "lines": list(log.lines),
                "problem": log.problem,
            }
            for log in result.logs
        ]
    return data


def results_text(release: str, results: Sequence[HookResult]) -> str:
    """A line for each test, and below them what the pods wrote."""
    if not results:
        return f"release {release} has no tests to run"
    rows = [
        (one.ref, one.outcome.value, f"{one.ended - one.started:.0f}", cut(one.reason))
        for one in results
    ]
    logs = [line for one in results for line in _log_lines(one)]
    return "\n".join([columns(_HEAD, rows), *logs])


def _log_lines(result: HookResult) -> Iterator[str]:
    for log in result.logs:
        yield f"\nLOG of Pod/{log.pod}, container {log.container}:"
        if log.problem:
            yield f"cannot be read: {log.problem}"
        yield from log.lines
