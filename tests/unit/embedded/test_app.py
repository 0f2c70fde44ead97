from typing import Any

import pytest
from tests.unit.embedded.server import (
    JSON,
    MAPS,
    SERVICES,
    SETS,
    STRATEGIC,
    Server,
    config_map,
    stateful_set,
)


def test_a_new_cluster_has_namespaces_a_class_two_ready_nodes_and_the_apis_service():
    server = Server()
    names = [one["metadata"]["name"] for one in server.get("/api/v1/namespaces")["items"]]
    assert names == ["default", "kube-public", "kube-system"]
    storage = server.get("/apis/storage.k8s.io/v1/storageclasses/standard")
    assert storage["allowVolumeExpansion"] and storage["volumeBindingMode"] == "Immediate"
    nodes = server.get("/api/v1/nodes")["items"]
    assert [one["status"]["conditions"][0]["type"] for one in nodes] == ["Ready", "Ready"]
    assert server.get(f"{SERVICES}/kubernetes")["spec"]["clusterIP"] == "10.96.0.1"


def test_create_gives_identity_and_get_returns_the_same():
    server = Server()
    made = server.post(MAPS, config_map(k="v"))
    assert made["metadata"]["creationTimestamp"] == "2023-11-14T22:13:20Z"
    assert made["metadata"]["namespace"] == "default"
    assert made["metadata"]["uid"] and int(made["metadata"]["resourceVersion"]) > 0
    assert server.get(f"{MAPS}/a") == made


def test_generate_name_makes_a_name_of_its_own():
    server = Server()
    names = {
        server.post(MAPS, {"metadata": {"generateName": "x-"}})["metadata"]["name"]
        for _ in range(3)
    }
    assert len(names) == 3 and all(name.startswith("x-") and len(name) == 7 for name in names)


def test_update_replaces_and_a_stale_resource_version_is_a_conflict():
    server = Server()
    made = server.post(MAPS, config_map(k="v"))
    status, after = server.ask("PUT", f"{MAPS}/a", {**made, "data": {"l": "w"}})
    assert (status, after["data"]) == (200, {"l": "w"})
    answer = server.refused("PUT", f"{MAPS}/a", {**made, "data": {"m": "x"}})
    assert answer["reason"] == "Conflict"
    assert answer["message"] == (
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; please '
        "apply your changes to the latest version and try again"
    )


def test_a_write_that_changes_nothing_keeps_everything():
    server = Server()
    made = server.post(MAPS, config_map(k="v"))
    server.now += 60
    assert server.ask("PUT", f"{MAPS}/a", config_map(k="v"), agent="other/1") == (200, made)
    assert server.patch(f"{MAPS}/a", {"data": {"k": "v"}}) == made


def test_the_generation_counts_changes_of_the_spec_only():
    server = Server()
    assert server.post(SETS, stateful_set())["metadata"]["generation"] == 1
    labels = {"metadata": {"labels": {"a": "b"}}}
    assert server.patch(f"{SETS}/web", labels)["metadata"]["generation"] == 1
    spec = {"spec": {"replicas": 2}}
    assert server.patch(f"{SETS}/web", spec)["metadata"]["generation"] == 2


def test_status_and_spec_are_written_through_doors_of_their_own():
    server = Server()
    server.post(SETS, {**stateful_set(), "status": {"replicas": 9}})
    both = {"spec": {"replicas": 5}, "status": {"replicas": 3, "readyReplicas": 3}}
    assert server.patch(f"{SETS}/web", both)["status"] == {"replicas": 0, "availableReplicas": 0}
    after = server.patch(f"{SETS}/web/status", {**both, "spec": {"replicas": 7}})
    assert (after["spec"]["replicas"], after["status"]["readyReplicas"]) == (5, 3)


def test_scale_reads_and_writes_the_replicas():
    server = Server()
    server.post(SETS, stateful_set(replicas=2))
    scale = server.get(f"{SETS}/web/scale")
    assert scale["spec"] == {"replicas": 2}
    assert scale["status"] == {"replicas": 0, "selector": "app=web"}
    scale["spec"]["replicas"] = 4
    assert server.ask("PUT", f"{SETS}/web/scale", scale)[0] == 200
    assert server.get(f"{SETS}/web")["spec"]["replicas"] == 4
    refused = server.refused("PATCH", f"{SETS}/web/scale", {"spec": {"replicas": -1}}, type=MERGE)
    assert refused["details"]["causes"][0]["field"] == "spec.replicas"


