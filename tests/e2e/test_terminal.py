"""Nothing that a chart holds steers the terminal of who renders it, or breaks a table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import run_command, write_tree

ESCAPE, TURN = "\x1b]0;owned\x07\x1b[31m", "\u202e"
HEAD = {"web/Chart.yaml": "apiVersion: holdfast/v1\nname: web\nversion: 0.1.0\n"}
HOSTILE = {
    "a message": {"web/templates/a.yaml.j2": 'a: {{ fail("\\u001b[31m\\u202ered") }}\n'},
    "an expression": {"web/templates/a.yaml.j2": f"a: {{{{ fail('{ESCAPE}{TURN}') }}}}\n"},
    "a name in an expression": {"web/templates/a.yaml.j2": f"a: {{{{ values['{ESCAPE}'] }}}}\n"},
    "a file's name": {f"web/templates/{TURN}\x1b[31m.yaml.j2": "a: {{ values.x }}\n"},
    "a key": {
        "web/values.yaml": '"k\\e[31m\\u202e": x\n',
        "web/values.schema.json": '{"additionalProperties": {"type": "integer"}}',
    },
    "a schema": {"web/values.schema.json": json.dumps({"type": f"{ESCAPE}{TURN}"})},
    "a kind": {"web/templates/a.yaml.j2": 'kind: "a\\e[31m\\u202e"\napiVersion: v1\n'},
}


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.parametrize("verb", ["template", "lint", "values"])
def test_no_control_character_reaches_the_screen(
    what: str, verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_tree(tmp_path, {**HEAD, **HOSTILE[what]}))
    result = run_command(verb, "web")
    assert result.code == 1 or verb == "values"
    talk = result.err + (result.out if verb == "lint" else "")
    assert not set(talk) & {"\x1b", "\x07", TURN}, ascii(talk)


def test_a_message_of_several_lines_leaves_the_table_of_lint_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = 'a: {{ fail("first\\nsecond") }}\nb: {{ values.c }}\n'
    monkeypatch.chdir(write_tree(tmp_path, {**HEAD, "web/templates/a.yaml.j2": template}))
    lines = run_command("lint", "web").must(1).out.splitlines()
    assert (
        lines[1].endswith("first second") and lines[2] == "  the chart itself refuses these values"
    )
    assert "values.c is read" in lines[3]
