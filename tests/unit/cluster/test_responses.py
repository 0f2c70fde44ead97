import json

import pytest

from holdfast.cluster.responses import CUT_OFF, raise_for, read_object
from holdfast.cluster.transports.base import Response
from holdfast.errors import ClusterError, Conflict, Invalid, NotFound, ServerFailed, Unauthorized


def response(status, body, headers=None):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, headers or {}, iter([data]))


def status(code, message="no", **rest):
    return {"kind": "Status", "status": "Failure", "code": code, "message": message, **rest}


def failure(code, body, headers=None):
    with pytest.raises(ClusterError) as caught:
        raise_for(response(code, body, headers), "apply X/y")
    return caught.value


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (400, Invalid),
        (401, Unauthorized),
        (403, Unauthorized),
        (404, NotFound),
        (405, ClusterError),
        (409, Conflict),
        (410, ClusterError),
        (413, Invalid),
        (422, Invalid),
        (429, ServerFailed),
        (500, ServerFailed),
        (503, ServerFailed),
    ],
)
def test_each_status_has_its_error(code, expected):
    error = failure(code, status(code, "the server's words", reason="Word"))
    assert type(error) is expected
    assert (error.status, error.reason) == (code, "Word")
    assert error.message == "apply X/y: the server's words"
    assert error.detail == "the server's words"


def test_causes_and_the_pause_asked_for():
    cause = {"reason": "FieldValueInvalid", "message": "too big", "field": "spec.a"}
    error = failure(422, status(422, details={"causes": [cause, {"field": "b"}, "odd"]}))
    assert error.causes == (cause, {"reason": "", "message": "", "field": "b"})
    assert failure(429, status(429), {"retry-after": "7"}).retry_after == 7
    assert failure(503, status(503, details={"retryAfterSeconds": 3})).retry_after == 3


def test_a_quota_is_no_missing_role():
    role = failure(403, status(403, 'User "bob" cannot list resource "secrets"')).hint
    assert role and "ask for a role" in role
    quota = failure(403, status(403, "exceeded quota: q, requested: services=1")).hint
    assert quota and "a quota of the cluster" in quota


def test_an_apply_that_does_not_fit_the_schema_is_the_users_mistake():
    words = "failed to create typed patch object (a/b; v1, Kind=X): .spec.x: field not declared"
    assert type(failure(500, status(500, words))) is Invalid


@pytest.mark.parametrize(
    ("body", "headers", "words"),
    [
        (b"<html>log in</html>", {"content-type": "text/html"}, "a web page"),
        (b"  <!DOCTYPE html>", {}, "a web page"),
        (b"", {}, r"\(HTTP 502\) is empty"),
        (b"upstream gone", {"content-type": "text/plain"}, "'upstream gone'"),
        (b'{"kind": "Stat', {}, "of 14 bytes is cut off"),
        (b"[" * 100_000, {}, "of 100000 bytes is cut off or damaged"),
        (b"\xff\xfe", {}, "is not Kubernetes' JSON"),
    ],
)
def test_an_answer_of_something_else_is_told_as_such(body, headers, words):
    with pytest.raises(ServerFailed, match=words) as caught:
        raise_for(response(502, body, headers), "apply X/y")
    assert len(caught.value.message) < 400


def test_a_redirection_is_named_and_not_followed():
    error = failure(302, b"", {"location": "https://login.example.com/"})
    assert "https://login.example.com/" in error.message and error.hint


def test_a_long_message_keeps_both_ends():
    error = failure(422, status(422, "Invalid value: " + "x" * 10_000 + ": field is immutable"))
    assert len(error.message) < 2100
    assert error.message.startswith("apply X/y: Invalid value: ")
    assert error.message.endswith(": field is immutable")


@pytest.mark.parametrize(
    ("body", "words"),
    [(b'{"a": 1', "cut off or damaged"), (b"<html>", "web page"), (b"[1]", "cut off or damaged")],
)
def test_a_success_that_is_no_object_is_a_failure(body, words):
    with pytest.raises(ServerFailed, match=words):
        read_object(response(200, body), "read X/y")


def test_a_success_is_its_object():
    assert read_object(response(201, {"a": 1}), "read X/y") == {"a": 1}


def test_no_more_of_an_endless_failure_is_read_than_needed():
    def endless():
        while True:
            yield b"x" * 65536

    with pytest.raises(ServerFailed):
        raise_for(Response(500, {}, endless()), "read X/y")


def test_a_no_that_was_cut_off_is_no_word_of_the_server():
    error = failure(404, b'{"kind":"Status","mess')
    assert type(error) is ServerFailed and error.reason == CUT_OFF
