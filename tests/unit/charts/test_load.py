"""charts.load: a directory becomes a Chart, and nothing outside of it is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.conftest import write_tree

from holdfast.charts import load
from holdfast.errors import ChartError, HoldfastError

CHART = "apiVersion: holdfast/v1\nname: web\nversion: 1.2.3\n"


def chart(root: Path, **files: str | bytes) -> str:
    named = {name.replace("__", "/"): content for name, content in files.items()}
    return str(write_tree(root, {"Chart.yaml": CHART, **named}))


def test_every_part_finds_its_place(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path,
        {
            "Chart.yaml": CHART + 'appVersion: "2"\nkeywords: [a, b]\n',
            "values.yaml": "a: 1\n",
            "values.schema.json": "{}",
            "templates/b.yaml.j2": "b: 1\n",
            "templates/_a.j2": "",
            "templates/NOTES.txt.j2": "hi",
            "files/page.html": "<p>",
            "README.md": "not read",
        },
    )
    found = load(str(root))
    assert (found.metadata.name, found.metadata.version) == ("web", "1.2.3")
    assert (found.metadata.app_version, found.metadata.keywords) == ("2", ("a", "b"))
    assert [file.path for file in found.templates] == ["templates/_a.j2", "templates/b.yaml.j2"]
    assert found.notes is not None and found.notes.text == "hi"
    assert [file.path for file in found.files] == ["files/page.html"]
    assert found.values is not None and found.schema is not None


def test_crds_are_read_as_they_are_and_count_in_the_digest(tmp_path: Path) -> None:
    given = {"crds__a.yaml": "a: {{ 1 }}\n", "crds__below__b.json": "{}", "crds__c.yml": ""}
    found = load(chart(tmp_path / "a", **given, crds__README_md="not read"))
    assert [file.path for file in found.crds] == ["crds/a.yaml", "crds/below/b.json", "crds/c.yml"]
    other = load(chart(tmp_path / "b", **given | {"crds__a.yaml": "a: 2\n"}))
    assert found.digest != other.digest


def test_a_template_in_crds_is_refused_and_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(ChartError, match=r"crds/db\.yaml\.j2 is a template") as caught:
        load(chart(tmp_path, **{"crds/db.yaml.j2": ""}))
    assert caught.value.hint and "templates/" in caught.value.hint


def test_the_digest_moves_with_content_and_with_names(tmp_path: Path) -> None:
    first = load(chart(tmp_path / "a", templates__x="1"))
    same = load(chart(tmp_path / "b", templates__x="1"))
    other = load(chart(tmp_path / "c", templates__x="2"))
    renamed = load(chart(tmp_path / "d", templates__y="1"))
    assert first.digest == same.digest
    assert len({first.digest, other.digest, renamed.digest}) == 3


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("name: web\nversion: 1.0.0\n", "`apiVersion` is missing", 1),
        ("apiVersion: v2\nname: web\nversion: 1.0.0\n", "apiVersion is v2", 1),
        ("apiVersion: holdfast/v1\nname: web\nversion: one\n", "no semantic version", 3),
        ("apiVersion: holdfast/v1\nname: web\nversion: 1.0\n", "`version` is a number here", 3),
        ("apiVersion: holdfast/v1\nname: Web\nversion: 1.0.0\n", "no chart name", 2),
        ("apiVersion: holdfast/v1\nname: ..\nversion: 1.0.0\n", "no chart name", 2),
        (CHART + "descripton: x\n", "unknown field `descripton`", 4),
        (CHART + "type: app\n", "application or library", 4),
        (CHART + "keywords: [1]\n", "must be text", 4),
        (CHART + "maintainers: [null]\n", "a maintainer has `name`", 4),
        (CHART + "keywords: x\n", "must be a list", 4),
        (CHART + "keywords: [{a: null}]\n", r'must be text, not {"a": null}', 4),
        (CHART + "icon: [a]\n", "must be text", 4),
        (CHART + "deprecated: 'yes'\n", "must be true or false", 4),
        (CHART + "zzz: 1\n", "unknown field `zzz`", 4),
        ("apiVersion: v9\nname: web\nversion: 1.0.0\n", "apiVersion is 'v9'", 1),
        ("apiVersion: holdfast/v1\nname:\nversion: 1.0.0\n", "`name` is missing", 2),
        (CHART + "dependencies: [db]\n", "a dependency is a map", 4),
        (CHART + "dependencies: [{name: db, tags: a}]\n", "must be a list of texts", 4),
        ("", "must hold one map", 1),
        ("null\n", "must hold one map", 1),
        ("- a\n", "must hold one map", 1),
    ],
)
def test_a_bad_chart_yaml_names_the_line(
    tmp_path: Path, text: str, message: str, line: int
) -> None:
    write_tree(tmp_path, {"Chart.yaml": text})
    with pytest.raises(ChartError, match=message) as caught:
        load(str(tmp_path))
    assert caught.value.where is not None and caught.value.hint
    assert (caught.value.where.source, caught.value.where.line) == (f"{tmp_path}/Chart.yaml", line)


def test_a_field_without_a_value_is_not_there(tmp_path: Path) -> None:
    write_tree(tmp_path, {"Chart.yaml": CHART + "icon:\nkeywords:\ndependencies:\ntype:\n"})
    found = load(str(tmp_path)).metadata
    assert (found.icon, found.keywords, found.dependencies, found.type) == (
        "",
        (),
        (),
        "application",
    )


def test_a_misspelt_field_gets_a_suggestion(tmp_path: Path) -> None:
    write_tree(tmp_path, {"Chart.yaml": CHART + "descripton: x\n"})
    with pytest.raises(ChartError) as caught:
        load(str(tmp_path))
    assert caught.value.hint == "did you mean `description`?"


def test_no_chart_there_names_charts_near_by(tmp_path: Path) -> None:
    chart(tmp_path / "charts" / "web")
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(ChartError) as caught:
            load(str(path))
        assert caught.value.hint == f"charts near by: {tmp_path}/charts/web"


def test_a_file_is_no_chart(tmp_path: Path) -> None:
    write_tree(tmp_path, {"web.txt": "x"})
    with pytest.raises(ChartError, match="not a directory"):
        load(str(tmp_path / "web.txt"))


def test_a_link_out_of_the_chart_is_refused(tmp_path: Path) -> None:
    secret = write_tree(tmp_path / "home", {"key": "s3cret"}) / "key"
    root = Path(chart(tmp_path / "web"))
    (root / "files").mkdir()
    (root / "files" / "key").symlink_to(secret)
    with pytest.raises(ChartError, match="leads out of the chart"):
        load(str(root))


def test_a_loop_of_links_and_a_pipe_are_refused(tmp_path: Path) -> None:
    looped = Path(chart(tmp_path / "looped"))
    (looped / "files").mkdir()
    (looped / "files" / "a").symlink_to(looped / "files" / "a")
    with pytest.raises(ChartError, match="files/a"):
        load(str(looped))
    piped = Path(chart(tmp_path / "piped"))
    (piped / "files").mkdir()
    os.mkfifo(piped / "files" / "pipe")
    with pytest.raises(ChartError, match="not a plain file"):
        load(str(piped))


def test_a_template_that_is_not_utf_8_names_its_line(tmp_path: Path) -> None:
    root = chart(tmp_path, templates__x=b"a: 1\nb: \xff\n")
    with pytest.raises(ChartError, match="not UTF-8") as caught:
        load(root)
    assert str(caught.value.where) == f"{tmp_path}/templates/x:2"


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    root = Path(chart(tmp_path, files__big="x"))
    os.truncate(root / "files" / "big", 6 * 2**20)
    with pytest.raises(HoldfastError, match="larger than 5 MiB"):
        load(str(root))


@pytest.mark.parametrize("name", ["a\x1b[2Jb", "a\nb", "a\udcffb", "a\u202eb"])
def test_a_name_that_no_screen_should_get_is_refused(tmp_path: Path, name: str) -> None:
    root = Path(chart(tmp_path))
    (root / "files").mkdir()
    os.close(os.open(os.fsencode(root / "files") + b"/" + os.fsencode(name), os.O_CREAT))
    with pytest.raises(ChartError, match="cannot be shown") as caught:
        load(str(root))
    assert name not in caught.value.message


def test_a_path_that_the_system_refuses_is_told(tmp_path: Path) -> None:
    with pytest.raises(ChartError, match=r"File name too long|no such directory"):
        load(str(tmp_path / ("x" * 300)))
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(ChartError, match=r"no such directory|symbolic links"):
        load(str(tmp_path / "loop"))
