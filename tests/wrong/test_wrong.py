"""Wrong charts: each says template:line:column, the value at fault, who supplied it, and a way out.

`charts.txt` holds the charts with what their errors must say as fields; `golden.txt` shows all of
them as a user sees them on a terminal. `pytest tests/wrong --update-golden` writes it anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import run_command, write_tree
from tests.sections import Case, read_cases

from holdfast import HoldfastError, Sources, render_template

HERE = Path(__file__).parent
CASES = read_cases(HERE / "charts.txt")
BASE = {
    "web/Chart.yaml": "apiVersion: holdfast/v1\nname: web\nversion: 0.1.0\n",
    "web/values.yaml": (HERE / "values.yaml").read_text(),
    "web/values.schema.json": (HERE / "values.schema.json").read_text(),
}


@pytest.fixture
def wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: Case) -> Case:
    """The case, its chart written and the folder entered."""
    files: dict[str, str | bytes] = {**BASE}
    for name, text in case.texts.items():
        if name not in ("flags", "says"):
            files[place(name)] = text
    monkeypatch.chdir(write_tree(tmp_path, files))
    return case


def place(name: str) -> str:
    """Where a text of a case lies: templates and notes in the chart, values beside it."""
    if name.startswith("NOTES"):
        return f"web/{name}"
    return f"web/templates/{name}" if name.endswith(".j2") else name


def flags(case: Case) -> list[str]:
    return case.texts.get("flags", "").split()


def sources(case: Case) -> Sources:
    words = flags(case)
    given = {
        flag: tuple(words[i + 1] for i, word in enumerate(words) if word == flag)
        for flag in ("-f", "--set")
    }
    return Sources(files=given["-f"], sets={"set": given["--set"]})


def fields_of(error: HoldfastError) -> str:
    """What an error says, one field on a line; a problem of several as `path: message`."""
    lines = [f"error: {error.code}", f"message: {error.message.splitlines()[0]}"]
    lines += [f"where: {error.where}"] if error.where else []
    lines += [f"called from: {caller}" for caller in error.callers]
    for value in error.values:
        lines += [f"value: {value.path}"] + ([f"origin: {value.origin}"] if value.origin else [])
    for problem in error.problems:
        lines.append(f"problem: {problem.path}: {problem.message}")
        lines += [f"origin: {problem.origin}"] if problem.origin else []
        lines += [f"hint: {problem.hint}"] if problem.hint else []
    lines += [f"hint: {error.hint}"] if error.hint else []
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_error_has_its_place_its_value_and_a_way_out(wrong: Case) -> None:
    with pytest.raises(HoldfastError) as caught:
        render_template("web", "web", sources=sources(wrong))
    assert fields_of(caught.value) == wrong.texts["says"]

    result = run_command("template", "web", "web", *flags(wrong), "-o", "json")
    assert result.code == 1
    assert json.loads(result.out) == caught.value.as_dict()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_partial_is_printed_and_the_page_shows_the_error(wrong: Case, golden: Any) -> None:
    result = run_command("template", "web", "web", *flags(wrong))
    assert (result.code, result.out) == (1, "")
    golden.check(wrong.name, result.err)


def test_the_page_shows_these_charts_and_no_others(golden: Any) -> None:
    assert golden.names() == [case.name for case in CASES]
