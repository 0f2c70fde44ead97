"""Which request a URL is: pure reading of method, path and query, before anything is looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from urllib.parse import unquote

from holdfast.light import dataclass

_NAMESPACE_SUBRESOURCES = ("status", "finalize")


@dataclass(frozen=True, slots=True)
class Target:
    """A resource as a URL names it; `name` and `subresource` are empty where it names none."""

    group: str
    version: str
    plural: str
    namespace: str = ""
    name: str = ""
    subresource: str = ""

    @property
    def api_version(self) -> str:
        """`apps/v1`, or `v1` for the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version


@dataclass(frozen=True, slots=True)
class Request:
    """One request, its parts told apart. Header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def option(self, name: str) -> str:
        """A query parameter; empty where it is not given."""
        return self.query.get(name, "")

    def flag(self, name: str) -> bool:
        """A query parameter that is true (`true` or `1`, as Go reads it)."""
        return self.option(name).lower() in ("true", "1", "t")

    @property
    def dry_run(self) -> bool:
        """Whether nothing is to be kept."""
        return self.option("dryRun") == "All"

    @property
    def media_type(self) -> str:
        """The body's type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def manager(self) -> str:
        """The field manager: as given, else the program in the User-Agent (as the server does)."""
        agent = self.headers.get("user-agent", "").partition("/")[0]
        return self.option("fieldManager") or agent[:128] or "unknown"


def make_request(
    method: str,
    path: str,
    query: Mapping[str, str] | Iterable[tuple[str, str]],
    headers: Mapping[str, str],
    body: bytes,
) -> Request:
    """Put a request together; of a parameter that is given twice the first counts, as in Go."""
    pairs = query.items() if isinstance(query, Mapping) else query
    options: dict[str, str] = {}
    for name, value in pairs:
        options.setdefault(name, value)
    lower = {name.lower(): value for name, value in headers.items()}
    return Request(method.upper(), path, options, lower, body)


def segments(path: str) -> list[str]:
    """The parts of a path, unquoted; empty ones are none."""
    return [unquote(part) for part in path.split("/") if part]


def target_of(path: str) -> Target | None:
    """The resource that a path names, or None for a path of another sort."""
    parts = segments(path)
    if parts[:1] == ["api"] and len(parts) > 2:
        group, version, rest = "", parts[1], parts[2:]
    elif parts[:1] == ["apis"] and len(parts) > 3:
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        return None
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 2 and not _of_namespace(group, rest):
        namespace, rest = rest[1], rest[2:]
    if len(rest) > 3:
        return None
    plural, name, subresource = (*rest, "", "")[:3]
    return Target(group, version, plural, namespace, name, subresource)


def _of_namespace(group: str, rest: list[str]) -> bool:
    return not group and len(rest) == 3 and rest[2] in _NAMESPACE_SUBRESOURCES
