"""A server in a few lines: what it answers by `METHOD path`, and what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from holdfast.cluster.client import Cluster
from holdfast.cluster.transports.direct import DirectTransport


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: list[bytes]
    headers: Mapping[str, str] = field(default_factory=dict)


class Pauses:
    """A clock that goes on by what is slept, and remembers it."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> float:
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def ok(obj: Any, **headers: str) -> Answer:
    return Answer(200, [json.dumps(obj).encode()], headers)


def no(code: int, message: str = "no", **rest: Any) -> Answer:
    reason = {"reason": "NotFound"} if code == 404 else {}
    status = {"kind": "Status", "code": code, "message": message, **reason, **rest}
    return Answer(code, [json.dumps(status).encode()])


Table = dict[str, Answer | Callable[[dict[str, str], Mapping[str, str]], Answer]]


def cluster_of(table: Table) -> tuple[Cluster, list[str]]:
    """A cluster that answers 404 to whatever the table does not name."""
    asked: list[str] = []

    def app(method: str, path: str, query: Any, headers: Mapping[str, str], body: Any) -> Answer:
        dry = " (dry run)" if ("dryRun", "All") in query else ""
        selector = dict(query).get("labelSelector", "")
        asked.append(f"{method} {path} {selector}".rstrip() + dry)
        found = table.get(f"{method} {path}", no(404, "not found"))
        return found(dict(query), headers) if callable(found) else found

    return Cluster(DirectTransport(app), clock=Pauses()), asked
