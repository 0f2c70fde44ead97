"""The engine's front door: what it promises is there, and the three lists of it agree."""

from __future__ import annotations

import ast
from pathlib import Path

import holdfast


def test_every_exported_name_can_be_had() -> None:
    missing = [name for name in holdfast.__all__ if not hasattr(holdfast, name)]
    assert missing == []
    assert sorted(holdfast.__all__) == dir(holdfast)


def test_the_imports_for_type_checkers_are_the_table() -> None:
    tree = ast.parse(Path(holdfast.__file__).read_text())
    typed = {
        alias.asname or alias.name: _home(node.module or "", alias)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("holdfast.")
        for alias in node.names
    }
    assert typed == holdfast._HOME


def _home(module: str, alias: ast.alias) -> str:
    home = module.removeprefix("holdfast.")
    return f"{home}:{alias.name}" if alias.asname else home
