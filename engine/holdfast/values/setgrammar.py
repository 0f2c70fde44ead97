r"""The grammar of `--set` keys and values: Helm's, without its silences.

    flag  = [item {"," item}]      item = key "=" value
    key   = name {"." name | "[" index "]"}
    value = "{" [text {"," text}] "}" | text
A backslash takes the next character as it is. Where Helm drops input without a word (`a[0`, `=x`,
`.a=x`, `[0]=x`, a backslash at the end) this reader refuses. Knows characters only: what a text
means is the caller's.
"""

from __future__ import annotations

from holdfast.errors import SetSyntaxError, Where
from holdfast.model.values import Path

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

    def key(self) -> Path:
        """A whole key, with the `=` behind it."""
        self.start, self.end = self.at, None
        path: list[str | int] = [self._name()]
        dots = run = 0
        while True:
            if self.skip("="):
                self.end = self.at - 1
                return tuple(path)
            if self.skip("."):
                path.append(self._name())
                dots, run = dots + 1, 0
            elif self.skip("["):
                path.append(self._index())
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

    def _index(self) -> int:
        end = self.text.find("]", self.at)
        if end < 0:
            raise self.error("'[' is not closed")
        digits = self.text[self.at : end]
        if not (digits.isascii() and digits.isdigit()):
            raise self.error(f"the index {digits!r} is no number from 0")
        if len(digits) > 9 or int(digits) > MAX_INDEX:
            raise self.error(f"the index {digits} is over {MAX_INDEX}")
        self.at = end + 1
        if self.peek() not in ("=", ".", "["):
            raise self.error("after ']' comes '=', '.' or '['")
        return int(digits)

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
