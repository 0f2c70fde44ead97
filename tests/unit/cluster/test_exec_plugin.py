import json
import os
import sys
from pathlib import Path

import pytest

from holdfast.cluster.access import Pem, Server
from holdfast.cluster.exec_plugin import ExecPlugin
from holdfast.cluster.fields import Entry
from holdfast.errors import Unauthorized

V1, BETA = (f"client.authentication.k8s.io/{version}" for version in ("v1", "v1beta1"))
COUNTING = "import os; n = len(os.listdir('.')); open(f'ran-{n}', 'w').close()"


def answer(version=V1, **status):
    return {"apiVersion": version, "kind": "ExecCredential", "status": status}


def plugin(folder: Path, script: str, *, version=V1, now=lambda: 0.0, server=None, **spec):
    runs = folder / "runs"
    runs.mkdir(exist_ok=True)
    command = sys.executable
    lines = f"import os, sys, json; os.chdir({str(runs)!r}); {COUNTING}\n{script}"
    body = {"apiVersion": version, "command": command, "args": ["-c", lines], **spec}
    cluster = Entry(
        "cluster 'c'",
        folder / "config",
        {"extensions": [{"name": "client.authentication.k8s.io/exec", "extension": {"a": 1}}]},
    )
    where = Entry("user 'u', exec", folder / "config", body)
    return ExecPlugin(where, cluster, server or Server("https://a:1"), dict(os.environ), now)


def printing(obj):
    return f"print({json.dumps(obj)!r})"


def runs(folder: Path) -> int:
    return len(list((folder / "runs").iterdir()))


@pytest.mark.parametrize("version", [V1, BETA])
def test_a_token_is_asked_for_once(tmp_path, version):
    source = plugin(tmp_path, printing(answer(version, token="t")), version=version)
    assert source.current().token == source.current().token == "t"
    assert runs(tmp_path) == 1


def test_an_expired_token_is_asked_for_again(tmp_path):
    time = [0.0]
    made = answer(token="t", expirationTimestamp="1970-01-01T00:01:00Z")
    source = plugin(tmp_path, printing(made), now=lambda: time[0])
    for time[0], expected in ((0.0, 1), (59.0, 1), (60.0, 2)):
        source.current()
        assert runs(tmp_path) == expected


def test_a_refused_token_is_asked_for_again(tmp_path):
    source = plugin(tmp_path, printing(answer(token="t")))
    source.current()
    assert source.renew()
    source.current()
    assert runs(tmp_path) == 2


def test_a_certificate(tmp_path):
    made = answer(clientCertificateData="CERT", clientKeyData="KEY")
    found = plugin(tmp_path, printing(made)).current()
    assert (found.certificate, found.key) == (Pem(data=b"CERT"), Pem(data=b"KEY"))


TELL = 'print(json.dumps({"apiVersion": %r, "status": {"token": %s}}))'


def test_it_is_told_what_it_is_asked_for(tmp_path):
    script = TELL % (V1, 'os.environ["KUBERNETES_EXEC_INFO"]')
    server = Server("https://a:1", Pem(data=b"CA"), tls_name="api", proxy="http://p:1")
    told = plugin(tmp_path, script, provideClusterInfo=True, server=server).current().token
    assert json.loads(told) == {
        "apiVersion": V1,
        "kind": "ExecCredential",
        "spec": {
            "interactive": False,
            "cluster": {
                "server": "https://a:1",
                "tls-server-name": "api",
                "certificate-authority-data": "Q0E=",
                "proxy-url": "http://p:1",
                "config": {"a": 1},
            },
        },
    }
    bare = plugin(tmp_path, script).current().token
    assert json.loads(bare)["spec"] == {"interactive": False}


def test_it_gets_its_variables(tmp_path):
    script = TELL % (V1, 'os.environ["MINE"]')
    found = plugin(tmp_path, script, env=[{"name": "MINE", "value": "yes"}])
    assert found.current().token == "yes"


def test_a_command_with_a_slash_lies_beside_the_kubeconfig(tmp_path):
    script = tmp_path / "bin" / "login"
    script.parent.mkdir()
    script.write_text(f"#!{sys.executable}\n{printing(answer(token='t'))}\n")
    script.chmod(0o755)
    assert plugin(tmp_path, "", command="bin/login", args=[]).current().token == "t"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("sys.exit('who are you?')", "exit code 1: who are you?"),
        ("print('s3cret')", "no ExecCredential"),
        (printing({"status": "s3cret"}), "no ExecCredential"),
        (printing(answer(token="t", expirationTimestamp="soon")), "no ExecCredential"),
        (printing(answer(BETA, token="s3cret")), f"not of {V1}"),
        (printing(answer()), "neither a token nor a certificate"),
        (printing(answer(clientCertificateData="s3cret")), "neither a token nor a certificate"),
    ],
)
def test_a_bad_answer_is_told_without_its_content(tmp_path, script, words):
    with pytest.raises(Unauthorized) as caught:
        plugin(tmp_path, script).current()
    assert words in caught.value.message and "s3cret" not in caught.value.message
    assert caught.value.where and caught.value.where.source == str(tmp_path / "config")


def test_a_program_that_is_not_there_is_told_with_its_own_hint(tmp_path):
    with pytest.raises(Unauthorized, match="no such file") as caught:
        plugin(tmp_path, "", command="no-such-login", installHint="brew install it").current()
    assert caught.value.hint == "brew install it"


def test_one_that_needs_a_terminal_is_not_run_without(tmp_path):
    with pytest.raises(Unauthorized, match="needs a terminal"):
        plugin(tmp_path, printing(answer(token="t")), interactiveMode="Always").current()
