"""Charts for the rules: a small sound one, and what a case changes in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.conftest import write_tree

from holdfast import Finding, LintOptions, LintReport, Sources, lint_charts

SOUND: Mapping[str, str] = {
    "Chart.yaml": 'apiVersion: holdfast/v1\nname: web\nversion: 1.2.3\nappVersion: "1.28"\n',
    "values.yaml": "# How many pods.\nreplicas: 1\n# The image.\nimage: nginx:1.28\n",
    "values.schema.json": """\
{"type": "object", "additionalProperties": false, "properties": {
  "replicas": {"type": "integer"},
  "image": {"type": "string"}}}
""",
    "templates/set.yaml.j2": """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: {{ release.name }}}
spec:
  serviceName: {{ release.name }}
  replicas: {{ values.replicas }}
  selector: {matchLabels: {app: {{ release.name }}}}
  template:
    metadata: {labels: {app: {{ release.name }}}}
    spec:
      containers:
        - name: web
          image: {{ values.image }}
          ports: [{name: http, containerPort: 80}]
          readinessProbe: {httpGet: {port: http}}
          resources: {requests: {cpu: 50m}}
          volumeMounts: [{name: data, mountPath: /data}]
  volumeClaimTemplates:
    - metadata: {name: data}
      spec:
        accessModes: [ReadWriteOnce]
        resources: {requests: {storage: 1Gi}}
""",
    "templates/service.yaml.j2": """\
apiVersion: v1
kind: Service
metadata: {name: {{ release.name }}}
spec:
  clusterIP: None
  selector: {app: {{ release.name }}}
  ports: [{name: http, port: 80, targetPort: http}]
""",
}
"""A chart that lint has nothing against."""

Edit = tuple[str, str, str]
"""A file of the sound chart, a text in it, and the text in its place; no text: the whole file."""


def write_chart(root: Path, *edits: Edit) -> str:
    """The sound chart with some texts replaced; an empty new text for a whole file removes it."""
    files = dict(SOUND)
    for name, old, new in edits:
        assert old in files.get(name, ""), f"{old!r} is not in {name}"
        files[name] = files[name].replace(old, new, 1) if old else new
    return str(write_tree(root / "web", {name: text for name, text in files.items() if text}))


def lint(chart: str, *values: str, release: str = "rel", strict: str | None = None) -> LintReport:
    """The report on one chart."""
    options = LintOptions(release=release, kube_version=strict)
    return lint_charts([chart], Sources(files=values), options)


def said(finding: Finding, chart: str) -> str:
    """A finding in one line, with its place in the chart."""
    place = str(finding.where).removeprefix(f"{chart}/")
    return f"{place} {finding.rule}: {finding.message}"
