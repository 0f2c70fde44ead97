"""A collection read in pages, so that neither side holds thousands of objects in one answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

from holdfast.cluster.request import Request
from holdfast.errors import ClusterError

PAGE = 500
"""Objects per page of a list; what kubectl asks for."""

Ask: TypeAlias = Callable[[Request, str], dict[str, Any]]
"""Send a request and return the answer's object; the text says what is being done."""


def collect(ask: Ask, first: Request, api_version: str, kind: str) -> tuple[dict[str, Any], ...]:
    """The items of all pages, each with the apiVersion and kind that lists leave out."""
    found: list[dict[str, Any]] = []
    sent = first
    while True:
        try:
            page = ask(sent, f"list {kind}")
        except ClusterError as error:
            if error.status != 410 or sent is first:
                raise
            # The server no longer has the state the pages are of: once more, in one answer (API
            # concepts, "Retrieving large results sets in chunks").
            found, sent = [], _unlimited(first)
            first = sent
            continue
        found += page.get("items") or ()
        continued = (page.get("metadata") or {}).get("continue")
        if not continued:
            return tuple({**item, "apiVersion": api_version, "kind": kind} for item in found)
        sent = replace(first, query=(*first.query, ("continue", continued)))


def _unlimited(request: Request) -> Request:
    return replace(request, query=tuple(pair for pair in request.query if pair[0] != "limit"))
