"""Plain scalars that are not what they look like, in values files and in templates.

Three readers are compared: YAML 1.1, the YAML 1.2 core schema, and Kubernetes' own. Where they
disagree, the author should say what is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.errors import Where, YamlError
from holdfast.lint.finding import Finding
from holdfast.lint.rules import found
from holdfast.lint.subject import Subject
from holdfast.yamltext import Mapping, Node, Scalar, Sequence, compose, resolve

_WORDS = frozenset("y n yes no on off".split())
_SHAPES = (
    r"[-+]?0[0-9_]+|[-+]?0o[0-7]+|[-+]?0b[01_]+",  # octal to one reader, decimal or text to another
    r"[-+]?[0-9][0-9_]*_[0-9_]*",  # digits with underscores
    r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][-+]?[0-9]+",  # an exponent
    r"[-+]?[0-9]+(?::[0-5]?[0-9])+",  # base 60
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?",  # a date
    r"[-+]?[0-9]+\.[0-9]+0",  # a number that loses its last digit
)


def check_scalars(subject: Subject) -> Iterator[Finding]:
    """Ambiguous scalars in the values files and in the templates' own text."""
    for file in subject.files:
        for document in file.documents:
            for scalar in _scalars(document):
                yield from _judge(scalar, Where(file.source, scalar.line, scalar.column))
    for template in subject.inspection.templates:
        if not template.source.endswith("NOTES.txt.j2"):
            yield from _check_outline(template.source, template.outline)


def is_ambiguous(text: str) -> bool:
    """Whether readers of YAML disagree on a plain scalar, or its digits get lost."""
    return text.lower() in _WORDS or bool(re.fullmatch("|".join(_SHAPES), text))


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _scalars(item)
    else:
        for key, value in node.entries[node.merged :]:
            yield key
            yield from _scalars(value)


def _judge(scalar: Scalar, where: Where) -> Iterator[Finding]:
    if scalar.plain and is_ambiguous(scalar.text):
        value = resolve(scalar.text)
        quoted = f"write '{scalar.text}' in quotes if it is text"
        if isinstance(value, str):
            message = f"`{scalar.text}` is text to Kubernetes, and not to every reader of YAML"
            yield found("ambiguous-scalar", message, where, f"write '{scalar.text}' in quotes")
            return
        spelled = "true" if value is True else "false" if value is False else str(value)
        message = f"`{scalar.text}` is read as {spelled}"
        yield found("ambiguous-scalar", message, where, f"{quoted}, or {spelled}")


def _check_outline(source: str, outline: str) -> Iterator[Finding]:
    """Each line by itself: control flow makes the whole no YAML. Block scalars are passed over."""
    inside: int | None = None
    for number, line in enumerate(outline.split("\n"), 1):
        indent = len(line) - len(line.lstrip())
        if not line.strip() or (inside is not None and indent > inside):
            continue
        inside = None
        node = _read_line(line)
        if node is None or isinstance(node, Scalar):
            continue
        for scalar in _scalars(node):
            yield from _judge(scalar, Where(source, number, scalar.column, "template"))
        inside = _block_begins(node)


def _read_line(line: str) -> Node | None:
    try:
        documents = compose(line, source="")
    except YamlError:
        return None
    return documents[0] if len(documents) == 1 else None


def _block_begins(node: Node) -> int | None:
    """The indentation that a block scalar's lines go beyond, where the line begins one."""
    column = node.column
    while isinstance(node, Sequence | Mapping):
        column = node.column
        if isinstance(node, Sequence):
            node = node.items[-1] if node.items else Scalar("", "plain", None, 0, 0, 0, 0)
        elif node.entries:
            key, node = node.entries[-1]
            column = key.column
        else:
            return None
    return column - 1 if node.style in ("literal", "folded") else None
