"""Credentials from a program that the kubeconfig names.

Kubernetes docs, "client-go credential plugins": client.authentication.k8s.io/v1 and v1beta1. The
program gets KUBERNETES_EXEC_INFO and prints an ExecCredential, of which nothing is ever repeated in
a message.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from holdfast.cluster.access import Credential, Pem, Server
from holdfast.cluster.fields import Entry
from holdfast.errors import Unauthorized, Where

_GROUP = "client.authentication.k8s.io"
_VERSIONS = (f"{_GROUP}/v1", f"{_GROUP}/v1beta1")
_SECONDS = 300.0
"""How long a program that cannot ask anybody may take."""


class ExecPlugin:
    """Runs the program when a credential is needed, and again once its answer has expired."""

    def __init__(
        self,
        spec: Entry,
        cluster: Entry,
        server: Server,
        environ: Mapping[str, str],
        now: Callable[[], float],
    ) -> None:
        self._spec = spec
        self._cluster = cluster
        self._server = server
        self._environ = environ
        self._now = now
        self._credential: Credential | None = None
        self._expires: float | None = None
        self._version = spec.text("apiVersion")
        self._command = spec.text("command")
        self._check()

    def current(self) -> Credential:
        """The credential: the last one while it is valid."""
        expired = self._expires is not None and self._now() >= self._expires
        if self._credential is None or expired:
            self._credential, self._expires = self._answer(self._run())
        return self._credential

    def renew(self) -> bool:
        """Forget the credential that was refused; the program is asked again."""
        self._credential = None
        return True

    def _check(self) -> None:
        if self._version not in _VERSIONS:
            raise self._spec.mistake(
                f"apiVersion {self._version!r} is not supported",
                hint=f"update the plugin's entry to {_VERSIONS[0]}",
            )
        if not self._command:
            raise self._spec.mistake("command is missing")

    def _run(self) -> str:
        interactive = self._interactive()
        try:
            done = subprocess.run(
                [self._program(), *self._spec.texts("args")],
                env=self._environment(interactive),
                stdin=None if interactive else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                # What it asks of the person at the terminal has to be seen there.
                stderr=None if interactive else subprocess.PIPE,
                timeout=None if interactive else _SECONDS,
                check=False,
            )
        except OSError as error:
            reason = (error.strerror or "it cannot be run").lower()
            raise self._failure(reason, hint=self._spec.text("installHint") or None) from error
        except subprocess.TimeoutExpired as error:
            raise self._failure(f"no answer within {_SECONDS:g} s") from error
        if done.returncode != 0:
            words = (done.stderr or b"").decode("utf-8", "replace").strip()[-500:]
            raise self._failure(f"exit code {done.returncode}{': ' if words else ''}{words}")
        return done.stdout.decode("utf-8", "replace")

    def _interactive(self) -> bool:
        mode = self._spec.text("interactiveMode") or "IfAvailable"
        terminal = sys.stdin is not None and sys.stdin.isatty()
        if mode == "Always" and not terminal:
            raise self._failure("it needs a terminal to ask on, and there is none")
        return terminal and mode != "Never"

    def _program(self) -> str:
        # As client-go: only a command with a separator in it is a path, beside the kubeconfig.
        if os.sep not in self._command:
            return self._command
        return str(self._spec.path("command") or Path(self._command))

    def _environment(self, interactive: bool) -> dict[str, str]:
        given = {one.text("name"): one.text("value") for one in self._spec.maps("env")}
        spec: dict[str, Any] = {"interactive": interactive}
        if self._spec.flag("provideClusterInfo"):
            spec["cluster"] = self._cluster_info()
        info = {"apiVersion": self._version, "kind": "ExecCredential", "spec": spec}
        return {**self._environ, **given, "KUBERNETES_EXEC_INFO": json.dumps(info)}

    def _cluster_info(self) -> dict[str, Any]:
        authority = self._server.authority
        pem = authority.data if authority else b""
        if authority and authority.file:
            try:
                pem = authority.file.read_bytes()
            except OSError as error:
                reason = (error.strerror or "it cannot be read").lower()
                raise self._cluster.mistake(f"certificate-authority: {reason}") from error
        extensions = {
            one.text("name"): one.body.get("extension") for one in self._cluster.maps("extensions")
        }
        info = {
            "server": self._server.url,
            "tls-server-name": self._server.tls_name,
            "insecure-skip-tls-verify": self._server.insecure,
            "certificate-authority-data": base64.b64encode(pem).decode(),
            "proxy-url": self._server.proxy,
            "config": extensions.get(f"{_GROUP}/exec"),
        }
        return {key: value for key, value in info.items() if value}

    def _answer(self, output: str) -> tuple[Credential, float | None]:
        try:
            answer = json.loads(output)
            status = answer["status"]
            token, expires = status.get("token", ""), status.get("expirationTimestamp")
            certificate, key = (_pem(status, f"client{of}Data") for of in ("Certificate", "Key"))
            until = datetime.fromisoformat(expires).timestamp() if expires else None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            # Without the cause: it may quote what is secret.
            raise self._failure("its output is no ExecCredential with a status") from None
        if answer.get("apiVersion") != self._version:
            raise self._failure(f"its output is not of {self._version}, as the kubeconfig says")
        if not token and not (certificate and key):
            raise self._failure("its output has neither a token nor a certificate with its key")
        return Credential(str(token), certificate, key), until

    def _failure(self, what: str, *, hint: str | None = None) -> Unauthorized:
        return Unauthorized(
            f"get a credential from {self._command!r}: {what}",
            hint=hint or "run the command by hand to see what it says",
            where=Where(str(self._spec.file)),
        )


def _pem(status: Mapping[str, Any], key: str) -> Pem | None:
    text = status.get(key)
    return Pem(data=text.encode()) if text else None
