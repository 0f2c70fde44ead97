from __future__ import annotations

from tests.unit.plan.support import read

from holdfast.plan.normalize import digest, normalize

SERVED = """
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
  uid: u-1
  resourceVersion: "7"
  generation: 3
  creationTimestamp: "2026-01-01T00:00:00Z"
  managedFields: [{manager: holdfast}]
  annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}"}
spec:
  replicas: 3
  template: {metadata: {creationTimestamp: null, labels: {app: web}}}
  volumeClaimTemplates: [{metadata: {name: data}, status: {phase: Pending}}]
status: {replicas: 3}
"""


def test_what_the_server_writes_by_itself_is_left_out() -> None:
    assert normalize(read(SERVED)) == {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "web"},
        "spec": {
            "replicas": 3,
            "template": {"metadata": {"labels": {"app": "web"}}},
            "volumeClaimTemplates": [{"metadata": {"name": "data"}}],
        },
    }


def test_the_object_given_stays_as_it_is() -> None:
    served = read(SERVED)
    normalize(served)
    assert served == read(SERVED)


def test_the_digest_moves_with_the_spec_and_not_with_the_status() -> None:
    first = digest(read(SERVED))
    assert first.startswith("sha256:")
    assert digest(read(SERVED.replace("status: {replicas: 3}", "status: {replicas: 1}"))) == first
    assert digest(read(SERVED.replace('"7"', '"8"'))) == first
    assert digest(read(SERVED.replace("  replicas: 3", "  replicas: 4"))) != first
