"""The server's front door: one call answers one request of Kubernetes' REST protocol.

    app = open_app("cluster.db", now=time.time)
    response = app("GET", "/api/v1/pods", {}, {}, b"")

Each request is one transaction of the store. It first brings the clock up to date, then does what
is asked, then lets the controllers answer. The app knows no client, no socket and no thread; a
server that puts it behind HTTP opens one app for each of its threads, on the same file.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, TypeAlias

from holdfast.embedded import bootstrap
from holdfast.embedded.database import open_store, unusable
from holdfast.embedded.routes import Request, make_request
from holdfast.embedded.session import Session
from holdfast.embedded.settle import Reconcile, catch_up, settle
from holdfast.embedded.status import StatusError
from holdfast.embedded.store import Store
from holdfast.embedded.verbs import Answer, answer, keeps_nothing
from holdfast.embedded.watches import is_watch, watch
from holdfast.light import dataclass

Query: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]
Wait: TypeAlias = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: HTTP status, headers, and the body in pieces as they come about."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: Iterator[bytes] = field(default_factory=lambda: iter(()))


class App:
    """An open cluster. Made by `open_app`; `close` lets go of the file."""

    def __init__(
        self,
        store: Store,
        *,
        now: Callable[[], float],
        reconcile: Reconcile,
        new_uid: Callable[[], str],
        wait: Wait | None,
    ) -> None:
        self._store = store
        self._now = now
        self._reconcile = reconcile
        self._new_uid = new_uid
        self._wait = wait

    def __call__(
        self, method: str, path: str, query: Query, headers: Mapping[str, str], body: bytes
    ) -> Response:
        """Answer one request. `path` is percent-encoded as on the wire; `query` is not."""
        request = make_request(method, path, query, headers, body)
        try:
            if is_watch(request):
                events = watch(self.visit, request, now=self._now, wait=self._wait)
                return Response(200, {"Content-Type": "application/json"}, _lines(events))
            return _respond(self.visit(lambda session: answer(session, request), request))
        except StatusError as error:
            return _respond(Answer(error.code, error.as_dict()))
        except sqlite3.Error as error:
            failed = StatusError(500, "InternalError", f"the cluster's file: {error}")
            return _respond(Answer(500, failed.as_dict()))

    def visit(self, work: Callable[[Session], Any], request: Request | None = None) -> Any:
        """Run `work` in a transaction of its own, after the clock and before the controllers.

        What fails, and a dry run, leaves nothing behind but the time that has passed.
        """
        store = self._store
        store.begin()
        try:
            moment = max(self._now(), store.clock)
            catch_up(store, self._reconcile, moment, self._session)
            result, failure = self._attempt(work, moment, request)
            store.commit()
        except BaseException:
            store.rollback()
            raise
        if failure is not None:
            raise failure
        return result

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def _attempt(
        self, work: Callable[[Session], Any], moment: float, request: Request | None
    ) -> tuple[Any, StatusError | None]:
        session = self._session(moment)
        self._store.mark()
        try:
            result = work(session)
            if request is not None and keeps_nothing(request):
                self._store.back()
            elif session.wrote:
                settle(session, self._reconcile)
        except StatusError as error:
            self._store.back()
            return None, error
        return result, None

    def _session(self, moment: float) -> Session:
        return Session(self._store, moment, self._new_uid)


def open_app(
    path: str | Path,
    *,
    now: Callable[[], float],
    reconcile: Reconcile | None = None,
    new_uid: Callable[[], str] | None = None,
    wait: Wait | None = None,
    log_kept: int = 20_000,
) -> App:
    """Open the cluster kept at `path`, making a new one where there is none.

    `:memory:` is kept nowhere. `now` gives seconds since the epoch. `reconcile` are the
    controllers, by default all of them; `new_uid` names objects, by default at random. With `wait`
    (which lets so many seconds pass) a watch stays open until its timeout; without it a watch ends
    when nothing more is known. `log_kept` is how many revisions a watch can go back. Raises
    ClusterError for a file that cannot be used.
    """
    store = open_store(path, log_kept=log_kept)
    if reconcile is None:
        from holdfast.embedded.controllers import reconcile as all_controllers

        reconcile = all_controllers
    new_uid = new_uid or (lambda: str(uuid.uuid4()))
    app = App(store, now=now, reconcile=reconcile, new_uid=new_uid, wait=wait)
    try:
        app.visit(lambda session: None if store.revision else bootstrap.fill(session))
    except sqlite3.Error as error:
        app.close()
        raise unusable(str(path), str(error)) from None
    except BaseException:
        app.close()
        raise
    return app


def _respond(found: Answer) -> Response:
    headers = {"Content-Type": found.media_type}
    if found.warnings:
        headers["Warning"] = ", ".join(f"299 - {json.dumps(text)}" for text in found.warnings)
    text = found.body if isinstance(found.body, str) else _dump(found.body)
    return Response(found.status, headers, iter((text.encode(),)))


def _lines(events: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    for event in events:
        yield _dump(event).encode() + b"\n"


def _dump(body: Any) -> str:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)
