"""What a chart from a stranger tries, and cannot."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from holdfast.errors import RenderError

# Mechanism → what uses it. Numbers are the advisories of the template engine.
ESCAPES = {
    "attributes of data": (
        "{{ ''.__class__ }}", "{{ ''['__class__'] }}", "{{ [].__class__.mro() }}",
        "{{ ().__class__.__bases__[0].__subclasses__() }}", "{{ (1).real }}", "{{ 1.5.hex() }}",
        "{{ values.__class__ }}", "{{ values['__class__'] }}", "{{ release.__class__ }}",
        "{{ ''['__cla' ~ 'ss__'] }}", "{{ ''['\\x5f_class__'] }}", "{{ dict.__init_subclass__ }}",
    ),
    "methods of data": (
        "{{ ''.upper() }}", "{{ ''['upper']() }}", "{{ [].append(1) }}", "{{ values.items() }}",
        "{{ values.pop('a') }}", "{{ release.update({'a': 1}) }}",
        "{{ values.__setitem__('a', 1) }}",
    ),
    "attr (CVE-2025-27516)": (
        "{{ ''|attr('__class__') }}", "{{ ('{0.__class__}' | attr('format'))(1) }}",
        "{{ [] | attr('append') }}", "{{ [1] | map('attr', '__class__') }}",
    ),
    "str.format (CVE-2016-10745, CVE-2019-10906, CVE-2024-56326)": (
        "{{ '{0.__class__}'.format(1) }}", "{{ '{x.__class__}'.format_map(dict(x=1)) }}",
        "{% set f = '{0.__class__}'.format %}{{ f(1) }}", "{{ '{0.__class__}' | format(1) }}",
        "{{ ['{0.__class__}'] | map('format', 1) }}", "{{ '%s' % files.get }}",
        "{{ '%s' | format(range) }}", "{{ '%(x)s' % {'x': range} }}",
    ),
    "attributes by name in filters": (
        "{{ [1] | map(attribute='__class__') }}", "{{ [1] | map(attribute='__class__.__mro__') }}",
        "{{ [1] | selectattr('__class__') }}", "{{ [1] | rejectattr('__class__') }}",
        "{{ [''] | selectattr('upper', 'callable') }}", "{{ [1] | groupby('__class__') }}",
        "{{ [1] | sum(attribute='__class__') }}", "{{ [1, 2] | sort(attribute='__class__') }}",
        "{{ [1, 2] | min(attribute='__class__') }}", "{{ [1, 2] | max(attribute='__class__') }}",
        "{{ [1, 2] | unique(attribute='__class__') }}", "{{ [1] | map('__class__') }}",
    ),
    "filters and tests that are not there (xmlattr: CVE-2024-22195, CVE-2024-34064)": (
        "{{ {} | xmlattr }}", "{{ 1 | pprint }}", "{{ [1] | random }}", "{{ 1 is callable }}",
        "{{ 'x' is filter }}", "{{ '<a>' | safe }}", "{{ 'x' | forceescape }}", "{{ 1 | tojson2 }}",
    ),
    "the engine's own globals": (
        "{{ cycler.__init__.__globals__ }}", "{{ cycler('a') }}", "{{ joiner() }}",
        "{{ lipsum() }}", "{{ lipsum.__globals__ }}", "{{ environment }}", "{{ context }}",
        "{{ resolve('x') }}",
        "{{ config }}", "{{ request }}", "{{ __import__('os') }}", "{{ __builtins__ }}",
    ),
    "self": (
        "{{ self }}", "{{ self.__init__.__globals__ }}", "{{ self._TemplateReference__context }}",
    ),
    "namespaces": (
        "{{ namespace.__init__.__globals__ }}", "{% set n = namespace() %}{{ n.__class__ }}",
        "{% set n = namespace() %}{{ n }}", "{% set n = namespace() %}{{ n._Namespace__attrs }}",
        "{% set n = namespace(f=fail) %}{{ n.f }}", "{% set x = values %}{% set x.a = 1 %}",
    ),
    "functions as objects": (
        "{{ include.__func__ }}", "{{ files.get.__globals__ }}", "{{ fail.__code__ }}",
        "{{ fail ~ '' }}", "{{ [fail] | join }}", "{{ [fail] | to_json }}", "{{ {'a': fail} }}",
        "{{ fail }}", "{{ range.__self__ }}", "{{ dict.mro() }}", "{{ lookup.__closure__ }}",
        "{{ checksum.__wrapped__ }}", "{{ fail == fail and fail.x }}",
    ),
    "loops": (
        "{% for x in [1] %}{{ loop.__class__ }}{% endfor %}",
        "{% for x in [1] %}{{ loop._iterator }}{% endfor %}",
        "{% for x in [1] %}{{ loop._undefined }}{% endfor %}",
        "{% for x in [1] %}{{ loop.cycle.__globals__ }}{% endfor %}",
        "{% for x in [1] %}{{ loop }}{% endfor %}", "{% for x in fail %}{% endfor %}",
    ),
    "macros": (
        "{% macro m() %}x{% endmacro %}{{ m._func.__globals__ }}",
        "{% macro m() %}x{% endmacro %}{{ m.name }}",
        "{% macro m() %}x{% endmacro %}{{ m.catch_kwargs }}",
        "{% macro m() %}x{% endmacro %}{{ m._environment }}",
        "{% macro m() %}x{% endmacro %}{{ m }}",
        "{% macro m() %}{{ caller.__class__ }}{% endmacro %}{% call m() %}{% endcall %}",
        "{% macro m() %}{{ caller.name }}{% endmacro %}{% call m() %}{% endcall %}",
        "{{ partial.macro }}", "{{ partial }}", "{{ partial.__class__ }}", "{{ partial() .x }}",
    ),
    "what is undefined": (
        "{{ nope._undefined_exception }}", "{{ nope.__class__ }}", "{{ nope.__init__ }}",
        "{{ (nope | default(fail)).__globals__ }}", "{{ values.nope._fail_with_undefined_error }}",
    ),
    "generators and coroutines": (
        "{{ ([1] | map('string')).gi_frame }}", "{{ (values | items).gi_code }}",
        "{{ fail.__await__ }}", "{{ [1].__aiter__ }}", "{{ fail.cr_frame }}",
    ),
    "files": (
        "{{ files.get('../../../etc/passwd') }}", "{{ files.get('/etc/passwd') }}",
        "{{ files.lines('..') }}", "{% include '/etc/passwd' %}", "{% include values.path %}",
        "{% include ['/etc/passwd'] %}", "{{ include('../Chart.yaml') }}",
        "{{ include('/etc/passwd') }}", "{{ include('files/../../x') }}",
    ),
    "texts that are templates": (
        "{{ tpl('{{ \\'\\'.__class__ }}') }}", "{{ tpl('{% import \\'os\\' as os %}') }}",
        "{{ tpl('{{ fail }}') }}", "{{ tpl(fail) }}",
    ),
    "tags that are not there": (
        "{% extends 'x' %}", "{% autoescape true %}{{ 1 }}{% endautoescape %}",
        "{% block a %}{% endblock %}", "{% do values.pop('a') %}", "{% debug %}",
        "{% for x in [1] %}{% break %}{% endfor %}", "{% import 'os' as os %}",
        "{% from 'common' import labels %}", "{% from '/etc/passwd' import x %}",
    ),
    "translations": (
        "{% trans %}x{% endtrans %}", "{{ gettext('x') }}", "{{ _('x') }}", "{{ ngettext('x') }}",
    ),
}  # fmt: skip
PARTIAL = "{% macro partial() %}x{% endmacro %}"


@pytest.mark.parametrize(
    "template", [template for templates in ESCAPES.values() for template in templates]
)
def test_an_escape_fails_closed(template: str, error: Callable[..., RenderError]) -> None:
    found = error(template, {"a": 1, "path": "/etc/passwd"}, part=PARTIAL)
    assert found.where and found.where.source == "charts/web/templates/a.yaml.j2"
    assert found.where.line == 1
    assert not re.search(r" at 0x|<class|<function|root:", found.message)


def test_the_name_of_a_template_is_never_code(rendered: Callable[..., Any]) -> None:
    """CVE-2024-56201: a file's name reached the compiled code."""
    name = "a{0.__class__}'\"\n{values}.yaml.j2"
    ((found,),) = (page.objects for page in rendered({name: "k: {{ 1 }}\n"}))
    assert found.object == {"k": 1}
    with pytest.raises(RenderError, match="'nope' is not defined"):
        rendered({name: "k: {{ nope }}\n"})


