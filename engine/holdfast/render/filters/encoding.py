"""Filters between data and text: YAML, JSON, TOML, base64."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

from holdfast import yamltext
from holdfast.errors import RenderError, YamlError
from holdfast.render.filters.arguments import count, text
from holdfast.render.filters.toml import read_toml, write_toml
from holdfast.render.pieces import Fragment

_MAX_INDENT = 16


def encodings(data_of: Callable[[Any], Any]) -> dict[str, Callable[..., Any]]:
    """The filters; `data_of` makes plain data of a template's value."""

    def to_yaml(value: Any) -> str:
        """A document as YAML text, without the last line end."""
        try:
            return yamltext.dump(data_of(value)).removesuffix("\n")
        except YamlError as error:
            raise RenderError(f"writing YAML: {error.message}") from None

    def to_json(value: Any, indent: Any = None) -> str:
        """A document as JSON text, keys in their order."""
        width = None if indent is None else count(indent, most=_MAX_INDENT)
        separators = (",", ":") if width is None else (",", ": ")
        data = data_of(value)
        return json.dumps(data, indent=width, separators=separators, ensure_ascii=False)

    def to_toml(value: Any) -> str:
        """A map as TOML text."""
        return write_toml(data_of(value))

    def from_yaml(value: Any) -> Any:
        """The data of a YAML text; of a fragment, with its values as they are."""
        if isinstance(value, Fragment):
            return data_of(value)
        return _from_yaml(text(value))

    return {
        "b64decode": decode_base64,
        "b64encode": encode_base64,
        "from_json": from_json,
        "from_toml": read_toml,
        "from_yaml": from_yaml,
        "from_yaml_all": from_yaml_all,
        "to_json": to_json,
        "to_toml": to_toml,
        "to_yaml": to_yaml,
        "tojson": to_json,
    }


def _from_yaml(source: str) -> Any:
    try:
        return yamltext.load(source, source="the text")
    except YamlError as error:
        raise _not_yaml(error) from None


def from_yaml_all(value: Any) -> list[Any]:
    """The data of each document of a YAML text."""
    try:
        return list(yamltext.load_all(text(value), source="the text"))
    except YamlError as error:
        raise _not_yaml(error) from None


def _not_yaml(error: YamlError) -> RenderError:
    # the parser's message may quote the text, which may be a secret
    line = f" (line {error.where.line})" if error.where and error.where.line else ""
    return RenderError(f"the text is not YAML{line}")


def from_json(value: Any) -> Any:
    """The data of a JSON text."""
    try:
        return json.loads(text(value), parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise RenderError(f"the text is not JSON (line {error.lineno})") from None
    except (ValueError, RecursionError):
        raise RenderError("the text is not JSON") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def encode_base64(value: Any) -> str:
    """Base64 of the text's UTF-8."""
    return b64encode(text(value).encode()).decode("ascii")


def decode_base64(value: Any) -> str:
    """The UTF-8 text of base64."""
    try:
        return b64decode(text(value).encode(), validate=True).decode()
    except ValueError:
        raise RenderError("the text is not base64 of UTF-8 text") from None
