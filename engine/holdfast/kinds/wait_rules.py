"""What a chart itself calls ready, by annotation, in the grammar of `kubectl wait --for`.

`condition=NAME[=VALUE]`, `jsonpath={PATH}[=VALUE]` and `create`, one a line; all of them have to
hold. They take the place of the kind's own rule (kubectl reference: wait).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeAlias

from holdfast.kinds.conditions import Object, annotation, map_at, maps_at, number_at, words
from holdfast.kinds.jsonpath import find_values, parse_path, spell

WAIT_FOR = "holdfast.dev/wait-for"
"""What has to hold until the object is ready."""

FAIL_ON = "holdfast.dev/fail-on"
"""What must not come: where one of these rules holds, the object has failed."""

Rule: TypeAlias = Callable[[Object], str]
"""Object → what is missing; empty where the rule holds."""

GRAMMAR = "condition=NAME[=VALUE], jsonpath={PATH}[=VALUE] or create, one a line"
_PATH = re.compile(r"(\{.*\}|[^={}]+)(?:=(.*))?")


@lru_cache(maxsize=256)
def rules_in(text: str) -> Mapping[str, Rule]:
    """The rules of an annotation's text, by their lines. Raises ValueError for what is none."""
    lines = (line.strip() for line in text.splitlines())
    return {line: _rule(line) for line in lines if line}


def missing(obj: Object) -> str | None:
    """What is missing until `obj` is what its chart calls ready; empty for nothing.

    None where the chart leaves that to the kind.
    """
    try:
        rules = rules_in(annotation(obj, WAIT_FOR))
    except ValueError as error:  # written past us: nobody knows what it waits for
        return f"{WAIT_FOR}: {error}"
    told = (rule(obj) for rule in rules.values())
    return next(filter(None, told), "") if rules else None


def failure(obj: Object) -> str:
    """The line of FAIL_ON that holds for `obj`; empty where none does."""
    try:
        rules = rules_in(annotation(obj, FAIL_ON))
    except ValueError:  # written past us, and no reason to give up
        return ""
    return next((line for line, rule in rules.items() if not rule(obj)), "")


def _rule(line: str) -> Rule:
    kind, _, rest = line.partition("=")
    if kind == "condition" and rest:
        name, _, value = rest.partition("=")
        return _condition(name.strip(), value.strip() or "True")
    if kind == "jsonpath" and (match := _PATH.fullmatch(rest.strip())):
        return _jsonpath(match[1], None if match[2] is None else match[2].strip().strip("'\""))
    if line == "create":
        return lambda obj: ""
    raise ValueError(f"{line!r} is no rule")


def _condition(name: str, wanted: str) -> Rule:
    """Type and value are compared without case; an outdated condition does not count (kubectl)."""

    def rule(obj: Object) -> str:
        status = map_at(obj, "status")
        rows = maps_at(status, "conditions")
        found = next((one for one in rows if _same(one.get("type"), name)), None)
        if found is None:
            return f"there is no condition {name} yet"
        generation = number_at(map_at(obj, "metadata"), "generation")
        if "observedGeneration" in found and number_at(found, "observedGeneration") < generation:
            return f"condition {name} is about an earlier generation"
        if _same(found.get("status"), wanted):
            return ""
        told = words(found)
        said = f"condition {name} is {found.get('status')}, not {wanted}"
        return f"{said}: {told}" if told else said

    return rule


def _same(found: object, wanted: str) -> bool:
    return str(found).lower() == wanted.lower()


def _jsonpath(text: str, wanted: str | None) -> Rule:
    """Without a value it is enough that something is there."""
    steps = parse_path(text)

    def rule(obj: Object) -> str:
        values = find_values(steps, obj)
        if not values:
            return f"there is no {text} yet"
        if wanted is None:
            return ""
        if len(values) > 1 or isinstance(values[0], dict | list):
            return f"{text} is not one value, and cannot be {wanted!r}"
        said = spell(values[0])
        return "" if said.strip() == wanted else f"{text} is {said!r}, not {wanted!r}"

    return rule
