"""list: one line per release, read from the heads' metadata alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from holdfast.actions.target import Target
from holdfast.errors import ManifestError, ReleaseError, UsageError
from holdfast.kinds.selectors import parse_selector
from holdfast.model.release import ReleaseSummary, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOptions:
    """Which releases, and in what order.

    `selector` is a label selector over the users' labels; `pattern` a regular expression found
    anywhere in the name (as Helm's); no `statuses` are all; `most` 0 is no limit.
    """

    all_namespaces: bool = False
    selector: str = ""
    pattern: str = ""
    statuses: Sequence[Status] = ()
    by_date: bool = False
    reverse: bool = False
    offset: int = 0
    most: int = 0


def list_releases(
    target: Target,
    options: ListOptions | None = None,
    *,
    on_damage: Callable[[ReleaseError], None] | None = None,
) -> list[ReleaseSummary]:
    """The releases by name, or from the oldest change to the newest; no record is read.

    A line that is damaged is told to `on_damage` and left out; without it ReleaseError is raised.
    Raises UsageError for a pattern or a selector that cannot be read, ClusterError.
    """
    options = options or ListOptions()
    pattern = _pattern(options.pattern)
    _check_selector(options.selector)
    found = target.store.list(
        None if options.all_namespaces else target.namespace,
        statuses=options.statuses,
        selector=options.selector,
        on_damage=on_damage,
    )
    chosen = [line for line in found if pattern.search(line.name)]
    if options.by_date:
        chosen.sort(key=lambda line: line.updated)
    if options.reverse:
        chosen.reverse()
    end = options.offset + options.most if options.most else None
    return chosen[options.offset : end]


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise UsageError(
            f"reading --filter: {text!r} is no regular expression: {error}",
            hint="it is found anywhere in the name: `^web` for a start, `-db$` for an end",
        ) from error


def _check_selector(text: str) -> None:
    try:
        parse_selector(text)
    except ManifestError as error:
        raise UsageError(f"reading --selector: {error.message}", hint=error.hint) from error
