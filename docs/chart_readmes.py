"""Write each shipped chart's README.md from its Chart.yaml, its schema and its values.

Usage: python docs/chart_readmes.py [--check]

With --check nothing is written; the exit code is 1 where a README is not what it would be.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from holdfast import show_values
from holdfast.charts.load import load
from holdfast.lint.schemas import SchemaView
from holdfast.model.chart import Chart
from holdfast.model.values import spell
from holdfast.values import read_chart_schema

CHARTS = Path(__file__).parent.parent / "charts"
HEAD = """\
# {name}

{description}.

```sh
holdfast install NAME builtin/{name}
```

`holdfast show chart builtin/{name}` tells its version, `holdfast values builtin/{name}` prints all
values, and with `--origins` where each comes from. {guide}This page is made from the chart by
`make readmes`.

| value | default | | may be |
| --- | --- | --- | --- |
"""


def readme(chart: Chart) -> str:
    """The text of a chart's README."""
    meta = chart.metadata
    guide = Path(__file__).parent / f"{meta.name}.md"
    linked = (
        f"More is in [docs/{meta.name}.md](../../docs/{meta.name}.md). " if guide.exists() else ""
    )
    description = meta.description.rstrip(".")
    head = HEAD.format(name=meta.name, description=description, guide=linked)
    table = (
        "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows(chart)
    )
    return head + "\n".join(table) + "\n"


def rows(chart: Chart) -> Iterator[tuple[str, str, str, str]]:
    """One row for each value that has no named ones in it: name, default, meaning, bounds."""
    view = SchemaView(read_chart_schema(chart))
    final, _ = show_values(str(CHARTS / chart.metadata.name))
    paths = list(view.paths())
    above = {path[:-1] for path in paths}
    for path in paths:
        if path not in above:
            default = value_in(final.tree, path)
            shown = "" if default is None else f"`{json.dumps(default, ensure_ascii=False)}`"
            yield f"`{spell(path)}`", shown, view.description(path), bounds(view.schemas(path))


def value_in(tree: Any, path: tuple[Any, ...]) -> Any:
    """The value at a path, None where there is none."""
    for part in path:
        tree = tree.get(part) if isinstance(tree, dict) else None
    return tree


def bounds(schemas: Sequence[dict[str, Any]]) -> str:
    """What a value may be, in words."""
    found = [words for schema in schemas if (words := ", ".join(_bounds(schema)))]
    return "; ".join(dict.fromkeys(found))


def _bounds(schema: dict[str, Any]) -> Iterator[str]:
    if "enum" in schema:
        yield ", ".join(f"`{one}`" for one in schema["enum"])
    elif kinds := schema.get("type"):
        yield " or ".join([kinds] if isinstance(kinds, str) else kinds)
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        yield f"{low} to {high}"
    elif low is not None:
        yield f"at least {low}"
    if "maxLength" in schema:
        yield f"at most {schema['maxLength']} characters"


def main() -> int:
    """Write or check every README; 1 where one is out of date."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    late = []
    for folder in sorted(path.parent for path in CHARTS.glob("*/Chart.yaml")):
        chart = load(str(folder))
        if chart.metadata.type == "library":
            continue
        page, text = folder / "README.md", readme(chart)
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            late.append(page)
            if not check:
                page.write_text(text, encoding="utf-8")
    for page in late:
        print(
            f"{page.parent.name}/README.md {'is out of date: make readmes' if check else 'written'}"
        )
    return int(check and bool(late))


if __name__ == "__main__":
    sys.exit(main())
