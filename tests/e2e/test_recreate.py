"""--allow-recreate: an object whose fixed fields change is made anew, where the user named it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import run_command
from tests.e2e.charts import SERVICE, SET, STUCK, client, ref, write_chart
from tests.e2e.line import Line
from tests.e2e.own_time import replace_time
from tests.e2e.test_secret_sweep import at_set  # Ctrl-C when the StatefulSet is changed

VALUES = "replicas: 2\nimage: nginx:1.28\ncolor: blue\nsize: 1Gi\nselector: {app: web}\ntype: A\n"
SIZED = (
    SET.replace("storage: 1Gi", "storage: {{ values.size }}")
    .replace("{matchLabels: {app: {{ release.name }}}}", "{matchLabels: {{ values.selector }}}")
    .replace("{labels: {app: {{ release.name }}}}", "{labels: {{ values.selector }}}")
)
SEALED = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ release.name }}}
immutable: true
data: {color: {{ values.color }}}
"""
ALLOWED = ("--allow-recreate", "StatefulSet/web")
LARGER = ("--set", "size=2Gi")
OTHER = ("--set", "selector.tier=db")
FIXED = "updates to statefulset spec for fields other than"


@pytest.fixture
def at(cluster: str, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A namespace with the release `web` of the chart in the current folder."""
    if cluster == "embedded":
        replace_time(monkeypatch)
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    monkeypatch.chdir(tmp_path)
    write_chart(Path(), values=VALUES, service=SERVICE, set=SIZED, sealed=SEALED)
    run_command("install", "web", "web", "--create-namespace").must()
    return namespace


def uids(namespace: str, kind: str) -> dict[str, str]:
    with client() as kubectl:
        found = kubectl.list("apps/v1" if kind == "StatefulSet" else "v1", kind, namespace)
    return {obj["metadata"]["name"]: obj["metadata"]["uid"] for obj in found}


def planned(*arguments: str, code: int = 0) -> dict[str, Any]:
    plan = json.loads(run_command("diff", *arguments, "-o", "json").must(code).out)
    return {f"{one['object']['kind']}/{one['object']['name']}": one for one in plan["changes"]}


def claim_size(namespace: str) -> str:
    with client() as kubectl:
        live = kubectl.get(ref("StatefulSet", "web", namespace))
    return str(live["spec"]["volumeClaimTemplates"][0]["spec"]["resources"]["requests"]["storage"])


def test_without_the_flag_it_is_refused_and_the_hint_names_the_flag(at: str) -> None:
    before = uids(at, "StatefulSet")
    refused = run_command("upgrade", "web", "web", *LARGER).must(1)
    assert FIXED in refused.err
    assert "or have it deleted and made anew by --allow-recreate StatefulSet/web" in refused.err
    assert uids(at, "StatefulSet") == before


def test_a_set_is_made_anew_around_its_pods_and_claims(at: str) -> None:
    kinds = ("Pod", "PersistentVolumeClaim", "StatefulSet")
    pods, claims, sets = (uids(at, kind) for kind in kinds)
    change = planned("upgrade", "web", "web", *LARGER, *ALLOWED)["StatefulSet/web"]
    assert (change["verb"], change["effect"]) == ("recreate", "recreate-keep-pods")
    assert "made anew around its pods and claims, which stay as they are" in change["reason"]
    run_command("upgrade", "web", "web", *LARGER, "--allow-recreate", "statefulset/w*").must()
    assert (uids(at, "Pod"), uids(at, "PersistentVolumeClaim")) == (pods, claims)
    assert uids(at, "StatefulSet") != sets
    assert claim_size(at) == "2Gi"
    run_command("upgrade", "web", "web", *LARGER, *ALLOWED).must()
    assert planned("upgrade", "web", "web", *ALLOWED)["StatefulSet/web"]["verb"] == "none"


def test_a_new_pod_template_restarts_the_pods_one_by_one_after_it(at: str) -> None:
    more = (*LARGER, "--set", "color=green", *ALLOWED)
    change = planned("upgrade", "web", "web", *more, code=1)["StatefulSet/web"]
    assert change["reason"].endswith("changes: restarts web-1, web-0")
    assert change["ordinals"] == [1, 0]


def test_another_selector_stops_the_pods_in_order_and_has_to_be_agreed_to(at: str) -> None:
    pods, claims = uids(at, "Pod"), uids(at, "PersistentVolumeClaim")
    asked = run_command("upgrade", "web", "web", *OTHER, *ALLOWED).must(1)
    assert "StatefulSet/web is deleted and made anew: all its pods stop" in asked.err
    assert "hint: --yes does it" in asked.err
    assert uids(at, "Pod") == pods
    done = run_command("upgrade", "web", "web", *OTHER, *ALLOWED, "--yes").must()
    assert done.err.index("web-1 stopped") < done.err.index("web-0 stopped")
    assert uids(at, "Pod").keys() == pods.keys()
    assert not set(uids(at, "Pod").values()) & set(pods.values())
    assert uids(at, "PersistentVolumeClaim") == claims


def test_the_way_back_is_refused_with_the_same_hint_and_goes_with_the_same_flag(at: str) -> None:
    run_command("upgrade", "web", "web", *OTHER, *ALLOWED, "--yes").must()
    refused = run_command("rollback", "web").must(1)
    assert "by --allow-recreate StatefulSet/web" in refused.err
    run_command("rollback", "web", *ALLOWED, "--yes").must()
    with client() as kubectl:
        live = kubectl.get(ref("StatefulSet", "web", at))
    assert live["spec"]["selector"] == {"matchLabels": {"app": "web"}}


def test_other_kinds_are_made_anew_too(at: str) -> None:
    given = ("upgrade", "web", "web", "--set", "color=red")
    refused = planned(*given, code=1)["ConfigMap/web"]
    assert refused["hint"].endswith("made anew by --allow-recreate ConfigMap/web")
    before = uids(at, "ConfigMap")["web"]
    run_command(*given, "--allow-recreate", "ConfigMap/web", "--yes").must()
    assert uids(at, "ConfigMap")["web"] != before


@pytest.mark.parametrize("end", ["resume", "abandon"])
def test_what_was_allowed_holds_for_whoever_ends_it(
    at: str, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pods = uids(at, "Pod")
    with monkeypatch.context() as patched:
        line = Line(patched)
        line.clear(1, at_set(line))
        run_command("upgrade", "web", "web", *LARGER, *ALLOWED).must(1)
    assert uids(at, "StatefulSet") == {}, "it was cut off between the two"
    run_command(end, "web").must()
    assert claim_size(at) == ("2Gi" if end == "resume" else "1Gi")
    assert uids(at, "Pod") == pods


@pytest.mark.parametrize(
    ("named", "says", "hint"),
    [
        ("web", "'web' names no object", "write KIND/NAME"),
        ("StatefulSet/other", "the chart renders no StatefulSet/other", "it renders "),
        ("PersistentVolumeClaim/data-web-0", "is never made anew", "another name"),
        ("Namespace/*", "is never made anew", "another name"),
    ],
)
def test_what_names_nothing_that_may_be_made_anew(
    at: str, named: str, says: str, hint: str
) -> None:
    refused = run_command("upgrade", "web", "web", "--allow-recreate", named).must(2)
    assert says in refused.err
    assert hint in refused.err


def test_an_earlier_revision_may_lack_what_a_flag_of_the_way_there_spoke_of(at: str) -> None:
    later = SEALED.replace("{{ release.name }}", "later")
    Path("web/templates/later.yaml.j2").write_text(later)
    flags = ("--on-conflict", "ConfigMap/later:data=take", "--allow-recreate", "ConfigMap/later")
    broken = (*STUCK[3:], "--set", "replicas=3", "--timeout", "5s", "--rollback-on-failure")
    failed = run_command("upgrade", "web", "web", *flags, *broken).must(4)
    assert "rolled back: revision 3 is deployed" in failed.err
