from __future__ import annotations

from holdfast.errors import Where
from holdfast.kinds.order import (
    install_rank,
    sort_for_install,
    sort_for_uninstall,
    uninstall_rank,
)
from holdfast.model.manifest import Manifest, ObjectRef

KINDS = [
    "Zebra",
    "Ingress",
    "StatefulSet",
    "IngressClass",
    "Service",
    "Deployment",
    "Aardvark",
    "ConfigMap",
    "Namespace",
    "CronJob",
]


def test_what_is_needed_first_is_made_first_and_unknown_kinds_last() -> None:
    assert sorted(KINDS, key=install_rank) == [
        "Namespace",
        "ConfigMap",
        "Service",
        "Deployment",
        "StatefulSet",
        "CronJob",
        "IngressClass",
        "Ingress",
        "Aardvark",
        "Zebra",
    ]


def test_removal_is_the_reverse_but_traffic_ends_before_the_workloads() -> None:
    assert sorted(KINDS, key=uninstall_rank) == [
        "Aardvark",
        "Zebra",
        "Ingress",
        "IngressClass",
        "Service",
        "CronJob",
        "StatefulSet",
        "Deployment",
        "ConfigMap",
        "Namespace",
    ]


def test_equal_kinds_go_by_template_and_then_as_they_were_given() -> None:
    def named(name: str, template: str) -> Manifest:
        return Manifest(ObjectRef("v1", "Secret", "", name), {}, Where(template, 1))

    given = [named("c", "b.yaml"), named("b", "a.yaml"), named("a", "b.yaml")]
    for ordered in (sort_for_install(given), sort_for_uninstall(given)):
        assert [manifest.ref.name for manifest in ordered] == ["b", "c", "a"]
