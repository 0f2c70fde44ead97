"""What a request carries: bytes become an object of the kind that the URL names.

Reads JSON, and YAML where an apply may bring it; compares the object's name, namespace and kind
with the URL's; and carries out `fieldValidation`. Nothing is looked up or stored here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from holdfast.embedded.catalog import Served
from holdfast.embedded.decode import Decoder, WrongType
from holdfast.embedded.routes import Request, Target
from holdfast.embedded.status import (
    Cause,
    Causes,
    StatusError,
    Subject,
    bad_request,
    internal,
    invalid,
)
from holdfast.embedded.structural import complete, prune
from holdfast.embedded.typed import misfits
from holdfast.errors import YamlError
from holdfast.kinds.conditions import map_at
from holdfast.kinds.defaults import apply_defaults

Object = dict[str, Any]

_LEVELS = ("", "Ignore", "Strict", "Warn")


def read_object(request: Request, served: Served, target: Target) -> tuple[Object, list[str]]:
    """The object that a POST or PUT brings, completed by defaults, and warnings about it."""
    obj = _read_json(request, served)
    _check_kind(obj, served)
    try:
        decoded, unknown = decode(obj, served)
    except WrongType as error:
        raise bad_request(_unusable(served, str(error))) from None
    warnings = _unknown(request, unknown)
    if unknown and request.option("fieldValidation") == "Strict":
        raise bad_request(_unusable(served, "strict decoding error: " + ", ".join(warnings)))
    _check_place(decoded, served, target)
    return decoded, warnings


def read_patched(
    request: Request, served: Served, target: Target, obj: Object
) -> tuple[Object, list[str]]:
    """The object that a patch made, completed by defaults, and warnings about it."""
    try:
        if (obj.get("apiVersion"), obj.get("kind")) != (served.api_version, served.kind):
            raise WrongType(f'no kind "{obj.get("kind")}" is registered')
        decoded, unknown = decode(obj, served)
    except WrongType as error:
        raise _bad_patch(obj, str(error)) from None
    warnings = _unknown(request, unknown)
    if unknown and request.option("fieldValidation") == "Strict":
        raise _bad_patch(obj, "strict decoding error: " + ", ".join(warnings))
    _check_place(decoded, served, target)
    return decoded, warnings


def read_applied(request: Request, served: Served, target: Target) -> Object:
    """The configuration that an apply brings, as it is: nothing is completed or made canonical."""
    obj: Any = _read_yaml(request)
    found = (obj.get("apiVersion", ""), obj.get("kind", "")) if isinstance(obj, dict) else ("", "")
    if found != (served.api_version, served.kind):
        raise bad_request(f"invalid object type: {_group_version(found[0])}, Kind={found[1]}")
    if not isinstance(obj.setdefault("metadata", {}), dict):
        raise bad_request("metadata is no map")
    if obj["metadata"].get("managedFields"):
        raise bad_request("metadata.managedFields must be nil")
    applied: Object = obj
    _check_type(applied, served, target)
    _check_place(applied, served, target)
    return applied


def _check_type(obj: Object, served: Served, target: Target) -> None:
    problems = list(misfits(obj, served.schema))
    if problems:
        said = problems[0] if len(problems) == 1 else "errors:\n  " + "\n  ".join(problems)
        place = _place(served, obj["metadata"].get("namespace", ""), target.name)
        raise internal(f"failed to create typed patch object {place}: {said}")


def unconvertible(served: Served, target: Target, why: Exception) -> StatusError:
    """The answer to an applied object whose text is of the right type and means nothing."""
    said = f"unable to convert unstructured object to {_kind(served)}: {why}"
    place = _place(served, target.namespace, target.name)
    return internal(f"failed to convert new object {place} to proper version: {said}")


def _place(served: Served, namespace: str, name: str) -> str:
    return f"({namespace}/{name}; {_kind(served)})"


def _kind(served: Served) -> str:
    group_version = served.api_version if "/" in served.api_version else f"/{served.api_version}"
    return f"{group_version}, Kind={served.kind}"


def decode(obj: Object, served: Served, *, applied: bool = False) -> tuple[Object, list[str]]:
    """`obj` canonical and completed, and the paths of the fields it should not have.

    `applied` tells of an object that an apply has made. Raises WrongType.
    """
    if served.custom:
        pruned, unknown = prune(obj, served.structure)
        pruned |= {"apiVersion": served.api_version, "kind": served.kind}
        pruned.setdefault("metadata", {})
        return complete(pruned, served.structure, keep_nulls=applied), unknown
    decoder = Decoder()
    decoded = decoder.decode(obj, served.schema)
    decoded |= {"apiVersion": served.api_version, "kind": served.kind}
    decoded.setdefault("metadata", {})
    return apply_defaults(served.api_version, served.kind, decoded), decoder.unknown


def read_patch(request: Request, wanted: type, go_type: str) -> Any:
    """The JSON of a patch, which has to be of a type."""
    try:
        patch = parse_json(request.body)
    except ValueError as error:
        raise bad_request(f"error decoding patch: {error}") from None
    if not isinstance(patch, wanted):
        names: dict[type, str] = {dict: "object", list: "array", str: "string"}
        got = names.get(type(patch), "number")
        raise bad_request(
            f"error decoding patch: json: cannot unmarshal {got} into Go value of type {go_type}"
        )
    return patch


def check_options(request: Request, name: str) -> None:
    """Refuse values of the common options that the server does not know."""
    causes = Causes()
    if request.option("fieldValidation") not in _LEVELS:
        causes.unsupported("fieldValidation", request.option("fieldValidation"), _LEVELS)
    if request.option("dryRun") not in ("", "All"):
        causes.unsupported("dryRun", [request.option("dryRun")], ("All",))
    refuse_options(name, causes.found)


def refuse_options(name: str, causes: Sequence[Cause]) -> None:
    """Raise 422 about a request's options, if there is a cause to."""
    if causes:
        error = invalid(Subject("meta.k8s.io", "", name), causes)
        details = dict(error.details or {})
        raise StatusError(422, "Invalid", error.message, details)


