"""What templates may know of a cluster where none is asked: what the user says, or the default."""

from __future__ import annotations

import re
from collections.abc import Sequence

from holdfast.actions.draft import DEFAULT_KUBE_VERSION, Capabilities
from holdfast.errors import UsageError
from holdfast.kinds.served import served_api_versions

_VERSION = re.compile(r"v?(\d+\.\d+)(\.\d+(?:[-+][\w.+-]*)?)?")


def offline_capabilities(
    kube_version: str | None = None, api_versions: Sequence[str] = ()
) -> Capabilities:
    """The capabilities for a render without a cluster.

    `kube_version` is as users write it (`1.34`, `v1.34.4`); None is the version that is tested.
    `api_versions` are added to those that such a Kubernetes serves by default. Raises UsageError
    for what is no version.
    """
    version = full_kube_version(kube_version) if kube_version is not None else DEFAULT_KUBE_VERSION
    return Capabilities(
        kube_version=version,
        api_versions=tuple(dict.fromkeys((*served_api_versions(version), *api_versions))),
    )


def full_kube_version(text: str) -> str:
    """A Kubernetes version as users write it (`1.34`, `v1.34.4`) as templates see it: `1.34.0`.

    Raises UsageError for what is no version.
    """
    found = _VERSION.fullmatch(text)
    if not found:
        raise UsageError(
            f"reading --kube-version: {text!r} is no version of Kubernetes",
            hint="write it as 1.34 or v1.34.4",
        )
    return found[1] + (found[2] or ".0")
