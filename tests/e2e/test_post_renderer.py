"""--post-renderer: a program between the chart and the cluster, started without a shell."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.conftest import Holdfast, run_command
from tests.e2e.charts import CONFIG, SERVICE, client, data, ref, write_chart

ADDS = """
import sys, yaml
found = [one for one in yaml.safe_load_all(sys.stdin) if one]
for one in found:
    one["metadata"].setdefault("annotations", {})["by"] = sys.argv[1]
found.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "more"}})
print(yaml.safe_dump_all(found))
"""


@pytest.fixture
def at(cluster: str, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A namespace that is there, and the chart in the current folder."""
    with client() as kubectl:
        kubectl.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    monkeypatch.chdir(tmp_path)
    write_chart(tmp_path, config=CONFIG, service=SERVICE)
    return namespace


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The chart in the current folder, and no cluster."""
    monkeypatch.chdir(tmp_path)
    write_chart(tmp_path, config=CONFIG, service=SERVICE)
    return tmp_path


def program(text: str, *arguments: str) -> tuple[str, str]:
    """The flag for a Python program."""
    Path("renderer.py").write_text(text)
    words = " ".join(f"'{word}'" for word in arguments)
    return ("--post-renderer", f"{sys.executable} renderer.py {words}")


def live(namespace: str, kind: str, name: str = "web") -> dict[str, Any] | None:
    with client() as kubectl:
        return kubectl.find(ref(kind, name, namespace))


def test_what_it_prints_is_what_is_applied(at: str) -> None:
    flag = program(ADDS, "a 'quoted' word".replace("'", ""))
    planned = run_command("diff", "install", "web", "web", *flag).must()
    name = f"post-renderer {Path(sys.executable).name}"
    assert f"not in the cluster; changed by {name}" in planned.out
    assert f"  annotations:  ← {name}\n+     by: a quoted word\n" in planned.out
    rows = data("diff", "install", "web", "web", *flag)["changes"]
    sources = {row["object"]["name"]: row["source"]["template"] for row in rows}
    assert sources == {"web": "web/templates/service.yaml.j2", "more": name}

    run_command("install", "web", "web", *flag).must()
    service = live(at, "Service")
    assert service and service["metadata"]["annotations"] == {"by": "a quoted word"}
    assert live(at, "ConfigMap", "more")
    assert data("diff", "upgrade", "web", "web", *flag)["summary"]["none"] == 3

    # It is not kept: an upgrade without it undoes what it did, and says so.
    upgraded = run_command("upgrade", "web", "web").must()
    assert f"no longer set: post-renderer {flag[1]}" in upgraded.err
    assert live(at, "ConfigMap", "more") is None
    run_command("rollback", "web", "1").must()
    assert live(at, "ConfigMap", "more"), "stored manifests are what it made of them"


def test_it_comes_after_the_patches(here: Path) -> None:
    Path("fix.yaml").write_text("{target: {kind: ConfigMap, name: web}, patch: {data: {a: b}}}")
    flags = ("--patch", "fix.yaml", *program(ADDS, "x"))
    printed = run_command("template", "web", "web", *flags).must().out
    first = next(iter(yaml.safe_load_all(printed)))
    assert first["data"] == {"color": "blue", "a": "b"}
    assert first["metadata"]["annotations"] == {"by": "x"}
    assert "# Changed by: fix.yaml:1:1, post-renderer" in printed


def test_no_shell_is_asked(here: Path) -> None:
    flag = program(ADDS, "$HOME; touch hacked | cat > other")
    printed = run_command("template", "web", "web", *flag).must().out
    assert "by: $HOME; touch hacked | cat > other" in printed
    assert not Path("hacked").exists() and not Path("other").exists()


SAYS = "import sys\nprint('cannot go on: no licence', file=sys.stderr)\nsys.exit(3)\n"
SLOW = "import sys, time\nprint('thinking', file=sys.stderr, flush=True)\ntime.sleep(60)\n"
HOLDS = (
    "import subprocess, sys\n"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SAYS, ["exit code 3; it said:\ncannot go on: no licence"]),
        (SLOW, ["not done after 1 s; it said:\nthinking", "--post-renderer-timeout"]),
        (HOLDS, ["not done after 1 s"]),
        ("", ["it printed no object"]),
        ("print('a: [')", ["reading post-renderer", "1 | a: ["]),
        ("print('just text')", ["a Kubernetes object is a mapping", ":1:1"]),
        ("print('kind: Pod\\nmetadata:\\n  name: x')", ["it has no apiVersion"]),
        (
            "print('apiVersion: v1\\nkind: Pod\\nmetadata:\\n  name: UPPER')",
            ['"UPPER" must be a DNS subdomain', ":4:3", "name: UPPER"],
        ),
        (
            "for _ in '12': print('---\\napiVersion: v1\\nkind: Pod\\nmetadata: {name: x}')",
            ["Pod/x: it is defined twice"],
        ),
        (
            "import sys\nwhile True: sys.stdout.write('x' * 65536)",
            ["it printed more than 16 MiB"],
        ),
        ("import sys\nsys.stdout.buffer.write(b'\\xff')", ["not UTF-8"]),
    ],
    ids=[
        "fails",
        "slow",
        "leaves a child",
        "empty",
        "no yaml",
        "text",
        "no version",
        "bad name",
        "twice",
        "endless",
        "no text",
    ],
)
def test_its_failures_are_told_with_what_it_said(here: Path, text: str, words: list[str]) -> None:
    flags = (*program(text), "--post-renderer-timeout", "1s")
    if "16 MiB" in words[0]:
        flags = (*program(text), "--post-renderer-timeout", "60s")
    failed = run_command("template", "web", "web", *flags).must(1)
    for word in words:
        assert word in failed.err
    assert failed.out == ""


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("no-such-program -x", "No such file or directory: no-such-program"),
        ("'not closed", "No closing quotation"),
        ("   ", "no program is named"),
        (".", "Permission denied"),
    ],
)
def test_a_command_that_cannot_be_run_is_a_wrong_call(here: Path, command: str, words: str) -> None:
    wrong = run_command("template", "web", "web", "--post-renderer", command).must(2)
    assert words in wrong.err


def test_a_secret_that_it_copies_elsewhere_stays_masked(here: Path, holdfast: Holdfast) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData: {token: hunter22}\n"
    write_chart(here, config=CONFIG, secret=secret)
    copies = """
import sys, yaml
found = [one for one in yaml.safe_load_all(sys.stdin) if one]
found.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "copy"},
              "data": {"url": "http://me:hunter22@host"}})
print(yaml.safe_dump_all(found))
"""
    for form in ("table", "json"):
        planned = holdfast("diff", "install", "web", "web", *program(copies), "-o", form).must()
        assert "hunter22" not in planned.out + planned.err
