"""The golden page: checked, or written anew under --update-golden."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

PAGE = Path(__file__).parent / "golden.txt"
_RULE = "#" * 20


class Golden:
    """What each case shows, by its name."""

    def __init__(self, *, update: bool) -> None:
        self._update = update
        self._shown: dict[str, str] = {}
        parts = PAGE.read_text().split(f"{_RULE} ")[1:] if PAGE.exists() else []
        self._known = {name: text for name, _, text in (part.partition("\n") for part in parts)}

    def check(self, name: str, text: str) -> None:
        """`text` is what the page shows for the case."""
        self._shown[name] = text
        if not self._update:
            assert self._known.get(name) == text

    def names(self) -> list[str]:
        """The cases of the page, in its order."""
        return list(self._shown if self._update else self._known)

    def save(self) -> None:
        """Write the page with what was shown now."""
        if self._update:
            page = {**self._known, **self._shown}
            order = [*self._shown, *(name for name in self._known if name not in self._shown)]
            PAGE.write_text("".join(f"{_RULE} {name}\n{page[name]}" for name in order))


@pytest.fixture(scope="session")
def golden(request: pytest.FixtureRequest) -> Iterator[Golden]:
    page = Golden(update=request.config.getoption("--update-golden"))
    yield page
    page.save()
