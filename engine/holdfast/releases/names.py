"""What a release may be called, and what the Secrets that keep it are called.

Pure. A release name has no dots, so that `holdfast.<release>` and `holdfast.<release>.<digest>`
never meet; both stay far below the 253 characters of a DNS-1123 subdomain.
"""

from __future__ import annotations

import re

from holdfast.errors import ReleaseError
from holdfast.kinds.names import LABEL
from holdfast.model.manifest import ObjectRef

NAME_LIMIT = 53
"""Helm's limit: what charts append to the name has to fit into a DNS label of 63."""

PREFIX = "holdfast."


def check_name(name: str) -> None:
    """Raise ReleaseError where `name` is no DNS label (RFC 1123) of at most 53 characters."""
    problem = _problem(name)
    if problem:
        raise ReleaseError(f"release name {name!r}: {problem}", hint=_hint(name))


def name_for(archive: str, number: int) -> str:
    """A release name made of a chart's file name and a number: `web-1.2.0.tgz` is `web-7`."""
    chart = re.sub(r"(-v?\d+\.\d+.*)?(\.tgz)?$", "", archive)
    ending = f"-{number}"
    return _fitting(chart, NAME_LIMIT - len(ending)) + ending


def head_ref(release: str, namespace: str) -> ObjectRef:
    """The Secret that is the release's head."""
    return ObjectRef("v1", "Secret", namespace, PREFIX + release)


def chunk_ref(release: str, namespace: str, chunk: str) -> ObjectRef:
    """The Secret that holds the chunk of that name."""
    return ObjectRef("v1", "Secret", namespace, f"{PREFIX}{release}.{chunk}")


def _problem(name: str) -> str:
    if not name:
        return "it is empty"
    if len(name) > NAME_LIMIT:
        return f"it has {len(name)} characters, {NAME_LIMIT} are allowed"
    if not re.fullmatch(LABEL, name):
        return "it may have lower case letters, digits and '-', and no '-' at either end"
    return ""


def _hint(name: str) -> str:
    fitting = _fitting(name, NAME_LIMIT)
    return f"try {fitting!r}" if fitting else "try a name such as 'web'"


def _fitting(name: str, limit: int) -> str:
    return re.sub("[^a-z0-9-]+", "-", name.lower())[:limit].strip("-")
