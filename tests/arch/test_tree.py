"""The shape of the tree: sizes, and the folders that may hold one package only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tests.conftest import ROOT

SOURCES = sorted([*(ROOT / "engine").rglob("*.py"), *(ROOT / "cli").rglob("*.py")])


def test_engine_and_cli_hold_one_package_each() -> None:
    for folder, package in (("engine", "holdfast"), ("cli", "holdfast_cli")):
        found = [path.name for path in (ROOT / folder).iterdir() if path.name[0] not in "._"]
        assert found == [package]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_tells_one_idea_and_says_which(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 400
    assert ast.get_docstring(ast.parse(text)), "a module says why it exists"


def test_functions_are_small() -> None:
    lengths = sorted(
        node.end_lineno - node.lineno + 1
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.end_lineno is not None
    )
    assert lengths[len(lengths) // 2] <= 12
    assert lengths[len(lengths) * 9 // 10] <= 40
