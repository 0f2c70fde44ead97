"""What is wrong with an object's name, in a chart author's words, before any request is sent.

Which form a kind's names have is told by kinds.names; here are the words, and limits that the API
server's validation does not have or gives too late: a pod's label that has no room for the name.
"""

from __future__ import annotations

import re

from holdfast.kinds.names import LABEL, LABEL_1035, SUBDOMAIN, NameForm, name_form
from holdfast.kinds.resources import is_built_in

_FORMS = {
    NameForm.LABEL: (LABEL, 63, "must be a DNS label (RFC 1123): a-z, 0-9 and '-'"),
    NameForm.LABEL_1035: (
        LABEL_1035,
        63,
        "must be a DNS label that starts with a letter (RFC 1035): a-z, 0-9 and '-'",
    ),
    NameForm.SUBDOMAIN: (
        SUBDOMAIN,
        253,
        "must be a DNS subdomain (RFC 1123): a-z, 0-9, '-' and '.'",
    ),
}
_LIMITS = {
    "StatefulSet": (
        52,
        ": its pods carry the name and an 11-character hash in the label controller-revision-hash, "
        "which ends at 63",
    ),
    "CronJob": (52, ": its jobs carry the name and 11 characters more, and end at 63"),
    "Job": (63, ": its pods carry the name in the label job-name, which ends at 63"),
}


def name_problem(api_version: str, kind: str, name: str) -> str | None:
    """What is wrong with `name` for an object of `kind`; None when the API server takes it."""
    form = name_form(api_version, kind)
    if form is NameForm.PATH_SEGMENT:
        return _path_problem(name)
    pattern, most, rule = _FORMS[form]
    if not re.fullmatch(pattern, name):
        return f"{rule}, with a letter or digit at either end"
    limit, reason = _LIMITS.get(kind, (most, "")) if is_built_in(api_version) else (most, "")
    if len(name) > limit:
        return f"has {len(name)} characters, at most {limit} are possible{reason}"
    return None


def namespace_problem(namespace: str) -> str | None:
    """What is wrong with the name of a namespace."""
    return name_problem("v1", "Namespace", namespace)


def _path_problem(name: str) -> str | None:
    if name in (".", "..") or "/" in name or "%" in name:
        return "must not be '.' or '..' and must not contain '/' or '%'"
    return None
