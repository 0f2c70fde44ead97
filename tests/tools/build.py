"""Build the programs that the tests run beside us, from pinned Go modules.

    python tests/tools/build.py [--dest DIR] [GROUP...]

Every folder here with a go.mod is a group; its `tool` lines say what is built and its `require`
lines pin what from, so that this file names no version. Nothing but Go and Python is needed: no
container engine, no downloaded binaries. The group `images` is another matter: see images.py.
What is up to date is skipped. The last line printed is
the one to paste (or `eval`) for the tests to find the programs elsewhere than in the default place.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import images

HERE = Path(__file__).resolve().parent
DEFAULT_DEST = HERE.parents[1] / ".tools" / "bin"

# Modules that end in a version directory or a generic word would name their programs badly.
PROGRAM_NAMES = {"go.etcd.io/etcd/server/v3": "etcd"}

# Some programs learn their version only from the linker. Without it kube-apiserver reports
# v0.0.0 and its clients misjudge what it can do.
VERSION_VARIABLES = {
    "k8s.io/kubernetes": {
        "k8s.io/component-base/version.gitVersion": "{version}",
        "k8s.io/component-base/version.gitMajor": "{major}",
        "k8s.io/component-base/version.gitMinor": "{minor}",
    },
    "github.com/yannh/kubeconform": {"main.version": "{version}"},
    "helm.sh/helm/v4": {"helm.sh/helm/v4/internal/version.version": "{version}"},
}

BUILD_FLAGS = ("-mod=readonly", "-buildvcs=false", "-trimpath")
BUILD_ENVIRONMENT = {"CGO_ENABLED": "0", "GOWORK": "off"}


class BuildError(Exception):
    """Something that one line tells the user."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One program and the package that it is built from."""

    program: str
    package: str


@dataclass(frozen=True, slots=True)
class Group:
    """One go.mod: programs that are built together and go stale together."""

    name: str
    folder: Path
    tools: tuple[Tool, ...]
    linker_flags: str

    def digest(self) -> str:
        """Name what the programs were made from, for the stamp."""
        digest = hashlib.sha256()
        for name in ("go.mod", "go.sum"):
            digest.update((self.folder / name).read_bytes())
        digest.update(repr((BUILD_FLAGS, BUILD_ENVIRONMENT, self.linker_flags)).encode())
        return digest.hexdigest()


def program_name(package: str) -> str:
    """Name a program as Go would: by the last part of its path that is no version."""
    last = Path(package).name
    named = Path(package).parent.name if last[:1] == "v" and last[1:].isdigit() else last
    return PROGRAM_NAMES.get(package, named)


def linker_flags(versions: Mapping[str, str]) -> str:
    """Strip the programs and tell them their versions."""
    flags = ["-s", "-w"]
    for module, variables in VERSION_VARIABLES.items():
        if module not in versions:
            continue
        version = versions[module]
        major, minor, _ = version.removeprefix("v").split(".", 2)
        for name, template in variables.items():
            flags += ["-X", f"{name}={template.format(version=version, major=major, minor=minor)}"]
    return " ".join(flags)


def read_group(folder: Path) -> Group:
    """Read a go.mod with Go's own parser."""
    done = subprocess.run(
        ["go", "mod", "edit", "-json"], cwd=folder, check=True, capture_output=True, text=True
    )
    parsed = json.loads(done.stdout)
    packages = [tool["Path"] for tool in parsed["Tool"]]
    return Group(
        name=folder.name,
        folder=folder,
        tools=tuple(Tool(program_name(package), package) for package in packages),
        linker_flags=linker_flags({need["Path"]: need["Version"] for need in parsed["Require"]}),
    )


def group_names() -> list[str]:
    """List the folders that hold a go.mod, and what is not built by Go."""
    return sorted([*(path.parent.name for path in HERE.glob("*/go.mod")), images.NAME])


def build_tool(group: Group, tool: Tool, dest: Path) -> None:
    """Build one program; it appears under its name only when it is whole."""
    partial = dest / f".{tool.program}.partial"
    command = ["go", "build", *BUILD_FLAGS, "-ldflags", group.linker_flags]
    command += ["-o", str(partial), tool.package]
    # Go tells of every module that it downloads; that matters only when something went wrong.
    done = subprocess.run(
        command,
        cwd=group.folder,
        env=os.environ | BUILD_ENVIRONMENT,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        print(done.stderr, file=sys.stderr, end="")
        raise BuildError(f"{tool.program}: go build failed in {group.folder}")
    partial.replace(dest / tool.program)


def build_group(group: Group, dest: Path) -> None:
    """Build a group's programs unless its stamp says that they are there already."""
    stamp = dest / f".{group.name}.stamp"
    current = stamp.is_file() and stamp.read_text() == group.digest()
    for tool in group.tools:
        if current and (dest / tool.program).is_file():
            print(f"{tool.program}: up to date", flush=True)
            continue
        started = time.monotonic()
        build_tool(group, tool, dest)
        print(f"{tool.program}: built in {time.monotonic() - started:.0f} s", flush=True)
    stamp.write_text(group.digest())


def build(names: Sequence[str], dest: Path) -> None:
    """Build the named groups, or all of them."""
    known = group_names()
    if unknown := sorted(set(names) - set(known)):
        raise BuildError(f"no such group: {', '.join(unknown)} (there are: {', '.join(known)})")
    if shutil.which("go") is None and set(names) != {images.NAME}:
        raise BuildError("go is not on PATH (hint: install Go 1.26 or newer)")
    dest.mkdir(parents=True, exist_ok=True)
    for name in names or known:
        if name == images.NAME:
            images.build(dest.parent / images.NAME, asked_for=name in names)
        else:
            build_group(read_group(HERE / name), dest)


def main() -> int:
    """Read the command line and turn an error into one line."""
    parser = argparse.ArgumentParser(description="Build the programs that the tests run.")
    parser.add_argument("--dest", type=Path, default=DEFAULT_DEST, help="default: .tools/bin")
    parser.add_argument("names", nargs="*", metavar="GROUP", help=", ".join(group_names()))
    options = parser.parse_args()
    dest: Path = options.dest.resolve()
    try:
        build(options.names, dest)
    except (BuildError, images.ImageError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"export KUBEBUILDER_ASSETS={dest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
