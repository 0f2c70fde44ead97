"""The floor's front door: which files, in which order, with which places."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

from holdfast.errors import Where


def test_templates_are_rendered_in_path_order_and_partials_are_not(
    rendered: Callable[..., Any],
) -> None:
    files = {
        "z.yaml": "a: {{ 1 }}\n",
        "templates/b/c.yml.j2": "{{ {'a': 2} }}\n",
        "a.json.j2": '{"a": {{ 3 }}}',
        "_p.j2": "x: [",
        "_p.yaml": "x: [",
        "readme.md": "{{ nope }}",
        "files/x.yaml": "{{ nope }}",
        "empty.yaml.j2": "# {{ 1 }}\n---\n{% if false %}\na: 1\n{% endif %}\n",
    }
    files["_p.j2"] = "{# only macros #}"
    assert [(item.template, [o.object for o in item.objects]) for item in rendered(files)] == [
        ("web/templates/a.json.j2", [{"a": 3}]),
        ("web/templates/b/c.yml.j2", [{"a": 2}]),
        ("web/templates/empty.yaml.j2", []),
        ("web/templates/z.yaml", [{"a": 1}]),
    ]


def at(file: str, line: int, column: int) -> Where:
    return Where(f"charts/web/templates/{file}", line, column, "template")


def test_every_node_knows_its_template_place(rendered: Callable[..., Any]) -> None:
    files = {
        "_m.j2": "{% macro labels() %}\napp:\n  name: x\n{% endmacro %}\n",
        "a.yaml.j2": """\
{# first #}
{% for i in [1, 2] %}
---
kind: {{ i }}
{% if true %}
labels:
  {{ labels() }}
  own: é {{ i }}
{% endif %}
list:
  - {{ {'a': 1} }}
{% endfor %}
""",
    }
    first, second = rendered(files)[0].objects
    assert first.where == second.where == at("a.yaml.j2", 4, 1)
    assert second.positions == {
        (): at("a.yaml.j2", 4, 1),
        ("kind",): at("a.yaml.j2", 4, 1),
        ("labels",): at("a.yaml.j2", 6, 1),
        ("labels", "app"): at("_m.j2", 2, 1),
        ("labels", "app", "name"): at("_m.j2", 3, 3),
        ("labels", "own"): at("a.yaml.j2", 8, 3),
        ("list",): at("a.yaml.j2", 10, 1),
        ("list", 0): at("a.yaml.j2", 11, 5),
        ("list", 0, "a"): at("a.yaml.j2", 11, 5),
    }


def test_merge_keys_give_way_to_written_and_spliced_keys(objects: Callable[..., Any]) -> None:
    template = "base: &b {p: 1, q: 1}\nk:\n  <<: *b\n  {{ 'p' }}: 2\n  {{ {'q': 3} }}\n"
    assert objects(template) == [{"base": {"p": 1, "q": 1}, "k": {"p": 2, "q": 3}}]


PROGRAM = """
import sys
from holdfast.render import Context, render
assert not [name for name in sys.modules if name.split(".")[0] in ("jinja2", "yaml")]
from holdfast.errors import RenderError
from holdfast.model.chart import Chart, ChartFile, ChartMetadata
from holdfast.model.values import Values
def run(text):
    files = (ChartFile("templates/a.yaml.j2", text), ChartFile("templates/_m.j2", MACROS))
    chart = Chart(ChartMetadata("c", "1"), "c", "d", templates=files)
    values = Values({"b": {"x": 1, "y": 2}, "abx": 1, "aby": 2}, declared=frozenset({("abz",)}))
    return render(chart, values, Context(release="r"))
MACROS = b"{% macro one() %}{{ two() }}{% endmacro %}{% macro two() %}q: 1{% endmacro %}"
print(run(b"a: {{ one() }}\\nb: {{ values.b | items | list }}\\n{{ values.b }}\\n"))
try:
    run(b"{{ values.abw }}")
except RenderError as error:
    print(error.message, error.hint)
"""


def test_the_same_input_gives_the_same_output_whatever_the_hash_seed() -> None:
    outputs = set()
    for seed in ("0", "1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={"PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
        outputs.add(run.stdout)
    assert len(outputs) == 1
