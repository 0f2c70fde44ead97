from typing import Any

import pytest
from tests.unit.embedded.server import (
    CLAIMS,
    MAPS,
    MERGE,
    SERVICES,
    SETS,
    STRATEGIC,
    Server,
    stateful_set,
)

PODS = "/api/v1/namespaces/default/pods"
JOBS = "/apis/batch/v1/namespaces/default"
NETWORKING = "/apis/networking.k8s.io/v1/namespaces/default"
CONTAINER = {"name": "c", "image": "x"}


def named(name: str = "a", **rest: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, **rest}


def pod(*containers: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return named(spec={"containers": list(containers), **spec})


def container(**rest: Any) -> dict[str, Any]:
    return pod({**CONTAINER, **rest})


RULES = [
    (MAPS, named("-x"), "metadata.name", "a lowercase RFC 1123 subdomain must consist of"),
    (MAPS, named("x" * 254), "metadata.name", "must be no more than 253 characters"),
    (MAPS, {"metadata": {}}, "metadata.name", "name or generateName is required"),
    (MAPS, {"metadata": {"name": "a", "labels": {"k": "a b"}}}, "metadata.labels",
     "a valid label must be an empty string or consist of"),
    (MAPS, {"metadata": {"name": "a", "labels": {"a b": "v"}}}, "metadata.labels", "name part"),
    (MAPS, {"metadata": {"name": "a", "annotations": {"k": "x" * 300_000}}},
     "metadata.annotations", "may not be more than 262144 bytes"),
    (MAPS, named(data={"a/b": "v"}), "data[a/b]", "a valid config key must consist of"),
    ("/api/v1/namespaces", named("a.b"), "metadata.name", "a lowercase RFC 1123 label must"),
    ("/api/v1/namespaces/default/secrets", named(type="kubernetes.io/tls"), "data[tls.crt]",
     "Required value"),
    (PODS, named(spec={}), "spec.containers", "Required value"),
    (PODS, pod({"name": "c"}), "spec.containers[0].image", "Required value"),
    (PODS, pod({"name": "C_", "image": "x"}), "spec.containers[0].name", "RFC 1123 label"),
    (PODS, pod(CONTAINER, CONTAINER), "spec.containers[1].name", 'Duplicate value: "c"'),
    (PODS, pod(CONTAINER, restartPolicy="X"), "spec.restartPolicy",
     'supported values: "Always", "Never", "OnFailure"'),
    (PODS, container(ports=[{"containerPort": 70000}]),
     "spec.containers[0].ports[0].containerPort", "must be between 1 and 65535, inclusive"),
    (PODS, container(ports=[{"containerPort": 80, "name": "a-name-that-is-too-long"}]),
     "spec.containers[0].ports[0].name", "must be no more than 15 characters"),
    (PODS, container(volumeMounts=[{"name": "v", "mountPath": "/a"}]),
     "spec.containers[0].volumeMounts[0].name", 'Not found: "v"'),
    (PODS, container(livenessProbe={}), "spec.containers[0].livenessProbe",
     "must specify a handler type"),
    (PODS, container(env=[{"name": "a=b"}]), "spec.containers[0].env[0].name",
     "a valid environment variable name"),
    (PODS, container(resources={"requests": {"cpu": "2"}, "limits": {"cpu": "1"}}),
     "spec.containers[0].resources.requests", "must be less than or equal to cpu limit of 1"),
    (PODS, pod(CONTAINER, volumes=[{"name": "v", "emptyDir": {}, "hostPath": {"path": "/"}}]),
     "spec.volumes[0].hostPath", "may not specify more than 1 volume type"),
    (SERVICES, named("1a", spec={"ports": [{"port": 80}]}), "metadata.name", "a DNS-1035 label"),
    (SERVICES, named(spec={}), "spec.ports", "Required value"),
    (SERVICES, named(spec={"ports": [{"port": 0}]}), "spec.ports[0].port", "between 1 and 65535"),
    (SERVICES, named(spec={"ports": [{"port": 1}, {"port": 2}]}), "spec.ports[1].name",
     "Required value"),
    (SERVICES, named(spec={"type": "NodePort", "ports": [{"port": 80, "nodePort": 80}]}),
     "spec.ports[0].nodePort", "The range of valid ports is 30000-32767"),
    (SETS, stateful_set(selector={"matchLabels": {"app": "other"}}),
     "spec.template.metadata.labels", "`selector` does not match template `labels`"),
    (SETS, named(spec={}), "spec.selector", "Required value"),
    (SETS, stateful_set(replicas=-1), "spec.replicas", "must be greater than or equal to 0"),
    (SETS, stateful_set("a.b"), "metadata.name", "a lowercase RFC 1123 label must"),
    (CLAIMS, named(spec={}), "spec.accessModes", "at least 1 access mode is required"),
    (f"{JOBS}/jobs", named(spec={"template": {"spec": {"containers": [CONTAINER]}}}),
     "spec.template.spec.restartPolicy", 'valid values: "OnFailure", "Never"'),
    (f"{JOBS}/cronjobs", named("x" * 53, spec={"schedule": "x"}), "metadata.name", "52 characters"),
    (f"{JOBS}/cronjobs", named(spec={"schedule": "1 2"}), "spec.schedule", "exactly 5 fields"),
    (f"{NETWORKING}/ingresses", named(spec={}), "spec", "`defaultBackend` or `rules`"),
    (f"{NETWORKING}/networkpolicies", named(spec={"ingress": [{"from": [{}]}]}),
     "spec.ingress[0].from[0]", "must specify a peer"),
    ("/apis/policy/v1/namespaces/default/poddisruptionbudgets",
     named(spec={"minAvailable": 1, "maxUnavailable": 1}), "spec", "cannot be both set"),
    ("/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers",
     named(spec={"maxReplicas": 1, "minReplicas": 2}), "spec.maxReplicas", "`minReplicas`"),
    ("/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles", named(rules=[{}]),
     "rules[0].verbs", "verbs must contain at least one value"),
    ("/apis/storage.k8s.io/v1/storageclasses", named(), "provisioner", "Required value"),
]  # fmt: skip


@pytest.mark.parametrize(("url", "body", "field", "words"), RULES)
def test_what_makes_no_sense_is_invalid_and_says_where(
    url: str, body: dict[str, Any], field: str, words: str
):
    answer = Server().refused("POST", url, body)
    assert (answer["code"], answer["reason"]) == (422, "Invalid")
    causes = {one["field"]: one["message"] for one in answer["details"]["causes"]}
    assert words in causes[field]


def test_all_that_is_wrong_is_said_at_once():
    spec = {"ports": [{"port": 0, "targetPort": 70000}]}
    answer = Server().refused("POST", SERVICES, named("A", spec=spec))
    fields = [one["field"] for one in answer["details"]["causes"]]
    assert fields == ["metadata.name", "spec.ports[0].port", "spec.ports[0].targetPort"]
    assert answer["message"].startswith('Service "A" is invalid: [metadata.name: Invalid value: ')


TYPES = [
    (SETS, stateful_set(replicas="x"),
     "json: cannot unmarshal string into Go struct field StatefulSetSpec.spec.replicas of type "
     "int32"),
    (SETS, stateful_set(replicas=1.5),
     "json: cannot unmarshal number 1.5 into Go struct field StatefulSetSpec.spec.replicas of "
     "type int32"),
    (MAPS, named(data={"a": 1}),
     "json: cannot unmarshal number into Go struct field ConfigMap.data of type string"),
    (PODS, container(resources={"limits": {"cpu": "abc"}}),
     "quantities must match the regular expression "
     "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
    ("/api/v1/namespaces/default/secrets", named(data={"a": "a!"}),
     "illegal base64 data at input byte 1"),
]  # fmt: skip


@pytest.mark.parametrize(("url", "body", "words"), TYPES)
def test_a_value_of_the_wrong_type_is_a_bad_request(url: str, body: dict[str, Any], words: str):
    answer = Server().refused("POST", url, body)
    assert (answer["code"], answer["reason"]) == (400, "BadRequest")
    assert answer["message"].endswith(words)


UNKNOWN = stateful_set(foo=1)


def test_unknown_fields_are_refused_where_strictness_is_asked_for():
    answer = Server().refused("POST", f"{SETS}?fieldValidation=Strict", UNKNOWN)
    assert answer["message"] == (
        'StatefulSet in version "v1" cannot be handled as a StatefulSet: '
        'strict decoding error: unknown field "spec.foo"'
    )


def test_unknown_fields_are_otherwise_dropped_with_a_warning_or_without_one():
    server = Server()
    assert "foo" not in server.post(SETS, UNKNOWN)["spec"]
    assert server.headers["Warning"] == '299 - "unknown field \\"spec.foo\\""'
    server.ask("DELETE", f"{SETS}/web")
    server.post(f"{SETS}?fieldValidation=Ignore", UNKNOWN)
    assert "Warning" not in server.headers


def test_a_patch_that_gives_an_unknown_field_is_invalid_where_strictness_is_asked_for():
    server = Server()
    server.post(SETS, stateful_set())
    url = f"{SETS}/web?fieldValidation=Strict"
    answer = server.refused("PATCH", url, {"spec": {"foo": 1}}, type=MERGE)
    assert (answer["code"], answer["details"]["causes"][0]["field"]) == (422, "patch")
    assert 'strict decoding error: unknown field "spec.foo"' in answer["message"]


def test_the_content_of_a_secret_is_in_no_refusal():
    server = Server()
    url = "/api/v1/namespaces/default/secrets"
    server.post(url, named(stringData={"password": "hunter2"}))
    answers = [
        server.refused("PATCH", f"{url}/a?fieldValidation=Strict", {"x": 1}, type=MERGE),
        server.refused("POST", url, b'{"stringData": {"password": "hunter2"}'),
        server.refused("POST", url, named("B", stringData={"password": "hunter2"})),
    ]
    assert all(
        "hunter2" not in str(answer) and "aHVudGVyMg" not in str(answer) for answer in answers
    )


def test_an_unknown_option_is_refused():
    answer = Server().refused("POST", f"{MAPS}?fieldValidation=X", named())
    assert answer["message"].startswith('CreateOptions.meta.k8s.io "" is invalid: fieldValidation')
    assert Server().refused("POST", f"{MAPS}?dryRun=X", named())["code"] == 422


def test_quantities_are_written_in_one_way():
    amounts = {"cpu": 0.5, "memory": "1024Mi"}
    made = Server().post(PODS, container(resources={"limits": amounts}))
    limits = made["spec"]["containers"][0]["resources"]["limits"]
    assert limits == {"cpu": "500m", "memory": "1Gi"}


@pytest.mark.parametrize(
    ("given", "written"),
    [("1000m", "1"), ("1.5Gi", "1536Mi"), ("0.5Ki", "512"), ("100000", "100k"), ("1e3", "1e3"),
     ("0", "0"), ("1500", "1500"), ("0.1", "100m"), ("1E", "1E"), ("1024Ki", "1Mi")],
)  # fmt: skip
def test_a_quantity(given: str, written: str):
    made = Server().post(PODS, container(resources={"limits": {"cpu": given}}))
    assert made["spec"]["containers"][0]["resources"]["limits"]["cpu"] == written


def test_the_stateful_sets_spec_stays_as_it_is():
    server = Server()
    server.post(SETS, stateful_set(serviceName="a"))
    answer = server.refused("PATCH", f"{SETS}/web", {"spec": {"serviceName": "b"}}, type=MERGE)
    message = (
        "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', "
        "'template', 'updateStrategy', 'revisionHistoryLimit', "
        "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
    )
    assert answer["message"] == f'StatefulSet.apps "web" is invalid: spec: {message}'
    assert answer["details"]["causes"] == [
        {"reason": "FieldValueForbidden", "message": message, "field": "spec"}
    ]


def test_a_claim_grows_only_when_it_is_bound_and_its_class_allows_it():
    server = Server()

    def ask_for(size: str) -> dict[str, Any]:
        return {"spec": {"resources": {"requests": {"storage": size}}}}

    spec = {"accessModes": ["ReadWriteOnce"], **ask_for("1Gi")["spec"]}
    assert server.post(CLAIMS, named(spec=spec))["spec"]["storageClassName"] == "standard"
    url = f"{CLAIMS}/a"
    assert (
        "spec is immutable" in server.refused("PATCH", url, ask_for("2Gi"), type=MERGE)["message"]
    )
    bound = {"status": {"phase": "Bound", "capacity": {"storage": "1Gi"}}}
    server.patch(f"{url}/status", bound)
    assert server.patch(url, ask_for("2Gi"))["spec"]["resources"]["requests"]["storage"] == "2Gi"
    server.patch("/apis/storage.k8s.io/v1/storageclasses/standard", {"allowVolumeExpansion": False})
    answer = server.refused("PATCH", url, ask_for("3Gi"), type=MERGE)
    assert answer["message"].endswith(
        "the storageclass that provisions the pvc must support resize"
    )


def test_services_get_addresses_and_ports_that_no_other_has_and_keep_them():
    server = Server()
    spec = {"type": "NodePort", "ports": [{"port": 80}]}
    one = server.post(SERVICES, named("a", spec=spec))["spec"]
    two = server.post(SERVICES, named("b", spec=spec))["spec"]
    assert one["clusterIP"] != two["clusterIP"] and one["clusterIPs"] == [one["clusterIP"]]
    assert one["ports"][0]["nodePort"] != two["ports"][0]["nodePort"]
    status, after = server.ask("PUT", f"{SERVICES}/a", named("a", spec=spec))
    assert (status, after["spec"]) == (200, one)
    answer = server.refused(
        "PATCH", f"{SERVICES}/a", {"spec": {"clusterIP": "10.96.9.9"}}, type=MERGE
    )
    assert answer["details"]["causes"][0]["field"] == "spec.clusterIPs[0]"
    plain = server.patch(f"{SERVICES}/a", {"spec": {"type": "ClusterIP"}})["spec"]
    assert plain["ports"] == [{"port": 80, "protocol": "TCP", "targetPort": 80}]
    assert "externalTrafficPolicy" not in plain


def test_a_headless_service_has_no_address():
    ports = [{"port": 80}]
    spec = {"clusterIP": "None", "selector": {"a": "b"}, "ports": ports}
    made = Server().post(SERVICES, named(spec=spec))["spec"]
    assert (made["clusterIPs"], made["ipFamilyPolicy"]) == (["None"], "SingleStack")


DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


@pytest.mark.parametrize("url", [f"{JOBS}/jobs", f"{JOBS}/cronjobs", DEFINITIONS, MAPS])
def test_an_object_without_a_name_is_refused_whatever_depends_on_its_name(url: str):
    answer = Server().refused("POST", url, {"metadata": {}})
    assert "metadata.name" in [one["field"] for one in answer["details"]["causes"]]


DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"


@pytest.mark.parametrize(
    ("url", "body", "field"),
    [
        (DEPLOYMENTS, {"metadata": {"name": "web"}, "spec": stateful_set(
            strategy={"rollingUpdate": {"maxUnavailable": "a/b"}})["spec"]},
         "spec.strategy.rollingUpdate.maxUnavailable"),
        (SETS, stateful_set(volumeClaimTemplates=[{"metadata": {"name": "d"}}]),
         "spec.volumeClaimTemplates[0].spec"),
        (SETS, stateful_set(volumeClaimTemplates=[{"spec": {"accessModes": ["ReadWriteOnce"]}}]),
         "spec.volumeClaimTemplates[0].metadata.name"),
        (SETS, stateful_set(template={"spec": {"containers": [None]}}),
         "spec.template.spec.containers[0].name"),
        (SERVICES, named(spec={"ports": [None]}), "spec.ports[0].port"),
        (DEFINITIONS, named("ws.x.io", spec={"group": "x.io", "versions": [None]}),
         "spec.versions[0].name"),
    ],
)  # fmt: skip
def test_what_no_controller_could_work_with_is_not_let_in(url: str, body: Any, field: str):
    answer = Server(reconcile=None).refused("POST", url, body)
    assert field in [one["field"] for one in answer["details"]["causes"]]


def test_a_strategic_patch_with_an_item_that_is_no_map_is_refused():
    server = Server()
    server.post(SERVICES, named("s", spec={"ports": [{"port": 80}]}))
    patch = {"spec": {"ports": [True]}}
    assert server.refused("PATCH", f"{SERVICES}/s", patch, type=STRATEGIC)["code"] == 422


def test_a_patch_that_leaves_no_metadata_is_refused():
    server = Server()
    server.post(MAPS, named("a"))
    assert server.refused("PATCH", f"{MAPS}/a", {"metadata": -1}, type=MERGE)["code"] == 422
