"""Rules over the templates' own text: what goes in before the YAML is parsed, what vanishes."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.lint.finding import Finding
from holdfast.lint.rules import found
from holdfast.lint.subject import Subject


def check_templates(subject: Subject) -> Iterator[Finding]:
    """Uses of `| raw`, and comments that were not meant to be any."""
    for template in subject.inspection.templates:
        for where in template.raws:
            yield found(
                "raw-filter",
                "`| raw` puts text in before the YAML is parsed: a value can break out",
                where,
                "leave it out where the value is data; text into text needs no filter",
            )
        for where in template.glued:
            yield found(
                "comment-in-text",
                "`{#` begins a comment: everything up to the next `#}` is left out",
                where,
                "put a shell's text between {% raw %} and {% endraw %}, or into files/",
            )
