"""One pod on a machine, from the moment it is bound there until nothing of it is left."""

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from .container import Container
from .environment import Missing
from .machine import Machine, Off
from .place import Object, Place
from .run import now
from .status import Facts, Seen, pod_status
from .volumes import Volumes

_RETRY_SECONDS = 0.5
NODE_ADDRESS = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Ground:
    """What the pod is put on: the place without volumes, the volumes to be made, its cable."""

    place: Place
    volumes: Volumes
    cable: str
    report: Callable[[dict[str, Any]], None]


class Pod:
    """`object` is the newest one that the API server has told of."""

    def __init__(self, item: Object, ground: Callable[["Pod"], Ground]) -> None:
        self.object = item
        spec = item["spec"]
        inits = spec.get("initContainers", ())
        waiting = "PodInitializing" if inits else "ContainerCreating"
        self.inits = [Container(one, waiting) for one in inits]
        self.mains = [Container(one, waiting) for one in spec["containers"]]
        self.ending = threading.Event()
        self.through = threading.Event()
        self.ground = ground(self)
        self.place = self.ground.place
        self._address = ""
        self._started_at = now()
        self._times: dict[str, tuple[str, str]] = {}
        self._lock, self._files_lock = threading.Lock(), threading.Lock()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._end_thread: threading.Thread | None = None
        self._grace = float("inf")

    @property
    def _machine(self) -> Machine:
        return self.place.runtime.machine

    @property
    def uid(self) -> str:
        """Name the pod, never mistaken for another one."""
        return str(self.object["metadata"]["uid"])

    @property
    def node(self) -> str:
        """Name its node."""
        return str(self.object["spec"]["nodeName"])

    @property
    def containers(self) -> list[Container]:
        """All of them."""
        return [*self.inits, *self.mains]

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self, grace: float, then: Callable[[], None]) -> None:
        """Bring it to its end, once, and do something when nothing runs any more.

        Asked again with a shorter grace period, it ends the sooner.
        """
        if self._end_thread is None:
            self._end_thread = threading.Thread(target=self._end, args=(grace, then), daemon=True)
            self._end_thread.start()
        elif grace < self._grace:
            threading.Thread(target=self._kill_after, args=(grace,), daemon=True).start()
        self._grace = min(grace, self._grace)

    def join(self) -> None:
        """Wait until its threads have ended."""
        self._thread.join()
        if self._end_thread is not None:
            self._end_thread.join()

    def tell(self) -> None:
        """Report the status as it is now; one report at a time, so that the last one stays."""
        with self._lock:
            self.ground.report(self._status())

    def refresh(self) -> None:
        """Bring mounted ConfigMaps and Secrets up to date."""
        with self._files_lock:
            if self._address and not self.ending.is_set():
                self.ground.volumes.refresh()

    def write_names(self, text: str) -> None:
        """Let this be its /etc/hosts, from one moment to the next."""
        file = self.place.names / "hosts"
        if not file.is_file() or file.read_text() != text:
            new = self.place.names / f"hosts.{threading.get_ident()}"
            new.write_text(text)
            new.rename(file)

    def _run(self) -> None:
        try:
            self.tell()
            if self._prepare() and self._initialize():
                self._serve()
        except Off:
            return  # nobody is there to tell of it
        finally:
            self.through.set()
            self.tell()

    def _prepare(self) -> bool:
        """Make its network and its volumes, when all that they need is there."""
        self._machine.plug_in(self.uid, self.ground.cable, self.place.address)
        warned = ""
        while not self.ending.is_set():
            try:
                volumes = self.ground.volumes.prepare()
            except Missing as error:
                if str(error) != warned:
                    self.place.warn("FailedMount", warned := str(error))
                self.ending.wait(_RETRY_SECONDS)
                continue
            self._address = self.place.address
            self.place = replace(self.place, volumes=volumes)
            self.refresh()  # nobody told us of what changed meanwhile
            return True
        return False

    def _initialize(self) -> bool:
        """Run the init containers one after the other; a sidecar only has to have started."""
        policy = "Never" if self.object["spec"]["restartPolicy"] == "Never" else "OnFailure"
        for one in self.inits:
            if sidecar(one):
                self._supervise(one, "Always")
                one.passed.wait()
            else:
                one.supervise(self.place, policy)
                if one.exit_code != 0:
                    return False
            if self.ending.is_set():
                return False
        return True

    def _serve(self) -> None:
        """Run the main containers until all are through; then the sidecars are of no more use."""
        policy = self.object["spec"]["restartPolicy"]
        for thread in [self._supervise(one, policy) for one in self.mains]:
            thread.join()
        if not self.ending.is_set():
            self._stop(filter(sidecar, reversed(self.inits)), 2.0)

    def _supervise(self, one: Container, policy: str) -> threading.Thread:
        thread = threading.Thread(target=one.supervise, args=(self.place, policy), daemon=True)
        thread.start()
        return thread

    def _end(self, grace: float, then: Callable[[], None]) -> None:
        deadline = time.monotonic() + grace
        self.ending.set()
        self._stop((one for one in self.containers if not sidecar(one)), grace)
        for one in filter(sidecar, reversed(self.inits)):
            self._stop([one], deadline - time.monotonic())
        self._thread.join()
        try:
            self.tell()
        finally:
            with suppress(Off):
                self._machine.unplug(self.uid)
            self.ground.volumes.remove()
            then()

    def _kill_after(self, grace: float) -> None:
        deadline = time.monotonic() + grace
        for run in filter(None, [one.run for one in self.containers]):
            if not run.wait(deadline - time.monotonic()):
                self.place.runtime.signal(run.target.name, "SIGKILL", run.process)

    def _stop(self, containers: Iterable[Container], grace: float) -> None:
        threads = [
            threading.Thread(target=one.stop, args=(self.place, grace)) for one in containers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _status(self) -> dict[str, Any]:
        seen = Seen(
            inits=[facts(one) for one in self.inits],
            mains=[facts(one) for one in self.mains],
            address=self._address,
            node_address=NODE_ADDRESS,
            started_at=self._started_at,
            ending=self.ending.is_set() and self.through.is_set(),
        )
        status = pod_status(seen, self.object["spec"]["restartPolicy"])
        for one in status["conditions"]:
            kind, value = one["type"], one["status"]
            known = self._times.get(kind)
            if known is None or known[0] != value:
                self._times[kind] = (value, now())
            one["lastTransitionTime"] = self._times[kind][1]
        return status


def sidecar(one: Container) -> bool:
    """Tell whether an init container goes on running beside the main ones."""
    return one.spec.get("restartPolicy") == "Always"


def facts(one: Container) -> Facts:
    """Take down how a container is now."""
    return Facts(
        name=one.name,
        image=one.spec["image"],
        state=one.state,
        last_state=one.last_state,
        restarts=one.restarts,
        started=one.started,
        ready=one.ready,
        sidecar=sidecar(one),
    )
