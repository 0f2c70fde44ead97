import pytest
from tests.unit.cluster.apps import Answer, cluster_of, no, ok

from holdfast.cluster.client import Cluster
from holdfast.cluster.transports.direct import DirectTransport
from holdfast.errors import ClusterError, Invalid, NotFound, ServerFailed
from holdfast.model.manifest import ObjectRef

MAPS = "/api/v1/namespaces/a/configmaps"
REF = ObjectRef("v1", "ConfigMap", "a", "x")


def item(name):
    return {"metadata": {"name": name}}


def page(*names, more=""):
    return ok({"items": [item(name) for name in names], "metadata": {"continue": more}})


def test_a_namespace_that_is_not_named_is_the_clusters():
    cluster, asked = cluster_of({"GET /api/v1/namespaces/default/configmaps/x": ok({})})
    cluster.get(ObjectRef("v1", "ConfigMap", "", "x"))
    assert asked == ["GET /api/v1/namespaces/default/configmaps/x"]


def test_a_cluster_scoped_object_has_no_namespace_in_its_path():
    cluster, asked = cluster_of({})
    assert cluster.find(ObjectRef("v1", "Node", "ignored", "n")) is None
    assert asked == ["GET /api/v1/nodes/n"]


@pytest.mark.parametrize(
    "answer", [no(404), Answer(404, [b"404 page not found\n"])], ids=["object", "group version"]
)
def test_what_is_not_there_is_none(answer):
    cluster, _ = cluster_of({f"GET {MAPS}/x": answer})
    assert cluster.find(REF) is None


def test_some_web_servers_404_says_nothing_about_objects():
    cluster, _ = cluster_of({f"GET {MAPS}/x": Answer(404, [b"<html>where?</html>"])})
    with pytest.raises(NotFound, match="web page"):
        cluster.find(REF)


def test_pages_are_joined_and_items_get_their_kind():
    def answer(query, headers):
        assert query["limit"] == "2"
        return page("a", "b", more="t") if "continue" not in query else page("c")

    cluster, asked = cluster_of({f"GET {MAPS}": answer})
    assert cluster.list("v1", "ConfigMap", "a", limit=2) == tuple(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}} for name in "abc"
    )
    assert len(asked) == 2


def test_a_list_that_grew_too_old_is_read_again_whole():
    def answer(query, headers):
        if "continue" in query:
            return no(410, "expired")
        return page("a", more="t") if "limit" in query else page("b", "c")

    cluster, _ = cluster_of({f"GET {MAPS}": answer})
    found = cluster.list("v1", "ConfigMap", "a")
    assert [one["metadata"]["name"] for one in found] == ["b", "c"]


def test_a_list_that_is_always_too_old_is_given_up():
    cluster, asked = cluster_of({f"GET {MAPS}": no(410, "expired")})
    with pytest.raises(ClusterError, match="expired"):
        cluster.list("v1", "ConfigMap", "a")
    assert len(asked) == 1


def test_null_items_are_no_items():
    cluster, _ = cluster_of({f"GET {MAPS}": ok({"items": None, "metadata": None})})
    assert cluster.list("v1", "ConfigMap", "a") == ()


@pytest.mark.parametrize("obj", [{}, {"kind": "ConfigMap"}, {"apiVersion": "v1"}])
def test_what_is_no_object_is_not_sent(obj):
    cluster, asked = cluster_of({})
    with pytest.raises(Invalid):
        cluster.apply(obj)
    assert asked == []


@pytest.mark.parametrize("metadata", [None, [], {}, {"name": ""}])
def test_an_object_without_a_name_is_not_sent(metadata):
    cluster, asked = cluster_of({})
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
    with pytest.raises(Invalid, match=r"no metadata\.name"):
        cluster.apply(obj)
    assert asked == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("v1.34.4", "1.34.4"),
        ("v1.33.1+k3s1", "1.33.1"),
        ("v1.31.0-gke.100", "1.31.0"),
        (None, ""),
    ],
)
def test_the_version_is_without_a_vendors_suffix(said, expected):
    cluster, _ = cluster_of({"GET /version": ok({"gitVersion": said})})
    assert cluster.version() == expected


