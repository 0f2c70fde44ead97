"""Every rule: a tiny chart that breaks it, with the place, and the sound chart that does not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.unit.lint.support import Edit, lint, said, write_chart

from holdfast.lint.rules import RULES

SET, SERVICE = "templates/set.yaml.j2", "templates/service.yaml.j2"
VALUES, SCHEMA = "values.yaml", "values.schema.json"
JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: a, image: "a:{{ chart.version }}", resources: {requests: {cpu: 1}}}]
"""
SUSPENDED = JOB.replace("once}", "once, annotations: {helm.sh/hook: test}}").replace(
    "spec:", "spec:\n  suspend: true", 1
)
LABEL = "app: {{ release.name }}"
HOOK = """\
apiVersion: v1
kind: Pod
metadata:
  name: check
  labels: {{{labels}}}
  annotations:
    {annotation}
spec:
  restartPolicy: {restart}
  containers: [{{name: a, image: "a:1", resources: {{requests: {{cpu: 1}}}}}}]
"""


def hook(
    annotation: str = "holdfast.dev/hook: test", labels: str = "a: b", restart: str = "Never"
) -> str:
    return HOOK.format(annotation=annotation, labels=labels, restart=restart)


@dataclass(frozen=True)
class Case:
    """The edits that break a rule, and what is said of it."""

    rule: str
    said: str
    edits: tuple[Edit, ...]
    release: str = "rel"


def case(rule: str, said: str, *edits: Edit, release: str = "rel") -> Case:
    return Case(rule, said, edits, release)


