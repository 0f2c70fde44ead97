r"""The grammar of `--set` keys and values: Helm's, without its silences.

    flag  = [item {"," item}]      item = key "=" value
    key   = name {"." name | "[" index "]" | "[" field "=" text "]"}
    value = "{" [text {"," text}] "}" | text
A backslash takes the next character as it is. An item by a field of its own (`env[name=TZ]`) is
ours: Helm has indices only. Where Helm drops input without a word (`a[0`, `=x`, `.a=x`, `[0]=x`, a
backslash at the end) this reader refuses. Knows characters only: what a text means is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from holdfast.errors import SetSyntaxError, Where
from holdfast.model.values import EditPath, ItemKey

MAX_INDEX = 65_536
"""The largest list index (Helm's)."""

MAX_NESTING = 30
"""How many dots a key may have, and how many indices in a row (Helm's)."""


class Reader:
    """A place in the text of one flag, moving on as parts are read."""

    def __init__(self, flag: str, text: str, *, escapes: bool = True, commas: bool = True) -> None:
        self.flag = flag
        self.text = text
        self.at = 0
        self.start = 0
        self.end: int | None = None
        self.escapes = escapes
        self.commas = commas

    @property
    def done(self) -> bool:
        """Whether all is read."""
        return self.at >= len(self.text)

    @property
    def origin(self) -> Where:
        """The flag with the key as written, and never the value: that may be a secret."""
        key = self.text[self.start : self.at if self.end is None else self.end]
        return Where(f"--{self.flag} {key}", kind="flag")

    def peek(self) -> str:
        """The next character; empty at the end."""
        return self.text[self.at : self.at + 1]

    def skip(self, char: str) -> bool:
        """Step over `char` if it is next."""
        if self.done or self.text[self.at] != char:
            return False
        self.at += 1
        return True

    def error(self, message: str, origin: Where | None = None) -> SetSyntaxError:
        """What is wrong with the flag, naming the key."""
        where = origin or self.origin
        return SetSyntaxError(
            f"reading {where.source.rstrip()}: {message}",
            where=where,
            hint="write key=value, as in --set image.tag=1.2,env[0].name=A; quote it for the shell",
        )

    def until(self, stops: str) -> str:
        """The text up to one of `stops` or the end, backslashes resolved."""
        found = []
        while not self.done and self.peek() not in stops:
            if self.escapes and self.skip("\\") and self.done:
                raise self.error("a backslash at the end escapes nothing")
            found.append(self.peek())
            self.at += 1
        return "".join(found)

    def key(self, convert: Callable[[str], Any] = str) -> EditPath:
        """A whole key, with the `=` behind it; `convert` types the text that names an item."""
        self.start, self.end = self.at, None
        path: list[str | int | ItemKey] = [self._name()]
        dots = run = 0
        while True:
            if self.skip("="):
                self.end = self.at - 1
                return tuple(path)
            if self.skip("."):
                path.append(self._name())
                dots, run = dots + 1, 0
            elif self.skip("["):
                path.append(self._item(convert))
                run += 1
            else:
                raise self.error("the key has no value: '=' is missing")
            if max(dots, run) > MAX_NESTING:
                raise self.error(f"the key is nested deeper than {MAX_NESTING}")

    def _name(self) -> str:
        name = self.until("=.[," if self.commas else "=.[")
        if not name:
            raise self.error("a key is empty")
        return name

    def _item(self, convert: Callable[[str], Any]) -> int | ItemKey:
        """What stands in brackets: an index, or a field of the item and its text."""
        inside = self.until("]=")
        if self.skip("="):
            text = self.until("]")
            self._close()
            return self._item_key(inside, text, convert)
        self._close()
        if not (inside.isascii() and inside.isdigit()):
            raise self.error(f"{inside!r} is neither an index from 0 nor a key, as in [name=x]")
        if len(inside) > 9 or int(inside) > MAX_INDEX:
            raise self.error(f"the index {inside} is over {MAX_INDEX}")
        return int(inside)

    def _item_key(self, field: str, text: str, convert: Callable[[str], Any]) -> ItemKey:
        if not field or not text:
            missing = "field" if not field else "text"
            raise self.error(f"the item's key has no {missing}: write [name=x]")
        if "." in field:
            raise self.error(f"the item's key is one field of the item, not {field!r}")
        return ItemKey(field, convert(text))

    def _close(self) -> None:
        if not self.skip("]"):
            raise self.error("'[' is not closed")
        if self.peek() not in ("=", ".", "["):
            raise self.error("after ']' comes '=', '.' or '['")

    def value(self) -> str | list[str]:
        """A text or a list of texts, with the comma behind it."""
        origin = self.origin
        found = self._items(origin) if self.skip("{") else self.until(",")
        self.skip(",")
        return found

    def _items(self, origin: Where) -> list[str]:
        items = []
        while True:
            items.append(self.until(",}"))
            if self.skip("}"):
                break
            if not self.skip(","):
                raise self.error("the list is not closed: '}' is missing", origin)
        if not self.done and self.peek() != ",":
            raise self.error("after '}' comes ',' or the end", origin)
        return items if items != [""] else []
