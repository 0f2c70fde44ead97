"""Secret values: never in what people see of a change, always in what pipelines ask for."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from tests.conftest import run_command, write_tree

OLD, NEW, TOKEN, BLOB = "s3cr3t-Old-42", "s3cr3t-New-4321", "t0ken-In-stringData", "bl0b-In-data"
SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {
            "password": {"type": "string", "writeOnly": True, "minLength": 8},
            "token": {"type": "string"},
            "blob": {"type": "string"},
        },
    }
)
TEMPLATES = """\
apiVersion: v1
kind: Secret
metadata:
  name: {{ release.name }}
  annotations: {note: "made for {{ values.password }}"}
data:
  blob: {{ values.blob | b64encode }}
stringData:
  token: {{ values.token }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ release.name }}}
data:
  url: "db://user:{{ values.password }}@db"
  size: "1"
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: {{ release.name }}}
spec:
  serviceName: {{ release.name }}
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: nginx:1.28
          env: [{name: PASSWORD, value: {{ values.password }}}]
"""
CHART = {
    "web/Chart.yaml": "apiVersion: holdfast/v1\nname: web\nversion: 0.1.0\n",
    "web/values.schema.json": SCHEMA,
    "web/values.yaml": f"token: {TOKEN}\nblob: {BLOB}\n",
    "web/templates/all.yaml.j2": TEMPLATES,
    "web/templates/NOTES.txt.j2": "Log in with {{ values.password }}.\nOr: {{ values.token }}\n",
    "old.yaml": f"password: {OLD}\n",
    "new.yaml": f"password: {NEW}\n",
}
WITH_OLD, WITH_NEW = ("web", "web", "-f", "old.yaml"), ("web", "web", "-f", "new.yaml")


def spellings(text: str) -> tuple[str, ...]:
    """A secret as it stands, and as a Secret's data has it."""
    return text, base64.b64encode(text.encode()).decode()


SECRETS = [spelling for text in (OLD, NEW, TOKEN, BLOB) for spelling in spellings(text)]


@pytest.fixture(autouse=True)
def _chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_tree(tmp_path, CHART))


def said(*arguments: str, code: int = 0) -> str:
    """All that a command prints, once no secret was found in it."""
    result = run_command(*arguments).must(code)
    text = result.out + result.err
    found = [secret for secret in SECRETS if secret in text]
    assert not found, f"{' '.join(arguments)} prints {found}\n{text}"
    return text


def test_no_screen_of_a_release_shows_a_secret(cluster: str, namespace: str) -> None:
    at = ("-n", namespace, "--debug")
    new = ("--create-namespace", *at)
    for form in ("table", "json", "yaml"):
        said("diff", "install", *WITH_OLD, *new, "-o", form)
    said("install", *WITH_OLD, *new, "--dry-run")
    assert "Log in with (secret)." in said("install", *WITH_OLD, *new)
    for form in ("table", "json", "yaml"):
        said("diff", "upgrade", *WITH_NEW, *at, "-o", form)
        said("status", "web", *at, "-o", form)
        said("history", "web", *at, "-o", form)
        said("list", *at, "-o", form)
    said("upgrade", *WITH_NEW, *at, "-o", "json")
    for form in ("table", "json", "yaml"):
        said("diff", "rollback", "web", *at, "-o", form)
    said("rollback", "web", *at)
    said("uninstall", "web", *at, "--dry-run")
    said("uninstall", "web", *at)


def test_a_changed_secret_shows_as_changed_with_its_size(cluster: str, namespace: str) -> None:
    at = ("-n", namespace)
    run_command("install", *WITH_OLD, "--create-namespace", *at).must()
    shown = said("diff", "upgrade", *WITH_NEW, *at)
    assert f"{len(NEW)} bytes" in shown
    assert "changed" in shown
    report = json.loads(run_command("diff", "upgrade", *WITH_NEW, *at, "-o", "json").must().out)
    fields = {
        field["path"]: field["after"]
        for change in report["changes"]
        if change["object"]["kind"] == "StatefulSet"
        for field in change["fields"]
    }
    assert list(fields.values()) == [{"masked": True, "bytes": len(NEW), "changed": True}]
    open_diff = run_command("diff", "upgrade", *WITH_NEW, *at, "--show-secrets").must().out
    assert OLD in open_diff and NEW in open_diff


def test_what_pipelines_ask_for_is_whole(cluster: str, namespace: str) -> None:
    at = ("-n", namespace)
    run_command("install", *WITH_OLD, "--create-namespace", *at).must()
    assert OLD in run_command("template", *WITH_OLD).must().out
    assert OLD in run_command("values", "web", "-f", "old.yaml").must().out
    assert OLD in run_command("get", "values", "web", *at).must().out
    manifest = run_command("get", "manifest", "web", *at).must().out
    assert OLD in manifest and TOKEN in manifest
    assert "Log in with (secret)." in run_command("get", "notes", "web", *at).must().out


@pytest.mark.parametrize(
    "given",
    [
        ("--set", "password=shrt-7"),
        ("--set-json", f'password=["{OLD}"]'),
        ("--set-json", f'password={{"a": "{OLD}"}}'),
        ("-f", "old.yaml", "--set", f"password.sub={NEW}"),
    ],
)
@pytest.mark.parametrize("verb", [("template",), ("install", "--cluster", "local:c.db")])
def test_a_refused_secret_is_not_quoted(verb: tuple[str, ...], given: tuple[str, ...]) -> None:
    for form in ((), ("-o", "json")):
        text = said(*verb, "web", "web", *given, *form, code=1)
        assert "password" in text and "shrt-7" not in text


def test_origins_hide_what_the_schema_calls_write_only() -> None:
    for form in ("yaml", "json"):
        text = run_command(
            "values", "web", "-f", "old.yaml", "-f", "new.yaml", "--origins", "-o", form
        ).must()
        assert OLD not in text.out and NEW not in text.out
        assert "new.yaml" in text.out
