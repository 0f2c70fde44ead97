"""What a survey finds, for a plan to be made of."""

from __future__ import annotations

from typing import Any

from tests.contract.bench import Bench, names
from tests.contract.objects import config_map, stateful_set
from tests.contract.test_server import definition

from holdfast.cluster.survey import survey
from holdfast.errors import Where
from holdfast.model.manifest import Manifest, ObjectRef
from holdfast.model.snapshot import Snapshot


def manifest(obj: dict[str, Any]) -> Manifest:
    metadata = obj["metadata"]
    ref = ObjectRef(obj["apiVersion"], obj["kind"], metadata["namespace"], metadata["name"])
    return Manifest(ref, obj, Where("chart/templates/all.yaml", 1))


def look(
    bench: Bench, *desired: dict[str, Any], previous: tuple[dict[str, Any], ...] = (), **how: Any
) -> Snapshot:
    return survey(
        bench.cluster,
        tuple(map(manifest, desired)),
        tuple(map(manifest, previous)),
        namespace=how.pop("namespace", bench.namespace),
        **how,
    )


def test_what_is_new_is_answered_and_not_made(bench: Bench) -> None:
    obj = config_map(bench.namespace)
    snapshot = look(bench, obj)
    seen = snapshot.of(manifest(obj).ref)
    assert seen.live is None and seen.refusal is None
    assert seen.answer and seen.answer["data"] == {"a": "1"}
    assert snapshot.kube_version == bench.cluster.version()
    assert bench.cluster.find(manifest(obj).ref) is None


def test_what_is_there_is_seen_and_what_is_no_longer_wanted_too(bench: Bench) -> None:
    kept = bench.cluster.apply(config_map(bench.namespace, "kept"))
    old = bench.cluster.apply(config_map(bench.namespace, "old"))
    snapshot = look(
        bench,
        config_map(bench.namespace, "kept") | {"data": {"b": "2"}},
        previous=(config_map(bench.namespace, "kept"), config_map(bench.namespace, "old")),
    )
    seen = snapshot.of(bench.ref("v1", "ConfigMap", "kept"))
    assert seen.live == kept and seen.answer and seen.answer["data"] == {"b": "2"}
    assert snapshot.of(bench.ref("v1", "ConfigMap", "old")).live == old
    assert snapshot.of(bench.ref("v1", "ConfigMap", "old")).answer is None


def test_what_is_found_by_a_list_is_as_if_it_was_read(bench: Bench) -> None:
    marked = [config_map(bench.namespace, name) for name in ("one", "two", "three")]
    for obj in marked[:2]:
        obj["metadata"]["labels"] = {"of": "web"}
    live = [bench.cluster.apply(obj) for obj in marked]
    snapshot = look(bench, previous=tuple(marked), selector="of=web")
    assert [snapshot.of(manifest(obj).ref).live for obj in marked] == live


def test_another_manager_is_named_and_the_answer_forced(bench: Bench) -> None:
    bench.other.apply(config_map(bench.namespace))
    obj = config_map(bench.namespace) | {"data": {"a": "2"}}
    seen = look(bench, obj).of(manifest(obj).ref)
    assert seen.refusal and (seen.refusal.status, seen.refusal.reason) == (409, "Conflict")
    assert [cause["field"] for cause in seen.refusal.causes] == [".data.a"]
    assert seen.forced and seen.answer and seen.answer["data"] == {"a": "2"}


def test_a_dry_run_is_asked_with_what_the_plan_would_send(bench: Bench) -> None:
    bench.other.apply(config_map(bench.namespace))
    obj = config_map(bench.namespace) | {"data": {"a": "2", "b": "3"}}

    def probe(wanted: Manifest, live: dict[str, Any] | None) -> dict[str, Any]:
        if live is None:
            return wanted.object
        assert live["data"] == {"a": "1"}
        return {**wanted.object, "data": {"b": "3"}}

    seen = look(bench, obj, probe=probe).of(manifest(obj).ref)
    assert seen.refusal is None and not seen.forced
    assert seen.answer and seen.answer["data"] == {"a": "1", "b": "3"}


def test_a_refusal_has_the_servers_own_words(bench: Bench) -> None:
    bench.cluster.apply(stateful_set(bench.namespace, replicas=0))
    obj = stateful_set(bench.namespace, replicas=0, serviceName="other")
    seen = look(bench, obj).of(manifest(obj).ref)
    assert seen.answer is None and seen.refusal
    assert (seen.refusal.status, seen.refusal.reason) == (422, "Invalid")
    assert seen.refusal.message.startswith('StatefulSet.apps "web" is invalid: spec: Forbidden')


def test_a_field_that_does_not_exist_is_a_refusal(bench: Bench) -> None:
    obj = stateful_set(bench.namespace, replica=3)
    refusal = look(bench, obj).of(manifest(obj).ref).refusal
    assert refusal and ".spec.replica: field not declared in schema" in refusal.message


def test_a_kind_that_is_not_installed_is_a_refusal(bench: Bench) -> None:
    obj = config_map(bench.namespace) | {"apiVersion": "no.example.com/v1", "kind": "Widget"}
    seen = look(bench, obj).of(manifest(obj).ref)
    assert seen.live is None and seen.refusal and seen.refusal.status == 404


def test_an_object_is_found_in_the_version_it_had_where_the_new_one_is_not_served(
    bench: Bench,
) -> None:
    group = f"{bench.namespace}.example.com"
    bench.cluster.apply(definition(group))
    bench.eventually(lambda: bench.cluster.served(f"{group}/v1", "Widget"), "it is served")
    metadata = {"name": "w", "namespace": bench.namespace}
    old = {"apiVersion": f"{group}/v1", "kind": "Widget", "metadata": metadata, "spec": {"size": 1}}
    live = bench.cluster.apply(old)
    new = {**old, "apiVersion": f"{group}/v2"}
    seen = look(bench, new, previous=(old,)).of(manifest(new).ref)
    assert seen.live == live
    assert seen.refusal and seen.refusal.status == 404
    bench.cluster.delete(
        ObjectRef("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", f"widgets.{group}")
    )


def test_a_missing_namespace_is_noted(bench: Bench) -> None:
    snapshot = look(bench, config_map("no-such-place"), namespace="no-such-place")
    assert snapshot.missing_namespaces == {"no-such-place"}
    assert snapshot.objects == {}


def test_pods_and_claims_of_a_stateful_set_are_seen_by_ordinal(bench: Bench) -> None:
    obj = stateful_set(bench.namespace, replicas=2)
    bench.cluster.apply(obj)
    bench.ready_pods("web", 2)
    key = manifest(obj).ref.key
    for snapshot in (look(bench, obj), look(bench, previous=(obj,))):
        assert names(snapshot.pods[key]) == ["web-0", "web-1"]
        assert names(snapshot.claims[key]) == ["data-web-0", "data-web-1"]


def test_claims_left_by_an_earlier_stateful_set_are_seen(bench: Bench) -> None:
    obj = stateful_set(bench.namespace, replicas=1)
    bench.cluster.apply(obj)
    bench.ready_pods("web", 1)
    bench.cluster.delete(manifest(obj).ref)
    bench.eventually(lambda: not bench.pods("web"), "no pods")
    snapshot = look(bench, obj)
    key = manifest(obj).ref.key
    assert snapshot.pods[key] == () and names(snapshot.claims[key]) == ["data-web-0"]
