"""The transport on a plain connection: what is sent, what is repeated, and every way to fail."""

import socket

import pytest
from tests.unit.cluster.apps import Pauses
from tests.unit.cluster.stub import Reply, Stub, serving

from holdfast.cluster import request
from holdfast.cluster.access import Access, Credential, Fixed, Impersonation, Server
from holdfast.cluster.client import Cluster
from holdfast.cluster.request import Request
from holdfast.cluster.transports.http import HttpTransport
from holdfast.errors import ClusterError, HoldfastError, ServerFailed, Unauthorized, Unreachable
from holdfast.kinds.resources import Resource
from holdfast.model.manifest import ObjectRef

MAPS = Resource("v1", "ConfigMap", "configmaps")
GET = request.get(MAPS, "a", "b")
CREATE = request.create(MAPS, "a", {})


def transport(url, environ=None, **access):
    return HttpTransport(
        Access(Server(url, proxy=access.pop("proxy", None)), **access), environ=environ or {}
    )


def ask(stub: Stub, sent: Request = GET, **how):
    carrier = transport(stub.url, **how)
    response = carrier.send(sent, timeout=5)
    body = response.read()
    carrier.close()
    return response.status, body


def failure(url, sent=GET, timeout=5.0, **how) -> HoldfastError:
    carrier = transport(url, **how)
    with pytest.raises(HoldfastError) as caught:
        carrier.send(sent, timeout=timeout).read()
    carrier.close()
    return caught.value


def test_a_request_arrives_as_it_is():
    with serving(Reply(201, {"a": "ü"})) as stub:
        assert ask(stub, CREATE) == (201, b'{"a": "\\u00fc"}')
    (asked,) = stub.asked
    assert asked.method == "POST"
    assert asked.target == (
        "/api/v1/namespaces/a/configmaps?fieldManager=holdfast&fieldValidation=Strict"
    )
    assert asked.headers["content-type"] == ["application/json"] and asked.body == b"{}"
    assert asked.headers["user-agent"][0].startswith("holdfast/")


def test_a_path_before_the_api_is_kept():
    with serving(Reply()) as stub:
        carrier = transport(f"{stub.url}/k8s/clusters/c1/")
        carrier.send(GET, timeout=5).read()
        carrier.close()
    assert stub.asked[0].target == "/k8s/clusters/c1/api/v1/namespaces/a/configmaps/b"


def test_whom_to_act_as_is_told():
    whom = Impersonation("jane", "7", ("a", "b"), {"Scope/x": ("1", "2")})
    with serving(Reply()) as stub:
        ask(stub, impersonation=whom)
    headers = stub.asked[0].headers
    assert headers["impersonate-user"] == ["jane"] and headers["impersonate-uid"] == ["7"]
    assert headers["impersonate-group"] == ["a", "b"]
    assert headers["impersonate-extra-scope%2fx"] == ["1", "2"]


def test_a_token_is_not_sent_in_the_clear():
    with serving(Reply()) as stub:
        ask(stub, credentials=Fixed(Credential("s3cret")))
    assert "authorization" not in stub.asked[0].headers


@pytest.mark.parametrize("status", [429, 500, 503])
def test_whether_to_ask_again_is_not_decided_here(status):
    with serving(Reply(status, headers={"Retry-After": "1"})) as stub:
        assert ask(stub)[0] == status
    assert len(stub.asked) == 1


def test_a_redirection_is_not_followed():
    with serving(Reply(302, headers={"Location": "/elsewhere"})) as stub:
        assert ask(stub)[0] == 302
    assert len(stub.asked) == 1


@pytest.mark.parametrize(("raw", "sent"), [(b"", True), (b"HTTP/1.1 nonsense\r\n\r\n", True)])
def test_a_request_that_got_no_answer_may_have_arrived(raw, sent):
    with serving(Reply(raw=raw)) as stub:
        error = failure(stub.url, CREATE)
    assert error.sent is sent
    assert error.passing is (raw == b"")


def test_a_connection_is_kept():
    with serving(Reply()) as stub:
        carrier = transport(stub.url)
        for _ in range(3):
            carrier.send(GET, timeout=5).read()
        carrier.close()
    assert len(stub.asked) == 3 and len({asked.port for asked in stub.asked}) == 1


