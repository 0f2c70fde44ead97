"""JSON for machines: stable key order as given, two spaces, non-ASCII as it is."""

from __future__ import annotations

import json
from typing import Any


def to_json(data: Any) -> str:
    """`data` as indented JSON."""
    return json.dumps(data, indent=2, ensure_ascii=False, default=str)
