"""`holdfast create`: a chart that installs as it is, and shows how charts are written.

A StatefulSet with its headless Service, a claim, a schema and notes: the smallest whole of a
stateful workload. Everything in it is meant to be changed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from holdfast.errors import ChartError, Where

_CHART = """\
apiVersion: holdfast/v1
name: {name}
version: 0.1.0
appVersion: "1.37"
description: A stateful workload
"""

_VALUES = """\
# yaml-language-server: $schema=values.schema.json

# How many pods; each has a claim of its own.
replicas: 1

image:
  repository: busybox
  tag: "1.37"

# The page that every pod serves from its volume, if there is none yet.
greeting: hello

port: 8080

persistence:
  size: 1Gi
  # Empty is the cluster's default class.
  storageClass: ""

resources:
  requests: {cpu: 10m, memory: 16Mi}
  limits: {memory: 64Mi}
"""

_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": ["image", "persistence", "port", "replicas"],
    "properties": {
        "replicas": {"type": "integer", "minimum": 0},
        "image": {
            "type": "object",
            "additionalProperties": False,
            "required": ["repository", "tag"],
            "properties": {
                "repository": {
                    "type": "string",
                    "minLength": 1,
                    "description": "The image without its tag, with its registry if it needs one",
                },
                "tag": {
                    "type": "string",
                    "minLength": 1,
                    "description": "Which version of the image",
                },
            },
        },
        "greeting": {"type": "string"},
        "port": {
            "type": "integer",
            "minimum": 1,
            "maximum": 65535,
            "description": "Where the pods and the Service listen",
        },
        "persistence": {
            "type": "object",
            "additionalProperties": False,
            "required": ["size"],
            "properties": {
                "size": {
                    "type": "string",
                    "pattern": "^[1-9][0-9]*(Mi|Gi|Ti)$",
                    "description": "How large each pod's claim is",
                },
                "storageClass": {"type": "string"},
            },
        },
        "resources": {"type": "object"},
    },
}

_LABELS = """\
{# The selector is immutable: it holds what never changes in a release's life, and nothing else. #}
{% macro selector_labels() %}
app.kubernetes.io/name: {{ chart.name }}
app.kubernetes.io/instance: {{ release.name }}
{% endmacro %}

{# For objects only: on pods, the version would restart them all with every new chart. #}
{% macro labels() %}
{{ selector_labels() }}
app.kubernetes.io/version: {{ chart.app_version }}
app.kubernetes.io/managed-by: {{ release.service }}
{% endmacro %}

{% macro fullname() %}
{{ release.name if chart.name in release.name else release.name ~ "-" ~ chart.name }}
{% endmacro %}
"""

_SERVICE = """\
# The headless Service gives each pod a name of its own in DNS.
apiVersion: v1
kind: Service
metadata:
  name: {{ fullname() }}
  labels: {{ labels() }}
spec:
  clusterIP: None
  selector: {{ selector_labels() }}
  ports:
    - name: http
      port: {{ values.port }}
"""

_SET = """\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ fullname() }}
  labels: {{ labels() }}
spec:
  serviceName: {{ fullname() }}
  replicas: {{ values.replicas }}
  selector:
    matchLabels: {{ selector_labels() }}
  template:
    metadata:
      labels: {{ selector_labels() }}
    spec:
      terminationGracePeriodSeconds: 5
      containers:
        - name: server
          image: {{ values.image.repository }}:{{ values.image.tag }}
          command: [sh, -c]
          args:
            - |
              test -e /data/index.html || echo "$GREETING from $HOSTNAME" > /data/index.html
              exec httpd -f -p {{ values.port }} -h /data
          env:
            - name: GREETING
              value: {{ values.greeting }}
          ports:
            - name: http
              containerPort: {{ values.port }}
          readinessProbe:
            httpGet: {path: /, port: http}
          resources: {{ values.resources | omit_empty }}
          volumeMounts:
            - name: data
              mountPath: /data
  volumeClaimTemplates:
    - metadata: {name: data}
      spec:
        accessModes: [ReadWriteOnce]
        storageClassName: {{ values.persistence.storageClass | omit_empty }}
        resources: {requests: {storage: {{ values.persistence.size }}}}
"""

_NOTES = """\
{{ fullname() }}: {{ values.replicas }} pod(s), each with a claim of {{ values.persistence.size }}.

  kubectl -n {{ release.namespace }} port-forward {{ fullname() }}-0 {{ values.port }}
"""

_IGNORE = """\
# Files that do not belong to the chart; the rules are those of .gitignore.
.git/
*.bak
*.swp
*~
.DS_Store
"""


def create_chart(path: str) -> str:
    """Write a chart into the new directory `path`; its last part is the chart's name.

    Returns the path. Raises ChartError for a name that no chart may have, and where something is
    there already: nothing is ever overwritten.
    """
    folder = Path(path)
    name = folder.name
    if not re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", name):
        raise ChartError(
            f"creating the chart {path}: {name!r} is no chart name",
            hint="lower-case letters, digits and `-`, at most 63, no `-` at either end",
        )
    try:
        folder.mkdir(parents=True)
        for file, text in _files(name).items():
            target = folder / file
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, encoding="utf-8")
    except OSError as error:
        taken = isinstance(error, FileExistsError)
        raise ChartError(
            f"creating the chart {path}: {'it is there already' if taken else error.strerror}",
            where=Where(str(error.filename or path)),
            hint="choose another name" if taken else "check who may write there",
        ) from error
    return path


def _files(name: str) -> dict[str, str]:
    return {
        "Chart.yaml": _CHART.format(name=name),
        "values.yaml": _VALUES,
        "values.schema.json": json.dumps(_SCHEMA, indent=2) + "\n",
        ".holdfastignore": _IGNORE,
        "templates/_labels.j2": _LABELS,
        "templates/service.yaml.j2": _SERVICE,
        "templates/statefulset.yaml.j2": _SET,
        "templates/NOTES.txt.j2": _NOTES,
    }
