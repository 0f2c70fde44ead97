"""Prepare the file trees that the test kubelet runs containers from (see tests/kubelet).

    make tools TOOLS=images

Two Debian trees stand for all images that the charts name. `debian` is stable with nginx, curl and
git; `mysql` is unstable with the MySQL server, which stable does not have. Both are made by
debootstrap, as root, from the mirror that apt uses on this machine. What a tree is given beyond
its packages is what the images of the same programs have: their users, folders and settings.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

NAME = "images"
# What runs containers from the trees, by the names of Debian's packages.
PROGRAMS = {"debootstrap": "debootstrap", "crun": "crun", "ip": "iproute2", "unshare": "util-linux"}
MIRROR = ["apt-get", "indextargets", "--format", "$(LABEL)|$(REPO_URI)", "Created-By: Packages"]
# Never read by a program that a chart runs.
USELESS = ("usr/share/doc", "usr/share/man", "usr/share/locale", "var/cache/apt", "var/lib/apt")

NGINX_CONF = """\
worker_processes auto;
error_log /var/log/nginx/error.log notice;
pid /tmp/nginx.pid;
events { worker_connections 1024; }
http {
  client_body_temp_path /tmp/client_temp;
  proxy_temp_path /tmp/proxy_temp;
  fastcgi_temp_path /tmp/fastcgi_temp;
  uwsgi_temp_path /tmp/uwsgi_temp;
  scgi_temp_path /tmp/scgi_temp;
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log /var/log/nginx/access.log;
  sendfile on;
  keepalive_timeout 65;
  include /etc/nginx/conf.d/*.conf;
}
"""
MY_CNF = """\
[mysqld]
datadir = /var/lib/mysql
socket = /var/run/mysqld/mysqld.sock
pid-file = /var/run/mysqld/mysqld.pid
secure-file-priv = /var/lib/mysql-files

[client]
socket = /var/run/mysqld/mysqld.sock

!includedir /etc/mysql/conf.d/
"""


class ImageError(Exception):
    """Something that one line tells the user."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A Debian system without a kernel, and what is changed in it afterwards."""

    name: str
    suite: str
    packages: tuple[str, ...]
    user: str
    uid: int
    files: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ()

    def digest(self) -> str:
        """Name what the tree was made from, for the stamp."""
        return hashlib.sha256(repr((self, USELESS)).encode()).hexdigest()


TREES = (
    Tree(
        name="debian",
        suite="bookworm",
        packages=(
            "busybox-static",
            "ca-certificates",
            "curl",
            "git",
            "libnginx-mod-stream",
            "nginx-light",
            "openssh-client",
            "openssh-server",
        ),
        user="nginx",
        uid=101,
        files={"etc/nginx/nginx.conf": NGINX_CONF},
        links={"var/log/nginx/access.log": "/dev/stdout", "var/log/nginx/error.log": "/dev/stderr"},
        folders=("etc/nginx/conf.d", "usr/share/nginx/html", "var/lib/nginx"),
    ),
    Tree(
        name="mysql",
        suite="sid",
        packages=("mysql-client-core", "mysql-server-core"),
        user="mysql",
        uid=999,
        files={"etc/my.cnf": MY_CNF},
        folders=("etc/mysql/conf.d", "var/lib/mysql", "var/lib/mysql-files", "run/mysqld"),
    ),
)


def lacking() -> list[str]:
    """List what this machine lacks for making the trees."""
    found = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    return found if os.geteuid() == 0 else ["root's rights", *found]


def mirror() -> str:
    """Ask apt where it gets Debian from."""
    listed = subprocess.run(MIRROR, capture_output=True, text=True, check=True).stdout
    for line in listed.splitlines():
        label, _, address = line.partition("|")
        if label == "Debian":
            return address
    raise ImageError("apt has no list of a Debian mirror (hint: run apt-get update on Debian)")


def environment() -> dict[str, str]:
    """Let debootstrap go through the proxy that apt goes through, if there is one."""
    command = ["apt-config", "shell", "proxy", "Acquire::http::Proxy"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    _, _, value = said.strip().partition("=")
    return {**os.environ, **({"http_proxy": value.strip("'")} if value else {})}


def change(tree: Tree, root: Path) -> None:
    """Make of a plain Debian what the images of its programs are."""
    for name in USELESS:
        shutil.rmtree(root / name, ignore_errors=True)
    for path, text in tree.files.items():
        (root / path).write_text(text)
    for path, target in tree.links.items():
        (root / path).unlink(missing_ok=True)
        (root / path).symlink_to(target)
    for name in tree.folders:
        (root / name).mkdir(parents=True, exist_ok=True)
        os.chown(root / name, tree.uid, tree.uid)
    _replace_id(root / "etc/passwd", f"{tree.user}:x:{tree.uid}:{tree.uid}::/:/sbin/nologin", 2)
    _replace_id(root / "etc/group", f"{tree.user}:x:{tree.uid}:", 2)


def _replace_id(path: Path, line: str, column: int) -> None:
    # Debian may have given the number to a user of its own, which no program here runs as.
    number = line.split(":")[column]
    kept = [one for one in path.read_text().splitlines() if one.split(":")[column] != number]
    path.write_text("\n".join([*kept, line, ""]))


def make(tree: Tree, dest: Path, address: str) -> None:
    """Make one tree; it appears under its name only when it is whole."""
    partial = dest / f".{tree.name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    included = f"--include={','.join(tree.packages)}"
    command = ["debootstrap", "--variant=minbase", included, tree.suite, str(partial), address]
    done = subprocess.run(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        print("\n".join(done.stdout.splitlines()[-10:]), file=sys.stderr)
        raise ImageError(f"{tree.name}: debootstrap failed for Debian's suite {tree.suite}")
    change(tree, partial)
    shutil.rmtree(dest / tree.name, ignore_errors=True)
    partial.rename(dest / tree.name)


def prepare(dest: Path) -> None:
    """Make the trees unless their stamps say that they are there already."""
    dest.mkdir(parents=True, exist_ok=True)
    for tree in TREES:
        stamp = dest / f".{tree.name}.stamp"
        if stamp.is_file() and stamp.read_text() == tree.digest():
            print(f"image {tree.name}: up to date", flush=True)
            continue
        started = time.monotonic()
        make(tree, dest, mirror())
        stamp.write_text(tree.digest())
        print(f"image {tree.name}: made in {time.monotonic() - started:.0f} s", flush=True)


def build(dest: Path, *, asked_for: bool) -> None:
    """Prepare the trees; where that cannot be done it is an error only if they were asked for."""
    missing: Sequence[str] = lacking()
    if not missing:
        prepare(dest)
        return
    message = f"the images for the test kubelet need {', '.join(missing)}"
    if asked_for:
        raise ImageError(f"{message} (hint: as root, apt-get install {' '.join(_packages())})")
    print(f"{message}: left out", flush=True)


def _packages() -> list[str]:
    return sorted(set(PROGRAMS.values()))