def test_keys_come_first_and_nothing_else(value: Callable[..., object]) -> None:
    tree = {"items": [1], "keys": 2, "get": 3, "m": {"pop": 4, "values": 5}}
    assert value("[values.items, values.keys, values.get, values.m.pop]", tree) == [[1], 2, 3, 4]


def test_a_format_spells_values_as_every_text_does(value: Callable[..., object]) -> None:
    assert value("'%s-%05.1f-%d' % (true, 1.25, 7)") == "true-001.2-7"
    assert value("'%(a)s' % {'a': 1, 'unused': [none]}") == "1"


@pytest.mark.parametrize(
    ("values", "what"),
    [("none", "null"), ("(1, none)", "null"), ("{'a': 1}", "a map"), ("[1]", "a list")],
)
def test_a_format_refuses_what_has_no_text(
    values: str, what: str, value: Callable[..., object]
) -> None:
    with pytest.raises(RenderError, match=f"{what} cannot be part of a text"):
        value(f"'%s%s' % {values}")


def test_a_render_leaves_values_as_they_were(rendered: Callable[..., object]) -> None:
    tree = {"a": {"b": [1, {"c": "x"}]}}
    rendered({"a.yaml.j2": "k: {{ values.a | merge({'b': 2, 'd': 3}) }}\n"}, tree)
    assert tree == {"a": {"b": [1, {"c": "x"}]}}


