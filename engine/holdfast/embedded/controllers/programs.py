"""How a container's program ends, where its command leaves no doubt: `false`, `sh -c "exit 3"`.

No program runs here, so every other command is taken to run on, or to end well where the pod's
restart policy says that it ends. With this, crashes and failing Jobs can be tried out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_SHELLS = ("sh", "bash", "ash", "dash")
_SCRIPT = re.compile(
    r"\s*(?:(?:echo\b[^;&|<>$`()]*|sleep\s+[\d.]+|true|:)\s*(?:;|&&|\n)\s*)*"
    r"(?:exit\s+(?P<code>\d{1,3})|(?P<word>true|false))\s*;?\s*"
)
_PLAIN = {"true": 0, "false": 1}


def exit_code(program: Mapping[str, Any]) -> int | None:
    """The exit code of a container, or of a probe's `exec`; None for what is not known to end."""
    words = [str(word) for word in (*(program.get("command") or ()), *(program.get("args") or ()))]
    if not words:
        return None
    name = words[0].rpartition("/")[2]
    if name in _PLAIN and len(words) == 1:
        return _PLAIN[name]
    if name not in _SHELLS or len(words) != 3 or not re.fullmatch(r"-[eux]*c", words[1]):
        return None
    found = _SCRIPT.fullmatch(words[2])
    if found is None:
        return None
    return int(found["code"]) % 256 if found["code"] else _PLAIN[found["word"]]


def fails(program: Mapping[str, Any]) -> bool:
    """Whether it is known to end badly."""
    return bool(exit_code(program))
