"""A generated password through the whole life of a release: made once, kept, and never shown."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Holdfast, run_command
from tests.e2e.charts import BROKEN, SERVICE, SET, VALUES, client, data, ref, write_chart
from tests.e2e.own_time import OwnTime

LATER = "<generated at install>"
SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: {{ release.name }}}
stringData:
  password: {{ secret_once('password') }}
  url: mysql://root:{{ secret_once('password') }}@{{ release.name }}
"""
CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ release.name }}}
data:
  sum: {{ checksum(include('secret.yaml.j2')) }}
  leak: "password={{ secret_once('password') }}"
"""
NOTES = """\
Connect with {{ secret_once('password') }}, in base64 {{ secret_once('password') | b64encode }}.
"""
KEEPER = "holdfast.db.generated"


def write(root: Path, *, set: str = SET, config: str = CONFIG) -> str:
    chart = write_chart(
        root, name="db", values=VALUES, secret=SECRET, config=config, service=SERVICE, set=set
    )
    (root / "db/NOTES.txt.j2").write_text(NOTES)
    return chart


@pytest.fixture
def chart(tmp_path: Path, own_time: OwnTime, holdfast: Holdfast) -> str:
    """On the embedded cluster: a StatefulSet of one pod whose password is generated."""
    return write(tmp_path)


def live(kind: str, name: str) -> dict[str, Any] | None:
    with client() as cluster:
        return cluster.find(ref(kind, name))


def text_of(secret: dict[str, Any] | None, key: str = "password") -> str:
    assert secret is not None
    return base64.b64decode(secret["data"][key]).decode()


def rows(*arguments: str) -> dict[str, str]:
    plan = data(*arguments)
    return {f"{r['object']['kind']}/{r['object']['name']}": r["verb"] for r in plan["changes"]}


def test_it_is_generated_by_the_install_and_stays(chart: str, tmp_path: Path) -> None:
    planned = rows("diff", "install", "db", chart)
    assert planned[f"Secret/{KEEPER}"] == "create"
    order = [name for name in planned if name.startswith("Secret/")]
    assert order == [f"Secret/{KEEPER}", "Secret/db"], "it is kept before it is used"
    assert live("Secret", KEEPER) is None, "a diff generates nothing"
    assert (
        "password: (secret, generated at install)"
        in run_command("diff", "install", "db", chart).out
    )

    run_command("install", "db", chart).must()
    password = text_of(live("Secret", KEEPER))
    assert len(password) == 32 and password.isalnum()
    assert text_of(live("Secret", "db")) == password
    assert text_of(live("Secret", "db"), "url") == f"mysql://root:{password}@db"

    assert set(rows("diff", "upgrade", "db", chart).values()) == {"none"}
    run_command("upgrade", "db", chart, "--dry-run").must()
    run_command("upgrade", "db", chart, "--set", "color=red").must()
    assert text_of(live("Secret", "db")) == password
    run_command("rollback", "db", "1").must()
    assert text_of(live("Secret", "db")) == text_of(live("Secret", KEEPER)) == password
    assert password in run_command("get", "manifest", "db").must().out


def test_a_second_key_is_added_beside_the_first(chart: str, tmp_path: Path) -> None:
    run_command("install", "db", chart).must()
    first = text_of(live("Secret", KEEPER))
    more = SECRET + "  token: {{ secret_once('token', length=8, alphabet='01234567') }}\n"
    (Path(chart) / "templates/secret.yaml.j2").write_text(more)
    run_command("upgrade", "db", chart).must()
    kept = live("Secret", KEEPER)
    assert text_of(kept) == first
    assert set(text_of(kept, "token")) <= set("01234567") and len(text_of(kept, "token")) == 8

    run_command("rollback", "db", "1").must()
    assert live("Secret", KEEPER)["data"] == kept["data"], "a rollback forgets nothing"  # type: ignore[index]


def test_nothing_that_people_look_at_shows_it(chart: str) -> None:
    installed = run_command("install", "db", chart).must()
    password = text_of(live("Secret", KEEPER))
    shown = [
        installed,
        run_command("install", "db", chart, "--dry-run"),
        run_command("diff", "upgrade", "db", chart, "--set", "color=red"),
        run_command("diff", "upgrade", "db", chart, "--set", "color=red", "-o", "json"),
        run_command("upgrade", "db", chart, "--set", "image=registry.invalid/x:1", "--timeout=5s"),
        run_command("status", "db"),
        run_command("status", "db", "-o", "json"),
        run_command("history", "db"),
        run_command("get", "notes", "db"),
        run_command("uninstall", "db"),
    ]
    encoded = base64.b64encode(password.encode()).decode()
    for result in shown:
        for secret in (password, encoded):
            assert secret not in result.out + result.err
    assert "Connect with (secret), in base64 (secret)." in installed.out


def test_it_outlives_the_release_as_long_as_a_claim_does(chart: str) -> None:
    run_command("install", "db", chart).must()
    password = text_of(live("Secret", KEEPER))
    look = run_command("uninstall", "db", "--dry-run").must()
    assert f"Secret/{KEEPER}: kept" in look.out
    removed = run_command("uninstall", "db").must()
    assert f"Secret/{KEEPER} kept" in removed.err

    run_command("install", "db", chart).must()
    assert text_of(live("Secret", "db")) == password, "found again on the kept claim"

    run_command("uninstall", "db", "--delete-claims", "data-db-0").must()
    assert live("Secret", KEEPER) is None
    run_command("install", "db", chart).must()
    assert text_of(live("Secret", KEEPER)) != password


def test_it_goes_with_a_release_that_has_no_claims(chart: str, tmp_path: Path) -> None:
    claimless = write(tmp_path / "other", set=SET.split("  volumeClaimTemplates")[0])
    run_command("install", "db", claimless).must()
    run_command("uninstall", "db").must()
    assert live("Secret", KEEPER) is None


def test_a_secret_deleted_by_hand_comes_back_as_it_was(chart: str) -> None:
    run_command("install", "db", chart).must()
    password = text_of(live("Secret", KEEPER))
    with client() as cluster:
        cluster.delete(ref("Secret", KEEPER))
    run_command("upgrade", "db", chart, "--set", "color=red").must()
    assert text_of(live("Secret", KEEPER)) == password


def test_without_a_cluster_it_says_what_will_be(chart: str) -> None:
    documents = json.loads(run_command("template", "db", chart, "-o", "json").must().out)
    secret = next(one for one in documents if one["kind"] == "Secret")
    assert secret["stringData"]["password"] == LATER
    run_command("install", "db", chart).must()
    config = next(one for one in documents if one["kind"] == "ConfigMap")
    made = live("ConfigMap", "db")
    assert made is not None and made["data"]["sum"] == config["data"]["sum"], "checksums agree"


def test_another_object_of_its_name_is_not_taken_over(chart: str) -> None:
    with client() as cluster:
        cluster.create(
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {"name": KEEPER, "namespace": "default"},
                "data": {"password": base64.b64encode(b"not ours at all").decode()},
            }
        )
    refused = run_command("install", "db", chart)
    assert refused.code == 1
    assert f"Secret/{KEEPER}: exists already and belongs to no release" in refused.err
    assert live("Secret", "db") is None


def test_the_same_on_every_cluster(cluster: str, namespace: str, tmp_path: Path) -> None:
    at = ("-n", namespace)
    chart = write(tmp_path)
    run_command("install", "db", chart, "--create-namespace", "--no-wait", *at).must()
    with client() as there:
        password = text_of(there.find(ref("Secret", KEEPER, namespace)))
        assert text_of(there.find(ref("Secret", "db", namespace))) == password
    assert set(rows("diff", "upgrade", "db", chart, *at).values()) == {"none"}
    run_command("uninstall", "db", "--no-wait", *at).must()


def test_a_plan_that_was_made_for_looking_at_is_not_carried_out(chart: str) -> None:
    from holdfast import HoldfastError, carry_out, prepare_install
    from holdfast_cli.console import Console
    from holdfast_cli.options import Globals
    from holdfast_cli.wiring import open_target

    target = open_target(Globals(cluster=os.environ["HOLDFAST_CLUSTER"]), Console(quiet=True))
    plan = prepare_install(target, "db", chart)
    cluster, store, clock = target.cluster, target.store, target.clock
    with pytest.raises(HoldfastError, match="made for looking at"):
        list(carry_out(plan, cluster=cluster, store=store, clock=clock, holder="me"))
    assert live("Secret", KEEPER) is None and live("Secret", "db") is None


def test_a_secret_from_a_backup_is_taken_as_it_is(chart: str) -> None:
    with client() as cluster:
        cluster.create(
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {"name": KEEPER, "namespace": "default"},
                "type": "holdfast.dev/generated",
                "data": {"password": base64.b64encode(b"from-the-Backup1").decode()},
            }
        )
    assert run_command("install", "db", chart).code == 1
    run_command("install", "db", chart, "--take-ownership").must()
    assert text_of(live("Secret", "db")) == "from-the-Backup1"


def test_an_install_that_failed_is_gone_on_with_the_same_text(chart: str) -> None:
    failed = run_command("install", "db", chart, "--set", BROKEN, "--timeout", "5s")
    assert failed.code == 4
    password = text_of(live("Secret", KEEPER))
    assert password not in failed.out + failed.err
    run_command("upgrade", "--install", "db", chart, "--set", "color=red", "--no-wait").must()
    assert text_of(live("Secret", "db")) == text_of(live("Secret", KEEPER)) == password
