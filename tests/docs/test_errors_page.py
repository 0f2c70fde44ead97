"""The error that docs/errors.md takes apart is the error that holdfast prints."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.conftest import ROOT, run_command, write_tree

import holdfast.errors
from holdfast import HoldfastError

PAGE = (ROOT / "docs" / "errors.md").read_text()


def block(language: str) -> str:
    """The page's one block of a language without a file name."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_page_shows_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = re.findall(r"^```\w+ (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(write_tree(tmp_path, dict(files)))
    assert run_command("template", "web", "shop").err == block("text")
    result = run_command("template", "web", "shop", "-o", "json")
    assert json.loads(result.out) == json.loads(block("json"))


def test_the_page_names_every_code() -> None:
    kinds = [kind for kind in vars(holdfast.errors).values() if isinstance(kind, type)]
    codes = {
        kind("").code
        for kind in kinds
        if issubclass(kind, HoldfastError)
        and kind not in (HoldfastError, holdfast.errors.ClusterError)
    }
    assert codes <= set(re.findall(r"`(\w+)`", PAGE))
