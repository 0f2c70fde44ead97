"""Values from a URL: only where allowed, within limits, credentials to their own host only."""

from __future__ import annotations

import base64
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from holdfast.actions.remote import fetch, shown_url
from holdfast.actions.sources import Sources, given_layers
from holdfast.errors import ValuesError, Where
from holdfast.yamltext import MAX_BYTES

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Stub:
    """A web server on loopback: path → answer, and the Authorization header of each request."""

    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    seen: list[tuple[str, str | None]] = field(default_factory=list)


def serve(stub: Stub) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            stub.seen.append((self.path, self.headers["Authorization"]))
            status, headers, body = stub.answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def new_stub() -> Iterator[Callable[[], Stub]]:
    servers = []

    def start() -> Stub:
        stub = Stub()
        servers.append(serve(stub))
        return stub

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def refusal(url: str) -> ValuesError:
    with pytest.raises(ValuesError) as caught:
        fetch(url, environ={})
    assert caught.value.hint
    return caught.value


def test_a_url_is_a_file_where_it_is_allowed(new_stub: Callable[[], Stub]) -> None:
    stub = new_stub()
    stub.answers = {"/v.yaml": (200, {}, b"a: 1\nb:\n  c: 2\n"), "/t": (200, {}, b"text")}
    sources = Sources(
        (f"{stub.url}/v.yaml",), {"set-file": (f"d={stub.url}/t",)}, allow_remote=True
    )
    layer, flag = given_layers(sources)
    assert layer.tree == {"a": 1, "b": {"c": 2}}
    assert layer.origins[("b", "c")] == Where(f"{stub.url}/v.yaml", 3, 3)
    assert flag.edits[0].value == "text"


@pytest.mark.parametrize(
    "sources",
    [
        Sources(files=("https://user:hush@x.example/v.yaml?token=hush",)),
        Sources(sets={"set-file": ("a=https://user:hush@x.example/v.yaml?token=hush",)}),
    ],
)
def test_without_the_flag_a_url_is_refused(sources: Sources) -> None:
    with pytest.raises(ValuesError, match="not allowed") as caught:
        given_layers(sources)
    assert "--allow-remote-values" in (caught.value.hint or "")
    assert caught.value.where == Where("https://x.example/v.yaml?…")
    assert "hush" not in str(caught.value.as_dict())


def test_what_knows_the_network_is_loaded_when_a_url_is_read() -> None:
    code = "import sys, holdfast.actions.sources; sys.exit('holdfast.cluster' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_users_password_goes_to_its_own_host_only(new_stub: Callable[[], Stub]) -> None:
    own, other = new_stub(), new_stub()
    own.answers["/v"] = (302, {"Location": "/w"}, b"")
    own.answers["/w"] = (307, {"Location": f"{other.url}/x"}, b"")
    other.answers["/x"] = (301, {"Location": f"{own.url}/y"}, b"")
    own.answers["/y"] = (200, {}, b"a: 1")
    url = own.url.replace("http://", "http://me:p%40ss@") + "/v"
    assert fetch(url, environ={}) == b"a: 1"
    basic = "Basic " + base64.b64encode(b"me:p@ss").decode()
    assert own.seen == [("/v", basic), ("/w", basic), ("/y", None)]
    assert other.seen == [("/x", None)]


def test_redirects_end(new_stub: Callable[[], Stub]) -> None:
    stub = new_stub()
    stub.answers["/v"] = (302, {"Location": "/v"}, b"")
    assert "redirected more than 5 times" in refusal(f"{stub.url}/v").message
    assert len(stub.seen) == 6


@pytest.mark.parametrize("there", ["file:///etc/hostname", "ftp://127.0.0.1/x"])
def test_a_redirect_leads_to_http_only(new_stub: Callable[[], Stub], there: str) -> None:
    stub = new_stub()
    stub.answers["/v"] = (302, {"Location": there}, b"")
    assert "no http or https address" in refusal(f"{stub.url}/v").message


@pytest.mark.parametrize("status", [204, 401, 404, 500])
def test_any_other_answer_is_an_error(new_stub: Callable[[], Stub], status: int) -> None:
    stub = new_stub()
    stub.answers["/v"] = (status, {}, b"")
    assert f"the server answered {status}" in refusal(f"{stub.url}/v").message


def test_a_file_over_the_limit_is_refused(new_stub: Callable[[], Stub]) -> None:
    stub = new_stub()
    stub.answers["/v"] = (200, {}, b"#" * (MAX_BYTES + 1))
    assert "larger than 16 MiB" in refusal(f"{stub.url}/v").message


def test_an_answer_that_breaks_off_is_no_answer(new_stub: Callable[[], Stub]) -> None:
    stub = new_stub()
    stub.answers["/v"] = (200, {"Content-Length": "99"}, b"a: 1")
    assert "broke off" in refusal(f"{stub.url}/v").message


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:9/v", "refused"),
        ("http://no.invalid/v", "no such host"),
        ("ftp://x.example/v", "no http or https address"),
        ("s3://bucket/v", "no http or https address"),
        ("https:///v", "no http or https address"),
    ],
)
def test_what_cannot_be_reached(url: str, words: str) -> None:
    error = refusal(url)
    assert words in error.message
    assert error.where == Where(url)


def test_a_url_is_shown_without_its_secrets() -> None:
    assert shown_url("https://me:hush@x.example:8443/v?sig=hush") == "https://x.example:8443/v?…"
    assert shown_url("https://x.example/v") == "https://x.example/v"
