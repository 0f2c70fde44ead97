"""A watch tells what happens, in order, from a version on."""

from __future__ import annotations

from itertools import islice

import pytest
from tests.contract.bench import Bench
from tests.contract.objects import config_map

from holdfast.errors import ClusterError


def test_a_watch_starts_with_what_is_there(bench: Bench) -> None:
    for name in "ab":
        bench.cluster.create(config_map(bench.namespace, name, labels={"case": "x"}))
    events = bench.cluster.watch("v1", "ConfigMap", bench.namespace, label_selector="case=x")
    seen = [(kind, obj["metadata"]["name"]) for kind, obj in islice(events, 2)]
    assert sorted(seen) == [("ADDED", "a"), ("ADDED", "b")]


def test_a_watch_from_a_version_tells_what_came_after(bench: Bench) -> None:
    ref = bench.ref("v1", "ConfigMap", "b")
    before = bench.cluster.create(config_map(bench.namespace, "a"))
    bench.cluster.create(config_map(bench.namespace, "b"))
    bench.cluster.patch(ref, {"data": {"a": "2"}})
    bench.cluster.delete(ref)
    events = bench.cluster.watch(
        "v1",
        "ConfigMap",
        bench.namespace,
        field_selector="metadata.name=b",
        resource_version=before["metadata"]["resourceVersion"],
    )
    seen = [(kind, obj["kind"], obj["data"]) for kind, obj in islice(events, 3)]
    assert seen == [
        ("ADDED", "ConfigMap", {"a": "1"}),
        ("MODIFIED", "ConfigMap", {"a": "2"}),
        ("DELETED", "ConfigMap", {"a": "2"}),
    ]


def test_a_change_into_and_out_of_the_selection_is_told_as_such(bench: Bench) -> None:
    ref = bench.ref("v1", "ConfigMap", "settings")
    before = bench.cluster.create(config_map(bench.namespace))["metadata"]["resourceVersion"]
    bench.cluster.patch(ref, {"metadata": {"labels": {"case": "x"}}})
    bench.cluster.patch(ref, {"metadata": {"labels": {"case": None}}})
    events = bench.cluster.watch(
        "v1", "ConfigMap", bench.namespace, label_selector="case=x", resource_version=before
    )
    assert [kind for kind, _ in islice(events, 2)] == ["ADDED", "DELETED"]


def test_a_watch_ends_by_itself(bench: Bench) -> None:
    bench.cluster.create(config_map(bench.namespace, labels={"case": "x"}))
    events = bench.cluster.watch(
        "v1", "ConfigMap", bench.namespace, label_selector="case=x", timeout=1
    )
    assert [kind for kind, _ in events] == ["ADDED"]


def test_a_watch_from_a_strange_version_is_refused(bench: Bench) -> None:
    with pytest.raises(ClusterError):
        list(
            bench.cluster.watch(
                "v1", "ConfigMap", bench.namespace, resource_version="yesterday", timeout=1
            )
        )