MERGE = "application/merge-patch+json"


def test_a_merge_patch_removes_with_null_and_keeps_the_rest():
    server = Server()
    server.post(MAPS, config_map(k="v", l="w"))
    assert server.patch(f"{MAPS}/a", {"data": {"k": None}})["data"] == {"l": "w"}


def test_a_json_patch_goes_step_by_step_or_not_at_all():
    server = Server()
    server.post(MAPS, config_map(k="v"))
    steps = [
        {"op": "test", "path": "/data/k", "value": "v"},
        {"op": "add", "path": "/data/a~1b", "value": "x"},
        {"op": "move", "from": "/data/k", "path": "/data/l"},
    ]
    answer = server.refused("PATCH", f"{MAPS}/a", steps, type=JSON)
    assert answer["reason"] == "Invalid"
    steps[1]["path"] = "/data/b"
    assert server.patch(f"{MAPS}/a", steps, JSON)["data"] == {"b": "x", "l": "v"}
    failing = [{"op": "test", "path": "/data/b", "value": "y"}]
    assert server.refused("PATCH", f"{MAPS}/a", failing, type=JSON)["code"] == 422


def test_a_strategic_patch_merges_lists_by_their_keys():
    server = Server()
    ports = [{"name": "http", "port": 80}, {"name": "https", "port": 443}]
    server.post(SERVICES, {"metadata": {"name": "s"}, "spec": {"ports": ports}})
    patch = {
        "spec": {
            "ports": [{"port": 80, "targetPort": 8080}, {"$patch": "delete", "port": 443}],
            "$setElementOrder/ports": [{"port": 80}],
        }
    }
    after = server.patch(f"{SERVICES}/s", patch, STRATEGIC)["spec"]["ports"]
    assert after == [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": 8080}]


def test_strategic_directives_for_values_order_and_whole_replacement():
    server = Server()
    metadata = {"name": "a", "finalizers": ["x.y/1", "x.y/2", "x.y/3"]}
    server.post(MAPS, {"metadata": metadata, "data": {"k": "v", "l": "w"}})
    patch = {
        "metadata": {
            "$deleteFromPrimitiveList/finalizers": ["x.y/2"],
            "$setElementOrder/finalizers": ["x.y/3", "x.y/1"],
        },
        "data": {"$patch": "replace", "m": "x"},
    }
    after = server.patch(f"{MAPS}/a", patch, STRATEGIC)
    assert after["metadata"]["finalizers"] == ["x.y/3", "x.y/1"]
    assert after["data"] == {"m": "x"}


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("POST", MAPS, config_map("b", k="v")),
        ("PUT", f"{MAPS}/a", config_map("a", k="w")),
        ("DELETE", f"{MAPS}/a", None),
        ("DELETE", MAPS, None),
    ],
)
def test_a_dry_run_answers_as_the_real_thing_and_keeps_nothing(method: str, url: str, body: Any):
    server = Server()
    server.post(MAPS, config_map(k="v"))
    before = server.get("/api/v1/configmaps")
    dry_status, dry = server.ask(method, f"{url}?dryRun=All", body)
    assert server.get("/api/v1/configmaps") == before
    status, real = server.ask(method, url, body)
    assert dry_status == status
    assert dry.get("data") == real.get("data") and dry.get("details") == real.get("details")


def test_a_dry_run_of_a_creation_has_no_resource_version():
    metadata = Server().post(f"{MAPS}?dryRun=All", config_map())["metadata"]
    assert "resourceVersion" not in metadata and metadata["uid"]


def test_a_dry_run_asked_for_in_the_body_of_a_delete_counts():
    server = Server()
    server.post(MAPS, config_map())
    assert server.ask("DELETE", f"{MAPS}/a", {"dryRun": ["All"]})[0] == 200
    assert server.get(f"{MAPS}/a")["metadata"]["name"] == "a"


