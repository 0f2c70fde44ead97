"""What a render is told besides the chart and its values. Data and one callable, no cluster."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

from holdfast.light import dataclass
from holdfast.model.generated import GENERATED_LATER

Lookup: TypeAlias = Callable[[str, str, str, str], Any]
"""(api_version, kind, namespace, name) → the live object, or {} where there is none.

An empty name is a list, {"items": [...]}, an empty namespace every namespace.
"""


SecretSource: TypeAlias = Callable[[str, int, str], str]
"""(key, length, alphabet) → the text that is kept under the key, or GENERATED_LATER."""


def _later(key: str, length: int, alphabet: str) -> str:
    return GENERATED_LATER


def _nothing(api_version: str, kind: str, namespace: str, name: str) -> dict[str, Any]:
    return {} if name else {"items": []}


@dataclass(frozen=True, slots=True)
class Codes:
    """Where compiled templates are kept between runs, by a key of their text; by default nowhere.

    What `load` gives is run: it must come from where only the user can write, never from a chart.
    """

    load: Callable[[str], bytes | None] = lambda key: None
    save: Callable[[str, bytes], None] = lambda key, data: None


NOWHERE = Codes()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The release that is rendered and the cluster it is meant for."""

    release: str
    namespace: str = "default"
    revision: int = 1
    is_install: bool = True
    is_upgrade: bool = False
    kube_version: str = ""
    api_versions: tuple[str, ...] = ()
    lookup: Lookup = _nothing
    secret: SecretSource = _later
    codes: Codes = NOWHERE

    def within(self, path: tuple[str, ...]) -> Context:
        """The same for the subchart that these names lead to: its secrets are its own."""
        if not path:
            return self
        prefix = ".".join((*path, ""))

        def secret(key: str, length: int, alphabet: str) -> str:
            return self.secret(prefix + key, length, alphabet)

        return replace(self, secret=secret)
