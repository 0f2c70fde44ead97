"""Owners of fields changed by hand: what a write to managedFields does, and what it is refused."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from tests.contract.bench import Bench
from tests.contract.objects import config_map, deployment

from holdfast.errors import Conflict
from holdfast.kinds.managers import hand_over, read_entries, write_entries


def data(bench: Bench, **entries: str) -> dict[str, Any]:
    return {**config_map(bench.namespace), "data": entries}


def owners(obj: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Of each manager its fields, without the marks that a map is there (a `.`)."""
    rows = obj["metadata"].get("managedFields", ())
    return [(row["manager"], row["operation"], unmarked(row["fieldsV1"])) for row in rows]


def unmarked(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: unmarked(below) for name, below in fields.items() if name != "."}


def operations(live: dict[str, Any], entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    version = live["metadata"]["resourceVersion"]
    return [
        {"op": "replace", "path": "/metadata/managedFields", "value": entries},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": version},
    ]


def take(bench: Bench, obj: dict[str, Any], *names: str, ceded: Any = frozenset()) -> Any:
    """Hand fields to holdfast; where a controller writes in between, once more."""
    ref = bench.ref(obj["apiVersion"], obj["kind"], obj["metadata"]["name"])

    def attempt() -> Any:
        live = bench.cluster.get(ref)
        entries = hand_over(
            read_entries(live), to="holdfast", api_version=ref.api_version, taken=names, ceded=ceded
        )
        with suppress(Conflict):
            return bench.cluster.patch(ref, operations(live, write_entries(entries)), type="json")

    return bench.eventually(attempt, "fields change hands")


def test_fields_that_change_hands_go_when_they_are_no_longer_applied(bench: Bench) -> None:
    live = bench.other.create(data(bench, a="1", b="2"))
    assert owners(live) == [("kubectl", "Update", {"f:data": {"f:a": {}, "f:b": {}}})]

    taken = take(bench, live, "kubectl")
    assert owners(taken) == [("holdfast", "Apply", {"f:data": {"f:a": {}, "f:b": {}}})]
    assert taken["data"] == {"a": "1", "b": "2"}
    assert bench.cluster.apply(data(bench, a="1"))["data"] == {"a": "1"}


def test_without_that_they_stay(bench: Bench) -> None:
    bench.other.create(data(bench, a="1", b="2"))
    assert bench.cluster.apply(data(bench, a="1"))["data"] == {"a": "1", "b": "2"}


def test_a_field_that_is_ceded_stays_although_it_is_no_longer_applied(bench: Bench) -> None:
    obj = deployment(bench.namespace)
    obj["spec"]["replicas"] = 0
    live = bench.cluster.apply(obj)
    take(bench, live, ceded=frozenset([("f:spec", "f:replicas")]))
    del obj["spec"]["replicas"]
    after = bench.cluster.apply(obj)
    assert after["spec"]["replicas"] == 0
    assert all(
        "f:replicas" not in fields["f:spec"] for _, op, fields in owners(after) if op == "Apply"
    )


def test_an_object_that_changed_meanwhile_is_left_alone(bench: Bench) -> None:
    live = bench.other.create(data(bench, a="1"))
    ref = bench.ref("v1", "ConfigMap", "settings")
    bench.other.patch(ref, {"data": {"a": "2"}})
    with pytest.raises(Conflict):
        bench.cluster.patch(ref, operations(live, [{}]), type="json")
    assert owners(bench.cluster.get(ref))


def test_fields_can_be_nobodys_until_the_next_apply(bench: Bench) -> None:
    live = bench.cluster.apply(data(bench, a="1"))
    ref = bench.ref("v1", "ConfigMap", "settings")
    assert owners(bench.cluster.patch(ref, operations(live, [{}]), type="json")) == []
    assert owners(bench.other.patch(ref, {"data": {"b": "2"}})) == []
    after = bench.cluster.apply(data(bench, a="1"))
    assert [name for name, *_ in owners(after)] == ["holdfast", "before-first-apply"]


def test_a_client_that_sends_no_owners_takes_none_away(bench: Bench) -> None:
    live = bench.cluster.apply(data(bench, a="1"))
    metadata = {key: value for key, value in live["metadata"].items() if key != "managedFields"}
    after = bench.other.update({**live, "metadata": metadata, "data": {"a": "1", "b": "2"}})
    assert [name for name, *_ in owners(after)] == ["holdfast", "kubectl"]


def test_replicas_that_are_nobodys_stay_so_when_they_are_scaled(bench: Bench) -> None:
    obj = deployment(bench.namespace)
    obj["spec"]["replicas"] = 0
    bench.cluster.apply(obj)
    ref = bench.ref("apps/v1", "Deployment", "web")

    def owners_of_replicas() -> list[str]:
        rows = owners(bench.cluster.get(ref))
        return [name for name, _, fields in rows if "f:replicas" in fields.get("f:spec", {})]

    assert owners_of_replicas() == ["holdfast"]
    take(bench, obj, ceded=frozenset([("f:spec", "f:replicas")]))
    bench.other.scale(ref, 1)
    assert bench.cluster.get(ref)["spec"]["replicas"] == 1
    assert owners_of_replicas() == []

    bench.cluster.apply(obj)
    assert owners_of_replicas() == ["holdfast"]
    bench.other.scale(ref, 1)
    assert owners_of_replicas() == ["kubectl"]
