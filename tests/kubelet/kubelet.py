"""The test kubelet: nodes of a real control plane on which pods are real processes.

    with running(plane, folder) as kubelet:
        ...  # pods that are bound to its nodes run

What it does is in the folder's other modules; how it is used in tests, in `plugin`.
"""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.controlplane.api import Api
from tests.controlplane.control_plane import ControlPlane

from . import nodes
from .balancer import Balancer
from .environment import service_links
from .events import Reporter
from .ground import Grounds
from .log_server import NoLog, log_server
from .machine import Machine, machine
from .names import hosts_file, service_lines
from .network import Network, network
from .place import BackOff, Object
from .pod import Pod
from .watching import Watched

_TICK_SECONDS = 0.5
_LEASE_SECONDS = 10
FINISHED = ("Succeeded", "Failed")
AS_IN_LIFE = BackOff()


class Kubelet:
    """All nodes' kubelets in one, their network and what a cloud would add: volumes, balancers."""

    def __init__(
        self,
        plane: ControlPlane,
        folder: Path,
        network: Network,
        machines: Mapping[str, Machine],
        back_off: BackOff,
    ) -> None:
        self.plane, self.folder, self.network, self.machines = plane, folder, network, machines
        self.api = api = Api(plane.url, plane.ca_file, plane.token)
        self.pods: dict[str, Pod] = {}
        self.reporter = Reporter(api)
        self.grounds = Grounds(self.reporter, folder, network, back_off, self._service_env)
        self.balancer = Balancer(network, self._connect_api)
        self._names_changed, self._over = threading.Event(), threading.Event()
        self.services = Watched(api, "/api/v1/services", self._service_changed)
        slices = "/apis/discovery.k8s.io/v1/endpointslices"
        self.slices = Watched(api, slices, self._service_changed)
        self._watches = [
            *(self.services, self.slices),
            Watched(api, "/api/v1/configmaps", self._files_changed),
            Watched(api, "/api/v1/secrets", self._files_changed),
            Watched(api, "/api/v1/pods", self._pod_changed),
        ]
        self._threads = [
            threading.Thread(target=self._keep_names, daemon=True),
            threading.Thread(target=self._keep_alive, daemon=True),
        ]

    def start(self, port: int) -> None:
        """Register the nodes, which answer for logs on that port, and take pods."""
        for name in self.machines:
            self.api.create("/api/v1/nodes", nodes.node(name))
            nodes.report(self.api, name, port)
            nodes.renew(self.api, name)
        for watch in self._watches:
            watch.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End everything at once."""
        self._over.set()
        self._names_changed.set()
        for watch in self._watches:
            watch.stop()
        for thread in self._threads:
            thread.join()
        for one in self.machines.values():
            one.switch_off()
        for pod in list(self.pods.values()):
            pod.end(0, lambda: None)
            pod.join()
        self.balancer.close()

    def find(self, namespace: str, name: str) -> Pod:
        """Find a running pod. Raises LookupError."""
        for pod in self.pods.values():
            metadata = pod.object["metadata"]
            if (metadata["namespace"], metadata["name"]) == (namespace, name):
                return pod
        raise LookupError(f"no pod {namespace}/{name} on the test kubelet's nodes")

    def execute(
        self, namespace: str, name: str, container: str, *command: str, seconds: float = 60
    ) -> tuple[int, str]:
        """Run a command in a container, as `kubectl exec` would: exit code and output.

        Raises LookupError if it does not run.
        """
        pod = self.find(namespace, name)
        for one in pod.containers:
            if one.name == container and one.run is not None:
                return one.run.target.execute(command, seconds)
        raise LookupError(f"no container {container} runs in {namespace}/{name}")

    def find_log(
        self, namespace: str, name: str, container: str, previous: bool
    ) -> "tuple[Path, Any]":
        """Find a container's log, and how to learn that no more will come. Raises NoLog."""
        try:
            pod = self.find(namespace, name)
            one = next(one for one in pod.containers if one.name == container)
        except (LookupError, StopIteration) as error:
            raise NoLog(str(error) or f"no container {container}") from None
        path = one.log(pod.place, back=int(previous))
        if not path.is_file():
            what = "previous terminated container" if previous else "container"
            raise NoLog(f'{what} "{container}" in pod "{name}" not found')
        return path, lambda: one.run is None or one.log(pod.place) != path

    def _pod_changed(self, item: Object, gone: bool) -> None:
        uid, node = item["metadata"]["uid"], item["spec"].get("nodeName")
        pod = self.pods.get(uid)
        if pod is None:
            host = self.machines.get(node or "")
            through = item["status"].get("phase") in FINISHED
            if host is None or not host.on or gone or through:
                return
            pod = self.pods[uid] = Pod(item, partial(self.grounds.make, host))
            self._write_names(pod)
            pod.start()
            self._names_changed.set()
        pod.object = item
        if not pod.ground.place.runtime.machine.on:
            return
        if gone:
            pod.end(0, lambda: self._forget(uid))
        elif "deletionTimestamp" in item["metadata"]:
            grace = item["metadata"].get("deletionGracePeriodSeconds", 0)
            pod.end(grace, partial(self._delete, pod))

    def _delete(self, pod: Pod) -> None:
        """Take a pod of which nothing is left away from the API, as only a kubelet may."""
        metadata = pod.object["metadata"]
        body = {"gracePeriodSeconds": 0, "preconditions": {"uid": metadata["uid"]}}
        path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}"
        while not self._over.is_set():
            try:
                self.api.ask("DELETE", path, body)
                break
            except OSError:
                self._over.wait(_TICK_SECONDS)
        self._forget(metadata["uid"])

    def _forget(self, uid: str) -> None:
        self.pods.pop(uid, None)

    def _files_changed(self, item: Object, gone: bool) -> None:
        for pod in list(self.pods.values()):
            if pod.object["metadata"]["namespace"] == item["metadata"]["namespace"]:
                pod.refresh()

    def _service_changed(self, item: Object, gone: bool) -> None:
        self._names_changed.set()

    def _keep_names(self) -> None:
        """Let hosts files and balancers follow the Services and their endpoints."""
        while self._names_changed.wait() and not self._over.is_set():
            self._names_changed.clear()
            services = list(self.services.objects.values())
            slices = list(self.slices.objects.values())
            for pod in list(self.pods.values()):
                self._write_names(pod)
            self.balancer.follow(services, slices)

    def _write_names(self, pod: Pod) -> None:
        services, slices = self.services.objects.values(), self.slices.objects.values()
        namespace = pod.object["metadata"]["namespace"]
        lines = service_lines(list(services), list(slices), namespace)
        pod.write_names(hosts_file(pod.object, pod.place.address, lines))

    def _keep_alive(self) -> None:
        """Renew what a node must renew, and report what could not be reported."""
        due = time.monotonic() + _LEASE_SECONDS
        while not self._over.wait(_TICK_SECONDS):
            self.reporter.report_again()
            if time.monotonic() < due:
                continue
            due = time.monotonic() + _LEASE_SECONDS
            for name, host in self.machines.items():
                if host.on:
                    nodes.renew(self.api, name)

    def _service_env(self, item: Object) -> dict[str, str]:
        links = item["spec"].get("enableServiceLinks", True)
        services = list(self.services.objects.values())
        return service_links(services, item["metadata"]["namespace"], links=links)

    def _connect_api(self) -> socket.socket:
        place = urlsplit(self.api.url)
        return socket.create_connection((place.hostname, place.port))


@contextmanager
def running(
    plane: ControlPlane, folder: Path, *, count: int = 3, back_off: BackOff = AS_IN_LIFE
) -> Iterator[Kubelet]:
    """Run so many nodes, named node-0 and so on, until the block is left."""
    with ExitStack() as stack:
        wire = stack.enter_context(network())
        machines = {
            name: stack.enter_context(machine(wire, folder / name))
            for name in (f"node-{number}" for number in range(count))
        }
        kubelet = Kubelet(plane, folder, wire, machines, back_off)
        port = stack.enter_context(log_server(kubelet.find_log))
        stack.callback(kubelet.stop)
        kubelet.start(port)
        yield kubelet
