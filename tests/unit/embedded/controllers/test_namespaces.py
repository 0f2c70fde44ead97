"""Namespaces: what they are born with, and how they go."""

from __future__ import annotations

from tests.unit.embedded.controllers.cluster import Cluster, pod, stateful_set


def test_a_namespace_is_active_and_has_an_account() -> None:
    cluster = Cluster()
    cluster.run()
    space = cluster.one("Namespace", "default")
    assert space["status"] == {"phase": "Active"}
    assert cluster.names("ServiceAccount") == ["default"]


def test_a_namespace_takes_all_its_content_with_it() -> None:
    cluster = Cluster()
    cluster.apply(stateful_set(2))
    cluster.apply(pod(image="registry.invalid/a:1"))
    cluster.run()
    cluster.change("Namespace", "default", "spec", "finalizers", to=["kubernetes"])
    cluster.delete("Namespace", "default")
    cluster.settle()
    assert cluster.one("Namespace", "default")["status"] == {"phase": "Terminating"}
    cluster.run()
    assert cluster.names("Namespace") == []
    assert cluster.names("Pod") == cluster.names("PersistentVolumeClaim") == []
    assert cluster.names("PersistentVolume") == cluster.names("Event") == []


def test_what_has_a_finalizer_holds_its_namespace() -> None:
    cluster = Cluster()
    made = pod()
    made["metadata"]["finalizers"] = ["example.com/hold"]
    cluster.apply(made)
    cluster.run()
    cluster.delete("Namespace", "default")
    cluster.run()
    assert (cluster.names("Namespace"), cluster.names("Pod")) == (["default"], ["one"])
    cluster.change("Pod", "one", "metadata", "finalizers", to=[])
    cluster.run()
    assert cluster.names("Namespace") == []


def test_nothing_is_made_in_a_namespace_that_is_not_there() -> None:
    cluster = Cluster()
    made = stateful_set(1)
    made["metadata"]["namespace"] = "nowhere"
    cluster.apply(made)
    cluster.run()
    assert cluster.names("Pod") == []
