"""Which form the name of an object has to have, by kind, and the patterns of these forms.

Source: Kubernetes' documentation, object names and IDs, and the validation of each kind in
Kubernetes 1.34. How a wrong name is told is not known here: a person reads other words in a chart's
error than a client does in the API server's.
"""

from __future__ import annotations

from enum import StrEnum

from holdfast.kinds.resources import is_built_in

LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
SUBDOMAIN = rf"{LABEL}(\.{LABEL})*"


class NameForm(StrEnum):
    """A form of names; a label has at most 63 characters, a subdomain 253."""

    LABEL = "RFC 1123 label"
    LABEL_1035 = "RFC 1035 label"
    SUBDOMAIN = "RFC 1123 subdomain"
    PATH_SEGMENT = "path segment"


_FORMS = {
    "Namespace": NameForm.LABEL,
    "StatefulSet": NameForm.LABEL,
    "Service": NameForm.LABEL_1035,
    "Role": NameForm.PATH_SEGMENT,
    "RoleBinding": NameForm.PATH_SEGMENT,
    "ClusterRole": NameForm.PATH_SEGMENT,
    "ClusterRoleBinding": NameForm.PATH_SEGMENT,
}


def name_form(api_version: str, kind: str) -> NameForm:
    """The form of the names of a kind; those of custom resources are subdomains."""
    if not is_built_in(api_version):
        return NameForm.SUBDOMAIN
    return _FORMS.get(kind, NameForm.SUBDOMAIN)