CASES = (
    case(
        "ambiguous-scalar",
        "values.yaml:5:1 ambiguous-scalar: `y` is read as true",
        (VALUES, "image: nginx:1.28", "image: nginx:1.28\ny: {}"),
    ),
    case(
        "ambiguous-scalar",
        "values.yaml:4:8 ambiguous-scalar: `1:30` is text to Kubernetes",
        (VALUES, "image: nginx:1.28", "image: 1:30"),
    ),
    case(
        "ambiguous-scalar",
        "values.yaml:4:8 ambiguous-scalar: `1e3` is read as 1000",
        (VALUES, "image: nginx:1.28", "image: 1e3"),
    ),
    case(
        "ambiguous-scalar",
        "values.yaml:4:8 ambiguous-scalar: `1.10` is read as 1.1",
        (VALUES, "image: nginx:1.28", "image: 1.10"),
    ),
    case(
        "ambiguous-scalar",
        "templates/set.yaml.j2:22:41 ambiguous-scalar: `0644` is read as 420",
        (SET, "storage: 1Gi", "storage: 0644"),
    ),
    case(
        "ambiguous-scalar",
        "templates/set.yaml.j2:11:8 ambiguous-scalar: `on` is read as true",
        (SET, "    spec:", "    {% if false %}\n    x: on\n    {% endif %}\n    spec:"),
    ),
    case(
        "chart-file",
        "Chart.yaml:3:1 chart-file: reading the chart",
        ("Chart.yaml", "version: 1.2.3", "version: one"),
    ),
    case(
        "comment-in-text",
        "templates/set.yaml.j2:13:20 comment-in-text: `{#` begins a comment",
        (SET, "image: {{ values.image }}", "image: a${#b}:1 #}:{{ values.image }}"),
    ),
    case(
        "comment-in-text",
        "templates/set.yaml.j2:13:26 comment-in-text: `{#` begins a comment",
        (SET, "image: {{ values.image }}", "image: {{ 1 }}${#b}"),
    ),
    case(
        "deprecated-value",
        "values.yaml:2:1 deprecated-value: replicas is deprecated: Use size.",
        (SCHEMA, '"type": "integer"', '"deprecated": true, "description": "Use size."'),
    ),
    case(
        "hook-never-ends",
        "templates/check.yaml.j2:9:3 hook-never-ends: the hook Pod/check is run again",
        ("templates/check.yaml.j2", "", hook(restart="Always")),
    ),
    case(
        "hook-never-ends",
        "templates/job.yaml.j2:5:3 hook-never-ends: the hook Job/once is suspended",
        ("templates/job.yaml.j2", "", SUSPENDED),
    ),
    case(
        "hook-selected",
        "templates/check.yaml.j2:5:3 hook-selected: Service/rel selects the pods of the hook",
        ("templates/check.yaml.j2", "", hook(labels=LABEL)),
    ),
    case(
        "hook-stray",
        "templates/check.yaml.j2:7:5 hook-stray: Pod/check has helm.sh/hook-weight and is no",
        ("templates/check.yaml.j2", "", hook('helm.sh/hook-weight: "1"')),
    ),
    case(
        "hook-workload",
        "templates/set.yaml.j2:3:38 hook-workload: the hook StatefulSet/rel is made anew each",
        (SET, "release.name }}}", "release.name }}, annotations: {helm.sh/hook: pre-install}}"),
    ),
    case(
        "image-tag",
        "templates/set.yaml.j2:13:11 image-tag: the image a:5000/nginx of container web of"
        " StatefulSet/rel has no tag",
        (VALUES, "nginx:1.28", "a:5000/nginx"),
    ),
    case(
        "image-tag",
        "templates/set.yaml.j2:13:11 image-tag: the image nginx:latest of container web",
        (VALUES, "nginx:1.28", "nginx:latest"),
    ),
    case(
        "immutable-labels",
        "templates/set.yaml.j2:19:38 immutable-labels: values.commonLabels gets into"
        ' spec.volumeClaimTemplates[0].metadata.labels."holdfast.dev/lint"',
        (VALUES, "image:", "commonLabels: {}\nimage:"),
        (SET, "{name: data}\n", "{name: data, labels: {{ values.commonLabels }}}\n"),
    ),
    case(
        "immutable-version",
        "templates/set.yaml.j2:19:39 immutable-version: the chart's version gets into"
        " spec.volumeClaimTemplates[0].metadata.labels.v of StatefulSet/rel",
        (SET, "{name: data}\n", '{name: data, labels: {v: "{{ chart.version }}"}}\n'),
    ),
    case(
        "immutable-version",
        "templates/job.yaml.j2:8:30 immutable-version: the chart's version gets into"
        " spec.template.spec.containers[0].image of Job/once",
        ("templates/job.yaml.j2", "", JOB),
    ),
    case(
        "kube-schema",
        "templates/set.yaml.j2:6:3 kube-schema: StatefulSet/rel: spec.replicas must be an"
        ' integer, is "two" (Kubernetes 1.34)',
        (SET, "replicas: {{ values.replicas }}", "replicas: two{# {{ values.replicas }} #}"),
    ),
    case(
        "kube-schema",
        "templates/service.yaml.j2:5:3 kube-schema: Service/rel: spec.clusterIp is not known to"
        " the schema",
        (SERVICE, "clusterIP: None", "clusterIp: None"),
    ),
    case(
        "kube-schema",
        "templates/pdb.yaml.j2:1:1 kube-schema: PodDisruptionBudget/p: apiVersion policy/v1beta1"
        " has no PodDisruptionBudget (Kubernetes 1.34)",
        (
            "templates/pdb.yaml.j2",
            "",
            "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: p}\n"
            "spec: {minAvailable: 1, selector: {matchLabels: {app: rel}}}\n",
        ),
    ),
    case(
        "kube-schema",
        "templates/set.yaml.j2:1:1 kube-schema: Statefulset/rel: apiVersion apps/v1 has no",
        (SET, "kind: StatefulSet", "kind: Statefulset"),
    ),
    case(
        "kube-version",
        "Chart.yaml:4:1 kube-version: using the chart web: it is made for Kubernetes >=1.36, this",
        ("Chart.yaml", "version: 1.2.3", "version: 1.2.3\nkubeVersion: '>=1.36'"),
    ),
    case(
        "manifest-error",
        "templates/service.yaml.j2:3:12 manifest-error: reading Service",
        (SERVICE, "name: {{ release.name }}", "name: {{ release.name }}_"),
    ),
    case(
        "missing-probe",
        "templates/set.yaml.j2:12:11 missing-probe: container web of StatefulSet/rel has no"
        " readiness probe",
        (SET, "readinessProbe: {httpGet: {port: http}}", ""),
    ),
    case(
        "missing-resources",
        "templates/set.yaml.j2:12:11 missing-resources: container web of StatefulSet/rel requests",
        (SET, "resources: {requests: {cpu: 50m}}", ""),
    ),
    case("no-schema", "values.yaml:1:1 no-schema: the chart has values", (SCHEMA, "", "")),
    case(
        "pod-version",
        "templates/set.yaml.j2:9:25 pod-version: the chart's appVersion gets into"
        " spec.template.metadata.labels.v of StatefulSet/rel: it restarts every pod",
        (SET, "{labels: {" + LABEL, '{labels: {v: "{{ chart.app_version }}", ' + LABEL),
    ),
    case(
        "port-name",
        "templates/set.yaml.j2:15:38 port-name: the readinessProbe of container web of"
        " StatefulSet/rel asks the port web, which it lacks",
        (SET, "{port: http}", "{port: web}"),
    ),
    case(
        "port-name",
        "templates/service.yaml.j2:7:34 port-name: Service/rel leads to the port web, which no"
        " container it selects has",
        (SERVICE, "targetPort: http", "targetPort: web"),
    ),
    case(
        "raw-filter",
        "templates/set.yaml.j2:13:36 raw-filter: `| raw` puts text in",
        (SET, "{{ values.image }}", "{{ values.image | raw }}"),
    ),
    case(
        "schema-file",
        "values.schema.json:1:7 schema-file: reading the schema",
        (
            SCHEMA,
            "{",
            "",
        ),
    ),
    case(
        "schema-without-value",
        "values.schema.json:2 schema-without-value: the schema names size, which values.yaml"
        " lacks and no template reads",
        (SCHEMA, '"replicas":', '"size": {}, "replicas":'),
    ),
    case(
        "selector-labels",
        "templates/set.yaml.j2:7:3 selector-labels: the selector of StatefulSet/rel does not",
        (SET, "labels: {" + LABEL, "labels: {app: web, was: {{ release.name }}"),
    ),
    case(
        "selects-no-pod",
        "templates/service.yaml.j2:6:3 selects-no-pod: Service/rel selects no pod",
        (SERVICE, "selector: {" + LABEL, "selector: {app: other"),
    ),
    case(
        "service-name",
        "templates/set.yaml.j2:5:3 service-name: StatefulSet/rel names the Service other, which"
        " the release does not have",
        (SET, "serviceName: {{ release.name }}", "serviceName: {{ 'other' }}"),
    ),
    case(
        "service-name",
        "templates/set.yaml.j2:5:3 service-name: StatefulSet/rel names the Service rel, which"
        " is not headless",
        (SERVICE, "clusterIP: None", "type: ClusterIP"),
    ),
    case(
        "service-name",
        "templates/set.yaml.j2:4:1 service-name: StatefulSet/rel has no serviceName",
        (SET, "serviceName: {{ release.name }}", ""),
    ),
    case(
        "statefulset-name",
        f"templates/set.yaml.j2:3:12 statefulset-name: the StatefulSet's name {'r' * 53} has 53",
        release="r" * 53,
    ),
    case(
        "template-error",
        "templates/set.yaml.j2:6:34 template-error: compiling: there is no filter 'integer'",
        (SET, "values.replicas }}", "values.replicas | integer }}"),
    ),
    case(
        "undeclared-value",
        "templates/set.yaml.j2:6:53 undeclared-value: values.replica is read, and neither",
        (SET, "{{ values.replicas }}", "{{ values.replicas if values.image else values.replica }}"),
    ),
    case(
        "undocumented-value",
        "values.yaml:1:1 undocumented-value: replicas has no description",
        (VALUES, "# How many pods.\n", ""),
    ),
    case(
        "unused-value",
        "values.yaml:4:1 unused-value: image is declared, and no template reads it",
        (SET, "{{ values.image }}", "nginx:1.28"),
    ),
    case(
        "value-without-schema",
        "values.yaml:3:1 value-without-schema: size is not in the schema",
        (VALUES, "# The image.", "size: 1 # How many.\n# The image."),
    ),
    case(
        "values-file",
        "values.yaml:2:11 values-file: reading",
        (VALUES, "replicas: 1", "replicas: *x"),
    ),
    case(
        "values-refused",
        'values.yaml:2:1 values-refused: replicas must be an integer, is "x"',
        (VALUES, "replicas: 1", "replicas: x"),
    ),
    case(
        "volume-mount",
        "templates/set.yaml.j2:17:27 volume-mount: container web of StatefulSet/rel mounts the"
        " volume html, which its pod does not have",
        (SET, "{name: data, mountPath", "{name: html, mountPath"),
    ),
)


