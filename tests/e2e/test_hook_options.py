"""What can be said about hooks on the command line and in charts, and what is said wrongly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import Holdfast, run_command
from tests.e2e.charts import CONFIG, write_chart

VALUES = "color: blue\n"
JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: {name}
  annotations:
    {annotations}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{{name: main, image: "tool:1"}}]
"""


def job(name: str, *annotations: str) -> str:
    return JOB.format(name=name, annotations="\n    ".join(annotations))


@pytest.fixture
def chart(tmp_path: Path) -> str:
    return write_chart(
        tmp_path,
        values=VALUES,
        config=CONFIG,
        migrate=job("migrate", "helm.sh/hook: pre-install,pre-upgrade"),
        a=job("a", "holdfast.dev/hook: test"),
        b=job("b", "holdfast.dev/hook: test", 'holdfast.dev/hook-weight: "-1"'),
        notes="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: for-tests, annotations:"
        " {helm.sh/hook: test}}\n",
    )


def sources(text: str) -> list[str]:
    return [line.split("templates/")[1] for line in text.splitlines() if "# Source" in line]


def test_template_prints_hooks_last(chart: str) -> None:
    printed = run_command("template", "web", chart).must().out
    assert sources(printed) == [
        "config.yaml.j2",
        "a.yaml.j2",
        "b.yaml.j2",
        "migrate.yaml.j2",
        "notes.yaml.j2",
    ]
    without = run_command("template", "web", chart, "--skip-tests").must().out
    assert sources(without) == ["config.yaml.j2", "migrate.yaml.j2"]
    assert sources(run_command("template", "web", chart, "--no-hooks").must().out) == [
        "config.yaml.j2"
    ]
    only = run_command("template", "web", chart, "--show-only", "b.yaml.j2").must().out
    assert sources(only) == ["b.yaml.j2"]


@pytest.mark.parametrize(
    ("annotation", "said", "hint"),
    [
        ("helm.sh/hook: pre-instal", "names 'pre-instal', which is not known", "pre-install"),
        ("holdfast.dev/hooks: test", "is not known", "did you mean holdfast.dev/hook?"),
        ("holdfast.dev/hook-timeout: never\n    helm.sh/hook: test", "not 'never'", "90s or 10m"),
    ],
)
def test_what_is_said_wrongly_is_refused_at_its_line(
    tmp_path: Path, annotation: str, said: str, hint: str
) -> None:
    path = write_chart(tmp_path, values=VALUES, config=CONFIG, bad=job("bad", annotation))
    failed = run_command("template", "web", path).must(1)
    assert f"at {path}/templates/bad.yaml.j2:6:5" in failed.err
    assert said in failed.err and hint in failed.err
    assert failed.out == ""


def test_get_hooks_as_json_and_of_a_revision(holdfast: Holdfast, chart: str) -> None:
    holdfast("install", "web", chart).must()
    holdfast("upgrade", "web", chart, "--set", "color=red").must()
    found = json.loads(holdfast("get", "hooks", "web", "--revision", "1", "-o", "json").must().out)
    names = [one["metadata"]["name"] for one in found]
    assert names == ["a", "b", "migrate", "for-tests"]
    missing = holdfast("get", "hooks", "web", "--revision", "9").must(1)
    assert "9" in missing.err


def ran(result: str) -> list[str]:
    return [one["object"]["name"] for one in json.loads(result)["tests"]]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([], ["b", "a", "for-tests"]),
        (["--filter", "name=a"], ["a", "for-tests"]),
        (["--filter", "name=a,name=b"], ["b", "a", "for-tests"]),
        (["--filter", "!name=a", "--filter", "!name=for-tests"], ["b"]),
    ],
)
def test_which_tests_run(
    holdfast: Holdfast, chart: str, filters: list[str], expected: list[str]
) -> None:
    holdfast("install", "web", chart).must()
    assert ran(holdfast("test", "web", *filters, "-o", "json").must().out) == expected


def test_tests_that_are_not_there(holdfast: Holdfast, chart: str, tmp_path: Path) -> None:
    holdfast("install", "web", chart).must()
    unknown = holdfast("test", "web", "--filter", "name=c").must(2)
    assert "no test of it is called c" in unknown.err
    assert "its tests: b, a, for-tests" in unknown.err
    assert "write name=TEST" in holdfast("test", "web", "--filter", "kind=Job").must(2).err
    assert "release nobody" in holdfast("test", "nobody").must(1).err
    bare = write_chart(tmp_path / "bare", name="bare", values=VALUES, config=CONFIG)
    holdfast("install", "bare", bare).must()
    none = holdfast("test", "bare").must()
    assert none.out == "release bare has no tests to run\n"
    holdfast("uninstall", "web", "--keep-history").must()
    assert "was uninstalled" in holdfast("test", "web").must(1).err


