"""What the files of a configMap, secret, downwardAPI or projected volume hold. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .environment import Missing, Shelf

Object = Mapping[str, Any]
WORDS = ("configMap", "secret", "downwardAPI", "projected")
_MODE = 0o644
_TOKEN_SECONDS = 3607


@dataclass(frozen=True, slots=True)
class File:
    """A file's content and its permission bits."""

    content: bytes
    mode: int


Files = dict[str, File]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where content comes from: `field` reads a fieldRef or resourceFieldRef, `token` makes one
    for an audience that lasts so many seconds."""

    shelf: Shelf
    field: Callable[[Object], str]
    token: Callable[[str, int], str]


def files_of(volume: Object, sources: Sources) -> Files:
    """List the files of a volume by their relative paths. Raises Missing."""
    if "projected" in volume:
        mode = volume["projected"].get("defaultMode", _MODE)
        found: Files = {}
        for source in volume["projected"].get("sources", ()):
            found |= _files(source, mode, sources)
        return found
    word = next(word for word in WORDS if word in volume)
    return _files(volume, volume[word].get("defaultMode", _MODE), sources)


def _files(source: Object, mode: int, sources: Sources) -> Files:
    if "configMap" in source:
        one = source["configMap"]
        return _keyed("ConfigMap", one["name"], one, mode, sources.shelf)
    if "secret" in source:
        one = source["secret"]
        # A volume says secretName, a projected source says name.
        return _keyed("Secret", one.get("secretName") or one["name"], one, mode, sources.shelf)
    if "downwardAPI" in source:
        items = source["downwardAPI"].get("items", ())
        return {
            item["path"]: File(sources.field(item).encode(), item.get("mode", mode))
            for item in items
        }
    if "serviceAccountToken" in source:
        one = source["serviceAccountToken"]
        token = sources.token(one.get("audience", ""), one.get("expirationSeconds", _TOKEN_SECONDS))
        return {one["path"]: File(token.encode(), mode)}
    raise Missing(f"projected source {', '.join(source)} is not supported")


def _keyed(kind: str, name: str, one: Object, mode: int, shelf: Shelf) -> Files:
    optional = one.get("optional", False)
    data = shelf.read(kind, name, optional=optional)
    if "items" not in one:
        return {key: File(value, mode) for key, value in data.items()}
    found: Files = {}
    for item in one["items"]:
        if item["key"] in data:
            found[item["path"]] = File(data[item["key"]], item.get("mode", mode))
        elif not optional:
            raise Missing(f"references non-existent {kind.lower()} key: {item['key']}")
    return found
