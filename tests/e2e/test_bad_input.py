"""Every mistake gives one message with its place, a hint, the designed exit code and no traceback.

One table: a name, the files that are there, the command, the exit code, and what must be said.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Holdfast, Result, write_tree

CHART = "apiVersion: holdfast/v1\nname: web\nversion: 0.1.0\n"
CONFIG = (
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ release.name }}\n"
    "data:\n  size: {{ values.size | string }}\n"
)
SCHEMA = json.dumps(
    {
        "type": "object",
        "additionalProperties": False,
        "properties": {"size": {"type": "integer", "minimum": 1, "maximum": 65535}},
    }
)
GOOD = {
    "web/Chart.yaml": CHART,
    "web/values.yaml": "size: 1\n",
    "web/values.schema.json": SCHEMA,
    "web/templates/config.yaml.j2": CONFIG,
}
SET = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: {name}\n"


@dataclass(frozen=True)
class Case:
    """A mistake, and what the user must be told of it."""

    name: str
    arguments: str
    says: tuple[str, ...]
    code: int = 1
    hint: bool = True
    files: dict[str, str | bytes] = field(default_factory=dict)


def values(name: str, content: str | bytes, *says: str) -> Case:
    """A mistake in a values file."""
    return Case(name, "install web web -f bad.yaml", says, files={"bad.yaml": content})


def template(name: str, content: str, *says: str) -> Case:
    """A mistake in a template."""
    return Case(name, "install web web", says, files={"web/templates/x.yaml.j2": content})


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)

CASES = (
    # values files
    Case("missing values file", "install web web -f none.yaml", ("none.yaml",)),
    Case("a folder as values file", "install web web -f web", ("web", "directory")),
    Case("an unknown host in -f", "install web web -f https://example.com/v.yaml", ("https",)),
    values("values not UTF-8", b"size: \xff\n", "bad.yaml:1", "UTF-8"),
    values("values cut off", "size: [1\n", "bad.yaml:"),
    values("values not a map", "- 1\n", "bad.yaml:1"),
    values("duplicate key", "size: 1\nsize: 2\n", "bad.yaml:2", "size"),
    values("alias bomb", BOMB, "bad.yaml:", "alias"),
    values("cycle", "a: &a\n  b: *a\n", "bad.yaml:2"),
    values("too deep", "a: " + "[" * 5000 + "]" * 5000, "bad.yaml:1", "deep"),
    values("too large", b"#" * (16 * 2**20 + 1), "bad.yaml", "16 MiB"),
    values("tab", "a:\n\tb: 1\n", "bad.yaml:2"),
    values("out of bounds", "size: 70000\n", "size", "65535", "bad.yaml:1"),
    values("wrong type", "size: x\n", "size", "integer", "bad.yaml:1"),
    Case(
        "a value that is missing at the root",
        "install web web",
        ("size: is required (from web/values.schema.json:2:", '"size"'),
        files={
            "web/values.yaml": "",
            "web/values.schema.json": '{"type": "object",\n "required": ["type", "size"],\n'
            ' "properties": {"size": {}, "type": {"default": 1}}}\n',
        },
    ),
    Case(
        "a Kubernetes that the chart is not made for",
        "install web web",
        ("made for Kubernetes >=1.99", "at web/Chart.yaml:4:1"),
        files={"web/Chart.yaml": CHART + 'kubeVersion: ">=1.99"\n'},
    ),
    values("unknown key", "sise: 1\n", "sise", "size", "bad.yaml:1"),
    # flags
    Case("--set out of bounds", "install web web --set size=70000", ("size", "--set size")),
    Case("--set without a key", "install web web --set =1", ("--set",), code=2),
    Case("--set cut off", "install web web --set a[0", ("--set a[",), code=2),
    Case("--set huge index", "install web web --set a[99999999]=1", ("65536", "--set"), code=2),
    Case("--set too deep", "install web web --set " + "a." * 40 + "a=1", ("30",), code=2),
    Case("--set-json not JSON", "install web web --set-json a={", ("--set-json",), code=2),
    Case("--set-file missing", "install web web --set-file a=none.txt", ("none.txt",)),
    Case("unknown flag", "install web web --sett a=1", ("--sett",), code=2),
    Case("unknown verb", "instal web web", ("instal", "install"), code=2),
    Case("missing argument", "install web", ("CHART",), code=2),
    Case("bad duration", "install web web --timeout 10x", ("10x",), code=2),
    # charts
    Case("no chart", "install web nothing", ("nothing", "no such directory")),
    Case("no Chart.yaml", "install web empty", ("Chart.yaml",), files={"empty/values.yaml": ""}),
    Case(
        "bad version",
        "install web web",
        ("web/Chart.yaml:3", "semantic version"),
        files={"web/Chart.yaml": CHART.replace("0.1.0", "one")},
    ),
    Case(
        "schema that reaches out",
        "install web web",
        ("values.schema.json", "http"),
        files={"web/values.schema.json": '{"$ref": "http://example.com/s.json"}'},
    ),
    Case(
        "schema that is no JSON",
        "install web web",
        ("values.schema.json",),
        files={"web/values.schema.json": "{"},
    ),
    # templates
    template("syntax error", "a: 1\n{% if %}\n", "x.yaml.j2:2"),
    template("undefined value", "a: 1\nb: {{ values.sice }}\n", "x.yaml.j2:2", "sice"),
    template("unknown function", "a: {{ fulname() }}\n", "x.yaml.j2:1", "fulname"),
    template("output that is not YAML", "a: 1\n  b: [\n", "x.yaml.j2:"),
    template("no kind", "apiVersion: v1\nmetadata: {name: a}\n", "x.yaml.j2:1", "kind"),
    template(
        "endless loop",
        "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
        "x.yaml.j2:1",
    ),
    template(
        "endless recursion", "{% macro f() %}{{ f() }}{% endmacro %}a: {{ f() }}\n", "x.yaml.j2:1"
    ),
    template("giant string", "a: {{ 'x' * 10**9 }}\n", "x.yaml.j2:1"),
    template("giant power", "a: {{ 9 ** 9 ** 9 }}\n", "x.yaml.j2:1"),
    template("escape by class", "a: {{ ''.__class__.__mro__ }}\n", "x.yaml.j2:1"),
    template("escape by format", "a: {{ '{0.__class__}'.format(values) }}\n", "x.yaml.j2:1"),
    template("fail()", "{{ fail('no size') }}\n", "x.yaml.j2:1", "no size"),
    template(
        "name that is no DNS name",
        CONFIG.replace("{{ release.name }}", "Web_1"),
        "x.yaml.j2:",
        "Web_1",
    ),
    template("StatefulSet name too long", SET.replace("{name}", "a" * 53), "x.yaml.j2:", "52"),
    template("two of a name", CONFIG, "x.yaml.j2", "config.yaml.j2"),
    # releases
    Case("unknown release", "status none", ("none",)),
    Case("upgrade of an unknown release", "upgrade none web", ("none",)),
    Case("rollback of an unknown release", "rollback none", ("none",)),
    Case("uninstall of an unknown release", "uninstall none", ("none",)),
    Case("get of an unknown release", "get values none", ("none",)),
    Case("taken name", "install there web", ("there", "taken")),
    Case("unknown revision", "rollback there 9", ("9",)),
    Case("nothing to roll back to", "rollback there", ("there",)),
    Case("name that is no DNS label", "install Web_1 web", ("Web_1",)),
    Case("name too long", f"install {'a' * 54} web", ("53",)),
    Case("missing namespace", "install web web -n nowhere", ("nowhere",)),
    # clusters
    Case("no such cluster kind", "list --cluster moon", ("moon",), code=2),
    Case("refused connection", "list --cluster kube --server http://127.0.0.1:9", ("127.0.0.1:9",)),
    Case("unknown host", "list --cluster kube --server https://x.invalid", ("x.invalid",)),
    Case("kubeconfig missing", "list --cluster kube --kubeconfig none", ("none",)),
    Case(
        "kubeconfig broken",
        "list --cluster kube --kubeconfig bad",
        ("bad:2",),
        files={"bad": "users: [\n"},
    ),
    Case(
        "unknown context",
        "list --cluster kube --kubeconfig k --context prod",
        ("prod",),
        files={"k": "apiVersion: v1\nkind: Config\n"},
    ),
    Case("claim nobody has", "uninstall there --delete-claims data-0", ("data-0",)),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_mistake_is_explained_and_changes_nothing(
    case: Case, holdfast: Holdfast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_tree(tmp_path / "here", GOOD))
    holdfast("install", "there", "web").must()
    before = _state(holdfast)
    write_tree(tmp_path / "here", case.files)

    result = holdfast(*case.arguments.split(" "))

    assert result.code == case.code, result.err
    assert "Traceback" not in result.err
    assert result.err.count("error: ") == 1
    for words in case.says:
        assert words in result.err
    if case.hint:
        assert "hint: " in result.err
    error = _as_json(case, holdfast)
    assert error["schema"] == "holdfast/error/v1"
    assert error["message"] and error["code"]
    assert _state(holdfast) == before


def _as_json(case: Case, holdfast: Holdfast) -> dict[str, Any]:
    """The same mistake, as machines see it."""
    result = holdfast(*case.arguments.split(" "), "-o", "json")
    assert result.code == case.code, result.err
    return json.loads(result.out)


def _state(holdfast: Holdfast) -> tuple[Result, ...]:
    """Everything that the cluster holds of the release, as the command shows it."""
    return tuple(
        Result(found.code, found.out, "")
        for found in (
            holdfast("list", "-A", "-o", "json"),
            holdfast("status", "there", "-o", "json"),
            holdfast("history", "there", "-o", "json"),
        )
    )


def test_a_pattern_that_backtracks_is_cut_off(
    holdfast: Holdfast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdfast_cli.deadline.RENDER_SECONDS", 0.5)
    monkeypatch.chdir(
        write_tree(
            tmp_path,
            {
                **GOOD,
                "web/templates/x.yaml.j2": "a: {{ ('a' * 40 ~ '!') | regex_match('(a+)+b') }}\n",
            },
        )
    )
    result = holdfast("template", "web", "web")
    assert (result.code, "longer than 0.5 seconds" in result.err) == (1, True), result.err
