"""What `secret_once` gives in one operation, and the Secret in which a release keeps it.

A text is looked for in the cluster first, then in what the release has recorded; only where both
know nothing, and the operation may change something, it is generated. What is kept outlives charts
that no longer ask for it: it goes with the release's claims, whose data were initialised with it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from holdfast.actions.target import Target
from holdfast.errors import ManifestError, Where
from holdfast.model.generated import (
    GENERATED_LATER,
    Token,
    generated_ref,
    generated_texts,
    is_generated,
    keeper,
)
from holdfast.model.manifest import Manifest, Manifests, owner_of
from holdfast.model.release import Revision


class Keeping:
    """The generated texts of one release, while one operation on it is prepared.

    `recorded` are the objects of the release's earlier revisions; without a `token` nothing is
    generated: what is not there reads GENERATED_LATER, as in a diff.
    """

    def __init__(
        self, target: Target, release: str, recorded: Manifests, token: Token | None
    ) -> None:
        self._target = target
        self._ref = generated_ref(release, target.namespace)
        self._recorded = [one for one in recorded if one.ref.key == self._ref.key]
        self._release = release
        self._token = token
        self._texts: dict[str, str] | None = None

    def secret(self, key: str, length: int, alphabet: str) -> str:
        """The text under `key`. Raises ClusterError where the Secret may not be read."""
        texts = self._known()
        if key not in texts:
            texts[key] = self._token(length, alphabet) if self._token else GENERATED_LATER
        return texts[key]

    def add_to(self, revision: Revision) -> Revision:
        """The revision with the Secret that keeps the texts, first, where there are any."""
        if self._texts is None and not self._recorded:
            return revision
        texts = self._known()
        if clash := next((m for m in revision.manifests if m.ref.key == self._ref.key), None):
            if not is_generated(clash.object):
                raise ManifestError(
                    f"reading {clash.ref}: holdfast keeps what secret_once gives under this name",
                    where=clash.source,
                    hint="give the chart's object another name",
                )
        others = tuple(one for one in revision.manifests if one.ref.key != self._ref.key)
        return replace(revision, manifests=(self._manifest(revision, texts), *others))

    def _may_be_ours(self, live: dict[str, Any]) -> bool:
        """Whether no other release owns it; one from a backup may have lost its labels."""
        return owner_of(live) in (None, (self._release, self._ref.namespace))

    def _manifest(self, revision: Revision, texts: dict[str, str]) -> Manifest:
        return Manifest(
            ref=self._ref,
            object=keeper(self._release, self._ref.namespace, texts),
            source=Where(f"{revision.chart.name}/secret_once", kind="template"),
            sensitive=frozenset(("data", key) for key in texts),
        )

    def _known(self) -> dict[str, str]:
        if self._texts is None:
            self._texts = {}
            for manifest in self._recorded:
                self._texts |= generated_texts(manifest.object)
            live = self._target.cluster.find(self._ref)
            if live and is_generated(live) and self._may_be_ours(live):
                self._texts |= generated_texts(live)
        return self._texts
