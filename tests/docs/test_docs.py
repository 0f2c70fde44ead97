"""Every command that the docs show is run, in the order of its page, with the files shown there.

A fenced block `console` holds commands after `$ `; one that has to fail says `# exit code N`. A
block whose info string ends in a path (`yaml hello/values.yaml`) is that file.
"""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from tests.conftest import ROOT, run_command
from tests.e2e.own_time import replace_time

PAGES = sorted([*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/from/*.md")])
_BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TARGETS = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_does_what_the_page_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_time(monkeypatch)  # simulated pods are waited for without waiting
    for folder in ("charts", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    for language, name, text in _BLOCK.findall(page.read_text(encoding="utf-8")):
        if language == "console":
            for line in re.findall(r"^\$ (.*)$", text, re.MULTILINE):
                _run(line, monkeypatch)
        elif name:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(text)


def _run(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command, _, remark = line.partition("#")
    words = shlex.split(command)
    expected = re.search(r"exit code (\d)", remark)
    if words[0] == "export":
        monkeypatch.setenv(*words[1].split("=", 1))
    elif words[0] == "make":
        assert words[1] in _TARGETS
    else:
        assert words[0] == "holdfast", line
        run_command(*words[1:]).must(int(expected[1]) if expected else 0)


def test_every_link_between_pages_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!http)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} → {target}"
