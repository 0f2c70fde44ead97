"""What authors write out of habit, Helm's above all: the error says how it is written here."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from tests.docs.test_functions import REASONS, ROWS, Row

from holdfast.errors import RenderError
from holdfast.render import filters

Objects = Callable[..., list[Any]]
FILTERS = set(filters.filter_table(lambda value: value))
FUNCTIONS = {"coalesce", "dict", "fail", "include", "lookup", "required", "tpl"}
OPERATORS = {"and", "or", "not"}
STATEMENTS = set("if else end range with define block break continue".split())
HELM = {
    name: row for row in ROWS for name in row.helm if name.isidentifier() and name not in STATEMENTS
}
WORDS = dict(
    zip(REASONS, ("clock", "random", "environment", "network", "keys"), strict=True),
)


def hint_for(objects: Objects, template: str) -> str:
    with pytest.raises(RenderError) as caught:
        objects(template, {"a": "x", "m": {"k": "x"}})
    assert caught.value.where and caught.value.hint
    return caught.value.hint


def is_told(objects: Objects, hint: str, row: Row) -> bool:
    """Whether a hint says what the docs' table says: the filter, a usage, or why there is none."""
    if row.ours == "none":
        reason = next(reason for reason in REASONS if reason in row.result)
        return WORDS[reason] in hint or "secret_once" in hint
    usages = re.findall(r"`([^`]+)`", hint.partition(" is ")[2] or hint)
    for usage in usages:
        objects(f"{{% if false %}}\na: {{{{ {usage} }}}}\n{{% endif %}}\n")
    ours = [word.partition("(")[0] for word in re.findall(r"`([^`]+)`", row.ours)]
    if not ours or ours[0] not in FILTERS:
        return bool(usages)
    return any(name in " ".join(usages) for name in ours if name in FILTERS)


@pytest.mark.parametrize("name", sorted(HELM.keys() - FILTERS - FUNCTIONS - OPERATORS))
def test_a_name_of_helms_is_told_ours_as_a_filter_and_as_a_function(
    objects: Objects, name: str
) -> None:
    for use in (f"values.a | {name}", f"{name}(values.a)"):
        assert is_told(objects, hint_for(objects, f"a: {{{{ {use} }}}}\n"), HELM[name])


@pytest.mark.parametrize("name", sorted((HELM.keys() & FILTERS) - FUNCTIONS - {"values"}))
def test_a_filter_that_is_called_is_told(objects: Objects, name: str) -> None:
    hint = hint_for(objects, f"a: {{{{ {name}(values.a) }}}}\n")
    assert f"| {name}" in hint or is_told(objects, hint, HELM[name])


def test_a_function_behind_a_bar_is_told(objects: Objects) -> None:
    hint = hint_for(objects, "a: {{ values.a | required('it is needed') }}\n")
    assert hint == "`required` is a function: write `required(…)`"


SYNTAX = {
    "{{ .Values.a }}": "`values.a`",
    "{{ $.Values.a | quote }}": "`values.a`",
    "{{- if values.a }}": "{% if … %}",
    "{{ end }}": "{% endif %}",
    "{{ range values.m }}": "{% for item in list %}",
    '{{ define "x" }}': "{% macro name() %}",
    "{{/* note */}}": "{# … #}",
    '{{ include "x" . }}': "Helm's `.`",
    "{{ toYaml values.m }}": "`v | to_yaml`",
    "{{ values.a | nindent 4 }}": "`v | nindent(…)`",
    '{{ values.a | default "y" }}': "`v | default(…)`",
    '{{ printf "%s" values.a }}': "format(a, n)",
    "{{ values.a && true }}": "`and`, `or` and `not`",
    '{{ values.a || "b" }}': "`and`, `or` and `not`",
    "{{ !values.a }}": "`and`, `or` and `not`",
    "{% set x := 1 %}": "{% set name = … %}",
    "{% if true %}{% else if false %}{% endif %}": "{% elif … %}",
    "{% with values.m %}{% endwith %}": "{% with v = values.a %}",
    "{% range values.m %}{% end %}": "{% for item in list %}",
    '{% define "x" %}{% end %}': "{% macro name() %}",
    "{% if true %}{% end %}": "{% endif %}",
    "{% for x in values.m %}{% break %}{% endfor %}": "{% for item in list if … %}",
    "{% for x in values.m %}{% continue %}{% endfor %}": "{% for item in list if … %}",
    "{% do values.m.update({}) %}": "{% set name = … %}",
    "{% else %}": "{% if … %} before it",
    "{{ null }}": "`none`",
    "{{ values.m.items() }}": "`values.m | …`",
    '{{ "," if false }}': "a if b else c",
    "{{ loop.index }}": "{% for %}",
}


@pytest.mark.parametrize("text", SYNTAX)
def test_helms_syntax_and_pythons_are_told_ours(objects: Objects, text: str) -> None:
    assert SYNTAX[text] in hint_for(objects, f"a: {text}\n")


@pytest.mark.parametrize(
    "tag",
    ['{% from "common" import a b %}', '{% include "a.j2" "b" %}', "{% if a b %}{% endif %}"],
)
def test_what_is_ours_is_not_taken_for_helms(objects: Objects, tag: str) -> None:
    hint = hint_for(objects, f"{tag}\n")
    assert "parentheses" not in hint and "Helm" not in hint


PLAIN = {
    "[] | first": "there is no first item: it is empty",
    "[] | max": "there is nothing to choose from",
    "[1] | map('nosuch') | list": "there is no filter 'nosuch'",
    "range('x')": "a range takes whole numbers",
    "range(1.5)": "a range takes whole numbers",
    "range(1, 2, 0)": "the step of a range cannot be 0",
    "dict(1)": "'dict': too many arguments",
    "include()": "'include': missing argument 'name'",
    "5 | list": "'list' does not work on a number",
    "'abc'[1:'x']": "a slice needs whole numbers",
    "3 is divisibleby(0)": "division by zero",
    "1e400": "a number here is too large",
    "fail({'a': 1})": "a map cannot be part of a text",
}


@pytest.mark.parametrize("expression", PLAIN)
def test_no_word_of_pythons_is_in_a_message(objects: Objects, expression: str) -> None:
    with pytest.raises(RenderError) as caught:
        objects(f"a: {{{{ {expression} }}}}\n")
    assert caught.value.message == f"{{{{ {expression} }}}}: {PLAIN[expression]}"


def test_a_filter_with_the_name_of_a_token_keeps_it(objects: Objects) -> None:
    with pytest.raises(RenderError, match="there is no filter 'integer'"):
        objects("a: {{ 1 | integer }}\n")
    with pytest.raises(RenderError, match="a number where '}}' is expected"):
        objects("a: {{ 1 2 }}\n")