def test_lists_are_chosen_by_labels_fields_and_namespace():
    server = Server()
    for name, space, tier in (
        ("a", "default", "x"),
        ("b", "default", "y"),
        ("c", "kube-public", "x"),
    ):
        metadata = {"name": name, "labels": {"tier": tier}}
        server.post(f"/api/v1/namespaces/{space}/configmaps", {"metadata": metadata})

    def names(url: str) -> list[str]:
        return [one["metadata"]["name"] for one in server.get(url)["items"]]

    assert names("/api/v1/configmaps") == ["a", "b", "c"]
    assert names("/api/v1/configmaps?labelSelector=tier=x") == ["a", "c"]
    assert names(f"{MAPS}?labelSelector=tier in (x,z)") == ["a"]
    assert names(f"{MAPS}?labelSelector=tier!=x") == ["b"]
    assert names("/api/v1/configmaps?fieldSelector=metadata.namespace=kube-public") == ["c"]
    answer = server.refused("GET", f"{MAPS}?fieldSelector=data.x=1")
    assert answer["message"].startswith('"data.x" is not a known field selector')


def test_a_long_list_comes_in_pieces():
    server = Server()
    for name in "abcde":
        server.post(MAPS, config_map(name))
    first = server.get(f"{MAPS}?limit=2")
    assert first["metadata"]["remainingItemCount"] == 3
    token, found = first["metadata"]["continue"], [first]
    while token:
        found.append(server.get(f"{MAPS}?limit=2&continue={token}"))
        token = found[-1]["metadata"].get("continue")
    names = [[one["metadata"]["name"] for one in part["items"]] for part in found]
    assert names == [["a", "b"], ["c", "d"], ["e"]]


def test_metadata_alone_can_be_asked_for():
    server = Server()
    server.post(MAPS, config_map(k="v"))
    accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
    listed = server.get(MAPS, accept=accept)
    assert listed["kind"] == "PartialObjectMetadataList"
    assert [one.keys() for one in listed["items"]] == [{"kind", "apiVersion", "metadata"}]
    accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
    assert "data" not in server.get(f"{MAPS}/a", accept=accept)


@pytest.mark.parametrize(
    ("method", "url", "body", "code", "reason", "message"),
    [
        ("GET", f"{MAPS}/no", None, 404, "NotFound", 'configmaps "no" not found'),
        ("GET", f"{SETS}/no", None, 404, "NotFound", 'statefulsets.apps "no" not found'),
        ("POST", MAPS.replace("default", "no"), config_map(), 404, "NotFound",
         'namespaces "no" not found'),
        ("POST", MAPS, config_map("taken"), 409, "AlreadyExists",
         'configmaps "taken" already exists'),
        ("POST", MAPS, {**config_map(), "metadata": {"name": "a", "namespace": "b"}}, 400,
         "BadRequest", "the namespace of the provided object does not match the namespace sent on "
         "the request"),
        ("PUT", f"{MAPS}/taken", config_map("b"), 400, "BadRequest",
         "the name of the object (b) does not match the name on the URL (taken)"),
        ("PUT", MAPS, config_map(), 405, "MethodNotAllowed",
         "the server does not allow this method on the requested resource"),
        ("POST", f"{MAPS}/a", config_map(), 405, "MethodNotAllowed",
         "the server does not allow this method on the requested resource"),
        ("GET", "/api/v1/namespaces/default/foos", None, 404, "NotFound",
         "the server could not find the requested resource"),
        ("GET", f"{MAPS}/taken/status", None, 404, "NotFound",
         "the server could not find the requested resource"),
        ("DELETE", "/api/v1/namespaces/default", None, 403, "Forbidden",
         'namespaces "default" is forbidden: this namespace may not be deleted'),
        ("GET", f"{MAPS}?limit=x", None, 400, "BadRequest",
         'invalid value for limit: strconv.ParseInt: parsing "x"'),
    ],
)  # fmt: skip
def test_refusals_have_the_real_servers_words(
    method: str, url: str, body: Any, code: int, reason: str, message: str
):
    server = Server()
    server.post(MAPS, config_map("taken"))
    answer = server.refused(method, url, body)
    assert (answer["code"], answer["reason"], answer["message"]) == (code, reason, message)
    assert answer["kind"] == "Status" and answer["status"] == "Failure"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"a": NaN}', b"[]", b"3"])
def test_a_body_that_cannot_be_read_is_a_bad_request(body: bytes):
    assert Server().refused("POST", MAPS, body)["reason"] == "BadRequest"
    server = Server()
    server.post(MAPS, config_map())
    assert server.refused("PATCH", f"{MAPS}/a", body, type=MERGE)["reason"] == "BadRequest"


