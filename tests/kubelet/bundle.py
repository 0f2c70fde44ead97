"""A container in the words of the OCI runtime specification (config.json). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .environment import expand
from .images import Image

Object = Mapping[str, Any]
# What Docker and containerd leave to a container that asks for nothing else.
_CAPABILITIES = (
    *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD"),
    *("NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
)
_SYSTEM_MOUNTS = (
    ("/proc", "proc", ()),
    ("/dev", "tmpfs", ("nosuid", "strictatime", "mode=755", "size=65536k")),
    ("/dev/pts", "devpts", ("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620")),
    ("/dev/shm", "tmpfs", ("nosuid", "noexec", "nodev", "mode=1777", "size=65536k")),
    ("/dev/mqueue", "mqueue", ("nosuid", "noexec", "nodev")),
    ("/sys", "sysfs", ("nosuid", "noexec", "nodev", "ro")),
)


@dataclass(frozen=True, slots=True)
class User:
    """Who a container runs as; `groups` are the ones beside the first."""

    uid: int
    gid: int
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Mount:
    """A folder or file of this machine, where the container sees it."""

    source: Path
    path: str
    read_only: bool = False

    def oci(self) -> dict[str, Any]:
        """In the runtime's words."""
        options = ["rbind", "ro" if self.read_only else "rw"]
        return _mount(self.path, "bind", options, str(self.source))


def user_id(pod: Object, container: Object, image: Image) -> int:
    """Say who it runs as: the container's word, the pod's, the image's."""
    return int(setting(pod, container, "runAsUser", image.user))


def setting(pod: Object, container: Object, name: str, default: Any) -> Any:
    """Read a setting of the security context; the container's own prevails."""
    for context in (container.get("securityContext", {}), pod["spec"].get("securityContext", {})):
        if context.get(name) is not None:
            return context[name]
    return default


def arguments(container: Object, image: Image, env: Mapping[str, str]) -> list[str]:
    """Combine command and args with the image's own, as the table in Kubernetes' docs has it."""
    command, args = container.get("command"), container.get("args")
    if command:
        found = [*command, *(args or ())]
    else:
        found = [*image.entrypoint, *(args or image.cmd)]
        # The image's own words know no $(NAME).
        return [*image.entrypoint, *(expand(one, env) for one in args)] if args else found
    return [expand(one, env) for one in found]


def config(
    container: Object,
    *,
    args: Sequence[str],
    env: Mapping[str, str],
    cwd: str,
    user: User,
    hostname: str,
    network: str,
    root: Path,
    mounts: Sequence[Mount],
) -> dict[str, Any]:
    """Describe one run of a container."""
    context = container.get("securityContext", {})
    capabilities = _capabilities(context, user)
    spaces: list[dict[str, str]] = [{"type": kind} for kind in ("pid", "mount", "uts", "ipc")]
    return {
        "ociVersion": "1.0.0",
        "hostname": hostname,
        "root": {"path": str(root), "readonly": context.get("readOnlyRootFilesystem", False)},
        "process": {
            "args": list(args),
            "env": [f"{name}={value}" for name, value in env.items()],
            "cwd": cwd,
            "user": {"uid": user.uid, "gid": user.gid, "additionalGids": list(user.groups)},
            "capabilities": capabilities,
            "noNewPrivileges": not context.get("allowPrivilegeEscalation", True),
        },
        "mounts": [
            *(_mount(path, kind, options, kind) for path, kind, options in _SYSTEM_MOUNTS),
            *(mount.oci() for mount in sorted(mounts, key=lambda mount: mount.path)),
        ],
        "linux": {"namespaces": [*spaces, {"type": "network", "path": network}]},
    }


def _capabilities(context: Object, user: User) -> dict[str, list[str]]:
    asked = context.get("capabilities", {})
    dropped, added = asked.get("drop", ()), asked.get("add", ())
    kept = () if "ALL" in dropped else (one for one in _CAPABILITIES if one not in dropped)
    bounding = [f"CAP_{name}" for name in dict.fromkeys([*kept, *added])]
    # Who is not root has what a program's file grants, and nothing by himself.
    own = bounding if user.uid == 0 else []
    return {"bounding": bounding, "effective": own, "permitted": own}


def _mount(path: str, kind: str, options: Sequence[str], source: str) -> dict[str, Any]:
    return {"destination": path, "type": kind, "source": source, "options": list(options)}