def warning(*texts):
    return {"Warning": ", ".join(f'299 - "{text}"' for text in texts)}


def test_warnings_are_kept_until_somebody_reads_them():
    answer = ok({}, **warning("old", r"say \"no\", now"))
    cluster, _ = cluster_of({f"GET {MAPS}/x": answer})
    cluster.get(REF)
    assert cluster.warnings == ["old", 'say "no", now']


def test_warnings_go_to_whoever_listens():
    heard: list[str] = []

    def app(*_):
        return ok({}, **warning("old"))

    cluster = Cluster(DirectTransport(app), on_warning=heard.append)
    cluster.get(REF)
    assert heard == ["old"] and cluster.warnings == []


def watched(*chunks):
    cluster, _ = cluster_of({f"GET {MAPS}": Answer(200, list(chunks))})
    return list(cluster.watch("v1", "ConfigMap", "a"))


ADDED = b'{"type":"ADDED","object":{"n":1}}\n'
BOOKMARK = b'{"type":"BOOKMARK","object":{}}\n'
DELETED = b'{"type":"DELETED","object":{"n":2}}'


def test_events_are_read_however_they_are_cut():
    whole = ADDED + BOOKMARK + b"\n" + DELETED
    expected = [("ADDED", {"n": 1}), ("DELETED", {"n": 2})]
    assert watched(whole) == expected
    assert watched(*(whole[i : i + 1] for i in range(len(whole)))) == expected
    assert watched(whole[:20], whole[20:40], whole[40:]) == expected
    assert watched() == []


def test_an_error_in_a_watch_is_raised():
    gone = b'{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}\n'
    with pytest.raises(ClusterError, match="watch ConfigMap") as caught:
        watched(gone)
    assert (caught.value.status, caught.value.reason) == (410, "Expired")


@pytest.mark.parametrize("line", [b"<html>\n", b"[]\n", b'{"type":"ADDED"}\n', b'{"type":'])
def test_a_line_that_is_no_event_is_told(line):
    with pytest.raises(ServerFailed, match="no event"):
        watched(line)


def test_a_watch_that_is_refused_raises_at_once():
    cluster, _ = cluster_of({})
    with pytest.raises(NotFound):
        cluster.watch("v1", "ConfigMap", "a")


POD = ObjectRef("v1", "Pod", "a", "web-0")
LOG = "GET /api/v1/namespaces/a/pods/web-0/log"


def test_a_log_is_read_however_it_is_cut_and_keeps_empty_lines():
    text = "one\n\nzwölf\nlast".encode()
    for chunks in ([text], [text[i : i + 1] for i in range(len(text))]):
        cluster, _ = cluster_of({LOG: Answer(200, chunks)})
        assert list(cluster.logs(POD)) == ["one", "", "zwölf", "last"]


def test_what_is_asked_for_of_a_log():
    asked = []

    def log(query, headers):
        asked.append((query, headers["Accept"]))
        return Answer(200, [b"\xff\n"])

    cluster, _ = cluster_of({LOG: log})
    assert list(cluster.logs(POD, container="c", previous=True, tail=0)) == ["\ufffd"]
    list(cluster.logs(POD, follow=True))
    accepted = "application/json, */*"
    assert asked == [
        ({"container": "c", "previous": "true", "tailLines": "0"}, accepted),
        ({"follow": "true"}, accepted),
    ]


def test_a_log_that_is_refused_raises_before_it_is_read():
    cluster, _ = cluster_of({LOG: no(400, "container web is waiting to start")})
    with pytest.raises(Invalid, match="read the log of Pod/web-0: container web is waiting"):
        cluster.logs(POD)
