"""Kubeconfig files, in JSON (which every reader of YAML reads)."""

import json
from pathlib import Path


def write_kubeconfig(path: Path, *, url: str, ca_file: Path, user: dict[str, str]) -> Path:
    """Write a kubeconfig of one context; only its owner can read it, for it holds secrets."""
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test",
        "clusters": [
            {"name": "test", "cluster": {"server": url, "certificate-authority": str(ca_file)}}
        ],
        "users": [{"name": "admin", "user": user}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "admin"}}],
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(document, indent=1))
    return path