@pytest.mark.parametrize("one", CASES, ids=lambda one: f"{one.rule}-{one.said[:30]}")
def test_a_broken_rule_is_found_at_its_place(one: Case, tmp_path: Path) -> None:
    chart = write_chart(tmp_path, *one.edits)
    found = [said(finding, chart) for finding in lint(chart, release=one.release).findings]
    assert [line for line in found if line.startswith(one.said)], "\n".join(found)


def test_a_sound_chart_breaks_no_rule(tmp_path: Path) -> None:
    chart = write_chart(tmp_path)
    report = lint(chart)
    assert [said(finding, chart) for finding in report.findings] == []
    assert not report.failed(strict=True)


def test_a_sound_hook_breaks_no_rule(tmp_path: Path) -> None:
    chart = write_chart(tmp_path, ("templates/check.yaml.j2", "", hook()))
    assert [said(finding, chart) for finding in lint(chart).findings] == []


def test_every_rule_has_a_case() -> None:
    assert sorted({one.rule for one in CASES}) == [rule.id for rule in RULES]


def test_the_docs_list_every_rule_as_the_registry_has_it() -> None:
    page = (ROOT / "docs" / "lint.md").read_text()
    page = page.replace(r"\|", "&vert;")
    rows = re.findall(r"^\| `([a-z-]+)` \| (\w+) \| (.*) \|$", page, re.MULTILINE)
    rows = [(id, level, text.replace("&vert;", "|")) for id, level, text in rows]
    assert rows == [(rule.id, rule.level.value, rule.summary) for rule in RULES]


