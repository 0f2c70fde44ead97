"""The promise of the language: a value is exactly there, and nothing else changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from holdfast.errors import RenderError
from holdfast.model.chart import Chart, ChartFile, ChartMetadata
from holdfast.model.values import Values
from holdfast.render import Context, render

NASTY = (
    "", " ", "\n", "a\n", "\n\na", "a\n\n", " lead", "trail ", "on", "no", "~", "null", "1e3",
    "0644",
    "1:30", "a: b", "- a", "? a", "# c", "a # c", "'", '"', "''", "\\", "\\n", "%", "@", "`", "|",
    ">", "&a", "*a", "!!int 1", "{", "}", "[a]", "{{ x }}", "{% if %}", "{#", "---", "...", "\t",
    "a\tb", "\r\n", "a\r\nb", "\x00", "\x07", "\x85", "\u2028", "\ufeff", "\ue000", "\ue0000\ue000",
    "\ue0010\ue001:", "- \ue0020\ue002", "é", "𝒳", "<<", "=", ":", ",", "a,b", "key: |\n  x",
)  # fmt: skip
TEXTS = st.one_of(st.sampled_from(NASTY), st.text(max_size=20))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**25), 10**25),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXTS,
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)

# There are many places: two fifths of the examples that a single property gets.
EXAMPLES = settings(max_examples=settings.default.max_examples * 2 // 5)


def objects(template: str, value: Any, partial: str = "") -> list[Any]:
    files = [ChartFile("templates/a.yaml.j2", template.encode())]
    files.append(ChartFile("templates/_part.j2", partial.encode()))
    chart = Chart(ChartMetadata("c", "1.0.0"), "c", "sha256:0", templates=tuple(files))
    (rendered,) = render(chart, Values({"v": value}), Context(release="r"))
    return [item.object for item in rendered.objects]


def strictly(value: Any) -> str:
    """Tells 1 from 1.0 and True, and one order of keys from another."""
    return repr(value)


def spelled(value: Any) -> str | None:
    """A value as part of a text; None where it cannot be one."""
    if value is None or isinstance(value, dict | list):
        return None
    return value if isinstance(value, str) else json.dumps(value)


WHOLE = {
    "value": ("a: 1\nk: {{ values.v }}\nz: 2\n", lambda v: {"a": 1, "k": v, "z": 2}),
    "below its key": ("k:\n  {{ values.v }}\nz: 2\n", lambda v: {"k": v, "z": 2}),
    "item": ("k:\n  - 1\n  - {{ values.v }}\n  - 2\n", lambda v: {"k": [1, v, 2]}),
    "item of a flow list": ("k: [1, {{ values.v }}, 2]\n", lambda v: {"k": [1, v, 2]}),
    "value in a flow map": ("k: {a: {{ values.v }}, b: 1}\n", lambda v: {"k": {"a": v, "b": 1}}),
    "json": ('{"k": {{ values.v }},\n "z": [2]}', lambda v: {"k": v, "z": [2]}),
    "behind an anchor": (
        "k: &x {{ values.v }}\nz: *x\n",
        lambda v: {"k": v, "z": v},
    ),
    "comment": ("k: 1 # {{ values.v }}\n# {{ values.v }}\nz: 2\n", lambda v: {"k": 1, "z": 2}),
    "macro of the file": (
        "{% macro m(x) %}{{ x }}{% endmacro %}\nk: {{ m(values.v) }}\nz: 2\n",
        lambda v: {"k": v, "z": 2},
    ),
    "macro of a partial": ("k: {{ part(values.v) }}\nz: 2\n", lambda v: {"k": v, "z": 2}),
    "map from a macro": (
        "k:\n  {{ both(values.v) }}\nz: 2\n",
        lambda v: {"k": {"a": v, "b": [v]}, "z": 2},
    ),
    "keys from a macro": (
        "k:\n  {{ both(values.v) }}\n  c: 1\nz: 2\n",
        lambda v: {"k": {"a": v, "b": [v], "c": 1}, "z": 2},
    ),
    "include": (
        'k: {{ include("_part.j2") }}\nz: 2\n',
        lambda v: {"k": {"inner": v}, "z": 2},
    ),
    "include tag": (
        'k:\n  {% include "_part.j2" %}\nz: 2\n',
        lambda v: {"k": {"inner": v}, "z": 2},
    ),
    "set block": (
        "{% set s %}\n  - {{ values.v }}\n{% endset %}\nk: {{ s }}\nz: 2\n",
        lambda v: {"k": [v], "z": 2},
    ),
    "call block": (
        "{% macro m() %}\nin: {{ caller() }}\n{% endmacro %}\n"
        "k:\n  {% call m() %}\n  {{ values.v }}\n  {% endcall %}\nz: 2\n",
        lambda v: {"k": {"in": v}, "z": 2},
    ),
    "anchored and spliced": (
        "{{ {'a': 1} }}\nk: &x\n  {{ {'b': 1} }}\n  c: {{ values.v }}\nz: *x\n",
        lambda v: {"a": 1, "k": {"b": 1, "c": v}, "z": {"b": 1, "c": v}},
    ),
    "merged": (
        "k: &x\n  a: {{ values.v }}\nz:\n  <<: *x\n  b: 1\n",
        lambda v: {"k": {"a": v}, "z": {"a": v, "b": 1}},
    ),
    "nested macros in a flow list": (
        "k: [{{ part(both(values.v)) }}, {{ part(part(values.v)) }}]\nz: 2\n",
        lambda v: {"k": [{"a": v, "b": [v]}, v], "z": 2},
    ),
    "macro in a flow map": (
        "k: {m: {{ both(values.v) }}, o: {{ part(values.v) }}}\nz: 2\n",
        lambda v: {"k": {"m": {"a": v, "b": [v]}, "o": v}, "z": 2},
    ),
    "behind a document's marker": ("--- {k: {{ values.v }}}\n", lambda v: {"k": v}),
    "between markers": ("---\nk: {{ values.v }}\n...\n", lambda v: {"k": v}),
    "first line": ("{{ 'k' }}: {{ values.v }}\nz: 2", lambda v: {"k": v, "z": 2}),
    "last line without an end": ("z: 2\nk: {{ values.v }}", lambda v: {"z": 2, "k": v}),
    "item at the end": ("k:\n- 1\n- {{ values.v }}", lambda v: {"k": [1, v]}),
    "windows line ends": (
        "k: {{ values.v }}\r\nl:\r\n  - {{ values.v }}\r\nz: 2\r\n",
        lambda v: {"k": v, "l": [v], "z": 2},
    ),
    "comment behind it": (
        "k: {{ values.v }} # {{ values.v }}\nl: [{{ values.v }}] # x\nz: 2\n",
        lambda v: {"k": v, "l": [v], "z": 2},
    ),
    "in a condition": (
        "k:\n{% if true %}\n  - {{ values.v }}\n{% else %}\n  - 1\n{% endif %}\nz: 2\n",
        lambda v: {"k": [v], "z": 2},
    ),
    "deep": (
        "a:\n  - b:\n      - c:\n          d: {{ values.v }}\n          e: 1\n",
        lambda v: {"a": [{"b": [{"c": {"d": v, "e": 1}}]}]},
    ),
    "loop": (
        "k:\n{% for x in [values.v, 1] %}\n  - {{ x }}\n{% endfor %}\nz: 2\n",
        lambda v: {"k": [v, 1], "z": 2},
    ),
}  # fmt: skip
PARTIAL = """\
{% macro part(x) %}
  {{ x }}
{% endmacro %}
{% macro both(x) %}
    a: {{ x }}
    b:
      - {{ x }}
{% endmacro %}
inner: {{ values.v }}
"""


@pytest.mark.parametrize("place", WHOLE)
@EXAMPLES
@given(value=JSON)
@example(value={"a": [None, True, 1.5, "on"]})
def test_a_whole_node_is_the_value(place: str, value: Any) -> None:
    template, expected = WHOLE[place]
    (found,) = objects(template, value, PARTIAL)
    assert strictly(found) == strictly(expected(value))


PARTS = {
    "plain": ("k: x{{ values.v }}y\n", "x{}y"),
    "two in a plain": ("k: {{ values.v }}{{ values.v }}\n", "{0}{0}"),
    "single quotes": ("k: '{{ values.v }}it''s'\n", "{}it's"),
    "double quotes": ('k: "{{ values.v }}\\n"\n', "{}\n"),
    "quotes over lines": ('k: "a\n  {{ values.v }}\n  b: c"\n', "a {} b: c"),
    "plain over lines": ("k: a\n  {{ values.v }}\n  b\n", "a {} b"),
    "literal": ("k: |\n  x{{ values.v }}y\n   z\n", "x{}y\n z\n"),
    "literal like a list": ("k: |-\n  - a\n  {{ values.v }}b\n", "- a\n{}b"),
    "indicated": ("k: |2\n    l\n  {{ values.v }}y\n", "  l\n{}y\n"),
    "indicated and stripped": ("k: |-1\n  x{{ values.v }}y\n", " x{}y"),
    "windows line ends": ("k: |\r\n  x{{ values.v }}y\r\n  z\r\n", "x{}y\nz\n"),
    "double quotes with windows line ends": ('k: "a\r\n  {{ values.v }}"\r\n', "a {}"),
    "anchored": ("k: &x a{{ values.v }}\n", "a{}"),
    "tagged": ("k: !!str a{{ values.v }}\n", "a{}"),
    "before a comment": ("k: x{{ values.v }} # {{ values.v }}\n", "x{}"),
    "folded": ("k: >-\n  x\n  {{ values.v }}y\n", "x {}y"),
    "flow": ("k: [x{{ values.v }}y]\n", ["x{}y"]),
    "macro": ("k: x{{ part(values.v) }}y\n", "x{}y"),
    "set block": ("{% set s %}\n  a{{ values.v }}\n{% endset %}\nk: x{{ s }}y\n", "xa{}y"),
    "concatenation": ("k: {{ 'x' ~ values.v }}\n", "x{}"),
    "raw blocks around": ("k: '{% raw %}{{{% endraw %}{{ values.v }}'\n", "{{{{{}"),
}  # fmt: skip


@pytest.mark.parametrize("place", PARTS)
@EXAMPLES
@given(value=JSON)
def test_part_of_a_scalar_is_the_text_of_the_value(place: str, value: Any) -> None:
    template, expected = PARTS[place]
    if (text := spelled(value)) is None:
        with pytest.raises(RenderError, match=r"cannot be part of a text"):
            objects(template, value, PARTIAL)
        return
    (found,) = objects(template + "z: 2\n", value, PARTIAL)
    wanted = [expected[0].format(text)] if isinstance(expected, list) else expected.format(text)
    assert found == {"k": wanted, "z": 2}


@EXAMPLES
@given(value=JSON)
def test_a_key_is_the_text_of_the_value(value: Any) -> None:
    template = "k:\n  {{ values.v }}: 1\n  ? x{{ values.v }}\n  : 2\nz: 2\n"
    if (text := spelled(value)) is None:
        with pytest.raises(RenderError, match=r"cannot be part of a text"):
            objects(template, value)
        return
    assert objects(template, value) == [{"k": {text: 1, f"x{text}": 2}, "z": 2}]


@EXAMPLES
@given(value=JSON)
def test_a_key_in_a_flow_map_is_the_text_of_the_value(value: Any) -> None:
    template = 'k: {{{ values.v }}: 1, x{{ values.v }}: {"y{{ values.v }}": 2}, z: 2}\n'
    template = template.replace("{{{", "{ {{")
    if (text := spelled(value)) is None:
        with pytest.raises(RenderError, match=r"cannot be part of a text"):
            objects(template, value)
        return
    if text in ("z", f"x{text}"):
        return
    expected = {text: 1, f"x{text}": {f"y{text}": 2}, "z": 2}
    assert objects(template, value) == [{"k": expected}]


@EXAMPLES
@given(value=JSON)
def test_alone_in_a_literal_block_every_line_is_indented(value: Any) -> None:
    template = "k: |\n  - one:\n    {{ values.v }}\n  two\nz: 2\n"
    if (text := spelled(value)) is None:
        with pytest.raises(RenderError, match=r"cannot be part of a text"):
            objects(template, value)
        return
    lines = text.removesuffix("\n").split("\n")
    body = "\n".join(f"  {line}" if line else "" for line in lines)
    assert objects(template, value) == [{"k": f"- one:\n{body}\ntwo\n", "z": 2}]


@pytest.mark.parametrize(("sign", "ending"), [("", "\n"), ("-", "")])
@EXAMPLES
@given(text=TEXTS)
def test_a_block_of_one_value_ends_as_its_header_says(sign: str, ending: str, text: str) -> None:
    body = text.rstrip("\n")
    wanted = body + ending if body else ""
    assert objects(f"k: |{sign}\n  {{{{ values.v }}}}\nz: 2\n", text) == [{"k": wanted, "z": 2}]


@EXAMPLES
@given(value=st.dictionaries(TEXTS.filter(lambda k: k not in "az"), JSON, max_size=4))
def test_a_map_alone_among_keys_is_spliced(value: dict[str, Any]) -> None:
    for template in (
        "a: 1\n{{ values.v }}\nz: 2\n",
        "{{ {'a': 1} }}\n{{ values.v }}\n{{ {'z': 2} }}\n",
        "a: 1\n{{ values.v }}  # note\n# note\n\n{{ {} }}\nz: 2\n",
    ):
        (found,) = objects(template, value)
        assert strictly(found) == strictly({"a": 1, **value, "z": 2})
    (found,) = objects("- {{ values.v }}\n  a: 1\n", value)
    assert strictly(found) == strictly([{**value, "a": 1}])


@EXAMPLES
@given(value=st.lists(JSON, max_size=4))
def test_a_list_alone_among_items_is_spliced(value: list[Any]) -> None:
    for template in (
        "k:\n  - a\n  {{ values.v }}\n  - z\n",
        "k:\n- a\n{{ values.v }}\n- z\n",
        "k:\n  {{ ['a'] }}\n  {{ values.v }}\n  - z\n",
        "k:\n  {{ ['a'] }}\n  {{ values.v }}\n  {{ ['z'] }}\n",
    ):
        (found,) = objects(template, value)
        assert strictly(found) == strictly({"k": ["a", *value, "z"]})


@pytest.mark.parametrize("value", [None, {}, [], ""])
def test_nothing_is_spliced_for_an_empty_value(value: Any) -> None:
    assert objects("a: 1\n{{ values.v }}\nz: 2\n", value) == [{"a": 1, "z": 2}]
    assert objects("k:\n  - 1\n  {{ values.v }}\n  - 2\n", value) == [{"k": [1, 2]}]
    assert objects("k:\n- 1\n{{ values.v }}\nz: 2\n", value) == [{"k": [1], "z": 2}]


@EXAMPLES
@given(value=JSON.filter(lambda v: not isinstance(v, dict) and v not in (None, [], "")))
def test_anything_else_among_keys_is_refused(value: Any) -> None:
    with pytest.raises(RenderError, match="cannot be spliced into a map"):
        objects("a: 1\n{{ values.v }}\nz: 2\n", value)


@EXAMPLES
@given(value=JSON)
def test_omit_empty_removes_the_key_or_item_and_keeps_0_and_false(value: Any) -> None:
    template = "a: 1\nk: {{ values.v | omit_empty }}\nl: [1, {{ values.v | omit_empty }}]\n"
    empty = value is None or (isinstance(value, str | dict | list) and not value)
    expected = {"a": 1, "l": [1]} if empty else {"a": 1, "k": value, "l": [1, value]}
    assert strictly(objects(template, value)) == strictly([expected])


@EXAMPLES
@given(value=JSON)
def test_omit_empty_looks_at_the_data_of_what_a_macro_gives(value: Any) -> None:
    macros = (
        "{% macro whole() %}{{ values.v }}{% endmacro %}"
        "{% macro entry() %}\nk:\n  {{ values.v }}\n{% endmacro %}"
        "{% macro nothing() %}\n{% if false %}\nk: 1\n{% endif %}\n{% endmacro %}\n"
    )
    template = (
        "a: {{ whole() | omit_empty }}\nb: {{ entry() | omit_empty }}\n"
        "c: {{ nothing() | omit_empty }}\nd: {{ {'e': whole() | omit_empty, 'f': 1} }}\n"
        "g: [1, {{ nothing() | omit_empty }}]\n"
    )
    empty = value is None or (isinstance(value, str | dict | list) and not value)
    kept = {} if empty else {"a": value}
    inner = {"f": 1} if empty else {"e": value, "f": 1}
    expected = {**kept, "b": {"k": value}, "d": inner, "g": [1]}
    assert strictly(objects(macros + template, value)) == strictly([expected])


def test_the_template_s_own_text_is_never_taken_for_a_value() -> None:
    template = "k: '\ue0000\ue000 {{ values.v }} \ue001'\nl: \ue0000\ue000\nm: {{ values.v }}\n"
    assert objects(template, "x") == [
        {"k": "\ue0000\ue000 x \ue001", "l": "\ue0000\ue000", "m": "x"}
    ]


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85"])
def test_a_splice_leaves_every_kind_of_line_end_alone(end: str) -> None:
    template = f"a: |\n  x{end}  y\n{{}}z: '{end} {end} '\n"
    assert objects(template.replace("{}", "{{ {'b': 1} }}\n"), None) == [
        {**item, "b": 1} for item in objects(template.replace("{}", ""), None)
    ]
