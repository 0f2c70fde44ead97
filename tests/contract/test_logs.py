"""The log of a container: which one is read, and what is refused before a kubelet is asked."""

from __future__ import annotations

import pytest
from tests.contract.bench import Bench
from tests.contract.objects import Object, template
from tests.controlplane.control_plane import ControlPlane

from holdfast.errors import Invalid, NotFound


def pod(namespace: str, *containers: str) -> Object:
    spec = template("web")["spec"]
    main = spec["containers"][0]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web", "namespace": namespace},
        "spec": {**spec, "containers": [{**main, "name": name} for name in containers]},
    }


def test_a_pod_that_is_not_there(bench: Bench) -> None:
    with pytest.raises(NotFound, match='read the log of Pod/nobody: pods "nobody" not found'):
        bench.cluster.logs(bench.ref("v1", "Pod", "nobody"))


def test_a_container_that_the_pod_does_not_have(bench: Bench) -> None:
    bench.cluster.create(pod(bench.namespace, "main"))
    with pytest.raises(Invalid, match="container other is not valid for pod web"):
        bench.cluster.logs(bench.ref("v1", "Pod", "web"), container="other")


def test_one_of_several_containers_has_to_be_named(bench: Bench) -> None:
    bench.cluster.create(pod(bench.namespace, "main", "side"))
    said = r"a container name must be specified for pod web, choose one of: \[main side\]"
    with pytest.raises(Invalid, match=said):
        bench.cluster.logs(bench.ref("v1", "Pod", "web"))


def test_only_pods_have_a_log(bench: Bench) -> None:
    with pytest.raises(NotFound, match="the server could not find the requested resource"):
        bench.cluster.logs(bench.ref("v1", "ConfigMap", "web"))


_REAL = pytest.param("real", marks=[pytest.mark.real, pytest.mark.xdist_group("real")])


@pytest.mark.parametrize("server", [_REAL], indirect=True)
def test_a_kubelet_tells_what_a_container_wrote(bench: Bench, control_plane: ControlPlane) -> None:
    ref = bench.ref("v1", "Pod", "web")
    bench.cluster.create(pod(bench.namespace, "main", "side"))
    bench.eventually(lambda: bench.cluster.get(ref)["status"].get("phase") == "Running", "it runs")
    control_plane.logs.write(["one", "", "drei ≠ two"], previous=["crash"])
    assert list(bench.cluster.logs(ref, container="side")) == ["one", "", "drei ≠ two"]
    assert list(bench.cluster.logs(ref, container="main", tail=1)) == ["drei ≠ two"]
    assert list(bench.cluster.logs(ref, container="main", previous=True)) == ["crash"]
