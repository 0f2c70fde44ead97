"""Completion: what TAB offers in each shell there is, and that only release names are asked for."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.conftest import run_command
from tests.contract.plugin import need
from tests.e2e.test_environment import EVERY, options

SHELLS = ("bash", "zsh", "fish", "powershell")
STUB = '#!/bin/sh\necho "$*" >>"$ASKED"\nprintf "%s\\n" db web-a web-b\n'
# What the shells' own completion calls would do with what they are handed.
ZSH = r"""
compadd() { shift; print -l -- ${(M)@:#${cur}*} }
_describe() {
    [[ $1 == -o ]] && shift
    local -a rows=(${(P)2})
    print -l -- ${(M)${rows[@]%%:*}:#${cur}*}
}
_files() { [[ $1 == -/ ]] && print -l -- ${cur}*(/N) || print -l -- ${cur}*(N) }
compset() { cur=${cur#*=} }
"""


class Shell:
    """A shell with the script loaded, in a folder with a stub `holdfast` on PATH."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self.asked = folder / "asked"
        stub = folder / "bin/holdfast"
        stub.parent.mkdir()
        stub.write_text(STUB)
        stub.chmod(0o755)
        script = run_command("completion", name).must().out
        (folder / "script").write_text(script)

    def offers(self, line: str) -> list[str]:
        """What TAB offers at the end of a line."""
        self.asked.write_text("")
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        done = subprocess.run(
            [self.name, *self._quiet(), "-c", getattr(self, f"_{self.name}")(line)],
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={"PATH": path, "ASKED": str(self.asked), "HOME": str(self.folder)},
        )
        assert done.returncode == 0 and not done.stderr, done.stderr
        words = (row.partition("\t")[0] for row in done.stdout.splitlines())
        return sorted({word.rpartition("=")[2].rstrip("/") for word in words if word})

    def _quiet(self) -> tuple[str, ...]:
        return {"bash": ("--norc",), "zsh": ("-f",), "fish": ("--no-config",)}[self.name]

    def _bash(self, line: str) -> str:
        words = line.replace("=", " = ").split(" ")  # bash takes = for a word of its own
        listed = " ".join(map(shlex.quote, words))
        return (
            f"source ./script; COMP_WORDS=({listed}); COMP_CWORD={len(words) - 1}; _holdfast; "
            'printf "%s\\n" "${COMPREPLY[@]}"'
        )

    def _zsh(self, line: str) -> str:
        words = line.split(" ")
        listed = " ".join(map(shlex.quote, words))
        return f"{ZSH}\nsource ./script; words=({listed}); CURRENT={len(words)}; _holdfast; true"

    def _fish(self, line: str) -> str:
        return f"source ./script; complete -C {shlex.quote(line)}"


@pytest.fixture(params=SHELLS[:3])
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Shell:
    """Each shell that is installed here."""
    need(request.param, [] if shutil.which(request.param) else [request.param])
    (tmp_path / "charts").mkdir()
    (tmp_path / "chest.yaml").touch()
    return Shell(request.param, tmp_path)


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("holdfast st", ["status"]),
        ("holdfast get v", ["values"]),
        ("holdfast show c", ["chart", "crds"]),
        ("holdfast -n far get man", ["manifest"]),
        ("holdfast get -n far man", ["manifest"]),
        ("holdfast upgrade --reset-t", ["--reset-then-reuse-values"]),
        ("holdfast upgrade web-a charts --no-w", ["--no-wait"]),
        ("holdfast list -o j", ["json"]),
        ("holdfast list --output=y", ["yaml"]),
        ("holdfast install --cluster l", ["local"]),
        ("holdfast list --status pending-u", ["pending-upgrade"]),
        ("holdfast completion f", ["fish"]),
        ("holdfast create ", []),
        ("holdfast list -f ", []),
        ("holdfast -n ", []),
        ("holdfast upgrade -f ch", ["charts", "chest.yaml"]),
        ("holdfast upgrade web-a ch", ["charts", "chest.yaml"]),
        ("holdfast lint charts ch", ["charts", "chest.yaml"]),
        ("holdfast template --output-dir ch", ["charts"]),
    ],
)
def test_words_are_offered_without_a_start_of_holdfast(
    shell: Shell, line: str, offered: list[str]
) -> None:
    assert shell.offers(line) == offered
    assert shell.asked.read_text() == ""


@pytest.mark.parametrize(
    ("line", "offered", "asked"),
    [
        ("holdfast status ", ["db", "web-a", "web-b"], ""),
        ("holdfast status we", ["web-a", "web-b"], ""),
        ("holdfast get values d", ["db"], ""),
        ("holdfast logs -f d", ["db"], ""),
        ("holdfast -n far status d", ["db"], "-n far"),
        ("holdfast upgrade --set a --context prod -n far d", ["db"], "--context prod -n far"),
        ("holdfast uninstall db web-a web", ["web-a", "web-b"], ""),
        ("holdfast diff revision d", ["db"], ""),
    ],
)
def test_releases_are_asked_for_where_they_are(
    shell: Shell, line: str, offered: list[str], asked: str
) -> None:
    assert shell.offers(line) == offered
    assert shell.asked.read_text().split() == ["list", "-q", "--quiet", *asked.split()]


@pytest.mark.parametrize("name", SHELLS)
def test_every_verb_and_option_is_in_the_script(name: str) -> None:
    script = run_command("completion", name).must().out
    for path in EVERY:
        assert " ".join(path) in script
        for option in options(path):
            for spelling in (*option.opts, *option.secondary_opts):
                bare = spelling.lstrip("-")
                flag = "l" if spelling.startswith("--") else "s"
                assert (f"-{flag} {bare} " if name == "fish" else spelling) in script


def test_an_unknown_shell_is_a_usage_error() -> None:
    refused = run_command("completion", "tcsh").must(2)
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish', 'powershell'" in refused.err
