"""Which proxy leads to a server, as the environment tells it. Pure.

The rules are those of Go's net/http, which every other Kubernetes client follows: HTTPS_PROXY or
HTTP_PROXY by the server's scheme, NO_PROXY with names, `.suffixes`, addresses, networks and `*`;
this machine itself is never reached through a proxy.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit


def proxy_from(environ: Mapping[str, str], url: str) -> str | None:
    """The proxy's URL, or None for the direct way."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    proxy = _variable(environ, f"{parts.scheme}_proxy")
    if not proxy or _is_this_machine(host):
        return None
    excepted = _variable(environ, "no_proxy").split(",")
    if any(_covers(rule.strip().lower(), host, port) for rule in excepted):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _variable(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name.upper()) or environ.get(name) or ""


def _is_this_machine(host: str) -> bool:
    return host == "localhost" or _within(host, "127.0.0.0/8") or _within(host, "::1/128")


def _covers(rule: str, host: str, port: int | None) -> bool:
    if not rule:
        return False
    if rule == "*" or _within(host, rule):
        return True
    name, colon, number = rule.rpartition(":")
    if colon and number.isdigit() and "]" not in number:
        return str(port) == number and _names(name, host)
    return _names(rule, host)


def _names(rule: str, host: str) -> bool:
    bare = rule.strip("[]").removeprefix("*")
    return (bare == host and not bare.startswith(".")) or host.endswith(
        bare if bare.startswith(".") else f".{bare}"
    )


def _within(host: str, network: str) -> bool:
    try:
        return ip_address(host) in ip_network(network, strict=False)
    except ValueError:
        return False
