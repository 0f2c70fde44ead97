"""The values of an upgrade: every mode with every way to give new ones, as one table.

Each row says what an upgrade comes to and what it stores. The release was installed with two values
of its own; the new chart changes one default, adds one and drops one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.conftest import run_command
from tests.e2e.charts import data, write_chart

SHOW = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ release.name }}}
data: {all: {{ values | to_json }}}
"""
OLD = "kept: default\nmoved: old\ngone: old\nlist: [a, b]\n"
NEW = "kept: default\nmoved: new\nfresh: new\nlist: [a, b]\n"
MINE: dict[str, Any] = {"kept": "mine", "list": ["x"]}

NONE: tuple[str, ...] = ()
SET = ("--set", "moved=flag")
FILE = ("-f", "file.yaml")  # fresh: file
BOTH = (*FILE, *SET)
NULL = ("--set", "kept=null")


def over(base: dict[str, Any], *layers: dict[str, Any]) -> dict[str, Any]:
    """Maps laid over one another; a null removes."""
    found = dict(base)
    for layer in layers:
        found |= layer
    return {key: value for key, value in found.items() if value is not None}


DEFAULTS = {"kept": "default", "moved": "new", "fresh": "new", "list": ["a", "b"]}
FROZEN = {"kept": "default", "moved": "old", "gone": "old", "list": ["a", "b"]}
IN_FLAG, IN_FILE, NO_MORE = {"moved": "flag"}, {"fresh": "file"}, {"kept": None}

# mode, flags → the stored values; what they are laid over; the earlier values that fall away
TABLE = [
    ((), NONE, MINE, DEFAULTS, ()),
    ((), SET, {**MINE, **IN_FLAG}, DEFAULTS, ()),
    ((), FILE, IN_FILE, DEFAULTS, ("list", "kept")),
    ((), BOTH, {**IN_FILE, **IN_FLAG}, DEFAULTS, ("list", "kept")),
    ((), NULL, {**MINE, **NO_MORE}, DEFAULTS, ()),
    (("--reset-values",), NONE, {}, DEFAULTS, ("list", "kept")),
    (("--reset-values",), SET, IN_FLAG, DEFAULTS, ("list", "kept")),
    (("--reset-values",), FILE, IN_FILE, DEFAULTS, ("list", "kept")),
    (("--reset-values",), BOTH, {**IN_FILE, **IN_FLAG}, DEFAULTS, ("list", "kept")),
    (("--reuse-values",), NONE, MINE, {**DEFAULTS, **FROZEN}, ()),
    (("--reuse-values",), SET, {**MINE, **IN_FLAG}, {**DEFAULTS, **FROZEN}, ()),
    (("--reuse-values",), FILE, {**MINE, **IN_FILE}, {**DEFAULTS, **FROZEN}, ()),
    (("--reuse-values",), BOTH, {**MINE, **IN_FILE, **IN_FLAG}, {**DEFAULTS, **FROZEN}, ()),
    (("--reuse-values",), NULL, {**MINE, **NO_MORE}, {**DEFAULTS, **FROZEN}, ()),
    (("--reset-then-reuse-values",), NONE, MINE, DEFAULTS, ()),
    (("--reset-then-reuse-values",), SET, {**MINE, **IN_FLAG}, DEFAULTS, ()),
    (("--reset-then-reuse-values",), FILE, {**MINE, **IN_FILE}, DEFAULTS, ()),
    (("--reset-then-reuse-values",), BOTH, {**MINE, **IN_FILE, **IN_FLAG}, DEFAULTS, ()),
    (("--reset-then-reuse-values",), NULL, {**MINE, **NO_MORE}, DEFAULTS, ()),
    # Where several are given, Helm's order decides: reset, reuse, reset-then-reuse.
    (("--reuse-values", "--reset-values"), NONE, {}, DEFAULTS, ("list", "kept")),
    (
        ("--reset-then-reuse-values", "--reuse-values"),
        SET,
        {**MINE, **IN_FLAG},
        {**DEFAULTS, **FROZEN},
        (),
    ),
]


@pytest.fixture(autouse=True)
def _release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:c.db")
    write_chart(tmp_path, values=OLD, show=SHOW)
    run_command("install", "web", "web", "--set", "kept=mine", "--set-json", 'list=["x"]').must()
    write_chart(tmp_path, version="0.2.0", values=NEW, show=SHOW)
    Path("file.yaml").write_text("fresh: file\n")


@pytest.mark.parametrize(
    ("mode", "flags", "stored", "base", "dropped"),
    TABLE,
    ids=lambda item: " ".join(item) or "-" if isinstance(item, tuple) else "",
)
def test_the_values_of_an_upgrade(
    mode: tuple[str, ...],
    flags: tuple[str, ...],
    stored: dict[str, Any],
    base: dict[str, Any],
    dropped: tuple[str, ...],
) -> None:
    planned = data("diff", "upgrade", "web", "web", *mode, *flags)
    said = run_command("upgrade", "web", "web", *mode, *flags).must().err
    assert data("get", "values", "web") == stored
    assert data("get", "values", "web", "--all") == over(base, stored)
    assert planned["no_longer_set"] == list(dropped)
    lines = [line.partition("no longer set: ")[2] for line in said.splitlines()]
    assert list(filter(None, lines)) == list(dropped)
    assert data("get", "values", "web", "--revision", "1") == MINE, "history stays as it was"


def test_what_falls_away_is_told_on_screen_too() -> None:
    shown = run_command("diff", "upgrade", "web", "web", *FILE).must().out
    assert "no longer set: list\nno longer set: kept\n" in shown
    shown = run_command("upgrade", "web", "web", "--reset-values", "--dry-run").must().out
    assert "no longer set: list\nno longer set: kept\n" in shown


@pytest.mark.parametrize("mode", ["--reuse-values", "--reset-then-reuse-values"])
def test_an_install_by_upgrade_has_only_the_new_values(mode: str) -> None:
    run_command("upgrade", "--install", "other", "web", mode, *SET).must()
    assert data("get", "values", "other") == IN_FLAG
