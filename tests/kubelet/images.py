"""What the test kubelet runs for an image: programs of this machine, not what a registry holds.

All tags of a repository mean the same programs. An image that is not in the table cannot be pulled.
The file trees are prepared by tests/tools/images.py.
"""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.controlplane.binaries import assets, binary

_NGINX = ("nginx", "-g", "daemon off;")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ETCD_PROGRAMS = ("etcd", "etcdctl", "etcdutl")
TREES = ("debian", "mysql")


@dataclass(frozen=True, slots=True)
class Image:
    """An image's file trees, the lowest first, and its configuration, in the words of OCI."""

    layers: tuple[str, ...]
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    user: int = 0
    env: Mapping[str, str] = field(default_factory=lambda: {"PATH": _PATH})
    stop_signal: str = "SIGTERM"
    working_dir: str = "/"


# What the images of nginx serve as long as nothing is mounted over it.
_WELCOME = """server {
  listen %d;
  location / { root /usr/share/nginx/html; index index.html; }
}
"""
# Trees that hold a single file, over those that are prepared.
FILES = {
    "nginx-80": ("etc/nginx/conf.d/default.conf", _WELCOME % 80),
    "nginx-8080": ("etc/nginx/conf.d/default.conf", _WELCOME % 8080),
}
_SHELL = Image(("debian",), cmd=("sh",))
IMAGES = {
    # Nothing but three programs: no shell, no users but root, no certificates.
    "gcr.io/etcd-development/etcd": Image(("etcd",), cmd=("/usr/local/bin/etcd",)),
    "quay.io/coreos/etcd": Image(("etcd",), cmd=("/usr/local/bin/etcd",)),
    # The same programs with a shell beside them.
    "docker.io/holdfast/etcd-tools": Image(("debian", "etcd"), cmd=("sh",)),
    "docker.io/nginxinc/nginx-unprivileged": Image(
        ("debian", "nginx-8080"), cmd=_NGINX, user=101, stop_signal="SIGQUIT"
    ),
    "docker.io/library/nginx": Image(("debian", "nginx-80"), cmd=_NGINX, stop_signal="SIGQUIT"),
    "registry.k8s.io/nginx-slim": Image(("debian", "nginx-80"), cmd=_NGINX),
    "docker.io/library/mysql": Image(("mysql",), cmd=("mysqld",)),
    "docker.io/library/busybox": _SHELL,
    "docker.io/library/debian": _SHELL,
    "docker.io/curlimages/curl": Image(("debian",), entrypoint=("curl",), user=101),
    "docker.io/alpine/git": Image(("debian",), entrypoint=("git",), working_dir="/git"),
}


def find_image(reference: str) -> Image | None:
    """Look an image reference up, as `nginx`, `docker.io/mysql:9.7.0` or with a digest."""
    without_digest = reference.partition("@")[0]
    repository = re.sub(r":[\w.-]+$", "", without_digest)
    host, slash, rest = repository.partition("/")
    if not slash or not re.search(r"[.:]|^localhost$", host):
        host, rest = "docker.io", repository
    if host == "docker.io" and "/" not in rest:
        rest = f"library/{rest}"
    return IMAGES.get(f"{host}/{rest}")


def trees() -> Path:
    """Name the folder of the prepared trees."""
    return assets().parent / "images"


def missing_trees() -> list[str]:
    """List the trees that are not there."""
    return [name for name in TREES if not (trees() / name).is_dir()]


def make_etcd_layer(folder: Path) -> Path:
    """Make the tree of the etcd image, from the programs that were built for the control plane."""
    programs = folder / "usr/local/bin"
    programs.mkdir(parents=True)
    (folder / "tmp").mkdir(mode=0o1777)
    for name in ETCD_PROGRAMS:
        shutil.copy2(binary(name), programs / name)
    return folder


def make_file_layers(folder: Path) -> None:
    """Make the trees of a single file."""
    for name, (path, text) in FILES.items():
        file = folder / name / path
        file.parent.mkdir(parents=True)
        file.write_text(text)


def make_names_layer(folder: Path) -> Path:
    """Make the tree that lies over every image: names come from a file that is swapped whole."""
    etc = folder / "etc"
    etc.mkdir(parents=True)
    (etc / "hosts").symlink_to("/run/names/hosts")
    (etc / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files\n")
    (etc / "resolv.conf").write_text("")
    return folder


def read_user(layers: list[Path], uid: int) -> tuple[int, str]:
    """Find a user's first group and home in the image, or what a runtime takes for them."""
    for layer in reversed(layers):
        passwd = layer / "etc/passwd"
        lines = passwd.read_text().splitlines() if passwd.is_file() else []
        for fields in (line.split(":") for line in lines):
            if fields[2] == str(uid):
                return int(fields[3]), fields[5]
    return 0, "/"
