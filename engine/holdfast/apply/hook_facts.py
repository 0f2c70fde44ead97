"""What a hook around a scaling is told: environment variables in its pods' containers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WORKLOAD = "HOLDFAST_WORKLOAD"
"""The name of the StatefulSet that is scaled."""
ORDINAL = "HOLDFAST_ORDINAL"
"""The ordinal that comes, or goes, in this step."""
MEMBERS = "HOLDFAST_MEMBERS"
"""How many members there are when the step is done."""
MEMBERS_BEFORE = "HOLDFAST_MEMBERS_BEFORE"
"""How many members there were before it."""
MOMENT = "HOLDFAST_HOOK"
"""The moment, `pre-scale-up`: one hook may be for several."""

Object = dict[str, Any]


def scale_facts(workload: str, *, ordinal: int | None, before: int, after: int) -> dict[str, str]:
    """What the hooks around one step of a scaling are told, for `run_hooks`.

    A workload without ordinals (a Deployment) has one step, and nothing is told of an ordinal.
    """
    return {
        WORKLOAD: workload,
        **({} if ordinal is None else {ORDINAL: str(ordinal)}),
        MEMBERS: str(after),
        MEMBERS_BEFORE: str(before),
    }


def with_facts(obj: Object, facts: Mapping[str, str]) -> Object:
    """The same Job or Pod with `facts` in the environment of every container.

    They come first, so that the chart's own variables may refer to them as `$(NAME)` (core/v1
    EnvVar), and they win over variables of the same name. Other kinds stay as they are.
    """
    if not facts:
        return obj
    if obj["kind"] == "Pod":
        return {**obj, "spec": _told(obj["spec"], facts)}
    template = (obj.get("spec") or {}).get("template")
    if not isinstance(template, dict):
        return obj
    told = {**template, "spec": _told(template.get("spec") or {}, facts)}
    return {**obj, "spec": {**obj["spec"], "template": told}}


def _told(spec: Object, facts: Mapping[str, str]) -> Object:
    lists = {
        field: [_container(one, facts) for one in spec[field]]
        for field in ("initContainers", "containers")
        if isinstance(spec.get(field), list)
    }
    return {**spec, **lists}


def _container(container: Object, facts: Mapping[str, str]) -> Object:
    own = [entry for entry in container.get("env") or () if entry.get("name") not in facts]
    told = [{"name": name, "value": text} for name, text in facts.items()]
    return {**container, "env": [*told, *own]}
