"""What a chart is once it has been read: data only, no path on disk is opened from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ChartFile:
    """One file of a chart. `path` is relative to the chart's root, with forward slashes."""

    path: str
    data: bytes

    @property
    def text(self) -> str:
        """The file as UTF-8 (loading has checked that templates, values and schema are)."""
        return self.data.decode("utf-8")


@dataclass(frozen=True, slots=True)
class Maintainer:
    """Who to ask about a chart."""

    name: str
    email: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ChartMetadata:
    """Chart.yaml, with Helm's field names in snake case; only `apiVersion` differs from Helm's."""

    name: str
    version: str
    api_version: str = "holdfast/v1"
    type: str = "application"
    description: str = ""
    app_version: str = ""
    kube_version: str = ""
    home: str = ""
    icon: str = ""
    keywords: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    maintainers: tuple[Maintainer, ...] = ()
    deprecated: bool = False
    annotations: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as read from a directory or an archive.

    `root` is how the user named it and starts every place in messages (`charts/nginx`);
    `templates` holds templates and `_*.j2` partials; `files` what lies under files/;
    `digest` is `sha256:…` over every file's path and content.
    """

    metadata: ChartMetadata
    root: str
    digest: str
    values: ChartFile | None = None
    schema: ChartFile | None = None
    notes: ChartFile | None = None
    templates: tuple[ChartFile, ...] = ()
    files: tuple[ChartFile, ...] = ()
