"""White space: lines of only tags vanish, tags within a line eat nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

TEXTS = {
    "a line of a tag vanishes": ("a\n  {% if true %}\nb\n  {% endif %}\nc\n", "a\nb\nc\n"),
    "several on a line": ("a\n{% if 1 %} {# x #}{% if 1 %}\nb\n{% endif %}{% endif %}\n", "a\nb\n"),
    "a comment over lines": ("a\n  {# one\n two #}  \nb\n", "a\nb\n"),
    "a tag over lines": ("a\n{% if\n  true\n%}\nb\n{% endif %}\n", "a\nb\n"),
    "tags within a line": ("k: {% if true %}b{% endif %}\nc\n", "k: b\nc\n"),
    "an empty choice leaves the line": ("k: {% if false %}b{% endif %}\nc\n", "k: \nc\n"),
    "a string that looks like an end": ("{% set x = '%}' %}\na {{ x }}\n", "a %}\n"),
    "raw": ("{% raw %}\n{{ a }} {% b %}\n{% endraw %}\nc\n", "{{ a }} {% b %}\nc\n"),
    "raw within a line": ("a {% raw %}{{{% endraw %} b\n", "a {{ b\n"),
    "minus strips": ("a   \n  {%- if true -%}  \n  b{% endif %}\n", "ab\n"),
    "minus before a line's end": ("a\n{%- if true %}\nb\n{%- endif %}\nc\n", "a\nb\nc\n"),
    "plus keeps the line": ("a\n  {%+ if true %}\nb\n{% endif %}\n", "a\n  \nb\n"),
    "windows line ends": ("a\r\n{% if true %}\r\nb\r\n{% endif %}\r\nc\r\n", "a\nb\nc\n"),
    "no line end at the end": ("a\n{% if true %}\nb\n{% endif %}", "a\nb\n"),
    "blank lines stay": ("a\n\n{% if true %}\n\nb\n{% endif %}\n", "a\n\n\nb\n"),
    "loops": ("{% for x in [1, 2] %}\n  - {{ x }}\n{% endfor %}\n", "  - 1\n  - 2\n"),
    "filter block": ("a\n  {% filter upper %}\n  b\n  {% endfilter %}\nc\n", "a\n  B\nc\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_text_around_tags(name: str, value: Callable[..., object]) -> None:
    source, wanted = TEXTS[name]
    assert value("tpl(values.t)", {"t": source}) == wanted


def test_tags_vanish_in_block_scalars_too(objects: Callable[..., list[object]]) -> None:
    template = "k: |\n  a\n  {% for x in [1, 2] %}\n  b {{ x }}\n  {% endfor %}\n  c\n"
    assert objects(template) == [{"k": "a\nb 1\nb 2\nc\n"}]


def test_macro_text_is_tidied_in_a_string_and_values_are_not(
    objects: Callable[..., list[object]],
) -> None:
    part = "{% macro name(x) %}\n    {{ x }}-end\n{% endmacro %}\n"
    assert objects("k: 'a {{ name(' b') }}'\n", part=part) == [{"k": "a  b-end"}]


def test_a_macro_in_a_block_scalar_is_indented_as_a_whole(
    objects: Callable[..., list[object]],
) -> None:
    part = "{% macro server(x) %}\n  server {\n    {{ x }}\n  }\n{% endmacro %}\n"
    template = "k: |\n  http {\n    {{ server('listen 80;\nroot /;') }}\n  }\n"
    assert objects(template, part=part) == [
        {"k": "http {\n  server {\n    listen 80;\n    root /;\n  }\n}\n"}
    ]
