"""The transport over TLS: whom it trusts, what it shows, and how it tells what is wrong."""

import base64
import datetime
import ipaddress
import ssl
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.unit.cluster.stub import Reply, serving

from holdfast.cluster import request
from holdfast.cluster.access import Access, Credential, Fixed, Pem, Server
from holdfast.cluster.connect import Wanted, connect, find_access
from holdfast.cluster.transports.http import HttpTransport
from holdfast.errors import ClusterError, HoldfastError, Unauthorized, Unreachable
from holdfast.kinds.resources import Resource

GET = request.get(Resource("v1", "ConfigMap", "configmaps"), "a", "b")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def context(authority: trustme.CA, *names: str, client: bool = False) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*(names or ("127.0.0.1",))).configure_cert(made)
    if client:
        authority.configure_trust(made)
        made.verify_mode = ssl.CERT_REQUIRED
    return made


def pem(authority: trustme.CA) -> Pem:
    return Pem(data=authority.cert_pem.bytes())


def ask(server: Server, credential: Credential | None = None) -> int:
    carrier = HttpTransport(Access(server, Fixed(credential or Credential())), environ={})
    try:
        response = carrier.send(GET, timeout=5)
        response.read()
        return response.status
    finally:
        carrier.close()


def failure(server: Server, credential: Credential | None = None) -> HoldfastError:
    with pytest.raises(HoldfastError) as caught:
        ask(server, credential)
    return caught.value


def client_pair(authority: trustme.CA) -> tuple[bytes, bytes]:
    leaf = authority.issue_cert(common_name="jane", organization_name="admins")
    return leaf.cert_chain_pems[0].bytes(), leaf.private_key_pem.bytes()


def test_the_clusters_own_authority_is_trusted_as_data_and_as_file(authority, tmp_path):
    file = tmp_path / "ca.crt"
    authority.cert_pem.write_to_path(str(file))
    with serving(Reply(), tls=context(authority)) as stub:
        assert ask(Server(stub.url, pem(authority))) == 200
        assert ask(Server(stub.url, Pem(file=file))) == 200


def test_a_token_goes_over_tls(authority):
    with serving(Reply(), tls=context(authority)) as stub:
        ask(Server(stub.url, pem(authority)), Credential("t0ken"))
    assert stub.asked[0].headers["authorization"] == ["Bearer t0ken"]


def test_another_authority_is_not_trusted(authority):
    with serving(Reply(), tls=context(authority)) as stub:
        for server in (Server(stub.url, pem(trustme.CA())), Server(stub.url)):
            error = failure(server)
            assert isinstance(error, Unreachable)
            assert "certificate is not trusted" in error.message
            assert "certificate-authority" in (error.hint or "")


def test_without_verification_anybody_is_trusted(authority):
    with serving(Reply(), tls=context(authority, "other.example.com")) as stub:
        assert ask(Server(stub.url, insecure=True)) == 200


def test_another_name_is_not_trusted_unless_it_is_expected(authority):
    with serving(Reply(), tls=context(authority, "api.internal")) as stub:
        error = failure(Server(stub.url, pem(authority)))
        assert "tls-server-name" in (error.hint or "")
        assert ask(Server(stub.url, pem(authority), tls_name="api.internal")) == 200


def test_a_client_certificate_is_shown_from_files_and_from_data(authority, tmp_path):
    certificate, key = client_pair(authority)
    files = [tmp_path / "c.crt", tmp_path / "c.key"]
    for file, data in zip(files, (certificate, key), strict=True):
        file.write_bytes(data)
    with serving(Reply(), tls=context(authority, client=True)) as stub:
        server = Server(stub.url, pem(authority))
        assert ask(server, Credential("", Pem(data=certificate), Pem(data=key))) == 200
        assert ask(server, Credential("", *(Pem(file=file) for file in files))) == 200
    subject = dict(pair for row in (stub.asked[0].peer or {})["subject"] for pair in row)
    assert subject["commonName"] == "jane"


