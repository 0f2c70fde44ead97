"""One run of a container, and how it is brought to its end."""

import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import logs
from .images import Image
from .place import Object
from .probes import Target, ask
from .runtime import Runtime

# What a container is given at least, even if its grace period is over (kuberuntime).
_LEAST_GRACE_SECONDS = 2.0
_MESSAGE_BYTES = 4096
_MESSAGE_LINES = 80


def now() -> str:
    """Write the time as the API does: no fractions of a second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


@dataclass(frozen=True, slots=True)
class Run:
    """`over` is set when it has ended, or is about to be ended."""

    target: Target
    image: Image
    process: "subprocess.Popen[bytes]"
    message: Path
    started_at: str = field(default_factory=now)
    began: float = field(default_factory=time.monotonic)
    over: threading.Event = field(default_factory=threading.Event)

    def wait(self, seconds: float) -> bool:
        """Tell whether it has ended in that time."""
        try:
            self.process.wait(max(0.0, seconds))
        except subprocess.TimeoutExpired:
            return False
        return True

    def ended(self, code: int, container: Object, log: Path) -> dict[str, Any]:
        """Describe its end as the API's ContainerStateTerminated."""
        # Killed with its whole machine, the process has no code of its own.
        code = code if code >= 0 else 128 - code
        found = {
            "exitCode": code,
            "reason": "Error" if code else "Completed",
            "startedAt": self.started_at,
            "finishedAt": now(),
            "containerID": f"crun://{self.target.name}",
        }
        said = self.message.read_bytes()[-_MESSAGE_BYTES:].decode(errors="replace")
        if not said and code and container.get("terminationMessagePolicy") != "File":
            said = logs.tail(log, _MESSAGE_LINES)[-_MESSAGE_BYTES:]
        return found | ({"message": said} if said else {})


def end_run(run: Run, runtime: Runtime, container: Object, grace: float) -> None:
    """Let it end: preStop, the image's stop signal, and when the grace period is over, SIGKILL."""
    deadline = time.monotonic() + grace
    run.over.set()
    hook = container.get("lifecycle", {}).get("preStop", {})
    if "sleep" in hook:
        run.wait(min(grace, hook["sleep"]["seconds"]))
    elif hook:
        ask(hook, run.target, max(0.1, grace))
    runtime.signal(run.target.name, run.image.stop_signal, run.process)
    if not run.wait(max(_LEAST_GRACE_SECONDS, deadline - time.monotonic())):
        runtime.signal(run.target.name, "SIGKILL", run.process)
        run.process.wait()
