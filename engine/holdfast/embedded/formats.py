"""The shapes that names, labels and ports have to have, with the server's words for each.

Source: Kubernetes' documentation of object names and labels; apimachinery's validation package.
Each function gives what is wrong, or nothing.
"""

from __future__ import annotations

import re

from holdfast.kinds.names import LABEL, LABEL_1035, SUBDOMAIN

_QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE = f"({_QUALIFIED})?"
_CONFIG_KEY = "[-._a-zA-Z0-9]+"

_AND_ENDS = "and must start and end with an alphanumeric character"


def _regex(pattern: str, *examples: str) -> str:
    shown = ",  or ".join(f"'{one}'" for one in examples)
    return f"(e.g. {shown}, regex used for validation is '{pattern}')"


def dns_label(value: str) -> str:
    """An RFC 1123 label, at most 63 characters."""
    if len(value) > 63:
        return "must be no more than 63 characters"
    if re.fullmatch(LABEL, value):
        return ""
    return (
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
        f"{_AND_ENDS} {_regex(LABEL, 'my-name', '123-abc')}"
    )


def dns_subdomain(value: str) -> str:
    """An RFC 1123 subdomain, at most 253 characters."""
    if len(value) > 253:
        return "must be no more than 253 characters"
    if re.fullmatch(SUBDOMAIN, value):
        return ""
    return (
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' "
        f"or '.', {_AND_ENDS} {_regex(SUBDOMAIN, 'example.com')}"
    )


def dns_1035_label(value: str) -> str:
    """An RFC 1035 label, which does not start with a digit; at most 63 characters."""
    if len(value) > 63:
        return "must be no more than 63 characters"
    if re.fullmatch(LABEL_1035, value):
        return ""
    return (
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with "
        "an alphabetic character, and end with an alphanumeric character "
        f"{_regex(LABEL_1035, 'my-name', 'abc-123')}"
    )


def path_segment(value: str) -> str:
    """What may stand between two slashes of a URL, as the names of RBAC objects have to."""
    if value in (".", ".."):
        return f"may not be '{value}'"
    bad = next((char for char in "/%" if char in value), "")
    return f"may not contain '{bad}'" if bad else ""


def qualified_name(value: str) -> str:
    """A label's key: a name of at most 63 characters, after an optional `prefix/`."""
    prefix, slash, name = value.rpartition("/")
    if slash and not prefix:
        return "prefix part must be non-empty"
    if prefix and dns_subdomain(prefix):
        return f"prefix part {dns_subdomain(prefix)}"
    if len(name) > 63:
        return "name part must be no more than 63 characters"
    if re.fullmatch(_QUALIFIED, name):
        return ""
    return (
        "name part must consist of alphanumeric characters, '-', '_' or '.', "
        f"{_AND_ENDS} {_regex(_QUALIFIED, 'MyName', 'my.name', '123-abc')}"
    )


def label_value(value: str) -> str:
    """A label's value: at most 63 characters, possibly none."""
    if len(value) > 63:
        return "must be no more than 63 characters"
    if re.fullmatch(_VALUE, value):
        return ""
    return (
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' "
        f"or '.', {_AND_ENDS} {_regex(_VALUE, 'MyValue', 'my_value', '12345')}"
    )


def config_key(value: str) -> str:
    """A key of a ConfigMap or Secret."""
    if len(value) > 253:
        return "must be no more than 253 characters"
    if value in (".", "..") or value.startswith(".."):
        return "must not be '.', '..' or start with '..'"
    if re.fullmatch(_CONFIG_KEY, value):
        return ""
    return (
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' "
        f"{_regex(_CONFIG_KEY, 'key.name', 'KEY_NAME', 'key-name')}"
    )


def port_name(value: str) -> str:
    """An IANA service name, as a named port has to be; at most 15 characters."""
    if len(value) > 15:
        return "must be no more than 15 characters"
    if not re.fullmatch("[-a-z0-9]+", value):
        return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
    if not re.search("[a-z]", value):
        return "must contain at least one letter (a-z)"
    if "--" in value:
        return "must not contain consecutive hyphens"
    if value[0] == "-" or value[-1] == "-":
        return "must not begin or end with a hyphen"
    return ""


def env_name(value: str) -> str:
    """The name of an environment variable."""
    if re.fullmatch(r"[ -<>-~]+", value):
        return ""
    return (
        "a valid environment variable name must consist only of printable ASCII characters other "
        "than '='"
    )


NODE_PORTS = range(30000, 32768)
"""What a Service of type NodePort may be given (kube-apiserver, --service-node-port-range)."""
PORT_RANGE = "must be between 1 and 65535, inclusive"


def is_port(value: object) -> bool:
    """Whether a number can be a port."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 65535


def count_or_percent(value: object) -> str:
    """A number, or a percentage such as `25%`."""
    if not isinstance(value, str) or re.fullmatch("[0-9]+%", value):
        return ""
    return (
        "a valid percent string must be a numeric string followed by an ending '%' "
        "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
    )
