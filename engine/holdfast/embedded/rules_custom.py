"""Whether a custom resource fits its definition's schema, in the words of the API server.

Types, required fields, bounds, patterns, formats, enums and forms (allOf, anyOf, oneOf, not), list
types, and resources within resources. What an update leaves as it was is not judged again
(Kubernetes: ratcheting validation). Rules in CEL (`x-kubernetes-validations`) are not run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from holdfast.embedded.status import Cause, Causes
from holdfast.embedded.structural import EMBEDDED, INT_OR_STRING, Schema, children, correlated
from holdfast.model.values import scalar_text

_ABSENT = object()
_CLASSES = {
    "alnum": "A-Za-z0-9",
    "alpha": "A-Za-z",
    "digit": "0-9",
    "lower": "a-z",
    "space": r"\s",
    "upper": "A-Z",
    "word": r"\w",
    "xdigit": "A-Fa-f0-9",
}
"""Classes of RE2 (its syntax page) that Python does not know."""
_NAMES = ("name", "generateName")
_BASE64 = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"


def judge_custom(obj: Mapping[str, Any], schema: Schema, live: Mapping[str, Any] | None) -> Causes:
    """What is wrong with a custom resource that is to replace `live`."""
    causes = Causes()
    required = [name for name in schema.get("required", ()) if name != "metadata"]
    before = _ABSENT if live is None else _judged(live)
    _judge(_judged(obj), {**schema, "required": required}, "", before, causes)
    return causes


def _judged(obj: Mapping[str, Any]) -> dict[str, Any]:
    """What a schema may speak of: of the metadata that is the name alone."""
    metadata = {name: obj["metadata"][name] for name in _NAMES if name in obj["metadata"]}
    return {**obj, "metadata": metadata}


def _judge(value: Any, schema: Schema, path: str, old: Any, causes: Causes) -> None:
    if value == old:
        return
    if value is None and schema.get("nullable"):
        return
    if problem := _wrong_type(value, schema):
        causes.wrong_type(path, _type_name(value), f"{path} in body must be {problem}")
        return
    if isinstance(value, dict):
        _judge_map(value, schema, path, old, causes)
    elif isinstance(value, list):
        _judge_list(value, schema, path, old, causes)
    elif isinstance(value, str):
        _judge_text(value, schema, path, causes)
    elif not isinstance(value, bool) and value is not None:
        _judge_number(value, schema, path, causes)
    if (allowed := schema.get("enum")) and value not in allowed:
        causes.unsupported(path, value, [scalar_text(one) or "" for one in allowed], as_given=True)
    _judge_forms(value, schema, path, causes)


def _wrong_type(value: Any, schema: Schema) -> str:
    names = _type_name(value)
    if schema.get(INT_OR_STRING):
        return "" if names in ("integer", "string") else f'of type integer,string: "{names}"'
    wanted = schema.get("type")
    if not wanted or names == wanted or (names == "integer" and wanted == "number"):
        return ""
    return f'of type {wanted}: "{names}"'


def _type_name(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return "null" if value is None else "boolean"
    if isinstance(value, float):
        return "integer" if value.is_integer() else "number"
    names = {int: "integer", str: "string", list: "array", dict: "object"}
    return names[type(value)]


def _judge_map(value: dict[str, Any], schema: Schema, path: str, old: Any, causes: Causes) -> None:
    size = len(value)
    if (most := schema.get("maxProperties")) is not None and size > most:
        causes.too_many(path, size, most)
    if (least := schema.get("minProperties")) is not None and size < least:
        causes.invalid(path, size, f"{path} in body should have at least {least} properties")
    required = (*schema.get("required", ()), *(_EMBEDDED if schema.get(EMBEDDED) else ()))
    for name in required:
        if name not in value:
            causes.required(f"{path}.{name}".lstrip("."))
    before = old if isinstance(old, dict) else {}
    for name, item in value.items():
        if (sub := children(schema, name)) is not None:
            inner = f"{path}.{name}".lstrip(".")
            _judge(item, sub, inner, before.get(name, _ABSENT), causes)


_EMBEDDED = ("apiVersion", "kind")


def _judge_list(value: list[Any], schema: Schema, path: str, old: Any, causes: Causes) -> None:
    size = len(value)
    if (most := schema.get("maxItems")) is not None and size > most:
        causes.too_many(path, size, most)
    if (least := schema.get("minItems")) is not None and size < least:
        causes.invalid(path, size, f"{path} in body should have at least {least} items")
    for index, item, before in correlated(value, old, schema):
        inner = f"{path}[{index}]"
        was = before[0] if before else _ABSENT
        _judge(item, schema.get("items") or {}, inner, was, causes)
    keys = schema.get("x-kubernetes-list-map-keys") or ()
    if schema.get("x-kubernetes-list-type") in ("set", "map"):
        _judge_duplicates(value, keys, path, causes)


def _judge_duplicates(value: list[Any], keys: Sequence[str], path: str, causes: Causes) -> None:
    seen: list[Any] = []
    for index, item in enumerate(value):
        known = isinstance(item, dict) and keys
        key = {name: item.get(name) for name in keys if name in item} if known else item
        if key in seen:
            causes.duplicate(f"{path}[{index}]", key)
        seen.append(key)


def _judge_text(value: str, schema: Schema, path: str, causes: Causes) -> None:
    start = f"{path} in body"
    if (most := schema.get("maxLength")) is not None and len(value) > most:
        causes.too_long(path, most)
    elif (least := schema.get("minLength")) is not None and len(value) < least:
        causes.invalid(path, value, f"{start} should be at least {least} chars long")
    elif (pattern := schema.get("pattern")) and not _matches(pattern, value):
        causes.invalid(path, value, f"{start} should match '{pattern}'")
    form = schema.get("format", "")
    if (reads := _FORMATS.get(form)) and not reads(value):
        causes.wrong_type(path, value, f'{start} must be of type {form}: "{value}"')


def _matches(pattern: str, value: str) -> bool:
    # Go's `$` is the end of the text, never before a last line's end.
    pattern = re.sub(r"(?<!\\)\$$", r"\\Z", pattern).replace(r"\z", r"\Z")
    for name, letters in _CLASSES.items():
        pattern = pattern.replace(f"[:{name}:]", letters)
    try:
        return re.search(pattern, value) is not None
    except re.error:
        return True  # what only Go's RE2 can read


def _judge_number(value: float, schema: Schema, path: str, causes: Causes) -> None:
    start = f"{path} in body should be"
    factor = schema.get("multipleOf")
    if factor and value == 0:  # The API server says so of every zero (go-openapi/validate).
        causes.invalid(
            path, value, f"factor MultipleOf declared for {path} must be positive: {value}"
        )
    elif factor and not _is_multiple(value, factor):
        causes.invalid(path, value, f"{start} a multiple of {factor}")
    if (most := schema.get("maximum")) is not None:
        strict = schema.get("exclusiveMaximum")
        if value > most or (strict and value == most):
            causes.invalid(
                path, value, f"{start} less than {'' if strict else 'or equal to '}{most}"
            )
    if (least := schema.get("minimum")) is not None:
        strict = schema.get("exclusiveMinimum")
        if value < least or (strict and value == least):
            causes.invalid(
                path, value, f"{start} greater than {'' if strict else 'or equal to '}{least}"
            )


def _is_multiple(value: float, factor: float) -> bool:
    from fractions import Fraction

    return (Fraction(str(value)) / Fraction(str(factor))).denominator == 1


def _judge_forms(value: Any, schema: Schema, path: str, causes: Causes) -> None:
    if forms := schema.get("anyOf"):
        answers = [_answer(value, form, path) for form in forms]
        if all(answers):
            _refuse(path, "must validate at least one schema (anyOf)", causes)
            causes.found.extend(_nearest(answers))
    if forms := schema.get("oneOf"):
        answers = [_answer(value, form, path) for form in forms]
        fit = sum(not one for one in answers)
        if fit != 1:
            found = f"{fit} valid alternatives" if fit else "none valid"
            said = f"must validate one and only one schema (oneOf). Found {found}"
            _refuse(path, said, causes)
            causes.found.extend(() if fit else _nearest(answers))
    if forms := schema.get("allOf"):
        answers = [_answer(value, form, path) for form in forms]
        if any(answers):
            causes.found.extend(cause for one in answers for cause in one)
            _refuse(path, "must validate all the schemas (allOf)", causes)
    if "not" in schema and not _answer(value, schema["not"], path):
        _refuse(path, "must not validate the schema (not)", causes)


def _refuse(path: str, said: str, causes: Causes) -> None:
    # The field really is `<nil>` in the server's answer.
    causes.invalid("<nil>", "", f'"{path}" {said}')


def _answer(value: Any, schema: Schema, path: str) -> list[Cause]:
    causes = Causes()
    _judge(value, schema, path, _ABSENT, causes)
    return causes.found


def _nearest(answers: list[list[Cause]]) -> list[Cause]:
    """What the form that fits best is missing."""

    def distance(found: list[Cause]) -> tuple[int, int]:
        return len(found), sum(cause.reason == "FieldValueRequired" for cause in found)

    return min(answers, key=distance)


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text) and date.fromisoformat(text))
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    clock = r"[tT ]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([zZ]|[+-]\d\d:\d\d)"
    return _is_date(text[:10]) and bool(re.fullmatch(clock, text[10:]))


def _is_address(version: int) -> Callable[[str], bool]:
    def judge(text: str) -> bool:
        from ipaddress import ip_address

        try:
            return ip_address(text).version == version
        except ValueError:
            return False

    return judge


def _is_network(text: str) -> bool:
    from ipaddress import ip_interface

    try:
        return "/" in text and bool(ip_interface(text))
    except ValueError:
        return False


def _is_like(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


_FORMATS: Mapping[str, Callable[[str], bool]] = {
    "byte": _is_like(_BASE64),
    "cidr": _is_network,
    "date": _is_date,
    "date-time": _is_time,
    "ipv4": _is_address(4),
    "ipv6": _is_address(6),
    "uuid": _is_like("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"),
}
"""The formats that are looked at; the API server lets every text pass for one it does not know."""
