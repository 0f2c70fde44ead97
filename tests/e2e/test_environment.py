"""Every option has an environment twin, whose value is read as the flag's; `env` lists them all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from tests.conftest import run_command
from tests.e2e.charts import CONFIG, write_chart

from holdfast_cli.main import cli
from holdfast_cli.options import Globals
from holdfast_cli.verbs import COMMANDS

QUESTIONS = {"--help", "--version"}


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command that does something itself."""
    if isinstance(command, click.Group):
        ctx = click.Context(command)
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            assert below is not None
            yield from commands(below, (*path, name))
    else:
        yield path


EVERY = list(commands(cli))


def context(path: tuple[str, ...], *flags: str) -> click.Context:
    """The command's context as these flags fill it; nothing is run."""
    ctx = click.Context(cli)
    command: click.Command = cli
    for name in path:
        found = command.get_command(ctx, name) if isinstance(command, click.Group) else None
        assert found is not None
        command = found
    arguments = [param for param in command.params if isinstance(param, click.Argument)]
    words = ["1" if one.type.name.startswith("integer") else sample(one.type) for one in arguments]
    return command.make_context(path[-1], [*words, *flags], parent=ctx)


def options(path: tuple[str, ...]) -> list[click.Option]:
    found = [one for one in context(path).command.params if isinstance(one, click.Option)]
    return [one for one in found if not QUESTIONS.intersection(one.opts)]


def sample(kind: click.ParamType) -> str:
    """A value that is no default."""
    kind = getattr(kind, "item", kind)
    if isinstance(kind, click.Choice):
        return str(kind.choices[-1])
    if kind.name in ("integer", "integer range", "float", "float range"):
        return "7"
    return "7s"  # text that a duration may be, too


def variable(option: click.Option) -> str:
    long = next(name for name in option.opts if name.startswith("--"))
    return "HOLDFAST_" + long[2:].upper().replace("-", "_")


