"""`.holdfastignore`: which files of a chart do not belong to it. The rules are gitignore's.

Source: git's gitignore(5). The last rule that matches decides; `!` takes a file back, but not from
under a folder that is ignored; a `/` in front or inside anchors a rule at the chart's root; `**`
goes through folders; a `/` at the end means folders only. `.helmignore` is not read: its rules
differ (the first match wins there).
"""

from __future__ import annotations

import re

from holdfast.light import dataclass

NAME = ".holdfastignore"
_LONGEST = 1024
_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    takes_back: bool
    folders_only: bool


class Ignore:
    """The rules of one chart; without any, nothing is ignored."""

    def __init__(self, text: str = "") -> None:
        lines = text.removeprefix("\ufeff").splitlines()
        self._rules = [rule for line in lines if (rule := _read(line))]
        self._folders: dict[str, bool] = {"": False}

    def ignores(self, path: str) -> bool:
        """Whether the file at `path` (relative, with `/`) is ignored, or a folder above it is."""
        if not self._rules:
            return False
        return self._ignores_folder(path.rpartition("/")[0]) or self._matches(path, folder=False)

    def _ignores_folder(self, path: str) -> bool:
        if (known := self._folders.get(path)) is None:
            above = self._ignores_folder(path.rpartition("/")[0])
            known = self._folders[path] = above or self._matches(path, folder=True)
        return known

    def _matches(self, path: str, *, folder: bool) -> bool:
        for rule in reversed(self._rules):
            if (folder or not rule.folders_only) and rule.pattern.fullmatch(path):
                return not rule.takes_back
        return False


def _read(line: str) -> _Rule | None:
    """One line's rule; None for a blank one and a comment. Spaces at the end count when escaped."""
    text = re.sub(r"(?<!\\) +$", "", line.rstrip("\r"))
    while text.endswith(" ") and not text.endswith("\\ "):
        text = text[:-1]
    if not text or text.startswith("#") or len(text) > _LONGEST:
        return None
    takes_back = text.startswith("!")
    text = text[1:] if takes_back else text
    folders_only = text.endswith("/")
    text = text.rstrip("/") if folders_only else text
    if not text:
        return None
    anchored = "/" in text
    source = _translate(re.sub(r"(?<![^/])\*{3,}(?![^/])", "**", text.removeprefix("/")))
    if source is None:
        return None
    return _Rule(
        re.compile(source if anchored else f"(?:.*/)?{source}", re.S), takes_back, folders_only
    )


def _translate(text: str) -> str | None:
    """A pattern in Python's words; None for one that matches nothing (a backslash at the end)."""
    if text == "**":
        return ".+"
    found, at = "", 0
    if text.startswith("**/"):
        found, at = "(?:.*/)?", 3
    while at < len(text):
        if text.startswith("/**/", at):
            found, at = found + "/(?:.*/)?", at + 4
            while text.startswith("**/", at):
                at += 3
        elif text[at:] == "/**":
            found, at = found + "/.+", len(text)
        else:
            part, at = _one(text, at)
            if part is None:
                return None
            found += part
    return found


def _one(text: str, at: int) -> tuple[str | None, int]:
    """What the pattern's next character stands for, and where the one after it is."""
    char = text[at]
    if char == "*":
        end = at
        while text[end : end + 1] == "*":
            end += 1
        return "[^/]*", end
    if char == "?":
        return "[^/]", at + 1
    if char == "[":
        return _class(text, at)
    if char == "\\":
        return (re.escape(text[at + 1]), at + 2) if at + 1 < len(text) else (None, at)
    return re.escape(char), at + 1


def _class(text: str, at: int) -> tuple[str | None, int]:
    """`[a-z]`, `[!a]`, `[^a]`, `[[:alpha:]]`; one that is not closed matches nothing (fnmatch)."""
    negated = text[at + 1 : at + 2] in ("!", "^") and text[at + 1 :] != ""
    at += 2 if negated else 1
    found, first = "", at
    while text[at : at + 1] != "]" or at == first:
        if at >= len(text):
            return None, at
        if named := re.match(r"\[:(\w+):\]", text[at:]):
            if named[1] not in _CLASSES:
                return None, at
            found, at = found + _CLASSES[named[1]], at + len(named[0])
            continue
        low, at = _member(text, at)
        if text[at : at + 1] == "-" and text[at + 1 : at + 2] not in ("]", ""):
            high, at = _member(text, at + 1)
            found += f"{re.escape(low)}-{re.escape(high)}" if low <= high else ""
        else:
            found += re.escape(low)
    body = f"[^{found}]" if negated else f"[{found}]"
    return f"(?!/){body if found else '[^/]' if negated else '(?!)'}", at + 1


def _member(text: str, at: int) -> tuple[str, int]:
    """One character of a class, the one behind a backslash as it is."""
    if text[at] == "\\" and at + 1 < len(text):
        return text[at + 1], at + 2
    return text[at], at + 1
