"""The TLS settings of a connection: whom to trust, and what to show.

Every mistake in a certificate or key is told as ours, with the file's name and never its content.
"""

from __future__ import annotations

import os
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from holdfast.cluster.access import Credential, Pem, Server
from holdfast.errors import ClusterError, Unauthorized


def tls_context(server: Server, credential: Credential) -> ssl.SSLContext:
    """What the server's certificate is checked against, and the client's own where there is one.

    Raises ClusterError for an authority, Unauthorized for a client certificate that is unusable.
    """
    context = _trust(server.authority)
    if server.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if credential.certificate or credential.key:
        _show(context, credential.certificate, credential.key)
    return context


def _trust(authority: Pem | None) -> ssl.SSLContext:
    if authority is None:
        return ssl.create_default_context()
    try:
        if authority.file:
            context = ssl.create_default_context(cafile=authority.file)
        else:
            context = ssl.create_default_context(cadata=authority.data.decode("ascii"))
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"read the cluster's certificate authority from {_name(authority)}: {_why(error)}",
            hint="certificate-authority(-data) has to be a certificate in PEM",
        ) from error
    # Python 3.13 turns on checks that authorities made by older Kubernetes tools fail, for want of
    # a key identifier or key usage. The user gave this authority: trusting it is the point.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _show(context: ssl.SSLContext, certificate: Pem | None, key: Pem | None) -> None:
    if not (certificate and key):
        lacking = "key" if certificate else "certificate"
        raise Unauthorized(f"use the client certificate: the user has no client-{lacking}(-data)")
    try:
        with _as_file(certificate) as certificate_file, _as_file(key) as key_file:
            # A password would be asked for on the terminal; there is no such field to give one in.
            context.load_cert_chain(certificate_file, key_file, password=lambda: b"")
    except (OSError, ValueError) as error:
        place = " and ".join(dict.fromkeys((_name(certificate), _name(key))))
        raise Unauthorized(
            f"use the client certificate from {place}: {_why(error)}",
            hint="a certificate and its own key without a password are needed, both in PEM",
        ) from error


@contextmanager
def _as_file(pem: Pem) -> Iterator[Path]:
    """OpenSSL reads client certificates from files only; ours is gone as soon as it is read."""
    if pem.file:
        yield pem.file
        return
    descriptor, name = tempfile.mkstemp(prefix="holdfast-")
    path = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem.data)
        yield path
    finally:
        path.unlink(missing_ok=True)


def _name(pem: Pem) -> str:
    return str(pem.file) if pem.file else "the kubeconfig's data"


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "it is not PEM").replace("_", " ").lower()
    if isinstance(error, OSError):
        return error.strerror or "it cannot be read"
    return "it is not PEM"