def _read_json(request: Request, served: Served) -> Object:
    start = f"the object provided is unrecognized (must be of type {served.kind}): "
    start += "couldn't get version/kind; json parse error: "
    try:
        obj = parse_json(request.body)
    except ValueError as error:
        raise bad_request(f"{start}{error}") from None
    if not isinstance(obj, dict):
        raise bad_request(start + "json: the value is no object")
    return obj


def parse_json(body: bytes) -> Any:
    """The value of a JSON text. Raises ValueError, whose words never quote the text."""
    if not body:
        raise ValueError("unexpected end of JSON input (<empty>)")
    try:
        return json.loads(body, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("exceeded max depth") from None
    except UnicodeDecodeError:
        raise ValueError("invalid UTF-8") from None


def _no_number(text: str) -> Any:
    raise ValueError(f"invalid JSON: {text} is no number")


def option_number(request: Request, name: str) -> int | None:
    """A query parameter that is a whole number, or None where it is not given."""
    text = request.option(name)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise bad_request(f'invalid value for {name}: strconv.ParseInt: parsing "{text}"')
    return int(text)


def _read_yaml(request: Request) -> Any:
    with suppress(ValueError):
        return parse_json(request.body)
    from holdfast.yamltext import load

    try:
        return load(request.body.decode("utf-8"), source="the request") or {}
    except (YamlError, UnicodeDecodeError) as error:
        raise bad_request(f"error decoding YAML: {error}") from None


def _check_kind(obj: Object, served: Served) -> None:
    api_version = obj.get("apiVersion") or served.api_version
    kind = obj.get("kind") or served.kind
    if (api_version, kind) == (served.api_version, served.kind):
        return
    if kind == served.kind:
        why = f'no kind "{kind}" is registered for version "{api_version}"'
    else:
        why = f"converting ({kind}) to ({served.kind}): unknown conversion"
    version = api_version.rpartition("/")[2]
    raise bad_request(f'{kind} in version "{version}" cannot be handled as a {served.kind}: {why}')


def _check_place(obj: Object, served: Served, target: Target) -> None:
    metadata = obj["metadata"]
    if served.namespaced:
        if metadata.setdefault("namespace", target.namespace) != target.namespace:
            raise bad_request(
                "the namespace of the provided object does not match the namespace sent on the "
                "request"
            )
    else:
        metadata.pop("namespace", None)
    if target.name and metadata.setdefault("name", target.name) != target.name:
        raise bad_request(
            f"the name of the object ({metadata['name']}) does not match the name on the URL "
            f"({target.name})"
        )


def _unusable(served: Served, why: str) -> str:
    start = f'{served.kind} in version "{served.version}" cannot be handled as a {served.kind}'
    return f"{start}: {why}"


def _unknown(request: Request, unknown: Sequence[str]) -> list[str]:
    if request.option("fieldValidation") == "Ignore":
        return []
    return [f'unknown field "{path}"' for path in unknown]


def _bad_patch(obj: Object, why: str) -> StatusError:
    # The real server quotes the whole patched object; a Secret's content has no place in an error.
    causes = Causes()
    causes.invalid("patch", map_at(obj, "metadata").get("name", ""), why)
    error = invalid(Subject("", "", ""), causes.found)
    return StatusError(422, "Invalid", error.message, {"causes": [causes.found[0].as_dict()]})


def _group_version(api_version: str) -> str:
    return api_version if "/" in api_version else f"/{api_version}"
