"""The Helm CLI as a witness: what it makes of a values file or of a flag. Knows nothing of ours."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_CHART = "apiVersion: v2\nname: witness\nversion: 0.1.0\n"
_TEMPLATE = "values: {{ .Values | toJson | b64enc }}\n"


@dataclass(frozen=True, slots=True)
class Helm:
    """A Helm binary, and a folder of its own with a chart that prints its values."""

    binary: Path
    folder: Path

    @classmethod
    def ready(cls, binary: Path, folder: Path) -> Helm:
        """Write the chart that prints its values."""
        templates = folder / "witness" / "templates"
        templates.mkdir(parents=True)
        (templates.parent / "Chart.yaml").write_text(_CHART)
        (templates / "values.yaml").write_text(_TEMPLATE)
        return cls(binary, folder)

    def read(self, text: str) -> Any:
        """The values of one file. Raises HelmRefused."""
        file = self.folder / "values.yaml"
        file.write_text(text, encoding="utf-8")
        return self.values("-f", str(file))

    def values(self, *flags: str) -> Any:
        """The values that these flags give. Raises HelmRefused."""
        home = {name: str(self.folder) for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")}
        done = subprocess.run(
            [str(self.binary), "template", "x", str(self.folder / "witness"), *flags],
            env={**os.environ, **home},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise HelmRefused(done.stderr.strip())
        encoded = done.stdout.partition("values: ")[2].split()[0]
        return json.loads(base64.b64decode(encoded))


class HelmRefused(Exception):
    """Helm ended with an error."""
