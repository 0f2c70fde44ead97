"""Label selectors, in both spellings: `a=b,c in (x,y),!d` and the LabelSelector object.

It must not know what is selected: it judges a map of labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.errors import ManifestError
from holdfast.light import dataclass

_TERM = r"""
    \s*(?:
        !\s*(?P<absent>[^\s,()=!<>]+)
      | (?P<key>[^\s,()=!<>]+)\s*(?:
            (?P<sign>==|=|!=|>|<)\s*(?P<value>[^\s,()=!<>]*)
          | (?P<set>in|notin)\s*\((?P<values>[^()]*)\)
        )?
    )\s*(?P<end>,|$)
"""
_SIGNS = {"=": "In", "==": "In", "!=": "NotIn", ">": "Gt", "<": "Lt", "in": "In", "notin": "NotIn"}
_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One demand on a label. `operator` is In, NotIn, Exists, DoesNotExist, Gt or Lt.

    NotIn holds for an object without the label too (Kubernetes: labels and selectors).
    """

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Whether these labels meet the demand."""
        value = labels.get(self.key)
        if self.operator in ("NotIn", "DoesNotExist"):
            return value is None or (self.operator == "NotIn" and value not in self.values)
        if value is None or self.operator == "Exists":
            return value is not None
        if self.operator == "In":
            return value in self.values
        return _compares(value, self.operator, self.values[0])


@dataclass(frozen=True, slots=True)
class Selector:
    """All of its requirements must hold; with none it selects everything. None selects nothing."""

    requirements: tuple[Requirement, ...] | None = ()

    def matches(self, labels: Mapping[str, str] | None) -> bool:
        """Whether an object with these labels is selected."""
        if self.requirements is None:
            return False
        return all(requirement.holds(labels or {}) for requirement in self.requirements)


def parse_selector(text: str) -> Selector:
    """The selector of a query: `a=b,c!=d,e in (x,y),f notin (z),g,!h,n>3`; empty is everything.

    Raises ManifestError.
    """
    if not text.strip():
        return Selector()
    return Selector(tuple(_terms(text)))


def selector_of(given: Mapping[str, Any] | None) -> Selector:
    """The selector of a meta/v1 LabelSelector: None selects nothing, an empty one everything.

    Raises ManifestError for an operator that is none.
    """
    if given is None:
        return Selector(None)
    equal = [Requirement(k, "In", (v,)) for k, v in (given.get("matchLabels") or {}).items()]
    return Selector((*equal, *map(requirement_of, given.get("matchExpressions") or ())))


def selector_text(given: Mapping[str, Any]) -> str:
    """A meta/v1 LabelSelector as a query spells it: `a=b,c in (d,e),!f`."""
    labels = sorted((given.get("matchLabels") or {}).items())
    rows = given.get("matchExpressions") or ()
    return ",".join([*(f"{key}={value}" for key, value in labels), *map(_spell, rows)])


def requirement_of(given: Mapping[str, Any]) -> Requirement:
    """The requirement of a meta/v1 LabelSelectorRequirement. Raises ManifestError."""
    operator, values = given.get("operator"), tuple(given.get("values") or ())
    if operator not in _OPERATORS or bool(values) != (operator in ("In", "NotIn")):
        raise ManifestError(
            f"reading a label selector: {operator!r} with values {list(values)} is no requirement",
            hint="In and NotIn take values; Exists and DoesNotExist take none",
        )
    return Requirement(str(given.get("key", "")), operator, values)


def _spell(given: Mapping[str, Any]) -> str:
    key, operator = given.get("key", ""), given.get("operator")
    if operator in ("In", "NotIn"):
        return f"{key} {operator.lower()} ({','.join(sorted(given.get('values') or ()))})"
    return f"!{key}" if operator == "DoesNotExist" else str(key)


def _terms(text: str) -> Iterator[Requirement]:
    pattern, place, end = re.compile(_TERM, re.VERBOSE), 0, ","
    while place < len(text) or end == ",":
        found = pattern.match(text, place)
        if found is None or (requirement := _requirement(found)) is None:
            raise ManifestError(
                f"reading a label selector: {text!r} cannot be read at {text[place:]!r}",
                hint="write terms such as a=b, a!=b, a in (b,c), a notin (b), a, !a",
            )
        yield requirement
        place, end = found.end(), found["end"]


def _requirement(found: re.Match[str]) -> Requirement | None:
    if found["absent"]:
        return Requirement(found["absent"], "DoesNotExist")
    if found["set"]:
        values = tuple(value.strip() for value in found["values"].split(","))
        return Requirement(found["key"], _SIGNS[found["set"]], values)
    if not found["sign"]:
        return Requirement(found["key"], "Exists")
    if found["sign"] in "<>" and not _is_integer(found["value"]):
        return None
    return Requirement(found["key"], _SIGNS[found["sign"]], (found["value"],))


def _compares(value: str, operator: str, bound: str) -> bool:
    if not _is_integer(value):
        return False
    return int(value) > int(bound) if operator == "Gt" else int(value) < int(bound)


def _is_integer(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and len(text) <= 20
