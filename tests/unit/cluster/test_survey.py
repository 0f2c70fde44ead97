import pytest
from tests.unit.cluster.apps import cluster_of, no, ok

from holdfast.cluster.survey import survey
from holdfast.errors import ServerFailed, Unauthorized, Where
from holdfast.model.manifest import Manifest, ObjectRef

NS = "GET /api/v1/namespaces/a"
MAP = "/api/v1/namespaces/a/configmaps/x"
SET = "/apis/apps/v1/namespaces/a/statefulsets"
PODS, CLAIMS = (f"{NS}/{plural}" for plural in ("pods", "persistentvolumeclaims"))
BASE = {
    NS: ok({}),
    "GET /version": ok({"gitVersion": "v1.34.4"}),
    PODS: ok({"items": []}),
    CLAIMS: ok({"items": []}),
}


def manifest(api_version, kind, name, **rest):
    ref = ObjectRef(api_version, kind, "a", name)
    obj = {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **rest}
    return Manifest(ref, obj, Where("t"))


def stateful(name):
    claims = [{"metadata": {"name": "data"}}]
    spec = {"selector": {"matchLabels": {"app": name}}, "volumeClaimTemplates": claims}
    return manifest("apps/v1", "StatefulSet", name, spec=spec)


X = manifest("v1", "ConfigMap", "x")


def look(table, *desired, previous=(), **how):
    cluster, asked = cluster_of(BASE | table)
    return survey(cluster, desired, previous, namespace="a", **how), asked


def test_nothing_is_read_twice():
    live = stateful("web").object | {"metadata": {"name": "web", "uid": "u"}}
    table = {f"GET {SET}/web": ok(live), f"PATCH {SET}/web": ok(live)}
    _, asked = look(table, X, stateful("web"), stateful("db"), previous=(X, stateful("web")))
    assert sorted(asked) == sorted(set(asked))
    assert asked.count(CLAIMS) == 1
    assert [one for one in asked if "pods" in one] == [f"{PODS} app=web", f"{PODS} app=db"]


def test_nothing_but_dry_runs_is_sent():
    _, asked = look({}, X, previous=(stateful("web"),))
    assert [one for one in asked if not one.startswith("GET")] == [f"PATCH {MAP} (dry run)"]


def test_what_is_new_is_not_read():
    made_up = X.object | {"metadata": {"name": "x", "uid": "u"}}
    snapshot, asked = look({f"PATCH {MAP}": ok(made_up)}, X)
    assert snapshot.of(X.ref).live is None and snapshot.of(X.ref).answer == made_up
    assert [one for one in asked if "configmaps" in one] == [f"PATCH {MAP} (dry run)"]


def test_what_is_new_to_the_release_and_there_is_read_and_asked_again():
    live = X.object | {"metadata": {"name": "x", "resourceVersion": "7"}}
    told = []

    def probe(wanted, found):
        told.append(found)
        return wanted.object

    table = {f"PATCH {MAP}": ok(live), f"GET {MAP}": ok(live)}
    snapshot, _ = look(table, X, probe=probe)
    assert told == [None, live] and snapshot.of(X.ref).live == live


MAPS = [manifest("v1", "ConfigMap", name) for name in "xyz"]
LISTED = f"{NS}/configmaps release=web"


def maps(table, **how):
    return look(table, previous=MAPS, selector="release=web", **how)


def test_several_of_a_kind_are_read_by_one_list():
    found = [{"metadata": {"name": name}, "data": {"of": name}} for name in "xyz"]
    snapshot, asked = maps({f"{NS}/configmaps": ok({"items": found})})
    assert [one for one in asked if "configmaps" in one] == [LISTED]
    for one in MAPS:
        assert snapshot.of(one.ref).live == one.object | {"data": {"of": one.ref.name}}


