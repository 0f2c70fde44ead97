from typing import Any

import pytest

from holdfast.kinds.immutable import Refused, immutable_changes

CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "2Gi"}}}
BOUND = {"phase": "Bound", "capacity": {"storage": "2Gi"}}


def sized(size: str) -> dict[str, Any]:
    return {**CLAIM, "resources": {"requests": {"storage": size}}}


CASES = [
    ("apps/v1", "StatefulSet", {"spec": {"serviceName": "a"}}, {"spec": {"serviceName": "b"}},
     "spec"),
    ("apps/v1", "Deployment", {"spec": {"selector": {"a": 1}}}, {"spec": {"selector": {}}},
     "spec.selector"),
    ("batch/v1", "Job", {"spec": {"template": {"a": 1}}}, {"spec": {"template": {"a": 2}}},
     "spec.template"),
    ("v1", "Service", {"spec": {"clusterIP": "None"}}, {"spec": {"clusterIP": "10.0.0.1"}},
     "spec.clusterIPs[0]"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding", {"roleRef": {"name": "a"}},
     {"roleRef": {"name": "b"}}, "roleRef"),
    ("storage.k8s.io/v1", "StorageClass", {"parameters": {"a": "1"}}, {}, "parameters"),
    ("v1", "Secret", {"immutable": True, "data": {"a": "x"}}, {"immutable": True, "data": {}},
     "data"),
    ("v1", "Secret", {"type": "Opaque"}, {"type": "x"}, "type"),
    ("v1", "PersistentVolume", {"spec": {"nfs": {"path": "/a"}}}, {"spec": {"nfs": {"path": "/b"}}},
     "spec.persistentvolumesource"),
    ("v1", "PersistentVolumeClaim", {"spec": sized("1Gi")}, {"spec": sized("2Gi")}, "spec"),
    ("v1", "PersistentVolumeClaim", {"spec": CLAIM, "status": BOUND}, {"spec": sized("1Gi")},
     "spec.resources.requests.storage"),
    ("v1", "Pod", {"spec": {"hostname": "a"}}, {"spec": {"hostname": "b"}}, "spec"),
]  # fmt: skip


@pytest.mark.parametrize(("api_version", "kind", "before", "after", "field"), CASES)
def test_what_may_not_change(
    api_version: str, kind: str, before: dict[str, Any], after: dict[str, Any], field: str
):
    assert [one.field for one in immutable_changes(api_version, kind, before, after)] == [field]
    assert immutable_changes(api_version, kind, before, before) == ()


ALLOWED = [
    ("apps/v1", "StatefulSet", {"spec": {"replicas": 1}}, {"spec": {"replicas": 2}}),
    ("v1", "ConfigMap", {"data": {"a": "x"}}, {"data": {}, "immutable": True}),
    ("v1", "Service", {"spec": {"clusterIP": "10.0.0.1"}}, {"spec": {"type": "ExternalName"}}),
    ("v1", "PersistentVolumeClaim", {"spec": CLAIM, "status": BOUND}, {"spec": sized("3Gi")}),
    ("v1", "PersistentVolumeClaim", {"spec": CLAIM}, {"spec": {**CLAIM, "volumeName": "pv-1"}}),
    ("v1", "Pod", {"spec": {"containers": [{"name": "c", "image": "a"}]}},
     {"spec": {"containers": [{"name": "c", "image": "b"}]}}),
    ("v1", "PersistentVolume", {"spec": {"capacity": {"storage": "1Gi"}}}, {"spec": {}}),
    ("ex.com/v1", "CronTab", {"spec": 1}, {"spec": 2}),
]  # fmt: skip


@pytest.mark.parametrize(("api_version", "kind", "before", "after"), ALLOWED)
def test_what_may_change(
    api_version: str, kind: str, before: dict[str, Any], after: dict[str, Any]
):
    assert immutable_changes(api_version, kind, before, after) == ()


def test_the_words_are_the_servers():
    before, after = {"spec": {"selector": {"a": "1"}}}, {"spec": {"selector": {"a": "2"}}}
    assert immutable_changes("apps/v1", "Deployment", before, after) == (
        Refused("spec.selector", "field is immutable", forbidden=False, value={"a": "2"}),
    )
