"""What lies in a chart's crds/ and its subcharts': plain YAML, read as it is, never rendered."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from holdfast import yamltext
from holdfast.kinds.definitions import scopes
from holdfast.model.chart import Chart, ChartFile
from holdfast.model.manifest import CRDS, Rendered, RenderedObject
from holdfast.model.values import Path


def read_definitions(chart: Chart, *, off: Container[Path] = frozenset()) -> tuple[Rendered, ...]:
    """The documents of each file under crds/, in the order of their paths, subcharts' after.

    `off` are the paths of the subcharts that are switched off. Raises YamlError.
    """
    return tuple(
        _read(file, root=sub.root, title="/charts/".join((chart.metadata.name, *path)))
        for path, sub in chart.switched_on(off)
        for file in sub.crds
    )


def defined_versions(pages: Sequence[Rendered]) -> Iterator[str]:
    """`example.com/v1` and `example.com/v1/Db` of each kind that these documents define.

    As in Helm, templates see the kinds that the chart brings itself.
    """
    found = (one.object for page in pages for one in page.objects)
    for version, kind in scopes(obj for obj in found if isinstance(obj, dict)):
        yield version
        yield f"{version}/{kind}"


def _read(file: ChartFile, *, root: str, title: str) -> Rendered:
    source = f"{root.rstrip('/')}/{file.path}"
    documents = yamltext.load_documents(file.text, source=source, kind=CRDS)
    objects = (RenderedObject(one.data, one.positions[()], one.positions) for one in documents)
    return Rendered(f"{title}/{file.path}", tuple(objects))
