"""README.zh.md is README.md in Chinese: the same commands, and the same pages."""

from __future__ import annotations

import re

import pytest
from tests.conftest import ROOT


@pytest.mark.parametrize(
    "pattern",
    [r"^\$ ([^#\n]*[^#\s])", r"^\| \[(docs/\w+\.md)\]", r"docs/from/([\w-]+?)(?:\.zh)?\.md"],
    ids=["commands", "pages", "systems"],
)
def test_the_chinese_readme_lists_what_the_english_one_does(pattern: str) -> None:
    found = re.compile(pattern, re.MULTILINE)
    english, chinese = (
        list(dict.fromkeys(found.findall((ROOT / name).read_text(encoding="utf-8"))))
        for name in ("README.md", "README.zh.md")
    )
    assert english
    assert chinese == english
