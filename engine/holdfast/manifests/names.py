"""Which names Kubernetes takes for which kind, checked before any request is sent.

Rules: kubernetes.io/docs/concepts/overview/working-with-objects/names, and for single kinds the
API server's validation (apimachinery: NameIsDNSSubdomain, NameIsDNS1035Label, path segments).
"""

from __future__ import annotations

import re

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_LABEL_1035 = r"[a-z]([-a-z0-9]*[a-z0-9])?"

_LABEL_1035_KINDS = ("Service",)
_LABEL_KINDS = ("Namespace",)
_PATH_KINDS = ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")

_LIMITS = {
    "StatefulSet": (
        52,
        "its pods carry the name and an 11-character hash in the label controller-revision-hash, "
        "which ends at 63",
    ),
    "CronJob": (52, "its jobs carry the name and 11 characters more, and end at 63"),
    "Job": (63, "its pods carry the name in the label job-name, which ends at 63"),
}


def name_problem(kind: str, name: str) -> str | None:
    """What is wrong with `name` for an object of `kind`; None when the API server takes it."""
    if kind in _PATH_KINDS:
        return _path_problem(name)
    if kind in _LABEL_1035_KINDS:
        return _check(
            name,
            _LABEL_1035,
            63,
            "must be a DNS label that starts with a letter (RFC 1035): a-z, 0-9 and '-'",
        )
    if kind in _LABEL_KINDS:
        return _check(name, _LABEL, 63, "must be a DNS label (RFC 1123): a-z, 0-9 and '-'")
    if problem := _check(
        name, _SUBDOMAIN, 253, "must be a DNS subdomain (RFC 1123): a-z, 0-9, '-' and '.'"
    ):
        return problem
    limit, reason = _LIMITS.get(kind, (253, ""))
    if len(name) > limit:
        return f"has {len(name)} characters, at most {limit} are possible: {reason}"
    return None


def namespace_problem(namespace: str) -> str | None:
    """What is wrong with the name of a namespace."""
    return name_problem("Namespace", namespace)


def _check(name: str, pattern: str, limit: int, rule: str) -> str | None:
    if not re.fullmatch(pattern, name):
        return f"{rule}, with a letter or digit at either end"
    if len(name) > limit:
        return f"has {len(name)} characters, at most {limit} are possible"
    return None


def _path_problem(name: str) -> str | None:
    if name in (".", "..") or "/" in name or "%" in name:
        return "must not be '.' or '..' and must not contain '/' or '%'"
    return None