LIMITS = (
    ("{{ 9 ** 9999 }}", "4096 bits"),
    ("{{ 2 ** 4095 * 2 ** 4095 }}", "4096 bits"),
    ("{{ 'x' * 10 ** 9 }}", "4 MiB"),
    ("{{ 10 ** 9 * 'x' }}", "4 MiB"),
    ("{{ [1] * 10 ** 9 }}", "100,000 items"),
    ("{{ range(10 ** 9) }}", "100,000 numbers"),
    ("{{ range(0, 10 ** 30, 7) }}", "100,000 numbers"),
    ("{{ '%999999999d' % 1 }}", "width"),
    ("{{ '%.999999999f' % 1 }}", "width"),
    ("{{ '%*d' % (999999999, 1) }}", "width"),
    ("{{ '%999999999d' | format(1) }}", "width"),
    ("{{ 'x' | indent(10 ** 9) }}", "from 0 to 4,096"),
    ("{{ ('a' * 1000000) | replace('a', 'bbbbbbbb') }}", "4 MiB"),
    ("{{ ('a ' * 100000) | split | join('b' * 1000) }}", "4 MiB"),
    ("{{ 1.5 | round(10 ** 9) }}", "precision"),
    ("{% set s = 'x' * 1000000 %}{{ s ~ s ~ s ~ s ~ s }}", "4 MiB"),
    ("{% for a in range(5000) %}{% for b in range(5000) %}{% endfor %}{% endfor %}", "1,000,000"),
    ("{% for a in range(99) %}{{ range(99999) | map('string') }}{% endfor %}", "1,000,000"),
    ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "nested deeper than 64"),
    ("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", "nested deeper than 64"),
    ("{% include 'a.yaml.j2' %}", "nested deeper than 64"),
    ("{{ include('a.yaml.j2') }}", "nested deeper than 64"),
    ("{{ tpl(values.t) }}", "nested deeper than 64"),
    ("{% set s = 'x' * 1000000 %}\n{% for i in range(50) %}\n- {{ s }}\n{% endfor %}", "16 MiB"),
    ("{{ silent() }}", "1,000,000 steps"),
    ("{{ ([[1] * 999] * 99999) | sum(start=[]) }}", "a list is no number"),
    ("{{ ([[1] * 999] * 99999) | length }}", "1,000,000 steps"),
    ("{{ ([[1] * 999] * 99999) | batch(values.two) }}", "1,000,000 steps"),
    ("{% set l = [1] * 99999 %}{% for i in range(99) %}{{ 2 in l }}{% endfor %}", "1,000,000"),
    ("{% set l = [1] * 99999 %}{% for i in range(99) %}{{ l == l }}{% endfor %}", "1,000,000"),
    (
        "{% set ns = namespace(s=[1]) %}{% for i in range(60) %}"
        "{% set ns.s = [ns.s, ns.s] %}{% endfor %}\na: {{ ns.s }}",
        "1,000,000 items",
    ),
    ("{{ bomb() }}", "16 MiB|4 MiB|1,000,000 steps"),
    ("{{ " + "(" * 999 + "1" + ")" * 999 + " }}", "nested too deeply"),
    ("{{ 1" + "+1" * 9999 + " }}", "nested too deeply"),
    ("{{ 'a' | regex_match('(' * 2000) }}", "1000 characters"),
    ("{{ ('a' * 100000) | regex_match('a') }}", "64 KiB"),
    ("{{ files.glob('*' * 300) }}", "too long"),
)  # fmt: skip
DOUBLED = (
    "{% set ns = namespace(a=[1], b=[1]) %}{% for i in range(60) %}{% set ns.a = [ns.a, ns.a] %}"
    "{% set ns.b = [ns.b, ns.b] %}{% endfor %}"
)
MAPS = DOUBLED.replace("[ns.a, ns.a]", "{'x': ns.a, 'y': ns.a}").replace("a=[1]", "a={}")
DEEP = (
    "{{ ns.a == ns.b }}",
    "{{ ns.a != ns.b }}",
    "{{ ns.a < ns.b }}",
    "{{ ns.a in [ns.b] }}",
    "{{ ns.a in [1, [ns.b]] }}",
    "{{ [ns.a, ns.b] | uniq }}",
    "{{ [ns.a, ns.b] | unique }}",
    "{{ [ns.a, ns.b] | sort }}",
    "{{ [ns.a, ns.b] | max }}",
    "{{ [ns.a, ns.b] | without(ns.b) }}",
    "{{ [ns.a] | select('==', ns.b) }}",
    "{{ [{'k': ns.a}] | selectattr('k', 'in', [ns.b]) }}",
    "{{ {'a': ns.a, 'b': ns.b} | dictsort(by='value') }}",
    "{{ [{'k': ns.a}, {'k': ns.b}] | groupby('k') }}",
    "{{ ns.a is eq(ns.b) }}",
    "{{ 1 if ns.a is in([ns.b]) else 2 }}",
    "{{ ns.a }}",
    "{{ ns.a | to_json }}",
    "{{ ns.a | to_yaml }}",
    "{{ checksum(ns.a) }}",
)