def test_a_body_that_is_too_large_is_refused():
    assert Server().refused("POST", MAPS, b" " * 4_000_000)["code"] == 413


def test_a_patch_of_another_type_is_unsupported():
    server = Server()
    server.post(MAPS, config_map())
    answer = server.refused("PATCH", f"{MAPS}/a", {}, type="text/plain")
    assert answer["reason"] == "UnsupportedMediaType"


def test_nothing_is_made_in_a_namespace_on_its_way_out():
    server = Server()
    server.post("/api/v1/namespaces", {"metadata": {"name": "gone"}})
    gone = server.ask("DELETE", "/api/v1/namespaces/gone")[1]
    assert gone["status"]["phase"] == "Terminating"
    answer = server.refused("POST", "/api/v1/namespaces/gone/configmaps", config_map())
    assert answer["reason"] == "Forbidden"
    assert answer["details"]["causes"][0]["reason"] == "NamespaceTerminating"


def test_discovery_names_what_is_served():
    server = Server()
    assert server.get("/version")["gitVersion"].startswith("v1.34.")
    assert server.get("/api")["versions"] == ["v1"]
    groups = {one["name"] for one in server.get("/apis")["groups"]}
    assert {"apps", "batch", "networking.k8s.io", "authorization.k8s.io"} <= groups
    resources = {one["name"]: one for one in server.get("/apis/apps/v1")["resources"]}
    assert resources["statefulsets"]["shortNames"] == ["sts"]
    assert resources["statefulsets/scale"]["kind"] == "Scale"
    assert server.refused("GET", "/apis/nope/v1")["reason"] == "NotFound"
    assert server.ask("GET", "/nope") == (404, "404 page not found\n")


def test_aggregated_discovery_tells_all_at_once():
    accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    server = Server()
    found = server.get("/apis", accept=accept)
    assert server.headers["Content-Type"].endswith(";as=APIGroupDiscoveryList")
    apps = next(one for one in found["items"] if one["metadata"].get("name") == "apps")
    sets = next(
        one for one in apps["versions"][0]["resources"] if one["resource"] == "statefulsets"
    )
    assert sets["scope"] == "Namespaced"
    assert [one["subresource"] for one in sets["subresources"]] == ["scale", "status"]


@pytest.mark.parametrize("path", ["/healthz", "/livez", "/readyz"])
def test_it_says_that_it_is_well(path: str):
    assert Server().ask("GET", path) == (200, "ok")


def test_everybody_may_do_everything():
    review = {"spec": {"resourceAttributes": {"verb": "delete", "resource": "pods"}}}
    url = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    assert Server().post(url, review)["status"] == {"allowed": True}


KINDS = {
    "/apis/batch/v1/namespaces/default/jobs": {
        "template": {
            "spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "x"}]}
        }
    },
    "/apis/batch/v1/namespaces/default/cronjobs": {
        "schedule": "* * * * *",
        "jobTemplate": {
            "spec": {
                "template": {
                    "spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "x"}]}
                }
            }
        },
    },
    "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies": {"podSelector": {}},
    "/apis/networking.k8s.io/v1/namespaces/default/ingresses": {
        "defaultBackend": {"service": {"name": "x", "port": {"number": 80}}}
    },
    "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers": {
        "maxReplicas": 3,
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web"},
    },
    "/apis/policy/v1/namespaces/default/poddisruptionbudgets": {"maxUnavailable": 1},
    "/apis/apps/v1/namespaces/default/deployments": stateful_set()["spec"],
}


@pytest.mark.parametrize("url", KINDS)
def test_a_kind_is_a_row_and_behaves_like_every_other(url: str):
    server = Server()
    made = server.post(url, {"metadata": {"name": "x"}, "spec": KINDS[url]})
    assert server.get(f"{url}/x") == made
    body = {"apiVersion": made["apiVersion"], "kind": made["kind"], "metadata": {"name": "x"}}
    assert server.apply(f"{url}/x", body)["spec"] == made["spec"]
    assert server.ask("DELETE", f"{url}/x")[0] == 200
    assert server.refused("GET", f"{url}/x")["reason"] == "NotFound"
