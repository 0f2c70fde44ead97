"""A label selector of an object (Kubernetes API: meta/v1 LabelSelector) as a query parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def selector_text(selector: Mapping[str, Any]) -> str:
    """`a=b,c in (d,e),!f`: what `labelSelector` takes."""
    return ",".join(_requirements(selector))


def _requirements(selector: Mapping[str, Any]) -> Iterator[str]:
    for key, value in (selector.get("matchLabels") or {}).items():
        yield f"{key}={value}"
    for row in selector.get("matchExpressions") or ():
        key, values = row.get("key", ""), ",".join(row.get("values") or ())
        match row.get("operator"):
            case "In":
                yield f"{key} in ({values})"
            case "NotIn":
                yield f"{key} notin ({values})"
            case "Exists":
                yield key
            case "DoesNotExist":
                yield f"!{key}"
