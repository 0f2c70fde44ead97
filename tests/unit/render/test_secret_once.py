"""secret_once and what must not count or show it; lookup of a Secret likewise."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from holdfast.errors import RenderError, Unauthorized
from holdfast.model.chart import Chart, ChartMetadata
from holdfast.model.values import Values
from holdfast.render import Context, render, render_notes

LATER = "<generated at install>"
PASSWORD = "s3cr3t-Passw0rd"
Charts = Callable[..., Chart]


def kept(key: str, length: int, alphabet: str) -> str:
    return {"password": PASSWORD, "token": "t0k3n-T0k3n"}[key]


def objects(chart: Chart, **context: Any) -> Any:
    (found,) = render(chart, Values({}), Context(release="r", **context))
    return found.objects[0]


def one(make: Charts, expression: str, **context: Any) -> Any:
    return objects(make({"a.yaml.j2": f"k: {{{{ {expression} }}}}\n"}), **context).object["k"]


def test_it_asks_once_for_a_key_with_its_length_and_alphabet(chart: Charts) -> None:
    asked = []

    def ask(key: str, length: int, alphabet: str) -> str:
        asked.append((key, length, alphabet))
        return PASSWORD

    text = "[secret_once('a', length=8, alphabet='abcdefgh'), secret_once('a', 8, 'abcdefgh')]"
    assert one(chart, text, secret=ask) == [PASSWORD] * 2
    assert asked == [("a", 8, "abcdefgh")]
    one(chart, "secret_once('b')", secret=ask)
    assert asked[1][1] == 32 and len(asked[1][2]) == 62 and asked[1][2].isalnum()


def test_before_it_is_generated_it_says_so(chart: Charts) -> None:
    assert one(chart, "secret_once('a')") == LATER


WRONG = (
    ("secret_once('a b')", "is no key"),
    ("secret_once('a.b')", "is no key"),
    ("secret_once('')", "is no key"),
    ("secret_once('a', 7)", "a length from 8 to 1024 is needed"),
    ("secret_once('a', 1025)", "a length from 8 to 1024 is needed"),
    ("secret_once('a', 'x')", "a whole number is needed"),
    ("secret_once('a', 8, 'abc')", "at least 8 printable characters, each once"),
    ("secret_once('a', 8, 'aabbccdd')", "at least 8 printable characters, each once"),
    ("secret_once('a', 8) ~ secret_once('a', 9)", "with another length or alphabet elsewhere"),
)


@pytest.mark.parametrize(("expression", "message"), WRONG)
def test_a_call_that_means_nothing_is_refused(chart: Charts, expression: str, message: str) -> None:
    with pytest.raises(RenderError, match=message) as caught:
        one(chart, expression)
    assert str(caught.value.where) == "charts/web/templates/a.yaml.j2:1:4"


def test_whoever_may_not_read_it_is_told_where_it_is_asked_for(chart: Charts) -> None:
    def forbidden(key: str, length: int, alphabet: str) -> str:
        raise Unauthorized("read Secret/holdfast.r.generated: forbidden", status=403)

    with pytest.raises(RenderError) as caught:
        one(chart, "secret_once('password')", secret=forbidden)
    assert "secret_once('password'): read Secret/holdfast.r.generated" in caught.value.message
    assert str(caught.value.where) == "charts/web/templates/a.yaml.j2:1:4"
    assert caught.value.hint == "it needs leave to read Secrets in the release's namespace"


CHECKSUMS = (
    "secret_once('password')",
    "{'a': secret_once('password'), 'b': [1, secret_once('token')]}",
    "'x ' ~ secret_once('password') ~ secret_once('token')",
    "secret_once('password') | b64encode",
    "('url://' ~ secret_once('password')) | b64encode",
    "'p=' ~ (secret_once('password') | b64encode)",
    "secret_once('password') | sha256",
    "{'a': secret_once('password')} | to_json",
    "tpl('{{ secret_once(\\'password\\') }}')",
    "part()",
)
PART = """\
{% macro part() %}
a: {{ secret_once('password') }}
b: |
  x
  {{ secret_once('token') }}
{% endmacro %}
"""


@pytest.mark.parametrize("text", CHECKSUMS)
def test_a_checksum_does_not_count_it(chart: Charts, text: str) -> None:
    made = chart({"a.yaml.j2": f"k: {{{{ checksum({text}) }}}}\n", "_p.j2": PART})
    before, after = objects(made), objects(made, secret=kept)
    assert before.object == after.object and len(after.object["k"]) == 64


def test_what_stands_around_it_counts(chart: Charts) -> None:
    def sum_of(text: str) -> str:
        return str(one(chart, f"checksum({text})", secret=kept))

    around = [sum_of(f"'port={n} ' ~ secret_once('password')") for n in (1, 2)]
    packed = [sum_of(f"('port={n} ' ~ secret_once('password')) | b64encode") for n in (1, 2)]
    assert len({*around, *packed}) == 4
    assert sum_of("{'a': 1, 'b': 2}") == sum_of("{'b': 2, 'a': 1}") != sum_of("{'a': 2, 'b': 1}")


def test_a_text_that_only_looks_like_it_counts(chart: Charts) -> None:
    sums = {
        one(chart, f"checksum([secret_once('password'), '{PASSWORD}{tail}'])", secret=kept)
        for tail in ("a", "b")
    }
    assert len(sums) == 2


SENSITIVE = (
    ("k: {{ secret_once('password') }}", {("k",)}),
    ("k: a {{ secret_once('password') | b64encode }}", {("k",)}),
    ("k: {{ secret_once('password') | sha256 | trunc(8) }}\nl: 1", {("k",)}),
    ("k: {{ [1, secret_once('password')] }}", {("k", 1)}),
    ("k: {{ lookup('v1', 'Secret', 'n', 'x').data.p }}", {("k",)}),
    ("k: {{ lookup('v1', 'Secret', 'n', 'x').data.p | b64decode }}", {("k",)}),
    ("k: {{ lookup('v1', 'Secret').items[0].data }}", {("k", "p")}),
    ("k: {{ lookup('v1', 'Secret', 'n', 'x').metadata.name }}", set()),
)
SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "x"},
    "data": {"p": base64.b64encode(PASSWORD.encode()).decode()},
}


def found(api_version: str, kind: str, namespace: str = "", name: str = "") -> Any:
    return SECRET if name else {"items": [SECRET]}


@pytest.mark.parametrize(("template", "paths"), SENSITIVE)
def test_what_is_made_of_it_is_secret(chart: Charts, template: str, paths: set[Any]) -> None:
    made = objects(chart({"a.yaml.j2": template + "\n"}), secret=kept, lookup=found)
    assert made.sensitive == paths
    assert made.reads == {}, "it is no value of the chart's"


NOTES = """\
{% macro m() %}
user: me
password: {{ secret_once('password') }}
{% endmacro %}
{{ secret_once('password') | b64encode }} {{ lookup('v1', 'Secret', 'n', 'x').data.p }}
{{ m() }}
s3cr3t-Passw0rd as the author wrote it
"""


def test_notes_show_none_of_it(chart: Charts) -> None:
    context = Context(release="r", secret=kept, lookup=found)
    assert render_notes(chart({}, notes=NOTES), Values({}), context) == (
        "(secret) (secret)\nuser: me\npassword: (secret)\n(secret) as the author wrote it\n"
    )


def test_notes_show_no_value_that_the_schema_calls_a_secret(chart: Charts) -> None:
    values = Values({"p": "short", "u": "me"}, sensitive=frozenset({("p",)}))
    text = "{{ values.u }}: {{ values.p }} {{ values.p | upper }} short\n"
    made = chart({}, notes=text)
    assert render_notes(made, values, Context(release="r")) == "me: (secret) (secret) short\n"


ERRORS = (
    "fail(secret_once('password'))",
    "{}[secret_once('password')]",
    "fail(lookup('v1', 'Secret', 'n', 'x').data.p | b64decode)",
    "secret_once('password') | from_json",
)


@pytest.mark.parametrize("expression", ERRORS)
def test_errors_show_none_of_it(chart: Charts, expression: str) -> None:
    with pytest.raises(RenderError) as caught:
        one(chart, expression, secret=kept, lookup=found)
    said = f"{caught.value.message} {caught.value.hint} {caught.value.excerpt}"
    assert PASSWORD not in said and SECRET["data"]["p"] not in said  # type: ignore[index]


def test_a_subchart_has_secrets_of_its_own(chart: Charts) -> None:
    asked = []

    def ask(key: str, length: int, alphabet: str) -> str:
        asked.append(key)
        return PASSWORD

    files = {"a.yaml.j2": "k: {{ secret_once('password') }}\n"}
    cache = replace(chart(files), metadata=ChartMetadata("cache", "1"))
    db = replace(chart(files), metadata=ChartMetadata("db", "1"), subcharts=(cache,))
    whole = replace(chart(files), subcharts=(db,))
    render(whole, Values({}), Context(release="r", secret=ask))
    assert asked == ["password", "db.password", "db.cache.password"]
