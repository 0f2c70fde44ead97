import base64
from pathlib import Path

import pytest

from holdfast.cluster.access import Credential, Fixed, Impersonation, Pem
from holdfast.cluster.kubeconfig import access_from, load_kubeconfig
from holdfast.cluster.tokens import TokenFile
from holdfast.errors import ClusterError

WHOLE = """
current-context: prod
clusters:
- name: c
  cluster: {server: "https://api.example.com:6443", certificate-authority: pki/ca.crt}
users:
- name: u
  user: {token: s3cret}
contexts:
- name: prod
  context: {cluster: c, user: u, namespace: shop}
- name: bare
  context: {cluster: c}
"""


def write(folder: Path, text: str, name: str = "config") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def access(*files: Path, context: str = ""):
    return access_from(load_kubeconfig(files), context=context, environ={}, now=lambda: 0.0)


def user(folder: Path, fields: str):
    return access(write(folder, WHOLE.replace("{token: s3cret}", fields)))


def cluster(folder: Path, fields: str):
    return access(write(folder, WHOLE.replace("certificate-authority: pki/ca.crt", fields))).server


def mistake(folder: Path, text: str) -> ClusterError:
    path = write(folder, text)
    with pytest.raises(ClusterError) as caught:
        access(path)
    error = caught.value
    assert str(path) in error.message and "s3cret" not in error.message
    return error


def test_the_current_context(tmp_path):
    found = access(write(tmp_path, WHOLE))
    assert found.server.url == "https://api.example.com:6443"
    assert found.server.authority == Pem(file=tmp_path / "pki" / "ca.crt")
    assert found.credentials == Fixed(Credential("s3cret"))
    assert found.namespace == "shop"


def test_another_context_without_a_user(tmp_path):
    found = access(write(tmp_path, WHOLE), context="bare")
    assert found.credentials.current() == Credential() and found.namespace == "default"


def test_of_several_files_the_first_decides(tmp_path):
    first = write(tmp_path, "users: [{name: u, user: {token: mine}}]", "first")
    (tmp_path / "deep").mkdir()
    second = write(tmp_path / "deep", WHOLE)
    found = access(first, second)
    assert found.credentials.current().token == "mine"
    # A path is relative to the file it stands in.
    assert found.server.authority == Pem(file=tmp_path / "deep" / "pki" / "ca.crt")


def test_data_stands_over_a_file(tmp_path):
    data = base64.b64encode(b"PEM").decode()
    fields = f"certificate-authority: a, certificate-authority-data: {data}"
    assert cluster(tmp_path, fields).authority == Pem(data=b"PEM")


def test_the_other_fields_of_a_cluster(tmp_path):
    found = cluster(
        tmp_path,
        "insecure-skip-tls-verify: true, tls-server-name: api, proxy-url: http://proxy:1",
    )
    assert (found.insecure, found.tls_name, found.proxy) == (True, "api", "http://proxy:1")


def test_a_token_file_is_read_again_each_time(tmp_path):
    token = write(tmp_path, "one\n", "token")
    found = user(tmp_path, "{token: other, tokenFile: token}").credentials
    assert found == TokenFile(token)
    assert found.current().token == "one"
    token.write_text("two")
    assert found.current().token == "two"


@pytest.mark.parametrize(
    ("content", "words"), [(None, "no such file"), ("", "empty"), (b"\xff", "not text")]
)
def test_a_token_file_that_has_none(tmp_path, content, words):
    if content is not None:
        (tmp_path / "token").write_bytes(content if isinstance(content, bytes) else b"")
    found = user(tmp_path, "{tokenFile: token}").credentials
    with pytest.raises(ClusterError, match=words):
        found.current()


def test_a_client_certificate(tmp_path):
    found = user(tmp_path, "{client-certificate: c.crt, client-key: /abs/c.key}")
    assert found.credentials.current() == Credential(
        certificate=Pem(file=tmp_path / "c.crt"), key=Pem(file=Path("/abs/c.key"))
    )


def test_impersonation(tmp_path):
    found = user(tmp_path, "{as: jane, as-groups: [a, b], as-user-extra: {scope: [x]}}")
    assert found.impersonation == Impersonation("jane", "", ("a", "b"), {"scope": ("x",)})


@pytest.mark.parametrize(
    ("fields", "words", "hint"),
    [
        ("{username: me, password: s3cret}", "no longer accept a user name", "token"),
        ("{auth-provider: {name: gcp}}", "auth-provider is no longer", "exec plugin"),
        ("{token: [s3cret]}", "token has to be a string", "quotes"),
        ("{as-groups: [a]}", "need `as`", None),
        ("{client-certificate-data: '!!!'}", "client-certificate-data has to be base64", None),
        ("{exec: {apiVersion: v1alpha1, command: x}}", "'v1alpha1' is not supported", "update"),
        ("{exec: {apiVersion: client.authentication.k8s.io/v1}}", "command is missing", None),
        ("{exec: sh}", "exec has to be a map", None),
    ],
)
def test_a_mistake_of_a_user_is_named(tmp_path, fields, words, hint):
    error = mistake(tmp_path, WHOLE.replace("{token: s3cret}", fields))
    assert words in error.message and (hint is None or hint in (error.hint or ""))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a", "it is no map"),
        ("a: [s3cret", "config"),
        ("clusters: 5", "clusters has to be a list of maps"),
        (WHOLE.replace("https://api.example.com:6443", "https://"), "server is no address"),
        (WHOLE.replace("https://api.example.com:6443", "ftp://a"), "server is no address"),
        (WHOLE.replace("https://api.example.com:6443", "https://a:99999"), "no address"),
        (WHOLE.replace("cluster: c,", "cluster: d,"), "there is no cluster 'd'"),
        (WHOLE.replace("user: u,", "user: v,"), "there is no user 'v'"),
        (WHOLE.replace("current-context: prod", "current-context: [s3cret]"), "be a string"),
        (WHOLE.replace("current-context: prod", "current-context: x"), "has no context 'x'"),
        (WHOLE.replace("current-context: prod", ""), "has no current-context"),
    ],
)
def test_a_mistake_of_a_file_is_named(tmp_path, text, words):
    assert words in mistake(tmp_path, text).message


def test_the_contexts_are_offered(tmp_path):
    error = mistake(tmp_path, WHOLE.replace("current-context: prod", ""))
    assert error.hint == "name one with --context; there are: bare, prod"


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ClusterError, match="no such file") as caught:
        load_kubeconfig([tmp_path / "none"])
    assert caught.value.where and caught.value.where.source == str(tmp_path / "none")


def test_secrets_are_in_no_representation(tmp_path):
    found = user(
        tmp_path, "{token: s3cret, client-key-data: czNjcmV0, client-certificate-data: YQ==}"
    )
    assert "s3cret" not in repr(found)
