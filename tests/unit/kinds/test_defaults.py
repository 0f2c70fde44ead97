from typing import Any

import pytest

from holdfast.kinds.defaults import apply_defaults, initial_status


def completed(api_version: str, kind: str, **rest: Any) -> dict[str, Any]:
    return apply_defaults(api_version, kind, rest)


def pod(**container: Any) -> dict[str, Any]:
    return {"spec": {"containers": [{"name": "c", "image": "nginx:1", **container}]}}


def test_a_stateful_set():
    spec = completed("apps/v1", "StatefulSet", spec={"template": pod()})["spec"]
    template = spec.pop("template")["spec"]
    assert spec == {
        "replicas": 1,
        "podManagementPolicy": "OrderedReady",
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
        "revisionHistoryLimit": 10,
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
    }
    assert template == {
        "containers": [
            {
                "name": "c",
                "image": "nginx:1",
                "imagePullPolicy": "IfNotPresent",
                "resources": {},
                "terminationMessagePath": "/dev/termination-log",
                "terminationMessagePolicy": "File",
            }
        ],
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "securityContext": {},
        "schedulerName": "default-scheduler",
    }


def test_a_claim_template_is_completed_as_the_server_returns_it():
    spec = {"volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": {}}]}
    found = completed("apps/v1", "StatefulSet", spec=spec)["spec"]["volumeClaimTemplates"]
    assert found == [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": "data"},
            "spec": {"resources": {}, "volumeMode": "Filesystem"},
            "status": {"phase": "Pending"},
        }
    ]


def test_a_probe_a_port_and_a_volume():
    container = {"livenessProbe": {"httpGet": {"port": 80}}, "ports": [{"containerPort": 80}]}
    obj = pod(**container)
    obj["spec"]["volumes"] = [{"name": "v", "configMap": {"name": "x"}}]
    spec = completed("v1", "Pod", **obj)["spec"]
    assert spec["containers"][0]["livenessProbe"] == {
        "httpGet": {"port": 80, "path": "/", "scheme": "HTTP"},
        "timeoutSeconds": 1,
        "periodSeconds": 10,
        "successThreshold": 1,
        "failureThreshold": 3,
    }
    assert spec["containers"][0]["ports"] == [{"containerPort": 80, "protocol": "TCP"}]
    assert spec["volumes"][0]["configMap"] == {"name": "x", "defaultMode": 420}


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("nginx", "Always"),
        ("nginx:latest", "Always"),
        ("nginx:1.29", "IfNotPresent"),
        ("localhost:5000/nginx", "Always"),
        ("nginx@sha256:0a1b", "IfNotPresent"),
    ],
)
def test_the_pull_policy_follows_from_the_tag(image: str, policy: str):
    found = completed("v1", "Pod", **pod(image=image))
    assert found["spec"]["containers"][0]["imagePullPolicy"] == policy


def test_services_by_their_type():
    ports = [{"port": 80}]
    found = completed("v1", "Service", spec={"type": "LoadBalancer", "ports": ports})["spec"]
    assert found == {
        "type": "LoadBalancer",
        "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}],
        "sessionAffinity": "None",
        "internalTrafficPolicy": "Cluster",
        "externalTrafficPolicy": "Cluster",
        "allocateLoadBalancerNodePorts": True,
    }


def test_a_job_counts_to_one_and_a_cron_jobs_template_is_left_for_its_jobs():
    job = completed("batch/v1", "Job", spec={"template": pod()})["spec"]
    assert (job["completions"], job["parallelism"], job["backoffLimit"]) == (1, 1, 6)
    spec = {"jobTemplate": {"spec": {"template": pod()}}}
    cron = completed("batch/v1", "CronJob", spec=spec)["spec"]
    assert (cron["concurrencyPolicy"], cron["suspend"]) == ("Allow", False)
    assert cron["jobTemplate"]["spec"].keys() == {"template"}


def test_a_secrets_plain_text_is_folded_into_its_data():
    found = completed("v1", "Secret", stringData={"a": "b"}, data={"a": "eA==", "c": "ZA=="})
    assert found == {"data": {"a": "Yg==", "c": "ZA=="}, "type": "Opaque"}


@pytest.mark.parametrize(
    ("given", "types"),
    [
        ({}, ["Ingress"]),
        ({"egress": [{}]}, ["Ingress", "Egress"]),
        ({"policyTypes": ["Egress"]}, ["Egress"]),
    ],
)
def test_the_types_of_a_network_policy(given: dict[str, Any], types: list[str]):
    found = completed("networking.k8s.io/v1", "NetworkPolicy", spec=given)
    assert found["spec"]["policyTypes"] == types


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"])
def test_defaults_are_stable_and_what_is_given_stands(kind: str):
    spec = {"template": pod(imagePullPolicy="Never"), "revisionHistoryLimit": 0}
    given = {"spec": spec}
    once = apply_defaults("apps/v1", kind, given)
    assert apply_defaults("apps/v1", kind, once) == once
    assert once["spec"]["revisionHistoryLimit"] == 0
    assert once["spec"]["template"]["spec"]["containers"][0]["imagePullPolicy"] == "Never"
    assert given == {"spec": {"template": pod(imagePullPolicy="Never"), "revisionHistoryLimit": 0}}


def test_a_kind_that_is_not_built_in_is_left_as_it_is():
    assert completed("ex.com/v1", "CronTab", spec={"a": 1}) == {"spec": {"a": 1}}


def test_the_first_status_of_an_object():
    assert initial_status("apps/v1", "StatefulSet") == {"replicas": 0, "availableReplicas": 0}
    assert initial_status("apps/v1", "Deployment") == {}
    assert initial_status("v1", "ConfigMap") is None