PER_POD = """\
apiVersion: v1
kind: Service
metadata: {name: per-pod}
spec:
  selector: {LABEL}
  ports: [{port: 80, targetPort: http}]
"""
POD_NAME = "statefulset.kubernetes.io/pod-name"


@pytest.mark.parametrize(
    ("label", "known"),
    [
        (f"{POD_NAME}: rel-0", True),
        (f"app: rel, {POD_NAME}: rel-0", True),
        ("apps.kubernetes.io/pod-index: '0'", True),
        (f"{POD_NAME}: rel-1", False),
        (f"app: other, {POD_NAME}: rel-0", False),
    ],
)
def test_one_pod_of_a_set_may_be_selected(tmp_path: Path, label: str, known: bool) -> None:
    chart = write_chart(tmp_path, ("templates/p.yaml.j2", "", PER_POD.replace("LABEL", label)))
    rules = [finding.rule for finding in lint(chart).findings]
    assert rules == ([] if known else ["selects-no-pod"])


def test_a_limit_is_a_request_too(tmp_path: Path) -> None:
    chart = write_chart(tmp_path, (SET, "{requests: {cpu: 50m}}", "{limits: {memory: 1Gi}}"))
    assert lint(chart).findings == ()


def test_a_custom_resource_is_no_mistake(tmp_path: Path) -> None:
    text = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n"
    report = lint(write_chart(tmp_path, ("templates/w.yaml.j2", "", text)))
    assert report.findings == ()
    assert [check.skipped for _, check in report.checks] == [("Widget/w",)]
