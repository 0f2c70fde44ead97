"""The registry of rules: ids, levels and what each is about. docs/lint.md shows the same table.

Which code finds what stands in the files of one idea each; here is only what they may say.
"""

from __future__ import annotations

from holdfast.errors import Where, printable
from holdfast.lint.finding import Finding, Level, Rule

_E, _W, _I = Level.ERROR, Level.WARNING, Level.INFO

RULES: tuple[Rule, ...] = (
    Rule(
        "ambiguous-scalar",
        _W,
        "A plain scalar that YAML readers disagree on, or whose digits get lost: `on`, `1e3`,"
        " `0644`, `1:30`, `1.10`, the key `y`.",
    ),
    Rule("chart-file", _E, "Chart.yaml or another file of the chart cannot be used."),
    Rule(
        "comment-in-text",
        _W,
        "`{#` directly behind other text, as in a shell's `${#a[@]}`, begins a comment.",
    ),
    Rule("deprecated-value", _W, "A value is set that the schema marks as deprecated."),
    Rule(
        "hook-never-ends",
        _E,
        "A hook that cannot come to an end: a Pod that is restarted, a Job that is suspended.",
    ),
    Rule(
        "hook-selected",
        _W,
        "A Service selects the pods of a hook: they get its traffic while the hook runs.",
    ),
    Rule("hook-stray", _W, "An annotation of hooks on an object that is no hook."),
    Rule(
        "hook-workload",
        _W,
        "A hook whose pods run on (a StatefulSet, a Deployment, …): it is made anew each time, and"
        " not waited for.",
    ),
    Rule("image-tag", _W, "An image without a tag or digest, or with the tag `latest`."),
    Rule(
        "immutable-labels",
        _W,
        "Labels that users choose for every object get into a selector or a claim template, which"
        " cannot change after the install.",
    ),
    Rule(
        "immutable-version",
        _E,
        "The chart's version or appVersion gets into a selector or a claim template: the next"
        " version could not be installed over this one.",
    ),
    Rule("kube-schema", _E, "The object does not fit the schema of the chosen Kubernetes version."),
    Rule("kube-version", _E, "The chart's kubeVersion leaves out the chosen Kubernetes version."),
    Rule("manifest-error", _E, "What a template rendered is no Kubernetes object."),
    Rule("missing-probe", _I, "A container that keeps running has no readiness probe."),
    Rule("missing-resources", _I, "A container requests no resources."),
    Rule("no-schema", _W, "The chart has values and no values.schema.json."),
    Rule(
        "pod-version",
        _W,
        "The pod template changes with the chart's version or appVersion: every new version"
        " restarts all pods.",
    ),
    Rule("port-name", _E, "A port is named that no container (or Service) has."),
    Rule("raw-filter", _W, "`| raw` puts text in before the YAML is parsed: it can break out."),
    Rule("schema-file", _E, "values.schema.json cannot be used."),
    Rule(
        "schema-without-value",
        _W,
        "The schema names a value that neither values.yaml has nor any template reads.",
    ),
    Rule("selector-labels", _E, "A workload's selector does not match its own pods' labels."),
    Rule("selects-no-pod", _W, "A Service or budget selects no pod of the release."),
    Rule(
        "service-name",
        _W,
        "A StatefulSet without serviceName, or with one that no headless Service of the release"
        " has.",
    ),
    Rule(
        "statefulset-name",
        _E,
        "A StatefulSet's name has more than 52 characters: its pods' labels would not fit.",
    ),
    Rule("template-error", _E, "A template cannot be compiled or rendered."),
    Rule(
        "undeclared-value",
        _E,
        "A template reads a value that neither values.yaml nor the schema declares.",
    ),
    Rule(
        "undocumented-value",
        _W,
        "A value has no description in the schema and no comment in values.yaml.",
    ),
    Rule("unused-value", _W, "values.yaml declares a value that no template reads."),
    Rule("value-without-schema", _W, "A value in values.yaml is not in the schema."),
    Rule("values-file", _E, "values.yaml cannot be read."),
    Rule("values-refused", _E, "The schema refuses the chart's values."),
    Rule("volume-mount", _E, "A container mounts a volume that the pod does not have."),
)


def rule(id: str) -> Rule:
    """The rule of that id."""
    return next(one for one in RULES if one.id == id)


def found(id: str, message: str, where: Where, hint: str = "") -> Finding:
    """A finding of the rule `id`."""
    return Finding(rule(id).level, id, printable(message), where, printable(hint))
