"""Which requests are sent again, after what, how often, and for how long at most."""

from __future__ import annotations

import json

import pytest
from tests.unit.cluster.apps import Answer, Pauses, no, ok

from holdfast.cluster.client import Cluster
from holdfast.cluster.retrying import ATTEMPTS, FIRST_ATTEMPTS
from holdfast.cluster.transports.direct import DirectTransport
from holdfast.errors import ClusterError, Conflict, Invalid, ServerFailed, Unreachable
from holdfast.model.manifest import ObjectRef

REF = ObjectRef("v1", "ConfigMap", "a", "x")
OBJ = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "a"}}
CUT = Answer(200, [json.dumps(OBJ).encode()[:-5]])
REFUSED = Unreachable("connection refused", sent=False)
RESET = Unreachable("connection reset")
TLS = Unreachable("its certificate is not trusted", sent=False, passing=False)

OPERATIONS = {
    "get": lambda c: c.get(REF),
    "list": lambda c: c.list("v1", "ConfigMap", "a"),
    "apply": lambda c: c.apply(OBJ),
    "update": lambda c: c.update(OBJ),
    "merge patch": lambda c: c.patch(REF, {"data": {"a": "1"}}),
    "scale": lambda c: c.scale(ObjectRef("apps/v1", "StatefulSet", "a", "x"), 0),
    "delete": lambda c: c.delete(REF, uid="u"),
    "dry run": lambda c: c.create(OBJ, dry_run=True),
    "create known again": lambda c: c.create(OBJ, recognised=True),
    "watch": lambda c: list(c.watch("v1", "ConfigMap", "a")),
    "create": lambda c: c.create(OBJ),
    "json patch": lambda c: c.patch(REF, [], type="json"),
}


def done(name):
    """The answer that ends an operation well."""
    return Answer(200, []) if name == "watch" else ok({"items": []})


TWICE_IS_MORE = ("create", "json patch")


class Server:
    """Answers in turn, the last one for ever; an error is raised as a transport does."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = 0
        self.clock = Pauses()
        self.cluster = Cluster(DirectTransport(self.app), clock=self.clock)

    def app(self, *request):
        self.asked += 1
        answer = self.answers[min(self.asked, len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer


def ask(name, *answers, known=True):
    """What the server was asked for one operation, after it was met before."""
    server = Server(*((ok({}),) if known else ()), *answers)
    if known:
        server.cluster.get(REF)
        server.asked, server.answers = 0, list(answers)
    try:
        OPERATIONS[name](server.cluster)
    except ClusterError as error:
        return server, error
    return server, None


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("answer", [no(429), REFUSED], ids=["429", "refused"])
def test_what_was_surely_not_done_is_sent_again_whatever_it_is(name, answer):
    server, error = ask(name, answer, answer, done(name))
    assert (server.asked, error) == (3, None)
    assert server.clock.slept == [0.1, 0.2]


DOUBTFUL = {"500": no(500), "503": no(503), "504": no(504), "reset": RESET, "cut off": CUT}


# A watch is read as it comes: nothing of it can be cut off before it is there.
@pytest.mark.parametrize(
    ("name", "answer"),
    [
        pytest.param(name, answer, id=f"{name}-{fault}")
        for name in OPERATIONS
        for fault, answer in DOUBTFUL.items()
        if (name, fault) != ("watch", "cut off")
    ],
)
def test_what_may_have_been_done_is_sent_again_where_twice_is_no_more(name, answer):
    server, error = ask(name, answer, done(name))
    if name in TWICE_IS_MORE:
        assert server.asked == 1 and error is not None
    else:
        assert (server.asked, error) == (2, None)


@pytest.mark.parametrize(
    "answer",
    [no(400), no(403), no(404), no(409), no(410), no(422), TLS, Answer(200, [b"<html>log in"])],
)
def test_a_no_is_a_no(answer):
    server, error = ask("apply", answer)
    assert server.asked == 1 and error is not None


def test_a_schema_mistake_that_the_server_calls_500_is_a_no():
    server, error = ask("apply", no(500, "failed to create typed patch object: x"))
    assert server.asked == 1 and isinstance(error, Invalid)


def test_it_is_given_up_after_a_few_attempts_with_the_last_error():
    server, error = ask("get", no(503, "first"), no(503, "last"))
    assert server.asked == ATTEMPTS
    assert isinstance(error, ServerFailed) and "last" in error.message
    assert server.clock.slept == [0.1, 0.2, 0.4, 0.8, 1.6]


def test_a_server_that_never_answered_is_given_up_sooner():
    server, error = ask("get", REFUSED, known=False)
    assert (server.asked, error) == (FIRST_ATTEMPTS, REFUSED)


@pytest.mark.parametrize("code", [429, 503])
def test_the_pause_that_the_server_asks_for_is_made(code):
    busy = Answer(code, no(code).body, {"Retry-After": "7"})
    server, error = ask("get", busy, ok({}))
    assert (server.clock.slept, error) == ([7.0], None)


def test_a_pause_in_the_status_counts_as_well():
    busy = no(429, details={"retryAfterSeconds": 3})
    server, _ = ask("create", busy, ok({}))
    assert server.clock.slept == [3.0]


def test_a_pause_beyond_the_requests_time_is_not_waited_for():
    server, error = ask("get", Answer(429, no(429).body, {"Retry-After": "60"}), ok({}))
    assert (server.clock.slept, server.asked) == ([], 1)
    assert isinstance(error, ServerFailed) and error.retry_after == 60


def test_all_attempts_together_end_before_the_requests_timeout():
    server = Server(Answer(503, no(503).body, {"Retry-After": "4"}))
    server.cluster = Cluster(DirectTransport(server.app), clock=server.clock, timeout=9.0)
    with pytest.raises(ServerFailed):
        server.cluster.get(REF)
    assert server.clock.slept == [4.0, 4.0]


def test_a_conflict_after_a_lost_answer_is_told():
    """Whoever sent it has to know its own object again."""
    server, error = ask("create known again", RESET, no(409, reason="AlreadyExists"))
    assert server.asked == 2 and isinstance(error, Conflict)


def test_pages_that_expired_are_read_again_in_one_answer():
    first = ok({"items": [{"metadata": {"name": "x"}}], "metadata": {"continue": "more"}})
    whole = ok({"items": [{"metadata": {"name": n}} for n in "xy"]})
    server, error = ask("list", first, no(410, reason="Expired"), whole)
    assert (server.asked, error) == (3, None)
