"""Which plain scalars are ambiguous, and where in a template they are seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.lint.support import lint, write_chart

from holdfast.lint.scalars import is_ambiguous


@pytest.mark.parametrize(
    "text",
    "y N yes No on OFF 0644 089 0o17 0b11 1_000 1e3 1.5e3 -1E+9 1:30 -2:05:59 2001-01-01 1.10"
    " 0.500".split(),
)
def test_readers_disagree_or_digits_get_lost(text: str) -> None:
    assert is_ambiguous(text)


@pytest.mark.parametrize(
    "text",
    "true False null ~ 0 10 -7 1.5 1.0 0x1F nginx 1.28.0 100m 1Gi yesterday 10.0.0.1 a:1"
    " 1:90".split(),
)
def test_readers_agree(text: str) -> None:
    assert not is_ambiguous(text)


@pytest.mark.parametrize(
    ("lines", "columns"),
    [
        ("a: on", [4]),
        ("- on", [3]),
        ("- a: 1\n  b: no", [6]),
        ("a: {b: on, c: [off]}", [8, 16]),
        ("y: 1", [1]),
        ("a: 'on'\nb: \"on\"\nc: !!str on", []),
        ("a: |\n  b: on\n  c: on\nd: on", [4]),
        ("- |\n  a: on\n- b: >-\n    c: on\n  d: off", [6]),
        ("a: one\n  on", []),
        ("a: {{ 'on' }}\nb: x{{ 1 }}\n# c: on", []),
        ("a: {% if true %}on{% endif %}", [17]),
        ("{% raw %}\na: on\n{% endraw %}", [4]),
        ("[", []),
    ],
)
def test_template_text_is_read_line_by_line(tmp_path: Path, lines: str, columns: list[int]) -> None:
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    chart = write_chart(tmp_path, ("templates/a.yaml.j2", "", head + lines + "\n"))
    found = [one for one in lint(chart).findings if one.rule == "ambiguous-scalar"]
    assert [one.where.column for one in found] == columns
