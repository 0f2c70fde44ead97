from typing import Any

from tests.unit.embedded.server import APPLY, STRATEGIC, Server, fields

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
CRONTABS = "/apis/ex.com/v1/namespaces/default/crontabs"


def definition(**version: Any) -> dict[str, Any]:
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    first = {"name": "v1", "served": True, "storage": True, "schema": schema, **version}
    names = {"plural": "crontabs", "kind": "CronTab", "shortNames": ["ct"]}
    spec = {"group": "ex.com", "scope": "Namespaced", "names": names, "versions": [first]}
    return {"metadata": {"name": "crontabs.ex.com"}, "spec": spec}


def crontab(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "ex.com/v1",
        "kind": "CronTab",
        "metadata": {"name": "a"},
        "spec": spec,
    }


def test_a_definition_is_established_at_once_and_serves_its_kind():
    server = Server()
    made = server.post(DEFINITIONS, definition())
    assert {one["type"]: one["status"] for one in made["status"]["conditions"]} == {
        "NamesAccepted": "True",
        "Established": "True",
    }
    assert server.get("/apis/ex.com/v1")["resources"][0]["shortNames"] == ["ct"]
    assert server.post(CRONTABS, crontab(x=1))["spec"] == {"x": 1}
    listed = server.get(CRONTABS)
    assert (listed["kind"], listed["items"][0]["kind"]) == ("CronTabList", "CronTab")


def test_a_custom_resource_is_applied_by_field_and_its_lists_are_replaced():
    server = Server()
    server.post(DEFINITIONS, definition())
    server.apply(f"{CRONTABS}/a", crontab(map={"k": 1}, list=[1, 2]), "one")
    after = server.apply(f"{CRONTABS}/a", crontab(map={"l": 2}), "two")
    assert after["spec"] == {"map": {"k": 1, "l": 2}, "list": [1, 2]}
    assert fields(after, "two") == {"f:spec": {".": {}, "f:map": {".": {}, "f:l": {}}}}
    answer = server.refused(
        "PATCH", f"{CRONTABS}/a?fieldManager=two", crontab(list=[1]), type=APPLY
    )
    assert answer["message"].endswith('conflict with "one": .spec.list')


def test_a_custom_resource_has_a_generation_and_a_status_where_it_says_so():
    server = Server()
    server.post(DEFINITIONS, definition(subresources={"status": {}}))
    made = server.post(CRONTABS, {**crontab(x=1), "status": {"y": 2}})
    assert "status" not in made and made["metadata"]["generation"] == 1
    after = server.patch(f"{CRONTABS}/a/status", {"status": {"y": 3}, "spec": {"x": 9}})
    assert (after["spec"], after["status"]) == ({"x": 1}, {"y": 3})
    assert server.patch(f"{CRONTABS}/a", {"spec": {"x": 2}})["metadata"]["generation"] == 2


def test_a_custom_resource_cannot_be_patched_strategically():
    server = Server()
    server.post(DEFINITIONS, definition())
    server.post(CRONTABS, crontab())
    assert server.refused("PATCH", f"{CRONTABS}/a", {}, type=STRATEGIC)["code"] == 415


def test_what_has_no_definition_is_not_served():
    assert Server().ask("GET", CRONTABS) == (404, "404 page not found\n")


def test_a_definition_has_to_be_named_after_what_it_defines():
    wrong = {**definition(), "metadata": {"name": "x.ex.com"}}
    answer = Server().refused("POST", DEFINITIONS, wrong)
    assert answer["details"]["causes"][0]["field"] == "metadata.name"
