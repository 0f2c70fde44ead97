"""The test kubelet: nodes of a real control plane on which pods are real processes.

    with running(plane, folder) as kubelet:
        ...  # pods that are bound to its nodes run

What it does is in the folder's other modules; how it is used in tests, in `plugin`.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from tests.controlplane.api import Api
from tests.controlplane.control_plane import ControlPlane

from . import nodes
from .events import Reporter
from .ground import Grounds
from .log_server import Log, NoLog, log_server
from .machine import Machine, machine
from .network import Network, network
from .place import BackOff, Object
from .pod import Pod
from .refusals import refusals
from .services import Services
from .watching import Watched

_TICK_SECONDS = 0.5
_LEASE_SECONDS = 10
_FINISHED = ("Succeeded", "Failed")
AS_IN_LIFE = BackOff()


class Kubelet:
    """All nodes' kubelets in one. `boot` starts the machine of a node's name."""

    def __init__(
        self,
        plane: ControlPlane,
        folder: Path,
        network: Network,
        boot: Callable[[str], Machine],
        back_off: BackOff,
    ) -> None:
        self.plane, self.folder, self.network = plane, folder, network
        self.api = api = Api(plane.url, plane.ca_file, plane.token)
        self.pods: dict[str, Pod] = {}
        self.machines: dict[str, Machine] = {}
        self.services = Services(api, network, lambda: list(self.pods.values()))
        self._boot, self._reporter = boot, Reporter(api)
        variables = self.services.variables
        self._grounds = Grounds(self._reporter, folder, network, back_off, variables)
        self._bound = Watched(api, "/api/v1/pods", self._pod_changed)
        self._files = [
            Watched(api, "/api/v1/configmaps", self._files_changed),
            Watched(api, "/api/v1/secrets", self._files_changed),
        ]
        self._lock, self._over = threading.RLock(), threading.Event()
        self._thread = threading.Thread(target=self._keep_alive, daemon=True)

    def start(self, names: list[str], port: int) -> None:
        """Register nodes of these names, which answer for logs on that port, and take pods."""
        for name in names:
            self.machines[name] = self._boot(name)
            self.api.create("/api/v1/nodes", nodes.node(name))
            nodes.report(self.api, name, port)
            nodes.renew(self.api, name)
        self.services.start()
        for watch in (*self._files, self._bound):
            watch.start()
        self._thread.start()

    def stop(self) -> None:
        """End everything at once."""
        self._over.set()
        for watch in (*self._files, self._bound):
            watch.stop()
        self._thread.join()
        for name in self.machines:
            self.switch_off(name)
        self.services.stop()

    def switch_off(self, name: str) -> None:
        """Let a node be gone with all that runs there; nobody tells the API server."""
        with self._lock:
            self.machines[name].switch_off()
            lost = [pod for pod in self.pods.values() if pod.node == name]
            for pod in lost:
                del self.pods[pod.uid]
        for pod in lost:
            pod.end(0, lambda: None)
            pod.join()

    def switch_on(self, name: str) -> None:
        """Boot a node again; pods that are still bound to it start anew."""
        with self._lock:
            self.machines[name] = self._boot(name)
            nodes.renew(self.api, name)
            for item in list(self._bound.objects.values()):
                self._pod_changed(item, False)

    def find(self, namespace: str, name: str) -> Pod:
        """Find a running pod. Raises LookupError."""
        for pod in list(self.pods.values()):
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

    def find_log(self, namespace: str, name: str, container: str, previous: bool) -> Log:
        """Find a container's log. Raises NoLog."""
        try:
            pod = self.find(namespace, name)
        except LookupError as error:
            raise NoLog(str(error)) from None
        (one,) = (one for one in pod.containers if one.name == container)
        path = one.log(pod.place, back=int(previous))
        if path.is_file():
            return Log(path, lambda: one.run is None or one.log(pod.place) != path)
        what = "previous terminated container" if previous else "container"
        raise NoLog(f'{what} "{container}" in pod "{name}" not found')

    def _pod_changed(self, item: Object, gone: bool) -> None:
        with self._lock:
            pod = self.pods.get(item["metadata"]["uid"]) or self._take(item, gone)
            if pod is None:
                return
            pod.object = item
            if gone:
                pod.end(0, partial(self._forget, pod.uid))
            elif "deletionTimestamp" in item["metadata"]:
                grace = item["metadata"].get("deletionGracePeriodSeconds", 0)
                pod.end(grace, partial(self._delete, pod))

    def _take(self, item: Object, gone: bool) -> Pod | None:
        """Begin with a pod that has come to one of the nodes, if it has."""
        host = self.machines.get(item["spec"].get("nodeName", ""))
        through = item["status"].get("phase") in _FINISHED
        if host is None or not host.on or gone or through:
            return None
        if refused := refusals(item):
            self._reporter.refuse(item, refused, host)
            return None
        pod = Pod(item, partial(self._grounds.make, host))
        self.pods[pod.uid] = pod
        self.services.write_names(pod)
        pod.start()
        return pod

    def _delete(self, pod: Pod) -> None:
        """Take a pod of which nothing is left away from the API, as only a kubelet may."""
        while not self._over.is_set() and not self._reporter.delete(pod.object):
            self._over.wait(_TICK_SECONDS)
        self._forget(pod.uid)

    def _forget(self, uid: str) -> None:
        self.pods.pop(uid, None)

    def _files_changed(self, item: Object, gone: bool) -> None:
        for pod in list(self.pods.values()):
            if pod.object["metadata"]["namespace"] == item["metadata"]["namespace"]:
                pod.refresh()

    def _keep_alive(self) -> None:
        """Renew what a node must renew, and report what could not be reported."""
        due = time.monotonic() + _LEASE_SECONDS
        while not self._over.wait(_TICK_SECONDS):
            self._reporter.report_again()
            if time.monotonic() < due:
                continue
            due = time.monotonic() + _LEASE_SECONDS
            for name, host in self.machines.items():
                if host.on:
                    nodes.renew(self.api, name)


@contextmanager
def running(
    plane: ControlPlane, folder: Path, *, count: int = 3, back_off: BackOff = AS_IN_LIFE
) -> Iterator[Kubelet]:
    """Run so many nodes, named node-0 and so on, until the block is left."""
    with ExitStack() as stack:
        wire = stack.enter_context(network())

        def boot(name: str) -> Machine:
            return stack.enter_context(machine(wire, folder / name))

        kubelet = Kubelet(plane, folder, wire, boot, back_off)
        port = stack.enter_context(log_server(kubelet.find_log))
        stack.callback(kubelet.stop)
        kubelet.start([f"node-{number}" for number in range(count)], port)
        yield kubelet
