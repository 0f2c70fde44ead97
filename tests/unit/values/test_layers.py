"""Values files: documents in order, places, and every way in which a file cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.errors import ValuesError, Where, YamlError
from holdfast.model.chart import Chart, ChartFile, ChartMetadata
from holdfast.values import chart_layer, file_layers, merge, read_file, read_layers


def chart(text: str | None) -> Chart:
    values = None if text is None else ChartFile("values.yaml", text.encode())
    return Chart(ChartMetadata("web", "1.0.0"), "charts/web", "sha256:0", values)


def no_stdin() -> bytes:
    raise AssertionError("standard input was read")


def test_the_charts_layer() -> None:
    layer = chart_layer(chart("a: 1\nb:\n"))
    assert layer.tree == {"a": 1, "b": None}
    assert layer.origins[("a",)] == Where("charts/web/values.yaml", 1, 1, "chart")


@pytest.mark.parametrize("text", [None, "", "# nothing\n"])
def test_a_chart_without_values(text: str | None) -> None:
    layer = chart_layer(chart(text))
    assert layer.tree == {}
    assert layer.origins[()] == Where("charts/web/values.yaml", kind="chart")


@pytest.mark.parametrize("text", ["[1]", "a: 1\n---\nb: 2\n"])
def test_a_chart_needs_one_map(text: str) -> None:
    with pytest.raises(ValuesError) as caught:
        chart_layer(chart(text))
    assert caught.value.where is not None
    assert caught.value.where.line


def test_documents_are_layers_in_order() -> None:
    layers = file_layers("a: 1\n---\n---\na: 2\nb: 3\n", source="v.yaml")
    assert merge(*layers).tree == {"a": 2, "b": 3}
    assert merge(*layers).origins[("a",)] == Where("v.yaml", 4, 1)


@pytest.mark.parametrize(
    ("text", "name"), [("[1]", "a list"), ("x", "text"), ("1", "a number"), ("on", "a boolean")]
)
def test_a_document_must_be_a_map(text: str, name: str) -> None:
    with pytest.raises(ValuesError, match=f"values must be a map, not {name}") as caught:
        file_layers(f"a: 1\n---\n{text}\n", source="v.yaml")
    assert str(caught.value.where) == "v.yaml:3:1"


def test_a_file_and_standard_input_are_read(tmp_path: Path) -> None:
    path = tmp_path / "v.yaml"
    path.write_bytes(b"a: 1\n")
    (layer,) = read_layers(str(path), stdin=no_stdin)
    assert layer.origins[("a",)] == Where(str(path), 1, 1)
    (layer,) = read_layers("-", stdin=lambda: b"b: 2\n")
    assert (layer.tree, layer.origins[()].source) == ({"b": 2}, "<stdin>")


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ValuesError, match="No such file") as caught:
        read_file(str(tmp_path / "none.yaml"), no_stdin)
    assert caught.value.hint == "check the name; a relative path starts at the current directory"


def test_a_directory(tmp_path: Path) -> None:
    with pytest.raises(ValuesError, match="Is a directory"):
        read_file(str(tmp_path), no_stdin)


def test_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(ValuesError, match="Too many levels of symbolic links"):
        read_file(str(tmp_path / "loop"), no_stdin)


@pytest.mark.parametrize("name", ["", "a\0b"])
def test_a_name_that_is_none(name: str) -> None:
    with pytest.raises(ValuesError, match="reading"):
        read_file(name, no_stdin)


def test_an_endless_file_is_too_large() -> None:
    with pytest.raises(ValuesError, match="larger than 16 MiB"):
        read_file("/dev/zero", no_stdin)


def test_standard_input_has_the_same_limit() -> None:
    with pytest.raises(ValuesError, match="larger than 16 MiB"):
        read_file("-", lambda: b"#" * (16 * 1024 * 1024 + 1))


def test_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "v.yaml"
    path.write_bytes(b"a: \xff")
    with pytest.raises(YamlError, match="not UTF-8"):
        read_layers(str(path), stdin=no_stdin)
