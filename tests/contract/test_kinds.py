"""Kinds that charts are made of: they come back as applied, with the server's additions."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest
from tests.contract.bench import Bench
from tests.contract.objects import claim_template, of_every_kind, service, stateful_set

from holdfast.errors import Invalid

KINDS = [obj["kind"] for obj in of_every_kind("any")]


def without_bookkeeping(obj: dict[str, Any]) -> dict[str, Any]:
    """All but what moves by itself."""
    moving = ("managedFields", "resourceVersion")
    metadata = {key: value for key, value in obj["metadata"].items() if key not in moving}
    return {key: value for key, value in obj.items() if key != "status"} | {"metadata": metadata}


def contains(whole: Any, part: Any) -> bool:
    if isinstance(part, dict):
        return all(key in whole and contains(whole[key], value) for key, value in part.items())
    if isinstance(part, list):
        return len(whole) == len(part) and all(map(contains, whole, part))
    return bool(whole == part)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_back_as_applied(bench: Bench, kind: str) -> None:
    obj = next(one for one in of_every_kind(bench.namespace) if one["kind"] == kind)
    made = bench.cluster.apply(obj)
    assert contains(made, obj)
    ref = bench.ref(obj["apiVersion"], kind, obj["metadata"]["name"])
    assert contains(bench.cluster.get(ref), obj)


@pytest.mark.parametrize("kind", KINDS)
def test_a_dry_run_of_what_is_applied_is_what_lives(bench: Bench, kind: str) -> None:
    obj = next(one for one in of_every_kind(bench.namespace) if one["kind"] == kind)
    made = bench.cluster.apply(obj)
    ref = bench.ref(obj["apiVersion"], kind, obj["metadata"]["name"])

    def equal() -> bool:
        answer, live = bench.cluster.apply(obj, dry_run=True), bench.cluster.get(ref)
        assert answer["metadata"]["uid"] == made["metadata"]["uid"]
        return without_bookkeeping(answer) == without_bookkeeping(live)

    # A controller may write between the two, as when a claim is bound, but not for ever.
    bench.eventually(equal, "the answer is what lives")


def test_secret_text_becomes_data(bench: Bench) -> None:
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "login", "namespace": bench.namespace},
        "stringData": {"password": "hunter2"},
        "data": {"user": "bWU="},
    }
    made = bench.cluster.apply(secret)
    assert made["data"] == {"user": "bWU=", "password": "aHVudGVyMg=="}
    assert "stringData" not in made
    assert made["type"] == "Opaque"


def test_secret_data_has_to_be_base64(bench: Bench) -> None:
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "login", "namespace": bench.namespace},
        "data": {"password": "not base64!"},
    }
    with pytest.raises(Invalid, match="illegal base64"):
        bench.cluster.create(secret)


def test_a_service_gets_an_address_and_keeps_it(bench: Bench) -> None:
    made = bench.cluster.apply(service(bench.namespace))["spec"]
    assert ip_address(made["clusterIP"]).is_private
    assert made["clusterIPs"] == [made["clusterIP"]]
    assert made["ports"] == [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": 80}]
    again = bench.cluster.apply(service(bench.namespace, ports=[{"name": "http", "port": 81}]))
    assert again["spec"]["clusterIP"] == made["clusterIP"]


def test_two_services_get_two_addresses(bench: Bench) -> None:
    made = [bench.cluster.apply(service(bench.namespace, name)) for name in ("a", "b")]
    assert len({one["spec"]["clusterIP"] for one in made}) == 2


def test_a_headless_service_gets_no_address(bench: Bench) -> None:
    made = bench.cluster.apply(service(bench.namespace, clusterIP="None"))
    assert made["spec"]["clusterIP"] == "None" and made["spec"]["clusterIPs"] == ["None"]


def test_the_address_of_a_service_cannot_be_taken_away(bench: Bench) -> None:
    bench.cluster.apply(service(bench.namespace))
    with pytest.raises(Invalid) as caught:
        bench.cluster.apply(service(bench.namespace, clusterIP="None"))
    assert caught.value.causes[0]["field"].startswith("spec.clusterIP")


def test_a_node_port_is_given_from_its_range(bench: Bench) -> None:
    made = bench.cluster.apply(service(bench.namespace, type="NodePort"))
    (port,) = made["spec"]["ports"]
    assert 30000 <= port["nodePort"] <= 32767
    again = bench.cluster.apply(service(bench.namespace, type="NodePort"))
    assert again["spec"]["ports"] == [port]


def test_claim_templates_are_defaulted(bench: Bench) -> None:
    made = bench.cluster.apply(stateful_set(bench.namespace, replicas=0), dry_run=True)
    (claim,) = made["spec"]["volumeClaimTemplates"]
    assert (claim["apiVersion"], claim["kind"]) == ("v1", "PersistentVolumeClaim")
    assert claim["spec"] == {**claim_template()["spec"], "volumeMode": "Filesystem"}


def test_quantities_are_written_in_their_short_form(bench: Bench) -> None:
    obj = stateful_set(bench.namespace, replicas=0)
    container = obj["spec"]["template"]["spec"]["containers"][0]
    container["resources"] = {"requests": {"cpu": "0.5", "memory": "1024Mi"}}
    made = bench.cluster.apply(obj)
    (container,) = made["spec"]["template"]["spec"]["containers"]
    assert container["resources"] == {"requests": {"cpu": "500m", "memory": "1Gi"}}
