"""In which groups objects are made, told by their annotations."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.errors import ManifestError, Where
from holdfast.kinds.dependencies import DEPENDS_ON, WAVE
from holdfast.kinds.groups import groups_of
from holdfast.model.manifest import Manifest, ObjectRef

GROUPS = {"StatefulSet": "apps/v1", "Deployment": "apps/v1", "Job": "batch/v1"}
CRD = "CustomResourceDefinition"


def one(name: str, *, wave: str = "", after: str = "", at: str = "prod", api: str = "") -> Manifest:
    kind, _, name = name.partition("/")
    api = api or GROUPS.get(kind, "apiextensions.k8s.io/v1" if kind == CRD else "v1")
    given = {key: text for key, text in ((WAVE, wave), (DEPENDS_ON, after)) if text}
    obj: dict[str, Any] = {"kind": kind, "metadata": {"name": name, "annotations": given}}
    positions = {("metadata", "annotations", key): Where("all.yaml", 7, 5) for key in given}
    ref = ObjectRef(api, kind, at, name)
    return Manifest(ref, obj, Where("all.yaml", 1), positions=positions)


def told(*manifests: Manifest) -> list[str]:
    """`wave: objects < what has to be ready`, a line for each group."""
    return [
        f"{group.wave}: {' '.join(str(m.ref) for m in group.manifests)} < "
        f"{' '.join(map(str, (*group.lower, *group.after)))}".removesuffix(" < ")
        for group in groups_of(manifests)
    ]


def test_without_a_word_all_is_one_stage_in_the_order_of_kinds() -> None:
    assert told(one("Job/a"), one("Secret/b"), one(f"{CRD}/c")) == ["0: Secret/b Job/a"]
    assert told() == []


def test_a_wave_waits_for_all_before_it() -> None:
    assert told(
        one("Deployment/late", wave="2"),
        one("StatefulSet/db"),
        one("Secret/db"),
        one("Job/first", wave="-1"),
        one("ConfigMap/late", wave="+2"),
    ) == [
        "-1: Job/first",
        "0: Secret/db StatefulSet/db < Job/first",
        "2: ConfigMap/late Deployment/late < Job/first Secret/db StatefulSet/db",
    ]


def test_a_dependency_waits_for_what_it_names_alone() -> None:
    assert told(
        one("Deployment/api", after="Job/load"),
        one("Job/load", after="StatefulSet/db, Secret/db"),
        one("StatefulSet/db"),
        one("StatefulSet/cache"),
        one("Secret/db"),
    ) == [
        "0: Secret/db StatefulSet/db StatefulSet/cache",
        "0: Job/load < StatefulSet/db Secret/db",
        "0: Deployment/api < Job/load",
    ]


def test_dependencies_and_waves_go_together() -> None:
    assert told(
        one("Deployment/api", wave="1", after="StatefulSet/db,Job/load"),
        one("Job/load", wave="1"),
        one("StatefulSet/db"),
    ) == [
        "0: StatefulSet/db",
        "1: Job/load < StatefulSet/db",
        "1: Deployment/api < StatefulSet/db Job/load",
    ]


def test_a_chain_may_be_long() -> None:
    chain = [one(f"Job/j{n}", after=f"Job/j{n - 1}" if n else "") for n in range(1500)]
    assert len(groups_of(chain)) == 1500


def test_a_definition_is_there_before_everything() -> None:
    assert told(one("Job/a", after=f"{CRD}/dbs"), one(f"{CRD}/dbs")) == ["0: Job/a"]


def test_an_object_is_found_in_its_own_namespace_first() -> None:
    far = one("Job/load", at="far")
    after = one("Deployment/api", after="Job/load")
    assert told(far, after) == ["0: Job/load", "0: Deployment/api < Job/load"]
    near = one("Job/load", at="prod", wave="-5")
    (_, second) = groups_of([far, near, after])
    assert [ref.namespace for ref in second.lower] == ["prod"]
    named = one("Deployment/api", after="far/Job/load")
    last = groups_of([far, near, named])[-1]
    assert [ref.namespace for ref in (*last.lower, *last.after)] == ["prod", "far"]


def test_a_group_tells_kinds_of_one_name_apart() -> None:
    knative = one("Service/web", api="serving.knative.dev/v1")
    after = one("Job/a", after="Service.serving.knative.dev/web")
    (first, second) = groups_of([knative, one("Service/web"), after])
    assert len(first.manifests) == 2
    assert [ref.group for ref in second.after] == ["serving.knative.dev"]


@pytest.mark.parametrize(
    ("manifests", "message", "hint"),
    [
        (
            [one("Job/a", wave="one")],
            "ordering Job/a: holdfast.dev/wave: must be a whole number",
            "wave 0",
        ),
        ([one("Job/a", wave="1.5")], "must be a whole number", "wave 0"),
        ([one("Job/a", after="db")], "names objects as KIND/NAME", "StatefulSet/db"),
        ([one("Job/a", after="a/b/c/d")], "names objects as KIND/NAME", "StatefulSet/db"),
        ([one("Job/a", after="Job/")], "names objects as KIND/NAME", "StatefulSet/db"),
        (
            [one("Job/a", after="Statefulset/db"), one("StatefulSet/db")],
            "there is no Statefulset/db in this release",
            "did you mean StatefulSet/db?",
        ),
        ([one("Job/a", after="Job/a")], "it depends on itself", "take"),
        (
            [
                one("Job/a", after="Job/b"),
                one("Job/b", after="Job/c"),
                one("Job/c", after="Job/b"),
            ],
            "they wait for each other: Job/b → Job/c → Job/b",
            "take one away",
        ),
        (
            [one("Job/a", after="Job/b"), one("Job/b", wave="3")],
            "Job/b comes later: it is in wave 3, this one in wave 0",
            "same wave",
        ),
        (
            [one("Job/a", after="Job/b"), one("Job/b", at="x"), one("Job/b", at="y")],
            "Job/b may be any of x/Job.batch/b, y/Job.batch/b",
            "say which",
        ),
        ([one(f"{CRD}/dbs", wave="1")], "a definition is made before everything else", "take"),
    ],
)
def test_an_order_that_cannot_be_names_its_line(
    manifests: list[Manifest], message: str, hint: str
) -> None:
    with pytest.raises(ManifestError) as caught:
        groups_of(manifests)
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")
    assert str(caught.value.where) == "all.yaml:7:5"
