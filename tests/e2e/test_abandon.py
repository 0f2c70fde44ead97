"""`abandon` of an operation that ended before its first change."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import run_command
from tests.e2e.charts import BROKEN, CONFIG, SERVICE, SET, history, write_chart

CHECK = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ release.name }}-check
  annotations: {holdfast.dev/hook: pre-upgrade}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: nginx:1.28, command: [sh, -c, exit 1]}]
"""


@pytest.fixture(autouse=True)
def _release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cluster: str, namespace: str) -> None:
    """A release whose pods cannot get ready."""
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    monkeypatch.chdir(tmp_path)
    chart = {"config": CONFIG, "service": SERVICE, "set": SET}
    write_chart(tmp_path, **chart)
    install = ("install", "web", "web", "--create-namespace", "--no-wait")
    run_command(*install, "--set", BROKEN).must()
    write_chart(tmp_path, **chart, check=CHECK)


def test_nobody_waits_for_pods_to_which_nothing_has_happened() -> None:
    red = ("--set", "color=red", "--reuse-values")
    assert "pre-upgrade" in run_command("upgrade", "web", "web", *red).must(4).err
    said = run_command("abandon", "web", "--timeout", "20s").must().err
    assert "nothing was changed yet: what is not ready was so before, and is not waited for" in said
    assert history("web") == [(1, "superseded"), (2, "failed"), (3, "deployed")]


def test_what_it_has_changed_is_waited_for() -> None:
    red = ("--set", "color=red", "--reuse-values", "--no-hooks", "--timeout", "2s")
    run_command("upgrade", "web", "web", *red).must(4)
    said = run_command("abandon", "web", "--timeout", "2s").must(4).err
    assert "StatefulSet/web" in said and "nothing was changed yet" not in said
    # Undone again there is nothing left to change; its pods may still be on their way.
    run_command("abandon", "web", "--timeout", "2s").must(4)
