""".holdfastignore: the rules of gitignore(5), each row as git itself decides it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.conftest import write_tree

from holdfast.charts import load
from holdfast.charts.ignore import Ignore

PATHS = (
    "a.txt",
    "b.txt",
    "ab",
    "a1",
    "a-",
    "sub/a.txt",
    "sub/deep/a.txt",
    "sub/deep/b.md",
    "foo/bar/baz",
    "x/foo/bar2",
    "x/y/z/end",
    "#c",
    "!d",
    "tr ",
    "a[1]",
    "a*x",
    "dir.txt/in",
    "build/out",
    "x/build/out",
)
ROWS = {
    "*.txt": "a.txt b.txt sub/a.txt sub/deep/a.txt dir.txt/in",
    "/*.txt": "a.txt b.txt dir.txt/in",
    "sub/": "sub/a.txt sub/deep/a.txt sub/deep/b.md",
    "a.txt/": "",
    "deep": "sub/deep/a.txt sub/deep/b.md",
    "/sub/deep": "sub/deep/a.txt sub/deep/b.md",
    "build/": "build/out x/build/out",
    "/build/": "build/out",
    "**/a.txt": "a.txt sub/a.txt sub/deep/a.txt",
    "sub/**": "sub/a.txt sub/deep/a.txt sub/deep/b.md",
    "sub/**/a.txt": "sub/a.txt sub/deep/a.txt",
    "foo/**/baz": "foo/bar/baz",
    "x/**/end": "x/y/z/end",
    "sub/*": "sub/a.txt sub/deep/a.txt sub/deep/b.md",
    "*/a.txt": "sub/a.txt",
    "a?": "ab a1 a-",
    "a[0-9]": "a1",
    "a[!0-9]": "ab a-",
    "a[^0-9]": "ab a-",
    "a[]-]": "a-",
    "a[[:digit:]]": "a1",
    "a[[]1]": "a[1]",
    "a\\*x": "a*x",
    "#c": "",
    "\\#c": "#c",
    "!d": "",
    "\\!d": "!d",
    "tr ": "",
    "tr\\ ": "tr ",
    "a.txt   ": "a.txt sub/a.txt sub/deep/a.txt",
    "[a": "",
    "a\\": "",
    "": "",
    "/": "",
    "*.txt\n!a.txt": "b.txt dir.txt/in",
    "!a.txt\n*.txt": "a.txt b.txt sub/a.txt sub/deep/a.txt dir.txt/in",
    "sub/\n!sub/a.txt": "sub/a.txt sub/deep/a.txt sub/deep/b.md",
    "sub/*\n!sub/a.txt": "sub/deep/a.txt sub/deep/b.md",
    "sub//a.txt": "",
    "/**\n!*/\n!*.txt\n!*[!t]": "build/out x/build/out",
    "SUB": "",
}


def ignored(text: str) -> list[str]:
    rules = Ignore(text)
    return [path for path in PATHS if rules.ignores(path)]


@pytest.mark.parametrize("text", ROWS)
def test_rows(text: str) -> None:
    assert ignored(text) == [
        path
        for path in PATHS
        if path in ROWS[text].split(" ") or (path == "tr " and ROWS[text] == "tr ")
    ]


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_git_decides_the_same(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    for text in ROWS:
        (tmp_path / ".gitignore").write_text(text + "\n")
        done = subprocess.run(
            ["git", "-C", str(tmp_path), "check-ignore", "--no-index", "-z", "--stdin"],
            input="\0".join(PATHS),
            capture_output=True,
            text=True,
        )
        assert ignored(text) == [path for path in done.stdout.split("\0") if path], text


def test_a_chart_is_read_without_what_it_ignores(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "Chart.yaml": "apiVersion: holdfast/v1\nname: web\nversion: 1.0.0\n",
            ".holdfastignore": "\ufeff*.bak\nChart.yaml\n!files/keep.bak\r\nfiles/pipe\n",
            ".helmignore": "*\n",
            "values.yaml.bak": "x",
            "templates/a.yaml.j2": "",
            "templates/a.yaml.j2.bak": b"\xff",
            "files/keep.bak": "",
        },
    )
    (tmp_path / "files/pipe").symlink_to("/etc/passwd")
    found = load(str(tmp_path))
    assert [file.path for file in found.templates] == ["templates/a.yaml.j2"]
    assert [file.path for file in found.files] == ["files/keep.bak"]
