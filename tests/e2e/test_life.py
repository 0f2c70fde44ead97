"""The whole life of the nginx chart, through the command, on every cluster there is."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import ROOT, run_command

NGINX = str(ROOT / "charts/nginx")


def data(*arguments: str) -> dict:
    """The JSON that a verb prints."""
    return json.loads(run_command(*arguments, "-o", "json").must().out)


def test_install_upgrade_scale_rollback_uninstall(
    cluster: str, namespace: str, tmp_path: Path
) -> None:
    at = ("-n", namespace)
    values = tmp_path / "web.yaml"
    values.write_text("replicas: 3\npersistence: {size: 2Gi}\n")
    hello = tmp_path / "hello.yaml"
    hello.write_text("serverBlocks:\n  hello.conf: |\n    server { listen 8081; }\n")

    installed = run_command("install", "web", NGINX, "-f", str(values), "--create-namespace", *at)
    assert "STATUS: deployed" in installed.must().out

    status = data("status", "web", *at)
    assert {item["state"] for item in status["objects"]} == {"ready"}
    assert [pod["pod"] for pod in status["ordinals"]] == [f"web-nginx-{n}" for n in range(3)]
    first_claims = [(claim["name"], claim["phase"]) for claim in status["claims"]]
    assert first_claims == [(f"html-web-nginx-{n}", "Bound") for n in range(3)]
    volumes = {claim["name"]: claim["volume"] for claim in status["claims"]}

    nothing = run_command("diff", "upgrade", "web", NGINX, "--exit-code", *at)
    assert nothing.code == 0, nothing.out

    upgrade = ("web", NGINX, "-f", str(values), "-f", str(hello), "--set", "replicas=4", *at)
    planned = run_command("diff", "upgrade", *upgrade, "--exit-code", "-o", "json")
    assert planned.code == 3
    changes = {row["object"]["kind"]: row for row in json.loads(planned.out)["changes"]}
    assert changes["StatefulSet"]["effect"] == "rolling-restart"
    assert changes["ConfigMap"]["verb"] == "update"
    run_command("upgrade", *upgrade).must()
    assert len(data("status", "web", *at)["ordinals"]) == 4

    run_command("upgrade", "web", NGINX, "--set", "replicas=2", *at).must()
    scaled = data("status", "web", *at)
    assert [pod["ordinal"] for pod in scaled["ordinals"]] == [0, 1]
    assert len(scaled["claims"]) == 4, "claims outlive scaling down"

    run_command("rollback", "web", "1", *at).must()
    back = data("status", "web", *at)
    assert [pod["ordinal"] for pod in back["ordinals"]] == [0, 1, 2]
    again = {claim["name"]: claim["volume"] for claim in back["claims"]}
    assert {name: again[name] for name in volumes} == volumes, "the same volumes come back"
    history = data("history", "web", *at)
    assert [(row["revision"], row["status"]) for row in history] == [
        (1, "superseded"),
        (2, "superseded"),
        (3, "superseded"),
        (4, "deployed"),
    ]

    removed = run_command("uninstall", "web", *at).must()
    assert all(f"html-web-nginx-{n}" in removed.err for n in range(4)), "kept claims are listed"
    assert "2Gi" in removed.err
    assert data("list", *at) == []
    run_command("install", "web", NGINX, "-f", str(values), *at).must()
    reborn = {claim["name"]: claim["volume"] for claim in data("status", "web", *at)["claims"]}
    assert {name: reborn[name] for name in volumes} == volumes, "data survive an uninstall"