@pytest.mark.parametrize("expression", DEEP)
def test_a_list_that_holds_itself_over_and_over_ends_at_once(
    expression: str, rendered: Callable[..., object]
) -> None:
    with pytest.raises(RenderError, match=r"1,000,000 (items|steps)") as caught:
        rendered({"a.yaml.j2": f"{DOUBLED}a: {expression}\n"})
    assert caught.value.where and caught.value.where.line == 1


def test_a_map_that_holds_itself_over_and_over_ends_at_once(
    rendered: Callable[..., object],
) -> None:
    for expression in ("ns.a | merge(ns.a)", "ns.a == {'x': ns.a}", "ns.a | to_toml"):
        with pytest.raises(RenderError, match=r"1,000,000 (items|steps)"):
            rendered({"a.yaml.j2": f"{MAPS}a: {{{{ {expression} }}}}\n"})


SILENT = "{% macro silent0() %}{% endmacro %}\n" + "".join(
    f"{{% macro silent{n + 1}() %}}{{% set a = silent{n}() %}}{{% set b = silent{n}() %}}"
    "{% endmacro %}\n"
    for n in range(40)
)
BOMB = "{% macro bomb0() %}a: {{ 'x' * 1000 }}{% endmacro %}\n" + "".join(
    f"{{% macro bomb{n + 1}() %}}\nl: {{{{ bomb{n}() }}}}\nr: {{{{ bomb{n}() }}}}\n"
    "{% endmacro %}\n"
    for n in range(15)
)


@pytest.mark.parametrize(("template", "message"), LIMITS)
def test_a_budget_ends_in_an_error_with_its_line(
    template: str, message: str, rendered: Callable[..., object]
) -> None:
    part = (
        SILENT
        + BOMB
        + (
            "{% macro silent() %}{{ silent40() }}{% endmacro %}\n"
            "{% macro bomb() %}{{ bomb15() }}{% endmacro %}\n"
        )
    )
    files = {"a.yaml.j2": template, "_part.j2": part}
    with pytest.raises(RenderError, match=message) as caught:
        rendered(files, {"t": "{{ tpl(values.t) }}", "two": 2})
    assert caught.value.where and caught.value.where.line


def test_recursion_within_the_budget_works(objects: Callable[..., list[object]]) -> None:
    body = "{% if n %}\nn: {{ n }}\nin: {{ down(n - 1) }}\n{% endif %}\n"
    part = f"{{% macro down(n) %}}\n{body}{{% endmacro %}}"
    found = objects("k: {{ down(20) }}\n", part=part)[0]
    depth = 0
    node = found["k"]  # type: ignore[index]
    while node:
        depth, node = depth + 1, node["in"]
    assert depth == 20