def test_a_connection_is_given_up_with_an_unread_answer():
    with serving(Reply(body={"a": "x" * 1_000_000})) as stub:
        carrier = transport(stub.url)
        for _ in range(2):
            response = carrier.send(GET, timeout=5)
            next(response.chunks)
            response.close()
        carrier.close()
    assert len({asked.port for asked in stub.asked}) == 2


class Renewing:
    """A credential that is another one once it was refused."""

    def __init__(self, renewable: bool) -> None:
        self.number = 0
        self.renewable = renewable

    def current(self) -> Credential:
        return Credential(f"token-{self.number}")

    def renew(self) -> bool:
        self.number += 1
        return self.renewable


@pytest.mark.parametrize(("renewable", "times"), [(True, 2), (False, 1)])
def test_a_refused_credential_is_renewed_once(renewable, times):
    with serving(Reply(401)) as stub:
        assert ask(stub, credentials=Renewing(renewable))[0] == 401
    assert len(stub.asked) == times


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def test_nobody_listening():
    port = free_port()
    error = failure(f"https://127.0.0.1:{port}")
    assert isinstance(error, Unreachable) and error.hint
    assert error.message == f"reach the API server at 127.0.0.1:{port}: connection refused"
    assert (error.sent, error.passing) == (False, True)


def test_a_host_that_does_not_exist():
    error = failure("https://no-such-host.invalid:6443")
    assert error.message == "reach the API server at no-such-host.invalid:6443: no such host"
    assert not error.passing


def test_a_server_that_says_nothing():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        error = failure(f"http://127.0.0.1:{port}", timeout=0.2)
    assert isinstance(error, Unreachable) and "no answer within 0.2 s" in error.message
    assert "--request-timeout" in (error.hint or "")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"SSH-2.0-OpenSSH_9\r\n", "reach the API server"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "read the answer"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "read the answer"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "read the answer"),
        (b"HTTP/1.1 nonsense\r\n\r\n", "reach the API server"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "answer"),
    ],
)
def test_an_answer_that_is_no_http_is_unreachable(raw, words):
    with serving(Reply(raw=raw)) as stub:
        error = failure(stub.url, CREATE)
    assert isinstance(error, Unreachable) and words in error.message
    assert stub.address in error.message and error.hint


def test_tls_where_there_is_none():
    with serving(Reply()) as stub:
        error = failure(stub.url.replace("http:", "https:"))
    assert isinstance(error, Unreachable) and "does not speak TLS" in error.message
    assert not error.passing


@pytest.mark.parametrize("token", ["a\r\nX-Evil: 1", "s3cret\x00", "ü"])
def test_a_token_that_would_break_the_request_is_refused_unseen(token):
    error = failure("https://127.0.0.1:1", credentials=Fixed(Credential(token)))
    assert isinstance(error, Unauthorized)
    assert "s3cret" not in str(error) and "Evil" not in str(error)


def test_a_proxy_stands_between():
    with serving(Reply(200, {"via": "proxy"})) as proxy:
        carrier = transport("http://api.example.com:8080", proxy=proxy.url)
        assert carrier.send(GET, timeout=5).read() == b'{"via": "proxy"}'
        carrier.close()
    assert proxy.asked[0].target.startswith("http://api.example.com:8080/api/v1/")


def test_a_proxy_of_the_environment_that_refuses():
    with serving(Reply(403)) as proxy:
        error = failure("https://api.example.com", environ={"HTTPS_PROXY": proxy.url})
    assert isinstance(error, Unreachable) and "the proxy does not let us through" in error.message
    assert "proxy-url" in (error.hint or "")


def test_a_proxy_of_a_strange_kind():
    error = failure("https://api.example.com", proxy="socks5://127.0.0.1:1")
    assert isinstance(error, ClusterError) and "'socks5' is not supported" in error.message


def test_no_library_error_reaches_the_caller_of_an_operation():
    with serving(Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")) as stub:
        with pytest.raises(Unreachable):
            Cluster(transport(stub.url), clock=Pauses()).get(ObjectRef("v1", "ConfigMap", "a", "b"))
    with serving(Reply(200, b"<html>", {"Content-Type": "text/html"})) as stub:
        with pytest.raises(ServerFailed, match="web page"):
            Cluster(transport(stub.url), clock=Pauses()).get(ObjectRef("v1", "ConfigMap", "a", "b"))
