"""The annotations of hooks: ours, Helm's spellings of them, and what is wrong with others."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.errors import ManifestError, Where
from holdfast.kinds.hooks import (
    BadAnnotation,
    due,
    find_hook,
    hooks_of,
    is_hook,
    split_hooks,
    stray_annotation,
)
from holdfast.model.hook import Hook, Policy, When
from holdfast.model.manifest import Manifest, ObjectRef

SOURCE = Where("web/templates/hooks.yaml.j2", 7, kind="template")


def manifest(name: str = "job", kind: str = "Job", **annotations: str) -> Manifest:
    """`hook_weight` is `holdfast.dev/hook-weight`, `helm__hook` is `helm.sh/hook`."""
    spelled = {_spell(key): text for key, text in annotations.items()}
    obj: dict[str, Any] = {"kind": kind, "metadata": {"name": name, "annotations": spelled}}
    return Manifest(ObjectRef("batch/v1", kind, "shop", name), obj, SOURCE)


def _spell(key: str) -> str:
    prefix = "helm.sh/" if key.startswith("helm__") else "holdfast.dev/"
    return prefix + key.removeprefix("helm__").replace("_", "-")


def hook(name: str = "job", kind: str = "Job", **annotations: str) -> Hook:
    found = find_hook(manifest(name, kind, **annotations))
    assert found is not None
    return found


def test_a_hook_without_more_has_helms_defaults() -> None:
    found = hook(hook="pre-install")
    assert (found.when, found.weight, found.timeout) == ((When.PRE_INSTALL,), 0, None)
    assert found.deletes == {Policy.BEFORE_CREATION}
    assert found.logs == frozenset()


def test_everything_can_be_said() -> None:
    found = hook(
        hook="pre-upgrade, post-scale-down,pre-upgrade",
        hook_weight="-5",
        hook_delete_policy="hook-succeeded,hook-failed",
        hook_timeout="1h30m",
        hook_output_log_policy="hook-failed",
        hook_workload="web-etcd",
    )
    assert found.when == (When.PRE_UPGRADE, When.POST_SCALE_DOWN)
    assert (found.weight, found.timeout, found.workload) == (-5, 5400.0, "web-etcd")
    assert found.deletes == {Policy.SUCCEEDED, Policy.FAILED}
    assert found.logs == {Policy.FAILED}


def test_helms_spellings_mean_the_same() -> None:
    mine = hook(hook="test", hook_weight="3", hook_delete_policy="hook-succeeded")
    helms = hook(
        helm__hook="test-success", helm__hook_weight="3", helm__hook_delete_policy="hook-succeeded"
    )
    assert (mine.when, mine.weight, mine.deletes) == (helms.when, helms.weight, helms.deletes)
    assert hook(helm__hook="test", hook="test", hook_weight="1", helm__hook_weight="1").weight == 1


@pytest.mark.parametrize(
    ("annotations", "said", "hint"),
    [
        ({"hook": "pre-instal"}, "hook names 'pre-instal', which is not known", "pre-install?"),
        ({"hook": "later"}, "names 'later', which is not known", "known are pre-install, "),
        ({"helm__hook": "crd-install"}, "helm.sh/hook names 'crd-install'", "crds/"),
        ({"hook": ""}, "names no moment", "known are pre-install"),
        ({"hook": "test", "hook_weight": "1.5"}, "must be a whole number in quotes", "lower"),
        ({"hook": "test", "hook_weight": "high"}, "not 'high'", "lower weights run first"),
        ({"hook": "test", "hook_delete_policy": "hook-success"}, "'hook-success'", "hook-succeede"),
        (
            {"hook": "test", "hook_output_log_policy": "before-hook-creation"},
            "names 'before-hook-creation', which is not known",
            "known are hook-succeeded, hook-failed",
        ),
        ({"hook": "test", "hook_timeout": "soon"}, "must be a duration over 0, not 'soon'", "90s"),
        ({"hook": "test", "hook_timeout": "0s"}, "must be a duration over 0", "10m"),
        ({"hooks": "test"}, "holdfast.dev/hooks is not known", "mean holdfast.dev/hook?"),
        ({"hook_wait": "5"}, "hook-wait is not known", "did you mean holdfast.dev/hook-weight?"),
        ({"helm__hook_timeout": "5m"}, "helm.sh/hook-timeout is not known", "known are helm.sh/"),
        ({"hook": "test", "helm__hook": "pre-install"}, "says something else than", "keep one"),
    ],
)
def test_what_cannot_be_read_is_said(annotations: dict[str, str], said: str, hint: str) -> None:
    with pytest.raises(BadAnnotation) as caught:
        find_hook(manifest(**annotations))
    assert said in str(caught.value)
    assert hint in caught.value.hint


def test_a_hook_that_was_stored_and_cannot_be_read_names_its_template() -> None:
    with pytest.raises(ManifestError, match=r"reading the hook Job/job: .* 'on-monday'") as caught:
        hooks_of([manifest(hook="on-monday")])
    assert caught.value.where == SOURCE


def test_an_object_without_the_annotations_is_none() -> None:
    assert find_hook(manifest()) is None
    assert not is_hook(manifest().object)
    others = {"example.com/hook": "test", "holdfast.dev/hooked": "yes"}
    obj = {"metadata": {"annotations": others}}
    assert not is_hook(obj)
    assert stray_annotation(obj) == ""


def test_an_annotation_of_hooks_on_something_else_is_stray() -> None:
    assert stray_annotation(manifest(hook_weight="5").object) == "holdfast.dev/hook-weight"
    assert stray_annotation(manifest(hook="test", hook_weight="5").object) == ""


def test_they_run_by_weight_and_then_by_name() -> None:
    hooks = [
        hook("b", hook="test"),
        hook("c", hook="test", hook_weight="-1"),
        hook("a", hook="test,pre-install"),
        hook("a", "Pod", hook="test", hook_weight="10"),
        hook("z", hook="pre-install"),
    ]
    ordered = [str(one.ref) for one in due(hooks, When.TEST)]
    assert ordered == ["Job/c", "Job/a", "Job/b", "Pod/a"]


def test_a_scaling_runs_the_hooks_for_its_workload() -> None:
    hooks = [
        hook("any", hook="pre-scale-up"),
        hook("etcd", hook="pre-scale-up", hook_workload="web-etcd"),
        hook("mysql", hook="pre-scale-up", hook_workload="web-mysql"),
    ]
    found = due(hooks, When.PRE_SCALE_UP, "web-etcd")
    assert [one.ref.name for one in found] == ["any", "etcd"]


def test_hooks_are_told_apart_from_the_releases_own_objects() -> None:
    own, mine, helms = manifest("a"), manifest("b", hook="test"), manifest("c", helm__hook="test")
    assert split_hooks((own, mine, helms)) == ((own,), (mine, helms))
