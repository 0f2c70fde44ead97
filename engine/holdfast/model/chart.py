"""What a chart is once it has been read: data only, no path on disk is opened from here."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import field
from types import MappingProxyType

from holdfast.errors import Where
from holdfast.light import dataclass
from holdfast.model.values import Path


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
class ImportValues:
    """One entry of `import-values`: the child's map at `child` is put at the parent's `parent`.

    Both are dotted paths; `parent` is empty for the parent's root. The short form `name` in
    Chart.yaml is `exports.name` → the root.
    """

    child: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Dependency:
    """One entry of Chart.yaml's `dependencies` (Helm's fields and meaning).

    `version` is a semver range, empty for any; `repository` is empty for a chart in charts/,
    `file://…`, or a remote one; `condition` are dotted paths into the parent's values, the first
    that is a boolean decides; `where` is the place in Chart.yaml.
    """

    name: str
    version: str = ""
    repository: str = ""
    condition: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    alias: str = ""
    import_values: tuple[ImportValues, ...] = ()
    where: Where | None = None

    @property
    def key(self) -> str:
        """The name that the parent's values and templates know it by."""
        return self.alias or self.name


@dataclass(frozen=True, slots=True)
class ChartMetadata:
    """Chart.yaml, with Helm's field names in snake case; only `apiVersion` differs from Helm's.

    `kube_version_at` is the place of that field, where there is one.
    """

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
    dependencies: tuple[Dependency, ...] = ()
    kube_version_at: Where | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as read from a directory or an archive.

    `root` is how the user named it and starts every place in messages (`charts/nginx`);
    `templates` holds templates and `_*.j2` partials; `files` what lies under files/; `crds` the
    YAML under crds/, which is never rendered;
    `digest` is `sha256:…` over every file's path and content and every subchart's digest.
    `subcharts` are all that were found, also those that values may switch off; a subchart's
    `metadata.name` is the name its parent knows it by (its alias, where it has one).
    """

    metadata: ChartMetadata
    root: str
    digest: str
    values: ChartFile | None = None
    schema: ChartFile | None = None
    notes: ChartFile | None = None
    templates: tuple[ChartFile, ...] = ()
    files: tuple[ChartFile, ...] = ()
    subcharts: tuple[Chart, ...] = ()
    crds: tuple[ChartFile, ...] = ()

    def walk(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Chart]]:
        """The chart and all below it with their paths of names, parents first."""
        yield path, self
        for sub in self.subcharts:
            yield from sub.walk((*path, sub.metadata.name))

    def switched_on(self, off: Container[Path]) -> Iterator[tuple[tuple[str, ...], Chart]]:
        """As `walk`, without the charts whose path, or that of one above them, is in `off`."""
        for path, chart in self.walk():
            if not any(path[:end] in off for end in range(1, len(path) + 1)):
                yield path, chart

    def dependency(self, name: str) -> Dependency | None:
        """What Chart.yaml declares of the subchart `name`; None for one that only lies there."""
        return next((item for item in self.metadata.dependencies if item.key == name), None)
