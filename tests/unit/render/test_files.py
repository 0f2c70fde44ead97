"""`files`: which ones a pattern finds, and their lines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from holdfast.errors import RenderError
from holdfast.model.manifest import Rendered

Rendering = Callable[..., tuple[Rendered, ...]]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.{yml,yaml}", "a.yaml b.yml"),
        ("{a,sub/*}.*", "a.conf a.yaml sub/a.yaml"),
        ("[ab].*", "a.conf a.yaml b.yml"),
        ("[!a].*", "b.yml"),
        ("**/[a-c].y*", "a.yaml b.yml sub/a.yaml"),
        ("?.conf", "a.conf"),
        ("none*", ""),
    ],
)
def test_files_are_found_by_helms_patterns(rendered: Rendering, pattern: str, found: str) -> None:
    files: dict[str, str | bytes] = {
        f"files/{name}": "x" for name in ("a.conf", "a.yaml", "b.yml", "sub/a.yaml")
    }
    files["a.yaml.j2"] = f"found: {{{{ files.glob({pattern!r}) | keys | join(' ') }}}}\n"
    (page,) = rendered(files)
    paths = " ".join(f"files/{name}" for name in found.split())
    assert page.objects[0].object == {"found": paths}


@pytest.mark.parametrize("pattern", ["[a", "{a", "[z-a]"])
def test_a_pattern_for_files_that_cannot_be_read(rendered: Rendering, pattern: str) -> None:
    with pytest.raises(RenderError, match="pattern for files") as caught:
        rendered({"a.yaml.j2": f"a: {{{{ files.glob('{pattern}') }}}}\n"})
    assert caught.value.hint


def test_only_line_ends_end_a_line(rendered: Rendering) -> None:
    text = "a\x0bb\r\nc\u2028d\x0c\n\ne\n"
    template = "file: {{ files.lines('f') }}\nfilter: {{ files.get('f') | lines }}\n"
    (page,) = rendered({"files/f": text, "a.yaml.j2": template})
    lines = ["a\x0bb", "c\u2028d\x0c", "", "e"]
    assert page.objects[0].object == {"file": lines, "filter": lines}
