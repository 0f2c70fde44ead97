"""The pages for users of other systems: their values work, and both languages say the same.

A page's right column holds values (`key: value`, `a.b: c` for `a: {b: c}`) and commands.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.charts.rendering import template
from tests.conftest import ROOT, run_command

SEEDS = {
    "ack": ("nginx", "000-ack-console"),
    "cce": ("etcd", "001-cce-etcd"),
    "kubesphere": ("nginx", "002-kubesphere-form"),
    "statefulset": ("nginx", "003-statefulset-tutorial"),
    "cce-autopilot": ("nginx", "004-cce-autopilot"),
}


def page(name: str) -> str:
    return (ROOT / f"docs/from/{name}.md").read_text(encoding="utf-8")


def rows(text: str) -> list[tuple[str, str]]:
    """The table's rows: what was there, and what is written here."""
    found = re.findall(r"^\| (.*?) \| (.*) \|$", text, re.MULTILINE)
    return [row for row in found if row[0] != "---"][1:]


def spans(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def settings(cell: str) -> list[tuple[str, Any]]:
    """The values in a cell: the dotted path of each, and what it gets."""
    shown = [re.fullmatch(r"([A-Za-z.]+): (.+)", span) for span in spans(cell)]
    return [(one[1], yaml.safe_load(one[2])) for one in shown if one]


def put(values: dict[str, Any], path: str, value: Any) -> None:
    *above, last = path.split(".")
    for name in above:
        values = values.setdefault(name, {})
    values[last] = value


def groups(text: str) -> list[list[tuple[str, Any]]]:
    """The values of all rows, in few files that give no value twice; some go alone."""
    found: list[list[tuple[str, Any]]] = []
    for _, cell in rows(text):
        own = settings(cell)
        alone = any(path in ("securityProfile", "virtualNode") for path, _ in own)
        heads = {path.partition(".")[0] for path, _ in own}
        for group in [] if alone else found:
            taken = {path.partition(".")[0] for path, _ in group}
            if not heads & taken and "securityProfile" not in taken and "virtualNode" not in taken:
                group += own
                break
        else:
            found += [own] if own else []
    return found


@pytest.mark.parametrize("name", SEEDS)
def test_each_value_shown_works_with_the_pages_example(tmp_path: Path, name: str) -> None:
    chart, seed = SEEDS[name]
    example = (ROOT / f"charts/{chart}/examples/seeds/{seed}.yaml").read_text(encoding="utf-8")
    for group in groups(page(name)):
        values = yaml.safe_load(example)
        for path, value in group:
            put(values, path, value)
        text = yaml.safe_dump(values, allow_unicode=True)
        assert "no effect" not in template(chart, tmp_path, text).must().err


@pytest.mark.parametrize("name", SEEDS)
def test_each_command_and_flag_shown_is_there(name: str) -> None:
    for _, cell in rows(page(name)):
        for span in spans(cell):
            if span.startswith("holdfast "):
                words = span.split()
                depth = 3 if words[1] in ("diff", "get") else 2
                text = run_command(*words[1:depth], "--help").must().out
                assert all(word in text for word in words if word.startswith("-")), span


@pytest.mark.parametrize("name", SEEDS)
def test_both_languages_say_the_same(name: str) -> None:
    english, chinese = page(name), page(f"{name}.zh")
    left, right = rows(english), rows(chinese)
    assert [spans(cell) for _, cell in left] == [spans(cell) for _, cell in right]
    for start in ("$ ", "- "):
        lines = [
            [line for line in text.splitlines() if line.startswith(start)]
            for text in (english, chinese)
        ]
        assert len(lines[0]) == len(lines[1]) > 0
        assert start != "$ " or lines[0] == lines[1]
    for was, cell in right:
        prose = re.sub(r"`[^`]*`", "", cell)
        assert not re.search(r"[A-Za-z]{2,} [a-z]{2,}", prose), (was, cell)
