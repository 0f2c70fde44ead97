"""One container of a pod through all its runs: started, probed, ended, started again."""

import threading
import time
from pathlib import Path
from typing import Any

from . import logs
from .environment import Missing
from .machine import Off
from .place import Object, Place
from .probes import Prober, Target, ask
from .run import Run, end_run
from .starting import NoImage, Start, prepare

# A container that ran this long has its earlier ends forgiven.
_FORGIVEN_SECONDS = 600
_RETRY_SECONDS = 1.0
_HOOK_SECONDS = 600.0
_PULLS = ("ErrImagePull", "ImagePullBackOff")


class Container:
    """`state` and `last_state` are as in the API's ContainerStatus."""

    def __init__(self, spec: Object, waiting: str) -> None:
        self.spec = spec
        self.name: str = spec["name"]
        self.state: dict[str, Any] = {"waiting": {"reason": waiting}}
        self.last_state: dict[str, Any] = {}
        self.started = self.ready = False
        self.run: Run | None = None
        self.stopping = threading.Event()
        # Set when it has started (its startup probe said so), or is through for good.
        self.passed = threading.Event()
        self._runs = self._ends = 0
        self._lock = threading.Lock()

    @property
    def restarts(self) -> int:
        """Count the runs after the first."""
        return max(0, self._runs - 1)

    @property
    def exit_code(self) -> int | None:
        """The code of the last run that has ended."""
        ended = self.state.get("terminated") or self.last_state.get("terminated")
        return int(ended["exitCode"]) if ended else None

    def supervise(self, place: Place, policy: str) -> None:
        """Run it until it is through for good: stopped, or ended as the policy wants it."""
        try:
            while not self.stopping.is_set():
                run = self._start(place)
                if run is None:
                    self.stopping.wait(_RETRY_SECONDS)
                    continue
                code = self._see_through(place, run)
                if policy == "Never" or (policy == "OnFailure" and code == 0):
                    return
                self._back_off(place, run)
        except Off:
            return
        finally:
            self.passed.set()

    def stop(self, place: Place, grace: float) -> None:
        """End it for good, in its own time but no longer than the grace period allows."""
        with self._lock:
            self.stopping.set()
            run = self.run
        if run is not None:
            end_run(run, place.runtime, self.spec, grace)

    def log(self, place: Place, back: int = 0) -> Path:
        """Name the log of the last run, or of one so many runs before it."""
        return place.folder / f"{self.name}.{self.restarts - back}.log"

    def _start(self, place: Place) -> Run | None:
        """Start it; if that cannot be, say why in the state."""
        name = f"{place.pod()['metadata']['uid']}-{self.name}-{self._runs}"
        try:
            start = prepare(self.spec, place, name)
        except NoImage as error:
            first = self.state.get("waiting", {}).get("reason") not in _PULLS
            self._wait(place, _PULLS[0] if first else _PULLS[1], str(error))
        except Missing as error:
            self._wait(place, "CreateContainerConfigError", str(error))
        else:
            return self._launch(place, name, start)
        return None

    def _launch(self, place: Place, name: str, start: Start) -> Run | None:
        ports = [one for one in self.spec.get("ports", ()) if "name" in one]
        target = Target(
            name=name,
            address=place.address,
            ports={one["name"]: one["containerPort"] for one in ports},
            process=start.config["process"],
            folder=place.folder,
            runtime=place.runtime,
            network=place.network,
        )
        with self._lock:
            if self.stopping.is_set():
                return None
            process = place.runtime.start(name, start.layers, start.config, place.folder)
            self.run = run = Run(target, start.image, process, start.message)
            self._runs += 1
            self.log(place).touch()
            self._leave_behind()
            self.started = "startupProbe" not in self.spec
            self.ready = self.started and "readinessProbe" not in self.spec
            self.state = {"running": {"startedAt": run.started_at}}
        place.changed()
        return run

    def _see_through(self, place: Place, run: Run) -> int:
        """Follow a run to its end. Returns the exit code."""
        writer = threading.Thread(target=logs.keep, args=(run.process.stdout, self.log(place)))
        writer.start()
        self._after_start(place, run)
        kinds = ("readiness", "liveness") if self.started else ("startup",)
        if self.started:
            self.passed.set()
        self._probe(place, run, kinds)
        code = run.process.wait()
        run.over.set()
        writer.join()
        assert run.process.stdout is not None
        run.process.stdout.close()
        place.runtime.clean(run.target.name)
        self.run, self.ready, self.started = None, False, False
        self.state = {"terminated": run.ended(code, self.spec, self.log(place))}
        place.changed()
        return code

    def _after_start(self, place: Place, run: Run) -> None:
        hook = self.spec.get("lifecycle", {}).get("postStart")
        wrong = ask(hook, run.target, _HOOK_SECONDS) if hook else ""
        if wrong:
            place.warn("FailedPostStartHook", wrong)
            end_run(run, place.runtime, self.spec, 2)

    def _probe(self, place: Place, run: Run, kinds: tuple[str, ...]) -> None:
        for kind in kinds:
            probe = self.spec.get(f"{kind}Probe")
            if probe is None:
                continue

            def tell(kind: str, well: bool, wrong: str) -> None:
                self._told(place, run, kind, well, wrong)

            prober = Prober(kind, probe, run.target, run.over, tell)
            threading.Thread(target=prober.run, daemon=True).start()

    def _told(self, place: Place, run: Run, kind: str, well: bool, wrong: str) -> None:
        if run is not self.run:
            return  # it has ended meanwhile
        if not well:
            place.warn("Unhealthy", f"{kind.capitalize()} probe failed: {wrong}")
        if kind == "readiness":
            self.ready = well
            place.changed()
        elif not well:
            grace = place.pod()["spec"]["terminationGracePeriodSeconds"]
            own = self.spec[f"{kind}Probe"].get("terminationGracePeriodSeconds", grace)
            end_run(run, place.runtime, self.spec, own)
        elif kind == "startup":
            self.started = True
            self.ready = "readinessProbe" not in self.spec
            self.passed.set()
            place.changed()
            self._probe(place, run, ("readiness", "liveness"))

    def _back_off(self, place: Place, run: Run) -> None:
        long = time.monotonic() - run.began >= _FORGIVEN_SECONDS
        self._ends = 1 if long else self._ends + 1
        seconds = place.back_off.after(self._ends)
        if seconds and not self.stopping.is_set():
            what = f"restarting failed container={self.name}"
            self._wait(place, "CrashLoopBackOff", f"back-off {seconds:g}s {what}")
            self.stopping.wait(seconds)

    def _wait(self, place: Place, reason: str, message: str) -> None:
        state = {"waiting": {"reason": reason, "message": message}}
        if state == self.state:
            return
        self._leave_behind()
        self.state = state
        place.warn("BackOff" if reason.endswith("BackOff") else "Failed", message)
        place.changed()

    def _leave_behind(self) -> None:
        if "terminated" in self.state:
            self.last_state = {"terminated": self.state["terminated"]}
