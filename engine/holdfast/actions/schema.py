"""schema infer and schema check: a chart's schema from its values, and whether the two agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from holdfast.errors import ChartError, Where
from holdfast.lint.finding import Finding
from holdfast.lint.infer import infer_schema as _infer
from holdfast.lint.lint import check_agreement

EDITOR_LINE = "# yaml-language-server: $schema=values.schema.json\n"
"""What tells editors which schema a values file beside values.schema.json has."""


def infer_schema(path: str) -> dict[str, Any]:
    """A JSON Schema (2020-12) that fits the values.yaml of the chart at `path`.

    Raises ChartError, YamlError.
    """
    return _infer(path)


def check_schema(path: str) -> tuple[Finding, ...]:
    """What keeps the chart's schema and its values from agreeing, sorted by place.

    Raises ChartError where there is no chart.
    """
    return check_agreement(path)


def write_schema(path: str) -> tuple[Path, ...]:
    """Write the inferred schema into the chart, and the editors' line into its values.yaml.

    Returns the files written. Raises ChartError where the chart has a schema already.
    """
    schema, values = Path(path, "values.schema.json"), Path(path, "values.yaml")
    text = json.dumps(_infer(path), indent=2, ensure_ascii=False) + "\n"
    try:
        with schema.open("x", encoding="utf-8") as file:
            file.write(text)
        written = values.read_text("utf-8")
        if "yaml-language-server:" in written:
            return (schema,)
        values.write_text(EDITOR_LINE + written, "utf-8")
    except FileExistsError:
        raise ChartError(
            f"writing the schema: {schema} is there already",
            where=Where(str(schema)),
            hint="leave out --write to print the inferred one, and compare",
        ) from None
    except OSError as error:
        raise ChartError(
            f"writing the schema: {error.filename}: {error.strerror}", where=Where(str(schema))
        ) from error
    return schema, values
