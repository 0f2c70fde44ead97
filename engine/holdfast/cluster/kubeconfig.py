"""Kubeconfig files read and merged, and one context of them made into an Access.

Rules: Kubernetes docs, "Organizing cluster access using kubeconfig files"; client-go where those
are silent. Of several files the first that names a cluster, user or context decides it whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from pathlib import Path
from urllib.parse import urlsplit

from holdfast.cluster.access import Access, Credential, Credentials, Fixed, Impersonation, Server
from holdfast.cluster.exec_plugin import ExecPlugin
from holdfast.cluster.fields import Entry
from holdfast.cluster.tokens import TokenFile
from holdfast.errors import ClusterError, Where, YamlError
from holdfast.light import dataclass


@dataclass(frozen=True, slots=True)
class Kubeconfig:
    """The clusters, users and contexts of one or more files, by name."""

    files: tuple[Path, ...]
    current: str = ""
    clusters: Mapping[str, Entry] = field(default_factory=dict)
    users: Mapping[str, Entry] = field(default_factory=dict)
    contexts: Mapping[str, Entry] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The files, as they are named in messages."""
        return ":".join(str(file) for file in self.files)


def load_kubeconfig(files: Iterable[Path]) -> Kubeconfig:
    """Read the files and merge them, the first wins. ClusterError for one that cannot be read."""
    named: dict[str, dict[str, Entry]] = {"clusters": {}, "users": {}, "contexts": {}}
    current = ""
    read = tuple(files)
    for file in read:
        whole = Entry("the file", file, _read(file))
        current = current or whole.text("current-context")
        for section, entries in named.items():
            for item in whole.maps(section):
                body = item.map(section.removesuffix("s")).body
                name = item.text("name")
                title = f"{section.removesuffix('s')} {name!r}"
                entries.setdefault(name, Entry(title, file, body))
    return Kubeconfig(read, current, **named)


def access_from(
    config: Kubeconfig, *, context: str = "", environ: Mapping[str, str], now: Callable[[], float]
) -> Access:
    """What a context means: the one named, or the current one.

    `environ` is what credential plugins inherit, `now` tells whether their answers have expired.
    Raises ClusterError with the file and a hint for whatever is missing or wrong.
    """
    chosen = _context(config, context)
    cluster = _entry(config, config.clusters, chosen, "cluster")
    server = _server(cluster)
    user = _entry(config, config.users, chosen, "user") if chosen.text("user") else None
    return Access(
        server,
        _credentials(user, cluster, server, environ, now) if user else Fixed(),
        _impersonation(user) if user else None,
        chosen.text("namespace") or "default",
        config.source,
    )


def _read(file: Path) -> dict[str, object]:
    from holdfast import yamltext

    doing, where = f"read the kubeconfig {file}", Where(str(file))
    try:
        found = yamltext.load(
            yamltext.decode(file.read_bytes(), source=str(file)), source=str(file)
        )
    except OSError as error:
        raise ClusterError(
            f"{doing}: {(error.strerror or 'it cannot be read').lower()}",
            where=where,
            hint="name a kubeconfig that can be read: --kubeconfig FILE, or KUBECONFIG",
        ) from error
    except YamlError as error:
        # Without its excerpt: a kubeconfig holds secrets.
        raise ClusterError(
            f"{doing}: {error.message}", where=error.where or where, hint=error.hint
        ) from None
    if not isinstance(found, dict | None):
        raise ClusterError(
            f"{doing}: it is no map", where=where, hint="is this really a kubeconfig?"
        )
    return found or {}


def _context(config: Kubeconfig, name: str) -> Entry:
    name = name or config.current
    known = ", ".join(sorted(config.contexts)) or "none"
    if not name:
        raise ClusterError(
            f"choose a cluster: {config.source} has no current-context",
            hint=f"name one with --context; there are: {known}",
        )
    if name not in config.contexts:
        raise ClusterError(
            f"choose a cluster: {config.source} has no context {name!r}", hint=f"there are: {known}"
        )
    return config.contexts[name]


def _entry(config: Kubeconfig, entries: Mapping[str, Entry], chosen: Entry, kind: str) -> Entry:
    name = chosen.text(kind)
    if name not in entries:
        known = ", ".join(sorted(entries)) or "none"
        raise chosen.mistake(f"there is no {kind} {name!r}", hint=f"there are: {known}")
    return entries[name]


def _server(cluster: Entry) -> Server:
    url = cluster.text("server")
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole:
        raise cluster.mistake(
            "server is no address", hint="write it as https://HOST:PORT, as `kubectl` does"
        )
    return Server(
        parts.geturl(),
        cluster.pem("certificate-authority"),
        cluster.flag("insecure-skip-tls-verify"),
        cluster.text("tls-server-name"),
        cluster.text("proxy-url") or None,
    )


def _credentials(
    user: Entry,
    cluster: Entry,
    server: Server,
    environ: Mapping[str, str],
    now: Callable[[], float],
) -> Credentials:
    _refuse_old_ways(user)
    certificate, key = user.pem("client-certificate"), user.pem("client-key")
    token_file = user.path("tokenFile")
    if token_file:
        return TokenFile(token_file, certificate, key)
    if user.text("token") or certificate or key:
        return Fixed(Credential(user.text("token").strip(), certificate, key))
    if user.body.get("exec"):
        return ExecPlugin(user.map("exec"), cluster, server, environ, now)
    return Fixed()


def _refuse_old_ways(user: Entry) -> None:
    if user.body.get("auth-provider"):
        raise user.mistake(
            "auth-provider is no longer part of Kubernetes (since 1.26)",
            hint="use your provider's exec plugin; its documentation names it",
        )
    if user.body.get("username") or user.body.get("password"):
        raise user.mistake(
            "API servers no longer accept a user name and password (since 1.19)",
            hint="use a token, a client certificate or an exec plugin",
        )


def _impersonation(user: Entry) -> Impersonation | None:
    name = user.text("as")
    extra = user.map("as-user-extra")
    if name:
        return Impersonation(
            name,
            user.text("as-uid"),
            user.texts("as-groups"),
            {key: extra.texts(key) for key in extra.body},
        )
    if user.body.get("as-groups") or user.body.get("as-uid") or extra.body:
        raise user.mistake("as-groups, as-uid and as-user-extra need `as`, a user to act as")
    return None
