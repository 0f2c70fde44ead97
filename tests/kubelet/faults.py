"""What goes wrong in life, done to the test kubelet's pods and nodes."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .kubelet import Kubelet
from .network import GATEWAY, PREFIX
from .shelf import ApiShelf, claim_folder


def kill(kubelet: Kubelet, namespace: str, pod: str, container: str) -> None:
    """Kill a container's main process, and with it all others of the container (SIGKILL).

    Raises LookupError if it does not run.
    """
    for one in kubelet.find(namespace, pod).containers:
        if one.name == container and one.run is not None:
            run = one.run
            run.target.runtime.signal(run.target.name, "SIGKILL", run.process)
            run.process.wait()
            return
    raise LookupError(f"no container {container} runs in {namespace}/{pod}")


def lose_volume(kubelet: Kubelet, namespace: str, claim: str) -> None:
    """Let a claim's volume be empty, as after a lost disk; the claim itself stays bound.

    A container that has it mounted goes on with the old files until it ends: kill it, too.
    """
    volume = ApiShelf(kubelet.api, namespace).volume_of(claim)
    folder = claim_folder(kubelet.folder, volume)
    lost = folder.with_name(f"{volume}.lost")
    folder.rename(lost)
    folder.mkdir()
    _copy_rights(lost, folder)
    shutil.rmtree(lost)


@contextmanager
def cut_off(kubelet: Kubelet, namespace: str, pod: str) -> Iterator[None]:
    """Let nothing reach a pod meanwhile, nor it anything: its cable is pulled."""
    cable = kubelet.find(namespace, pod).ground.cable
    kubelet.network.ip("link", "set", cable, "down")
    try:
        yield
    finally:
        kubelet.network.ip("link", "set", cable, "up")


@contextmanager
def kept_apart(kubelet: Kubelet, namespace: str, pod: str) -> Iterator[None]:
    """Let a pod reach no other pod meanwhile, nor they it; its node's probes still do."""
    found = kubelet.find(namespace, pod)
    machine, route = kubelet.machines[found.node], ("ip", "-n", found.uid, "route")
    machine.run(*route, "add", f"{GATEWAY}/32", "dev", "eth0")
    for half in ("0", "128"):
        machine.run(*route, "add", "unreachable", f"{PREFIX}.{half}.0/17")
    try:
        yield
    finally:
        for half in ("0", "128"):
            machine.run(*route, "delete", "unreachable", f"{PREFIX}.{half}.0/17")


@contextmanager
def switched_off(kubelet: Kubelet, node: str) -> Iterator[None]:
    """Let a node be off meanwhile: all that ran there is gone, and the API server is not told."""
    kubelet.switch_off(node)
    try:
        yield
    finally:
        kubelet.switch_on(node)


def _copy_rights(source: Path, target: Path) -> None:
    shutil.copystat(source, target)
    owner = source.stat()
    shutil.chown(target, owner.st_uid, owner.st_gid)
    target.chmod(owner.st_mode & 0o7777)
