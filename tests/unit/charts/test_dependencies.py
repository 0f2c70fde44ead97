"""Dependencies: what Chart.yaml may say, which chart each is, and that Chart.lock is kept to."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from tests.conftest import write_tree

from holdfast.charts import load
from holdfast.charts.dependencies import (
    build_dependencies,
    dependency_tree,
    list_dependencies,
    update_dependencies,
)
from holdfast.errors import ChartError
from holdfast.model.chart import Dependency, ImportValues


def manifest(name: str, version: str = "1.0.0", more: str = "") -> str:
    return f"apiVersion: holdfast/v1\nname: {name}\nversion: {version}\n{more}"


def needs(*entries: str) -> str:
    return "dependencies:\n" + "".join(f"- {{{entry}}}\n" for entry in entries)


def app(root: Path, dependencies: str, **files: str | bytes) -> str:
    """A chart app with charts in it: `db=manifest(…)` is charts/db/Chart.yaml."""
    tree: dict[str, str | bytes] = {"app/Chart.yaml": manifest("app", more=dependencies)}
    for name, content in files.items():
        tree[f"app/charts/{name}/Chart.yaml"] = content
    write_tree(root, tree)
    return str(root / "app")


def tgz(name: str, text: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        info = tarfile.TarInfo(f"{name}/Chart.yaml")
        info.size = len(text)
        tar.addfile(info, io.BytesIO(text.encode()))
    return out.getvalue()


def names(path: str) -> list[str]:
    return [f"{c.metadata.name} {c.metadata.version}" for c in load(path).subcharts]


def problem(path: str) -> tuple[str, str]:
    with pytest.raises(ChartError) as caught:
        load(path)
    return caught.value.message, caught.value.hint or ""


# What Chart.yaml says


def test_every_field(tmp_path: Path) -> None:
    entry = (
        "name: db, version: ^1, alias: main, condition: 'db.on, global.db.on', tags: [a, b],"
        " import-values: [data, {child: a.b, parent: .}, {child: c, parent: d.e}]"
    )
    (found,) = load(app(tmp_path, needs(entry), db=manifest("db"))).metadata.dependencies
    assert found == Dependency(
        "db",
        "^1",
        condition=("db.on", "global.db.on"),
        tags=("a", "b"),
        alias="main",
        import_values=(
            ImportValues("exports.data"),
            ImportValues("a.b"),
            ImportValues("c", "d.e"),
        ),
        where=found.where,
    )
    assert found.key == "main"
    assert str(found.where) == f"{tmp_path}/app/Chart.yaml:5:3"


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("version: ^1", "no chart name"),
        ("name: ..", "no chart name"),
        ("name: a/b", "no chart name"),
        ("name: db, version: one", "no range"),
        ("name: db, version: 1.0", "`version` is a number"),
        ("name: db, repository: ftp://x", "no repository"),
        ("name: db, alias: a/b", "no alias"),
        ("name: db, alias: ..", "no alias"),
        ("name: db, alias: 'a\n\n  b'", "no alias"),
        ("name: db, alias: global", "no alias"),
        ("name: db, tags: a", "list of texts"),
        ("name: db, tags: [1]", "list of texts"),
        ("name: db, condition: a..b", "no path"),
        ("name: db, condition: [a]", "must be text"),
        ("name: db, import-values: [1]", "an import is"),
        ("name: db, import-values: [null]", "an import is"),
        ("name: db, import-values: [{child: a}]", "an import is"),
        ("name: db, import-values: [{child: a, parent: 1}]", "an import is"),
        ("name: db, import-values: x", "must be a list"),
        ("name: db, enabled: true", "no field `enabled`"),
    ],
)
def test_a_wrong_entry_names_its_line(tmp_path: Path, entry: str, says: str) -> None:
    path = app(tmp_path, needs(entry), db=manifest("db"))
    with pytest.raises(ChartError) as caught:
        load(path)
    assert says in caught.value.message
    assert caught.value.where is not None and caught.value.where.line == 5


@pytest.mark.parametrize("more", ["dependencies: [null]\n", "dependencies: x\n"])
def test_what_is_no_list_of_dependencies(tmp_path: Path, more: str) -> None:
    assert (
        "must be a list" in problem(app(tmp_path, more))[0]
        or "is a map" in problem(str(tmp_path / "app"))[0]
    )


@pytest.mark.parametrize("entries", [("name: db", "name: db"), ("name: db", "name: x, alias: db")])
def test_two_of_a_name_are_refused(tmp_path: Path, entries: tuple[str, str]) -> None:
    assert "two dependencies are called 'db'" in problem(app(tmp_path, needs(*entries)))[0]


@pytest.mark.parametrize("text", ["\\e[2J", "\\0", "\\u202e", "\\x9b", "\\r"])
@pytest.mark.parametrize("field", ["description", "appVersion", "home"])
def test_control_characters_are_refused(tmp_path: Path, field: str, text: str) -> None:
    write_tree(tmp_path, {"Chart.yaml": manifest("web", more=f'{field}: "a{text}b"\n')})
    assert "control character" in problem(str(tmp_path))[0]


# Which chart it is


def test_directories_archives_and_aliases(tmp_path: Path) -> None:
    path = app(
        tmp_path,
        needs("name: db, version: ^1", "name: db, alias: cache", "name: mq"),
        db=manifest("db", "1.4.0"),
        extra=manifest("extra"),
        _off=manifest("off"),
    )
    write_tree(tmp_path, {"app/charts/mq-2.0.0.tgz": tgz("mq", manifest("mq", "2.0.0"))})
    write_tree(tmp_path, {"app/charts/README.md": "how to"})
    assert names(path) == ["db 1.4.0", "cache 1.4.0", "mq 2.0.0", "extra 1.0.0"]
    assert load(path).subcharts[2].root == f"{path}/charts/mq-2.0.0.tgz"


@pytest.mark.parametrize(
    ("entry", "says", "hint"),
    [
        ("name: dbb", "no such chart in charts/", "did you mean 'db'?"),
        ("name: db, version: ^2", "charts/db is version 1.0.0, not ^2", "change one"),
        ("name: x, repository: 'https://e.test/c'", "nothing is fetched", "https://e.test/c"),
        ("name: x, repository: 'oci://e.test/c'", "nothing is fetched", "oci://e.test/c"),
        ("name: x, repository: 'file://../x'", "does not exist", "starts at the folder"),
        ("name: x, repository: 'file://'", "names no path", "../common"),
    ],
)
def test_a_chart_that_is_not_there(tmp_path: Path, entry: str, says: str, hint: str) -> None:
    message, told = problem(app(tmp_path, needs(entry), db=manifest("db")))
    assert says in message and hint in told


def test_a_remote_chart_in_charts_is_used(tmp_path: Path) -> None:
    entry = "name: db, version: ^1, repository: 'https://e.test/charts'"
    assert names(app(tmp_path, needs(entry), db=manifest("db"))) == ["db 1.0.0"]


def test_two_charts_that_fit_are_refused(tmp_path: Path) -> None:
    path = app(tmp_path, needs("name: db"), db=manifest("db"), db2=manifest("db", "1.1.0"))
    assert "both charts/db and charts/db2 fit" in problem(path)[0]


def test_an_undeclared_chart_may_not_take_an_alias(tmp_path: Path) -> None:
    path = app(tmp_path, needs("name: db, alias: mq"), db=manifest("db"), mq=manifest("mq"))
    assert "two charts in it are called 'mq'" in problem(path)[0]


def test_a_folder_in_charts_without_a_chart_is_told(tmp_path: Path) -> None:
    path = app(tmp_path, "")
    write_tree(tmp_path, {"app/charts/db/values.yaml": ""})
    assert "charts/db: there is no Chart.yaml" in problem(path)[0]


def test_a_linked_folder_is_not_followed(tmp_path: Path) -> None:
    path = app(tmp_path, "")
    write_tree(
        tmp_path, {"db/Chart.yaml": manifest("db"), "app/charts/x/Chart.yaml": manifest("x")}
    )
    (tmp_path / "app/charts/db").symlink_to(tmp_path / "db")
    message, hint = problem(path)
    assert "charts/db is a link that leads out" in message and "file://" in hint


# file:// and Chart.lock

COMMON = needs("name: common, version: ^1, repository: 'file://../common'")


def locked(root: Path) -> str:
    path = app(root, COMMON)
    write_tree(root, {"common/Chart.yaml": manifest("common"), "common/values.yaml": "a: 1\n"})
    update_dependencies(path)
    return path


def test_a_chart_beside_is_read_where_it_lies(tmp_path: Path) -> None:
    path = locked(tmp_path)
    assert names(path) == ["common 1.0.0"]
    assert load(path).subcharts[0].root == f"{tmp_path}/common"
    text = (tmp_path / "app/Chart.lock").read_text()
    update_dependencies(path)
    assert (tmp_path / "app/Chart.lock").read_text() == text
    assert build_dependencies(path)[0].version == "1.0.0"


def test_without_a_lock_nothing_outside_is_used(tmp_path: Path) -> None:
    path = locked(tmp_path)
    (tmp_path / "app/Chart.lock").unlink()
    message, hint = problem(path)
    assert "there is no Chart.lock" in message
    assert f"holdfast dependency update {path}" in hint


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("common/values.yaml", "a: 2\n", "other content than Chart.lock says"),
        ("common/templates/_new.j2", "", "other content than Chart.lock says"),
        ("common/Chart.yaml", manifest("common", "1.1.0"), "is version 1.1.0, Chart.lock says 1"),
        ("common/Chart.yaml", manifest("common", "2.0.0"), "version 2.0.0, not ^1"),
        ("common/Chart.yaml", manifest("other"), "the chart there is other"),
        ("common/charts/in/Chart.yaml", manifest("in"), "other content"),
        ("app/Chart.lock", "dependencies: []\n", "Chart.lock does not have it"),
        ("app/Chart.lock", "", "no lock that holdfast wrote"),
        ("app/Chart.lock", "dependencies: [null]\n", "no lock that holdfast wrote"),
        ("app/Chart.lock", "dependencies:\n- {name: common}\n", "no lock that holdfast wrote"),
        ("app/Chart.yaml", manifest("app"), "Chart.lock has common, which Chart.yaml does not"),
        (
            "app/Chart.yaml",
            manifest("app", more=COMMON.replace("../common", "../app/../common")),
            "Chart.yaml has changed since",
        ),
    ],
)
def test_tampering_is_found(tmp_path: Path, file: str, content: str, says: str) -> None:
    path = locked(tmp_path)
    write_tree(tmp_path, {file: content})
    message, hint = problem(path)
    assert says in message
    assert hint


def test_a_charts_copy_inside_is_checked_against_the_lock_too(tmp_path: Path) -> None:
    path = app(tmp_path, needs("name: db"), db=manifest("db"))
    assert names(path) == ["db 1.0.0"], "what lies inside needs no lock"
    update_dependencies(path)
    write_tree(tmp_path, {"app/charts/db/values.yaml": "a: 1\n"})
    assert "other content" in problem(path)[0]
    with pytest.raises(ChartError, match="other content"):
        build_dependencies(path)


def test_a_copy_in_charts_is_used_before_the_one_beside(tmp_path: Path) -> None:
    path = locked(tmp_path)
    packed = {"app/charts/common-1.0.0.tgz": tgz("common", manifest("common"))}
    write_tree(tmp_path, packed)
    assert "charts/common-1.0.0.tgz has other content" in problem(path)[0]
    (tmp_path / "common/values.yaml").unlink()
    update_dependencies(path)
    assert load(path).subcharts[0].root.endswith(".tgz")


def test_an_archive_reaches_nothing_outside(tmp_path: Path) -> None:
    locked(tmp_path)
    with tarfile.open(tmp_path / "app.tgz", "w:gz") as tar:
        tar.add(tmp_path / "app", "app")
    message, hint = problem(str(tmp_path / "app.tgz"))
    assert "cannot name a chart outside" in message and "charts/" in hint


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_lock_that_is_a_link_is_never_written_through(tmp_path: Path, kind: str) -> None:
    path = locked(tmp_path)
    victim = tmp_path / "victim"
    (tmp_path / "app/Chart.lock").unlink()
    (tmp_path / "app/Chart.lock").symlink_to(victim)
    if kind == "file":
        victim.write_text("mine")
    with pytest.raises(ChartError, match="link"):
        update_dependencies(path)
    assert not victim.exists() or victim.read_text() == "mine"


def test_an_archives_dependencies_cannot_be_locked(tmp_path: Path) -> None:
    write_tree(tmp_path, {"web.tgz": tgz("web", manifest("web"))})
    with pytest.raises(ChartError, match="it is an archive"):
        update_dependencies(str(tmp_path / "web.tgz"))


# Cycles, lists and trees


def test_a_chart_that_depends_on_itself(tmp_path: Path) -> None:
    path = app(tmp_path, needs("name: app, repository: 'file://.'"))
    assert "depends on itself: app → app" in problem(path)[0]


def test_a_cycle_names_its_charts(tmp_path: Path) -> None:
    back = needs("name: app, repository: 'file://../app'")
    path = app(tmp_path, COMMON)
    write_tree(tmp_path, {"common/Chart.yaml": manifest("common", more=back)})
    for use in (load, update_dependencies, list_dependencies):
        if use is list_dependencies:
            assert "depends on itself" in list_dependencies(path)[0].reason
            continue
        with pytest.raises(ChartError, match="depends on itself: app → common → app"):
            use(path)


def test_too_many_charts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("holdfast.charts.limits.MAX_CHARTS", 3)
    path = app(tmp_path, "", **{f"c{n}": manifest(f"c{n}") for n in range(3)})
    assert "more than 3 charts" in problem(path)[0]


def test_the_list_says_how_each_one_is(tmp_path: Path) -> None:
    path = app(tmp_path, needs("name: db, version: ^1"), db=manifest("db"), loose=manifest("loose"))

    def states() -> list[tuple[str, str]]:
        return [(row.name, row.status) for row in list_dependencies(path)]

    assert states() == [("db", "not locked"), ("loose", "undeclared")]
    update_dependencies(path)
    assert states()[0] == ("db", "ok")
    write_tree(tmp_path, {"app/charts/db/values.yaml": "a: 1\n"})
    assert states()[0] == ("db", "changed")
    write_tree(tmp_path, {"app/charts/db/Chart.yaml": manifest("db", "2.0.0")})
    assert states()[0] == ("db", "missing")


def test_the_tree_shows_charts_in_charts(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "app/Chart.yaml": manifest("app", more=needs("name: db, alias: main, tags: [x]")),
            "app/charts/db/Chart.yaml": manifest("db"),
            "app/charts/db/charts/log/Chart.yaml": manifest("log", more="type: library\n"),
        },
    )
    (db,) = dependency_tree(str(tmp_path / "app")).children
    (log,) = db.children
    assert (db.name, db.tags, log.name, log.type) == ("main", ("x",), "log", "library")