def test_what_the_list_lacks_is_asked_for_by_its_name():
    found = [{"metadata": {"name": name}} for name in "xz"]
    table = {f"{NS}/configmaps": ok({"items": found})}
    snapshot, asked = maps(table | {f"{NS}/configmaps/y": ok(MAPS[1].object)})
    assert [one for one in asked if "configmaps" in one] == [LISTED, f"{NS}/configmaps/y"]
    assert snapshot.of(MAPS[1].ref).live == MAPS[1].object


def test_whoever_may_not_list_reads_one_by_one():
    read = {f"{NS}/configmaps/{one.ref.name}": ok(one.object) for one in MAPS}
    snapshot, asked = maps({f"{NS}/configmaps": no(403)} | read)
    assert [snapshot.of(one.ref).live for one in MAPS] == [one.object for one in MAPS]
    assert [one for one in asked if "configmaps" in one] == [LISTED, *read]


def test_a_namespace_that_may_not_be_looked_at_is_taken_to_be_there():
    snapshot, _ = look({NS: no(403), f"PATCH {MAP}": ok({"a": 1})}, X)
    assert snapshot.missing_namespaces == frozenset()
    assert snapshot.of(X.ref).answer == {"a": 1}


def test_in_a_missing_namespace_nothing_is_asked():
    snapshot, asked = look({NS: no(404)}, X, stateful("web"))
    assert asked == [NS, "GET /version"]
    assert snapshot.missing_namespaces == {"a"}


@pytest.mark.parametrize("code", [400, 403, 404, 422])
def test_a_refusal_is_kept(code):
    snapshot, _ = look({f"PATCH {MAP}": no(code, "words", reason="Word")}, X)
    refusal = snapshot.of(X.ref).refusal
    assert refusal and (refusal.status, refusal.reason, refusal.message) == (code, "Word", "words")


@pytest.mark.parametrize(("code", "error"), [(401, Unauthorized), (503, ServerFailed)])
def test_a_cluster_that_cannot_be_asked_is_an_error(code, error):
    with pytest.raises(error):
        look({f"PATCH {MAP}": no(code)}, X)


def test_a_conflict_over_anything_but_fields_is_not_forced():
    _, asked = look({f"PATCH {MAP}": no(409, reason="AlreadyExists")}, X)
    assert asked.count(f"PATCH {MAP} (dry run)") == 1


def test_a_conflict_that_force_does_not_help_is_told_by_the_second_answer():
    causes = [{"reason": "FieldManagerConflict", "message": "m", "field": ".data.a"}]

    def answer(query, headers):
        return no(422, "bad") if "force" in query else no(409, details={"causes": causes})

    seen = look({f"PATCH {MAP}": answer, f"GET {MAP}": ok(X.object)}, X)[0].of(X.ref)
    assert seen.refusal and seen.refusal.status == 422 and not seen.forced


def test_pods_and_claims_are_told_apart_by_owner_and_name():
    def owned(name, uid=None):
        owners = [{"uid": uid, "controller": True}] if uid else []
        return {"metadata": {"name": name, "ownerReferences": owners}}

    pods = [owned("web-10", "u"), owned("web-2", "u"), owned("web-1"), owned("web-0", "other")]
    pods += [owned("web-x"), owned("web-01"), owned("website-0")]
    claims = ["data-web-1", "data-web-0", "data-web-x", "data-website-0", "log-web-0"]
    live = stateful("web").object | {"metadata": {"name": "web", "uid": "u"}}
    snapshot, _ = look(
        {
            f"GET {SET}/web": ok(live),
            PODS: ok({"items": pods}),
            CLAIMS: ok({"items": [{"metadata": {"name": name}} for name in claims]}),
        },
        previous=(stateful("web"),),
    )
    key = stateful("web").ref.key
    found = [pod["metadata"]["name"] for pod in snapshot.pods[key]]
    assert found == ["web-1", "web-2", "web-10"]
    assert [one["metadata"]["name"] for one in snapshot.claims[key]] == ["data-web-0", "data-web-1"]
