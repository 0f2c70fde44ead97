"""A release whose record is damaged is removed by its objects' labels, on every cluster."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import run_command
from tests.e2e.charts import client, data, small_chart

from holdfast.model.manifest import ObjectRef


def test_an_uninstall_finds_the_objects_by_their_labels(
    cluster: str, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_chart(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    run_command("install", "web", "web", "--create-namespace").must()
    run_command("install", "api", "web").must()
    with client() as admin:
        chunks = admin.list(
            "v1",
            "Secret",
            namespace,
            label_selector="holdfast.dev/record=chunk,holdfast.dev/release=web",
        )
        for chunk in chunks:
            admin.delete(ObjectRef("v1", "Secret", namespace, chunk["metadata"]["name"]))

    removed = run_command("uninstall", "web").must()

    assert "warning: release web, revision 1: chunk holdfast.web." in removed.err
    assert "claim data-web-0 kept" in removed.err
    assert [row["name"] for row in data("list")] == ["api"]
    with client() as admin:
        for kind in ("ConfigMap", "Service"):
            found = [obj["metadata"]["name"] for obj in admin.list("v1", kind, namespace)]
            assert "web" not in found and "api" in found
        sets = admin.list("apps/v1", "StatefulSet", namespace)
        assert [obj["metadata"]["name"] for obj in sets] == ["api"]
    run_command("uninstall", "api").must()
