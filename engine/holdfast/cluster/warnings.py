"""What a server says besides its answer: `Warning: 299 - "text"` headers (RFC 7234, 5.5).

Kubernetes sends them for deprecated versions, doubtful fields and admission policies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator


def warnings_in(header: str) -> Iterator[str]:
    """The texts in one header, or in several that were joined by commas."""
    for found in re.finditer(r'299 \S+ "((?:[^"\\]|\\.)*)"', header):
        yield re.sub(r"\\(.)", r"\1", found.group(1))
