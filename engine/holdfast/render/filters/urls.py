"""Filters over URLs as text: nothing is asked of the network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from holdfast.errors import RenderError
from holdfast.render.filters.arguments import items, mapping, text

_PARTS = ("scheme", "userinfo", "host", "path", "query", "fragment")
_LONGEST = 8192


def url_parse(value: Any) -> dict[str, Any]:
    """A URL's parts: scheme, userinfo, host (with the port), hostname, port, path, query, fragment.

    `port` is null where the URL has none. The text itself is not told in errors: it may hold a
    password.
    """
    source = text(value)
    if len(source) > _LONGEST:
        raise RenderError(f"a URL is over {_LONGEST} characters")
    try:
        parts = urlsplit(source)
        port = parts.port
    except ValueError:
        raise RenderError("the text is no URL") from None
    userinfo, _, host = parts.netloc.rpartition("@")
    return {
        "scheme": parts.scheme,
        "userinfo": userinfo,
        "host": host,
        "hostname": parts.hostname or "",
        "port": port,
        "path": parts.path,
        "query": parts.query,
        "fragment": parts.fragment,
    }


def url_join(value: Any) -> str:
    """The URL of parts as `url_parse` gives them; hostname and port may stand for host."""
    given = mapping(value)
    unknown = [str(key) for key in given if key not in (*_PARTS, "hostname", "port")]
    if unknown:
        raise RenderError(f"a URL has no part {unknown[0]!r}", hint=f"parts: {', '.join(_PARTS)}")
    part = {name: "" if given.get(name) is None else text(given[name]) for name in _PARTS}
    host = part["host"] or _host(given)
    netloc = f"{part['userinfo']}@{host}" if part["userinfo"] else host
    path = part["path"]
    if netloc and path and not path.startswith("/"):
        path = f"/{path}"
    return urlunsplit((part["scheme"], netloc, path, part["query"], part["fragment"]))


def _host(given: dict[Any, Any]) -> str:
    name = text(given.get("hostname") or "")
    if ":" in name and not name.startswith("["):
        name = f"[{name}]"
    return name if given.get("port") is None else f"{name}:{text(given['port'])}"


def urlencode(value: Any, safe: Any = "") -> str:
    """A text as one part of a URL, of a map or list of pairs a query; `safe` stays as it is.

    Other than the engine's own, it takes a `/` along: a password with one would end the URL's host.
    """
    kept = text(safe)
    if not isinstance(value, dict | list | tuple):
        return quote(text(value), safe=kept)
    pairs = value.items() if isinstance(value, dict) else [_pair(item) for item in value]
    return "&".join(f"{quote(text(k), safe=kept)}={quote(text(v), safe=kept)}" for k, v in pairs)


def _pair(item: Any) -> tuple[Any, Any]:
    parts = items(item)
    if len(parts) != 2:
        raise RenderError(f"urlencode needs pairs, not a list of {len(parts)}")
    return parts[0], parts[1]


URLS: dict[str, Callable[..., Any]] = {
    "url_join": url_join,
    "url_parse": url_parse,
    "urlencode": urlencode,
}
