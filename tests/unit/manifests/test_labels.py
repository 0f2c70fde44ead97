from __future__ import annotations

from tests.unit.manifests.support import parsed

from holdfast.manifests import owner_of, stamp

POD = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web, labels: {app: web}}
spec: {template: {metadata: {labels: {app: web}}}}
"""


def test_ownership_stands_on_the_object_and_not_on_its_pods() -> None:
    before = parsed(POD)
    (found,) = stamp(before, release="web", namespace="prod")
    assert found.object["metadata"]["labels"] == {
        "app": "web",
        "holdfast.dev/release": "web",
        "holdfast.dev/release-namespace": "prod",
    }
    assert found.object["spec"] == {"template": {"metadata": {"labels": {"app": "web"}}}}
    assert before == parsed(POD)


def test_the_owner_is_read_back() -> None:
    text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: web, labels: null}}"
    (found,) = stamp(parsed(text), release="web", namespace="prod")
    assert owner_of(found.object) == ("web", "prod")


def test_an_object_without_both_labels_has_no_owner() -> None:
    assert owner_of({"metadata": {}}) is None
    assert owner_of({"metadata": {"labels": {"holdfast.dev/release": "web"}}}) is None
