"""Time that passes only when somebody sleeps: simulated pods become ready without waiting."""

from __future__ import annotations

import time

import pytest


class OwnTime:
    """The machine's clock for this process, moved on by every sleep."""

    def __init__(self) -> None:
        self.now = time.time()

    def time(self) -> float:
        """As time.time: seconds since the epoch. Each look takes a little."""
        self.now += 0.0001
        return self.now

    def sleep(self, seconds: float) -> None:
        """As time.sleep."""
        self.now += seconds


def replace_time(monkeypatch: pytest.MonkeyPatch) -> OwnTime:
    """Let this process have a time of its own."""
    own = OwnTime()
    monkeypatch.setattr(time, "time", own.time)
    monkeypatch.setattr(time, "sleep", own.sleep)
    return own
