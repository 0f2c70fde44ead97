"""Where the control plane's programs are. Knows their names, not how they are started."""

import os
from pathlib import Path

PROGRAMS = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubectl",
    "kwok",
)
BUILT = Path(__file__).resolve().parents[2] / ".tools" / "bin"


def assets() -> Path:
    """Name the folder: KUBEBUILDER_ASSETS, as other test suites use it, or our own build's."""
    named = os.environ.get("KUBEBUILDER_ASSETS")
    return Path(named) if named else BUILT


def binary(program: str) -> Path:
    """Name one program's path."""
    return assets() / program


def missing() -> tuple[str, ...]:
    """List the programs that are not there."""
    return tuple(program for program in PROGRAMS if not os.access(binary(program), os.X_OK))
