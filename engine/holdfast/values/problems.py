"""A validator's errors → problems in plain words, with the path as users write it and the origin.

A value is shown to help, and never where it is sensitive. Knows jsonschema's error objects by their
fields alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from holdfast.errors import Problem, Where
from holdfast.model.secrecy import longest_first, secret_values
from holdfast.model.values import Path, Values, spell
from holdfast.values.schemafault import Pointer
from holdfast.values.schemawalk import is_sensitive

_TYPES = {
    "string": "a text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "object": "a map",
    "array": "a list",
    "null": "null",
}
_MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_LONGEST = 60

# Keyword → what must be, given the keyword's value. The value that is there is added behind.
_RULES: dict[str, Callable[[Any], str]] = {
    "enum": lambda allowed: "must be one of " + ", ".join(show(item) for item in allowed),
    "const": lambda only: f"must be {show(only)}",
    "minimum": lambda n: f"must be at least {n}",
    "maximum": lambda n: f"must be at most {n}",
    "exclusiveMinimum": lambda n: f"must be more than {n}",
    "exclusiveMaximum": lambda n: f"must be less than {n}",
    "multipleOf": lambda n: f"must be a multiple of {n}",
    "minLength": lambda n: f"must have at least {_count(n, 'character')}",
    "maxLength": lambda n: f"must have at most {_count(n, 'character')}",
    "pattern": lambda text: f"must match the pattern {getattr(text, 'written', text)}",
    "minItems": lambda n: f"must have at least {_count(n, 'item')}",
    "maxItems": lambda n: f"must have at most {_count(n, 'item')}",
    "uniqueItems": lambda _: "must not have the same item twice",
    "minProperties": lambda n: f"must have at least {_count(n, 'key')}",
    "maxProperties": lambda n: f"must have at most {_count(n, 'key')}",
    "contains": lambda _: "must have an item of the kind the schema asks for",
    "not": lambda schema: "must not be what the schema rules out" if schema else "is not allowed",
}


def to_problems(
    errors: list[Any],
    values: Values,
    required_at: Callable[[Pointer], Where] | None = None,
) -> tuple[Problem, ...]:
    """All problems, each said once, in the order of the errors.

    What is missing at the root has no value around it that somebody gave: `required_at` tells where
    the schema asks for it.
    """
    found: dict[tuple[str, str], Problem] = {}
    for error in errors:
        for problem in _explain(error, values):
            if problem.origin is None and error.validator == "required" and required_at:
                names = [spell((name,)) for name in error.validator_value]
                pointer = (*error.absolute_schema_path, names.index(problem.path))
                problem = replace(problem, origin=required_at(pointer))
            found.setdefault((problem.path, problem.message), problem)
    return tuple(found.values())


def show(value: Any) -> str:
    """A value in a message: as JSON, a long one cut."""
    if isinstance(value, dict | list) and value:
        return "a map" if isinstance(value, dict) else "a list"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _explain(error: Any, values: Values) -> Iterator[Problem]:
    keyword, path = error.validator, tuple(error.absolute_path)
    if keyword in ("anyOf", "oneOf"):
        yield from _explain_choice(error, path, values)
    elif keyword == "required":
        for name in error.validator_value:
            if name not in error.instance:
                origin = values.origin(path) if path else None
                yield Problem(spell((*path, name)), "is required", origin)
    elif keyword in ("dependentRequired", "dependencies"):
        yield from _explain_dependent(error, path, values)
    elif keyword in ("additionalProperties", "unevaluatedProperties"):
        yield from _explain_unknown(error, path, values)
    elif _names_key(error):
        said = _own_words(error) or f"the key {_must(error)}"
        yield _problem((*path, error.instance), said, values)
    else:
        said = _own_words(error) or _must(error)
        yield _problem(path, said + _but_is(error, path, values), values)


def _own_words(error: Any) -> str | None:
    """What the schema itself says: `errorMessage`, as editors know it (VS Code's JSON service)."""
    said = error.schema.get("errorMessage") if isinstance(error.schema, dict) else None
    return " ".join(said.split()) if isinstance(said, str) else None


def _names_key(error: Any) -> bool:
    """Whether the error is about a key: `propertyNames` as a keyword, not as a key's name."""
    steps = list(error.absolute_schema_path)
    above = [None, *steps]
    return isinstance(error.instance, str) and any(
        step == "propertyNames" and before not in _MAPS
        for step, before in zip(steps, above, strict=False)
    )


def _must(error: Any) -> str:
    if error.validator == "type":
        return f"must be {_kinds(error.validator_value)}"
    rule = _RULES.get(error.validator)
    if rule is None:
        return (
            f"does not fit the schema's {error.validator}" if error.validator else "is not allowed"
        )
    return rule(error.validator_value)


def _but_is(error: Any, path: Path, values: Values) -> str:
    value = error.instance
    if error.validator in (None, "not", "contains", "uniqueItems"):
        return ""
    if isinstance(value, dict | list) and error.validator != "type":
        sized = error.validator in ("minItems", "maxItems", "minProperties", "maxProperties")
        return f", has {len(value)}" if sized else ""
    if is_sensitive(error.schema) or _sensitive(path, values) or _repeats(value, values):
        return ""
    return f", is {show(value)}"


def _sensitive(path: Path, values: Values) -> bool:
    """Whether a secret is at, above or below a path: a text there may be meant for one below."""
    return any(path[: len(one)] == one[: len(path)] for one in values.sensitive)


def _repeats(value: Any, values: Values) -> bool:
    """Whether a text holds a secret of another place."""
    secrets = longest_first(secret_values(values)) if isinstance(value, str) else ()
    return any(secret in value for secret in secrets)


def _kinds(types: Any) -> str:
    names = [_TYPES.get(name, str(name)) for name in ([types] if isinstance(types, str) else types)]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _explain_dependent(error: Any, path: Path, values: Values) -> Iterator[Problem]:
    for name, needed in error.validator_value.items():
        if name in error.instance and isinstance(needed, list):
            for missing in needed:
                if missing not in error.instance:
                    message = f"is required where {name} is set"
                    yield _problem((*path, missing), message, values)


def _explain_unknown(error: Any, path: Path, values: Values) -> Iterator[Problem]:
    known = _known(error, path, values)
    patterns = error.schema.get("patternProperties", {})
    unknown = [
        key
        for key in error.instance
        if key not in known and not any(re.search(pattern, key) for pattern in patterns)
    ]
    if not unknown:
        yield _problem(path, "has a key that the schema does not know", values)
    for key in unknown:
        hint = _elsewhere(key, path, values) or _nearest(key, known)
        yield _problem((*path, key), "is not known to the schema", values, hint)


def _known(error: Any, path: Path, values: Values) -> set[str]:
    """The keys that the schema names here; `unevaluatedProperties` counts other schemas' too."""
    known = set(error.schema.get("properties", {}))
    if error.validator == "unevaluatedProperties":
        size = len(path)
        known |= {str(p[size]) for p in values.declared if len(p) == size + 1 and p[:size] == path}
        known -= set(re.findall(r"'((?:[^'\\]|\\.)*)'", error.message))
    return known


def _elsewhere(key: str, path: Path, values: Values) -> str | None:
    """The one place that has the key: below (`probe.handler.httpGet`), or run together.

    `imagePullSecrets` is image.pullSecrets, as other charts spell what is a map here.
    """
    wanted, size = key.lower(), len(path)
    deep = [at for at in values.declared if len(at) > size + 1 and at[:size] == path]
    joined = [at for at in deep if "".join(map(str, at[size:])).lower() == wanted]
    below = [at for at in deep if size and len(at) == size + 2 and str(at[-1]).lower() == wanted]
    found = joined or below
    return f"did you mean {spell(found[0])}?" if len(found) == 1 else None


def _nearest(key: str, known: set[str]) -> str | None:
    from difflib import get_close_matches

    by_case = {name.lower(): name for name in sorted(known)}
    found = get_close_matches(key.lower(), by_case, 1, 0.6)
    return f"did you mean {by_case[found[0]]}?" if found else None


def _explain_choice(error: Any, path: Path, values: Values) -> Iterator[Problem]:
    """The errors of the branch that was most likely meant."""
    branches: dict[Any, list[Any]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    if not branches:
        yield _problem(path, "fits more than one of the forms that exclude each other", values)
        return
    if kinds := _only_types(branches, len(path)):
        error_at = branches[min(branches)][0]
        yield _problem(path, f"must be {_kinds(kinds)}{_but_is(error_at, path, values)}", values)
        return
    best = min(branches.values(), key=lambda inner: _distance(inner, len(path)))
    for inner in best:
        yield from _explain(inner, values)


def _only_types(branches: dict[Any, list[Any]], depth: int) -> list[str]:
    """The types asked for, where every branch refuses the value's own type and nothing else."""
    kinds: list[str] = []
    for errors in branches.values():
        first = errors[0]
        if len(errors) > 1 or first.validator != "type" or len(first.absolute_path) > depth:
            return []
        asked = first.validator_value
        kinds += [asked] if isinstance(asked, str) else list(asked)
    return list(dict.fromkeys(kinds))


def _distance(errors: list[Any], depth: int) -> tuple[int, int, int]:
    """How far a branch is from the value: another type, another discriminator, more errors."""
    other_type = sum(e.validator == "type" and len(e.absolute_path) == depth for e in errors)
    other_kind = sum(e.validator in ("const", "enum", None) for e in errors)
    return other_type, other_kind, len(errors)


def _problem(path: Path, message: str, values: Values, hint: str | None = None) -> Problem:
    return Problem(spell(path), message, values.origin(path), hint)


def _count(number: Any, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