def test_every_test_runs_whatever_became_of_the_one_before(
    holdfast: Holdfast, tmp_path: Path
) -> None:
    broken = job("a", "holdfast.dev/hook: test", "holdfast.dev/hook-timeout: 1s")
    path = write_chart(
        tmp_path,
        values=VALUES,
        config=CONFIG,
        a=broken.replace("spec:", "spec:\n  suspend: true", 1),
        b=job("b", "holdfast.dev/hook: test"),
    )
    holdfast("install", "web", path).must()
    result = holdfast("test", "web", "-o", "json").must(4)
    found = json.loads(result.out)["tests"]
    assert [(one["object"]["name"], one["result"]) for one in found] == [
        ("a", "timed-out"),
        ("b", "succeeded"),
    ]
    assert "logs" not in found[0]
    assert "warning: test hook Job/a did not end in 1 s: suspended" in result.err


def test_a_hook_of_somebody_else_is_refused_in_the_plan(holdfast: Holdfast, chart: str) -> None:
    holdfast("install", "other", chart, "-n", "default").must()
    refused = holdfast("diff", "install", "web", chart).must(1)
    assert "refused   Job/migrate" in refused.out
    assert "belongs to the release other in the namespace default" in refused.out
    assert "--take-ownership" in refused.err
    failed = holdfast("install", "web", chart).must(1)
    assert "refused: Job/migrate: pre-install hook: exists already" in failed.err


def test_the_embedded_hooks_of_a_release_are_known_to_an_upgrade_without_them(
    holdfast: Holdfast, chart: str, tmp_path: Path
) -> None:
    holdfast("install", "web", chart).must()
    bare = write_chart(tmp_path / "bare", values=VALUES, config=CONFIG)
    planned = holdfast("diff", "upgrade", "web", bare).must()
    assert "delete   Job/migrate   delete   its hook is no longer in the chart" in planned.out
    holdfast("upgrade", "web", bare).must()
    assert json.loads(holdfast("get", "hooks", "web", "-o", "json").must().out) == []


def test_where_only_the_history_is_left_no_hook_runs_again(
    holdfast: Holdfast, tmp_path: Path
) -> None:
    backup = job("backup", "holdfast.dev/hook: pre-delete")
    path = write_chart(tmp_path, values=VALUES, config=CONFIG, backup=backup)
    holdfast("install", "web", path).must()
    first = holdfast("uninstall", "web", "--keep-history").must()
    assert "pre-delete hook Job/backup succeeded" in first.err
    assert "hook" not in holdfast("uninstall", "web").must().err


def test_what_differs_between_the_hooks_of_two_revisions(
    holdfast: Holdfast, chart: str, tmp_path: Path
) -> None:
    holdfast("install", "web", chart).must()
    migrate = job("migrate", "helm.sh/hook: pre-upgrade").replace("tool:1", "tool:2")
    other = write_chart(tmp_path / "other", values=VALUES, config=CONFIG, migrate=migrate)
    holdfast("upgrade", "web", other, "--no-hooks").must()
    shown = holdfast("diff", "revision", "web", "1", "2").must().out
    assert "update   Job/migrate           none     a hook: " in shown
    assert "delete   Job/a                 none     a hook: only in revision 1" in shown
    assert "- image: tool:1" in shown.replace("        ", "")
    assert "ConfigMap/web" not in shown


def test_get_all_has_the_hooks(holdfast: Holdfast, chart: str) -> None:
    holdfast("install", "web", chart).must()
    assert "\nHOOKS:\n---\n# Source: web/templates/a.yaml.j2\n" in holdfast("get", "all", "web").out
    whole = json.loads(holdfast("get", "all", "web", "-o", "json").must().out)
    assert [one["metadata"]["name"] for one in whole["hooks"]] == ["a", "b", "migrate", "for-tests"]
    assert [one["kind"] for one in whole["manifest"]] == ["ConfigMap"]


DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: toys.example.com}
spec:
  group: example.com
  names: {kind: Toy, plural: toys}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object}}
"""


def test_definitions_are_there_before_the_first_hook(holdfast: Holdfast, tmp_path: Path) -> None:
    toy = "apiVersion: example.com/v1\nkind: Toy\nmetadata:\n  name: bear\n"
    hook = toy + "  annotations: {holdfast.dev/hook: pre-install}\n"
    bad = job("bad", "holdfast.dev/hook: pre-install", 'holdfast.dev/hook-weight: "9"')
    stuck = bad.replace("spec:", "spec:\n  suspend: true", 1)
    path = write_chart(tmp_path, values=VALUES, config=CONFIG, toy=hook, bad=stuck)
    (tmp_path / "web/crds").mkdir()
    (tmp_path / "web/crds/toys.yaml").write_text(DEFINITION)
    failed = holdfast("install", "web", path, "--timeout", "3s").must(4)
    assert "pre-install hook Toy/bear succeeded" in failed.err
    assert "pre-install hook Job/bad did not end" in failed.err
    assert "hint: nothing but definitions was changed; --timeout gives more time" in failed.err