def test_no_trace_of_inline_keys_is_left(authority, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    certificate, key = client_pair(authority)
    with serving(Reply(), tls=context(authority, client=True)) as stub:
        ask(Server(stub.url, pem(authority)), Credential("", Pem(data=certificate), Pem(data=key)))
    failure(Server("https://127.0.0.1:1"), Credential("", Pem(data=b"a"), Pem(data=b"b")))
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_wants_a_certificate_and_gets_none(authority):
    with serving(Reply(), tls=context(authority, client=True)) as stub:
        error = failure(Server(stub.url, pem(authority)))
    assert isinstance(error, Unreachable) and error.hint


class Rotating:
    """Another certificate each time it is asked."""

    def __init__(self, authority: trustme.CA) -> None:
        self.authority = authority

    def current(self) -> Credential:
        certificate, key = client_pair(self.authority)
        return Credential("", Pem(data=certificate), Pem(data=key))

    def renew(self) -> bool:
        return True


def test_a_new_certificate_is_shown_on_a_new_connection(authority):
    with serving(Reply(401), Reply(), tls=context(authority, client=True)) as stub:
        access = Access(Server(stub.url, pem(authority)), Rotating(authority))
        carrier = HttpTransport(access, environ={})
        assert carrier.send(GET, timeout=5).status == 200
        carrier.close()
    first, second = (asked.peer["serialNumber"] for asked in stub.asked if asked.peer)
    assert first != second


LOCKED = """-----BEGIN ENCRYPTED PRIVATE KEY-----
MIICzzBJBgkqhkiG9w0BBQ0wPDAbBgkqhkiG9w0BBQwwDgQIAAAAAAAAAAACAggA
-----END ENCRYPTED PRIVATE KEY-----
"""


@pytest.mark.parametrize(
    ("certificate", "key", "words"),
    [
        (Pem(data=b"s3cret"), Pem(data=b"s3cret"), "from the kubeconfig's data"),
        (Pem(file=Path("/none/c.crt")), Pem(data=b"s3cret"), "/none/c.crt"),
        (Pem(data=b"s3cret"), None, "no client-key(-data)"),
        (None, Pem(data=b"s3cret"), "no client-certificate(-data)"),
    ],
)
def test_an_unusable_client_certificate_is_told_with_its_place(certificate, key, words):
    error = failure(Server("https://127.0.0.1:1"), Credential("", certificate, key))
    assert isinstance(error, Unauthorized)
    assert words in error.message and "s3cret" not in error.message


def test_a_key_with_a_password_is_refused_without_asking(authority):
    certificate, _ = client_pair(authority)
    pair = Credential("", Pem(data=certificate), Pem(data=LOCKED.encode()))
    assert isinstance(failure(Server("https://127.0.0.1:1"), pair), Unauthorized)


def test_the_key_of_another_certificate_is_refused(authority):
    (certificate, _), (_, key) = client_pair(authority), client_pair(authority)
    pair = Credential("", Pem(data=certificate), Pem(data=key))
    assert "key values mismatch" in failure(Server("https://127.0.0.1:1"), pair).message


@pytest.mark.parametrize(
    "authority_pem",
    [Pem(data=b"no certificate"), Pem(data=b"\xff"), Pem(file=Path("/none/ca.crt"))],
)
def test_an_unusable_authority_is_told(authority_pem):
    error = failure(Server("https://127.0.0.1:1", authority_pem))
    assert isinstance(error, ClusterError) and "certificate authority" in error.message


def test_an_authority_of_an_older_tool_is_trusted(tmp_path):
    """Without key identifiers, as some clusters still have: refused by Python 3.13's defaults."""
    certificate, tls = old_style_authority(tmp_path)
    with serving(Reply(), tls=tls) as stub:
        assert ask(Server(stub.url, Pem(data=certificate))) == 200


def signed(
    subject: str, key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey, *, ca: bool
):
    """A certificate signed by `old`, without key usage and key identifiers."""
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    names = [
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in (subject, "old")
    ]
    made = (
        x509.CertificateBuilder()
        .subject_name(names[0])
        .issuer_name(names[1])
        .public_key(key.public_key())
        .serial_number(1 if ca else 2)
        .not_valid_before(start)
        .not_valid_after(start.replace(year=2099))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=False)
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(by, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def old_style_authority(folder: Path) -> tuple[bytes, ssl.SSLContext]:
    authority, leaf = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    private = leaf.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = folder / "server.pem"
    file.write_bytes(signed("server", leaf, authority, ca=False) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return signed("old", authority, authority, ca=True), context


def test_data_in_a_kubeconfig_is_what_is_shown(authority, tmp_path):
    """The whole way: kubeconfig, access, connection."""
    certificate, key = (base64.b64encode(part).decode() for part in client_pair(authority))
    ca = base64.b64encode(authority.cert_pem.bytes()).decode()
    with serving(
        Reply(200, {"gitVersion": "v1.34.4+k3s1"}), tls=context(authority, client=True)
    ) as stub:
        config = tmp_path / "config"
        config.write_text(
            f"""
current-context: x
clusters: [{{name: c, cluster: {{server: "{stub.url}", certificate-authority-data: {ca}}}}}]
users: [{{name: u, user: {{client-certificate-data: {certificate}, client-key-data: {key}}}}}]
contexts: [{{name: x, context: {{cluster: c, user: u}}}}]
"""
        )
        access = find_access(Wanted(kubeconfig=config), environ={}, home=tmp_path)
        assert access is not None
        cluster = connect(access, environ={})
        assert cluster.version() == "1.34.4"
        cluster.close()
