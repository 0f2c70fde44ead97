"""Rules over hooks: what would never end, what is made anew by mistake, who selects their pods."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.kinds.hooks import is_hook, runs_to_an_end, stray_annotation
from holdfast.kinds.selectors import selector_of
from holdfast.lint.finding import Finding
from holdfast.lint.rules import found
from holdfast.lint.subject import Subject
from holdfast.lint.workloads import map_at, of_kind, pods_of
from holdfast.model.manifest import Manifest

_NOTES = ("metadata", "annotations")


def check_hooks(subject: Subject) -> Iterator[Finding]:
    """Every hook that the chart renders, and what looks like one."""
    for manifest in subject.manifests:
        if is_hook(manifest.object):
            yield from _check_end(manifest)
        elif name := stray_annotation(manifest.object):
            where = manifest.place((*_NOTES, name))
            message = f"{manifest.ref} has {name} and is no hook"
            yield found("hook-stray", message, where, "add holdfast.dev/hook, or remove it")
    yield from _check_selected(subject)


def _check_end(manifest: Manifest) -> Iterator[Finding]:
    spec = map_at(manifest.object, "spec")
    if not runs_to_an_end(manifest.ref):
        if any(pods_of((manifest,))):
            message = f"the hook {manifest.ref} is made anew each time, and not waited for"
            where = manifest.place(_NOTES)
            yield found("hook-workload", message, where, "let a Job do it, or make it no hook")
    elif manifest.ref.kind == "Pod" and spec.get("restartPolicy", "Always") == "Always":
        message = f"the hook {manifest.ref} is run again when it ends"
        hint = "set restartPolicy: Never"
        yield found("hook-never-ends", message, manifest.place(("spec", "restartPolicy")), hint)
    elif manifest.ref.kind == "Job" and spec.get("suspend"):
        message = f"the hook {manifest.ref} is suspended: nothing starts it"
        where = manifest.place(("spec", "suspend"))
        yield found("hook-never-ends", message, where, "remove suspend")


def _check_selected(subject: Subject) -> Iterator[Finding]:
    every = pods_of(subject.manifests)
    ends = (one for one in every if runs_to_an_end(one.manifest.ref))
    hooks = [one for one in ends if is_hook(one.manifest.object)]
    for service in of_kind(subject.manifests, "Service"):
        labels = map_at(service.object, "spec", "selector")
        if not labels:
            continue
        selector = selector_of({"matchLabels": {str(k): str(v) for k, v in labels.items()}})
        for pods in hooks:
            same = pods.manifest.ref.namespace == service.ref.namespace
            if same and selector.matches(pods.labels):
                message = f"{service.ref} selects the pods of the hook {pods.manifest.ref}"
                where = pods.manifest.place((*pods.path, "metadata", "labels"))
                yield found("hook-selected", message, where, "give them labels of their own")
