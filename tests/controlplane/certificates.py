"""The certificates of one control plane: an authority, a server, an administrator."""

from dataclasses import dataclass
from pathlib import Path

import trustme

SERVER_NAMES = ("127.0.0.1", "localhost", "kubernetes.default.svc", "10.0.0.1")
# The API server reads the user from the common name and the groups from the organisations;
# this group may do everything, whatever the roles say.
ADMIN, ADMIN_GROUP = "admin", "system:masters"


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files in PEM."""

    ca_file: Path
    server_cert_file: Path
    server_key_file: Path
    client_cert_file: Path
    client_key_file: Path
    service_account_key_file: Path


def make_certificates(folder: Path) -> Certificates:
    """Make an authority that only lives as long as the control plane, and what it signs."""
    authority = trustme.CA()
    ca_file = folder / "ca.crt"
    authority.cert_pem.write_to_path(str(ca_file))
    server = authority.issue_cert(*SERVER_NAMES)
    # The address is for Go, which refuses certificates whose list of names is there but empty.
    client = authority.issue_cert(
        "admin@example.com", common_name=ADMIN, organization_name=ADMIN_GROUP
    )
    # Service-account tokens need a key pair only; that a certificate comes with it is no harm.
    tokens = authority.issue_cert(common_name="service-accounts")
    server_cert_file, server_key_file = _write(folder, "server", server)
    client_cert_file, client_key_file = _write(folder, "client", client)
    _, service_account_key_file = _write(folder, "service-accounts", tokens)
    return Certificates(
        ca_file=ca_file,
        server_cert_file=server_cert_file,
        server_key_file=server_key_file,
        client_cert_file=client_cert_file,
        client_key_file=client_key_file,
        service_account_key_file=service_account_key_file,
    )


def _write(folder: Path, name: str, leaf: trustme.LeafCert) -> tuple[Path, Path]:
    cert_file, key_file = folder / f"{name}.crt", folder / f"{name}.key"
    leaf.cert_chain_pems[0].write_to_path(str(cert_file))
    leaf.private_key_pem.write_to_path(str(key_file))
    return cert_file, key_file
