"""Records: those of earlier versions, large ones, many, and damaged ones."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.conftest import ROOT, Result, run_command
from tests.e2e.charts import CONFIG, SERVICE, client, data, history, ref, small_chart, write_chart
from tests.e2e.own_time import OwnTime

from holdfast.errors import NotFound

RECORDS = ROOT / "tests/samples/records"
SAMPLES = sorted(RECORDS.glob("format-1*.json"))
BULK = """\
apiVersion: v1
kind: ConfigMap
metadata: {{name: {{{{ release.name }}}}-{number}}}
data:
  letter: {{{{ values.letter }}}}
  text: {text}
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_time: OwnTime) -> None:
    small_chart(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:now.db")


# -- of earlier versions


def put_back(sample: Path) -> None:
    with client() as cluster:
        for secret in json.loads(sample.read_text())["items"]:
            cluster.create(secret)


@pytest.fixture(params=SAMPLES, ids=lambda path: path.stem)
def _sample(request: pytest.FixtureRequest) -> None:
    put_back(request.param)


@pytest.mark.usefixtures("_sample")
def test_an_earlier_holdfasts_releases_are_read() -> None:
    assert {row["name"]: (row["revision"], row["status"]) for row in data("list")} == {
        "life": (4, "deployed"),
        "stop": (2, "failed"),
        "cut": (2, "pending-upgrade"),
        "half": (1, "pending-install"),
        "down": (1, "uninstalling"),
        "kept": (1, "uninstalled"),
    }
    assert history("life") == [
        (1, "superseded"),
        (2, "superseded"),
        (3, "failed"),
        (4, "deployed"),
    ]
    assert data("history", "life")[0]["description"] == "the first"
    assert data("get", "values", "life") == {"color": "red"}
    assert data("get", "values", "life", "--all", "--revision", "1")["café"] == "☃ 1"
    kinds = [obj["kind"] for obj in data("get", "manifest", "life")]
    assert sorted(kinds) == ["ConfigMap", "Secret", "Secret", "Service", "StatefulSet"]
    assert data("get", "notes", "life")["notes"] == "The color is red.\n"
    assert "s3cret" not in run_command("status", "life", "-o", "json").must().out


@pytest.mark.usefixtures("_sample")
def test_an_earlier_holdfasts_releases_are_gone_on_with() -> None:
    for name, said in {
        "cut": "upgrade of revision 2 by ann@host:7",
        "half": "install of revision 1 by ann@host:7",
        "down": "uninstall of revision 1 by ann@host:7",
    }.items():
        assert f"INTERRUPTED: {said}" in run_command("status", name).must().out
    assert "INTERRUPTED: upgrade of revision 2" in run_command("status", "stop").must().out
    run_command("resume", "stop").must()
    assert history("stop") == [(1, "superseded"), (2, "deployed")]
    run_command("resume", "cut").must()
    assert data("get", "values", "cut") == {"color": "green"}
    run_command("resume", "down").must()
    run_command("abandon", "half").must()
    run_command("abandon", "early").must()
    assert {row["name"] for row in data("list")} == {"life", "stop", "cut", "kept"}
    run_command("rollback", "life", "1").must()
    run_command("upgrade", "life", "web", "-f", "web/values.yaml").must()
    run_command("install", "kept", "web").must()
    assert history("kept") == [(1, "uninstalled"), (2, "deployed")]


@pytest.mark.usefixtures("_sample")
def test_a_text_that_was_generated_once_is_kept() -> None:
    kept = _generated("life")
    run_command("rollback", "life").must()
    with client() as cluster:
        live = cluster.get(ref("Secret", "holdfast.life.generated"))["data"]
    assert live == kept


def test_hooks_and_patches_of_an_earlier_holdfast_are_gone_on_with() -> None:
    put_back(RECORDS / "format-2-hooks.json")
    assert {row["name"]: (row["revision"], row["status"]) for row in data("list")} == {
        "hooked": (2, "deployed"),
        "during": (3, "pending-upgrade"),
    }
    hooks = [hook["metadata"]["name"] for hook in data("get", "hooks", "hooked")]
    assert sorted(hooks) == ["hooked-clean", "hooked-first"]
    patches = run_command("get", "patches", "hooked").must().out
    assert "patched: here" in patches and "team: web" in patches
    back = run_command("rollback", "hooked").must()
    assert "pre-rollback hook Job/hooked-first succeeded" in back.err
    run_command("upgrade", "hooked", "web").must()
    with client() as cluster:
        assert cluster.get(ref("ConfigMap", "hooked"))["data"]["patched"] == "here"
    removed = run_command("uninstall", "hooked").must()
    assert "hook Job/hooked-first" not in removed.err

    (left,) = data("status", "during")["unfinished"]["steps"]
    assert left["step"] == "pre-upgrade hook Job/during-first" and not left["done"]
    resumed = run_command("resume", "during").must()
    assert "pre-upgrade hook Job/during-first succeeded" in resumed.err
    assert data("get", "values", "during") == {"color": "green"}
    gone = run_command("uninstall", "during").must()
    assert "post-delete hook Job/during-clean succeeded" in gone.err


def _generated(name: str) -> Any:
    found = data("get", "manifest", name)
    return next(o for o in found if o["metadata"]["name"] == f"holdfast.{name}.generated")["data"]


# -- large ones, and many


def test_a_release_of_10_mb_goes_its_whole_way(tmp_path: Path) -> None:
    texts = [b64encode(Random(n).randbytes(390_000)).decode() for n in range(20)]
    files = {f"m{n}": BULK.format(number=n, text=text) for n, text in enumerate(texts)}
    write_chart(tmp_path, name="bulk", values="letter: a\n", **files)
    run_command("install", "big", "bulk").must()
    assert len(run_command("get", "manifest", "big").must().out) > 10_000_000
    run_command("upgrade", "big", "bulk", "--set", "letter=b").must()
    run_command("rollback", "big").must()
    assert len(data("status", "big")["objects"]) == 20
    with client() as cluster:
        secrets = cluster.list("v1", "Secret", "default")
    assert max(len(json.dumps(secret)) for secret in secrets) < 1_048_576
    run_command("uninstall", "big").must()
    with client() as cluster:
        assert cluster.list("v1", "Secret", "default") == ()


def test_a_release_of_ten_megabytes_may_be_made_of_values(tmp_path: Path) -> None:
    entry = "  t{{ n }}: {{ values.text }}{{ n }}\n"
    data = "data:\n  {% for n in range(600) %}\n" + entry + "  {% endfor %}\n"
    bulk = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\n" + data
    files = {f"m{number}": bulk.replace("NAME", f"m{number}") for number in range(17)}
    write_chart(tmp_path, name="bulk", values=f"text: {'v' * 1000}\n", **files)
    run_command("install", "big", "bulk").must()
    assert len(run_command("get", "manifest", "big").must().out) > 10_000_000


def test_history_max_prunes_and_keeps_what_is_needed() -> None:
    run_command("install", "web", "web").must()
    for number in range(12):
        run_command("upgrade", "web", "web", "--set", f"color=c{number}").must()
    assert [number for number, _ in history("web")] == list(range(4, 14))
    with client() as cluster:
        before = len(cluster.list("v1", "Secret", "default"))
    broken = ("upgrade", "web", "web", "--set", "image=x.invalid/x", "--timeout", "2s")
    for _ in range(3):
        assert run_command(*broken, "--history-max", "2").code == 4
    assert history("web")[0] == (13, "deployed"), "the good one outlives the failed ones"
    run_command("rollback", "web", "--no-wait").must()
    with client() as cluster:
        assert len(cluster.list("v1", "Secret", "default")) < before


# -- damaged ones


def damage(name: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Change a Secret as no client of ours would."""
    with client() as cluster:
        secret = cluster.get(ref("Secret", name))
        metadata = {k: v for k, v in secret["metadata"].items() if k in _KEPT}
        cluster.delete(ref("Secret", name))
        secret = {**secret, "metadata": metadata}
        change(secret)
        cluster.create(secret)


_KEPT = ("name", "namespace", "labels", "annotations")


def chunk_of(name: str, revision: int) -> str:
    """The Secret that holds the start of a revision's record."""
    from holdfast.releases.hold import read_head

    with client() as cluster:
        head = read_head(cluster, name, "default")
    entry = head.entry(revision) if head else None
    assert entry
    return f"holdfast.{name}.{entry.chunks[0].partition(':')[0]}"


def overwrite(secret: dict[str, Any]) -> None:
    key = next(iter(secret["data"]))
    secret["data"] = {key: "AAAA"}


@pytest.fixture
def damaged() -> str:
    """Releases `api` and `web`; the record of web's revision 2, the deployed one, is damaged."""
    run_command("install", "api", "web").must()
    run_command("install", "web", "web").must()
    write_chart(
        Path(), config=CONFIG, service=SERVICE, more=CONFIG.replace("name }}\n", "name }}-b\n")
    )
    run_command("upgrade", "web", "web", "--set", "color=red").must()
    name = chunk_of("web", 2)
    damage(name, overwrite)
    return f"release web, revision 2: chunk {name} is damaged"


def told(result: Result, words: str, code: int = 1) -> Result:
    assert words in result.must(code).err, result.err
    assert "Traceback" not in result.err
    return result


def test_a_damaged_record_is_named_and_the_rest_still_works(damaged: str) -> None:
    refused = told(run_command("status", "web"), damaged)
    assert "hint: restore that Secret from a backup" in refused.err
    told(run_command("get", "values", "web"), damaged)
    assert [row["name"] for row in data("list")] == ["api", "web"]
    assert history("web") == [(1, "superseded"), (2, "deployed")]
    assert data("get", "values", "web", "--revision", "1") == {}
    assert data("status", "api")["status"] == "deployed"


def test_an_upgrade_with_all_values_does_without_it(damaged: str) -> None:
    told(run_command("upgrade", "web", "web", "--set", "color=green"), damaged)
    Path("web/templates/more.yaml.j2").unlink()
    full = ("upgrade", "web", "web", "-f", "web/values.yaml", "--set", "color=green")
    told(run_command(*full), f"warning: {damaged}", 0)
    assert history("web") == [(1, "superseded"), (2, "superseded"), (3, "deployed")]
    with client() as cluster:
        assert cluster.get(ref("ConfigMap", "web"))["data"] == {"color": "green"}
        assert cluster.find(ref("ConfigMap", "web-b")) is None, "found by its labels, and removed"


def test_a_rollback_does_without_it(damaged: str) -> None:
    told(run_command("rollback", "web"), f"warning: {damaged}", 0)
    assert history("web")[-1] == (3, "deployed")
    with client() as cluster:
        assert cluster.find(ref("ConfigMap", "web-b")) is None
        assert cluster.find(ref("StatefulSet", "web"))


def test_an_uninstall_does_without_it(damaged: str) -> None:
    told(run_command("uninstall", "web"), f"warning: {damaged}", 0)
    with client() as cluster:
        left = [c["metadata"]["name"] for c in cluster.list("v1", "ConfigMap", "default")]
        services = [s["metadata"]["name"] for s in cluster.list("v1", "Service", "default")]
    assert (left, services) == (["api"], ["api", "kubernetes"])
    assert [row["name"] for row in data("list")] == ["api"]


def test_a_damaged_line_of_list_is_named_and_the_others_are_there(damaged: str) -> None:
    damage(
        "holdfast.web",
        lambda secret: secret["metadata"]["annotations"].update({"holdfast.dev/revision": "x"}),
    )
    listed = run_command("list", "-o", "json").must()
    assert [row["name"] for row in json.loads(listed.out)] == ["api"]
    assert (
        "warning: list releases: the annotations of Secret holdfast.web are damaged" in listed.err
    )


def test_a_damaged_head_is_named_and_the_others_are_not_affected() -> None:
    for name in ("api", "web"):
        run_command("install", name, "web").must()
    damage("holdfast.web", overwrite)
    for verb in ("status", "history", "rollback", "resume", "abandon", "uninstall"):
        told(run_command(verb, "web"), "Secret holdfast.web is damaged")
    told(run_command("upgrade", "web", "web"), "Secret holdfast.web is damaged")
    assert len(data("list")) == 2
    run_command("upgrade", "api", "web", "--set", "color=red").must()


def test_a_record_that_cannot_be_resumed_may_be_abandoned(own_time: OwnTime) -> None:
    run_command("install", "web", "web").must()
    broken = ("upgrade", "web", "web", "--set", "color=red", "--set", "image=x.invalid/x")
    run_command(*broken, "--timeout", "2s").must(4)
    name = chunk_of("web", 2)
    with client() as cluster:
        cluster.delete(ref("Secret", name))
        with pytest.raises(NotFound):
            cluster.get(ref("Secret", name))
    told(run_command("resume", "web"), f"release web, revision 2: chunk {name} is missing")
    abandoned = run_command("abandon", "web", "--no-wait")
    told(abandoned, f"warning: release web, revision 2: chunk {name} is missing", 0)
    assert history("web") == [(1, "superseded"), (2, "failed"), (3, "deployed")]