def as_flag(option: click.Option) -> tuple[list[str], str]:
    """The option in words on the command line, and in its variable."""
    long = max(option.opts, key=len)
    if option.count:
        return [long, long], "2"
    if option.is_flag and option.secondary_opts and option.default:
        return [option.secondary_opts[0]], "false"
    if option.is_flag:
        return [long], "true"
    value, second = sample(option.type), "7s, and more"
    if option.metavar and option.metavar.startswith("KEY=VALUE"):
        value, second = "a=7s", "b=8s,c=and more"
    if option.multiple:
        second = value if isinstance(option.type.item, click.Choice) else second
        return [long, value, long, second], f"{value}\n{second}\n"
    return [long, value], value


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_a_variable_is_read_as_its_option(
    path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert options(path), "at least the global ones"
    for option in options(path):
        words, text = as_flag(option)
        expected = context(path, *words).params[option.name]
        assert context(path).params[option.name] != expected, option.opts
        monkeypatch.setenv(variable(option), text)
        assert context(path).params[option.name] == expected, option.opts
        monkeypatch.delenv(variable(option))


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_no_two_options_of_a_command_share_a_variable(path: tuple[str, ...]) -> None:
    twice = [name for name, n in Counter(map(variable, options(path))).items() if n > 1]
    assert twice == []


def test_env_lists_every_variable_with_its_option_and_its_verbs() -> None:
    listed = json.loads(run_command("env", "-o", "json").must().out)
    assert listed["schema"] == "holdfast/env/v1"
    found = {row["name"]: row for row in listed["variables"] if row["option"]}
    assert set(found) == {variable(option) for path in EVERY for option in options(path)}
    assert found["HOLDFAST_NAMESPACE"]["verbs"] is None, "every verb has it"
    assert found["HOLDFAST_SHOW_ONLY"]["verbs"] == ["template"]
    assert found["HOLDFAST_SET"]["repeated"] and not found["HOLDFAST_TIMEOUT"]["repeated"]
    assert all(row["help"] for row in listed["variables"])
    assert "KUBECONFIG" in {row["name"] for row in listed["variables"]}


def test_env_tells_values_but_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_NAMESPACE", "far")
    monkeypatch.setenv("HOLDFAST_TOKEN", "hush-hush")
    monkeypatch.setenv("HOLDFAST_SET_STRING", "password=hush-hush")
    table = run_command("env").must().out
    rows = {line.split()[0]: line for line in table.splitlines()}
    assert rows["HOLDFAST_NAMESPACE"].split()[1] == "far"
    assert rows["HOLDFAST_TOKEN"].split()[1] == "(set)" and "hush" not in table


def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_TIMEOUT", "soon")
    refused = run_command("uninstall", "web").must(2)
    assert "'soon' is no duration" in refused.err
    assert "hint: the value is that of HOLDFAST_TIMEOUT" in refused.err
    monkeypatch.setenv("HOLDFAST_OUTPUT", "json")
    error = json.loads(run_command("uninstall", "web").must(2).out)
    assert error["code"] == "usage_error" and "HOLDFAST_TIMEOUT" in error["hint"]


def test_a_form_that_a_verb_does_not_have_is_meant_for_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    chart = write_chart(tmp_path, config=CONFIG)
    monkeypatch.setenv("HOLDFAST_CLUSTER", f"local:{tmp_path / 'now.db'}")
    monkeypatch.setenv("HOLDFAST_OUTPUT", "table")
    run_command("install", "web", chart).must()
    assert run_command("list").must().out.startswith("NAME")
    for verb in (("template", "web", chart), ("get", "manifest", "web")):
        assert "kind: ConfigMap" in run_command(*verb).must().out
    assert "color: blue" in run_command("get", "values", "web", "--all").must().out
    assert "'table'" in run_command("get", "values", "web", "-o", "table").must(2).err
    monkeypatch.setenv("HOLDFAST_OUTPUT", "tabel")
    assert "HOLDFAST_OUTPUT" in run_command("get", "values", "web").must(2).err


def test_a_flag_counts_more_than_its_variable_wherever_it_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOLDFAST_OUTPUT", "yaml")
    assert run_command("version", "-o", "json").must().out.startswith("{")
    monkeypatch.setenv("HOLDFAST_CLUSTER", "nonsense")
    for words in (("--cluster", "also", "list"), ("list", "--cluster", "also")):
        assert "'also' is neither" in run_command(*words).must(2).err
    assert "'nonsense' is neither" in run_command("list").must(2).err


GLOBAL = [one for one in cli.params if isinstance(one, click.Option) and not one.is_eager]


@pytest.mark.parametrize("option", GLOBAL, ids=lambda option: max(option.opts, key=len))
def test_a_global_flag_means_the_same_before_and_after_the_verb(
    option: click.Option, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Globals] = []
    console = Globals.console
    monkeypatch.setattr(
        Globals, "console", lambda self, *rest: (seen.append(self), console(self, *rest))[1]
    )
    words, text = as_flag(option)
    if option.type.name == "text" and "--cluster" in option.opts:
        words, text = ["--cluster", "kube"], "kube"
    run_command(*words, "version").must()
    run_command("version", *words).must()
    run_command("get", *words, "values", "web")
    monkeypatch.setenv(variable(option), text)
    run_command("version").must()
    assert seen[0] == seen[1] == seen[-1] != Globals()
    assert all(one == seen[0] for one in seen)


@pytest.mark.parametrize("verb", sorted(COMMANDS))
def test_the_version_is_told_before_and_after_every_verb(verb: str) -> None:
    before, after = run_command("--version", verb).must(), run_command(verb, "--version").must()
    assert before.out == after.out == run_command("version").must().out


def test_verbose_says_which_cluster_and_namespace(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = ("--server", "http://127.0.0.1:9", "-n", "far")
    for words in (("-v", "list", *where), ("list", "-v", *where)):
        said = run_command(*words).must(1).err
        assert "cluster http://127.0.0.1:9, as --server says" in said and "namespace far" in said
    assert "as --server says" not in run_command("list", *where).err
