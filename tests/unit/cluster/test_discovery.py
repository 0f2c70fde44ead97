import pytest
from tests.unit.cluster.apps import cluster_of, no, ok

from holdfast.errors import ClusterError, NotFound
from holdfast.kinds.resources import Resource

WIDGET = Resource("x.io/v1", "Widget", "widgets", True, ("wd",))


def group(name, version, *rows):
    return {"metadata": {"name": name}, "versions": [{"version": version, "resources": [*rows]}]}


def row(kind, plural, scope="Namespaced", **rest):
    return {"resource": plural, "responseKind": {"kind": kind}, "scope": scope, **rest}


def aggregated(*groups):
    return ok({"kind": "APIGroupDiscoveryList", "items": list(groups)})


WIDGETS = group("x.io", "v1", row("Widget", "widgets", shortNames=["wd"]))
CORE = group("", "v1", row("Pod", "pods"), row("Node", "nodes", "Cluster"))


def test_a_built_in_kind_is_not_asked_for():
    cluster, asked = cluster_of({})
    assert cluster.resource("apps/v1", "StatefulSet").plural == "statefulsets"
    assert asked == []


def test_another_kind_is_asked_for_once():
    cluster, asked = cluster_of({"GET /apis": aggregated(WIDGETS)})
    assert cluster.resource("x.io/v1", "Widget") == WIDGET
    assert cluster.resource("x.io/v1", "Widget") == WIDGET
    assert asked == ["GET /apis"]


def test_the_aggregated_form_is_asked_for():
    accepted = []

    def answer(query, headers):
        accepted.append(headers["Accept"])
        return aggregated()

    cluster, _ = cluster_of({"GET /apis": answer})
    assert not cluster.served("x.io/v1", "Widget")
    assert "g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList" in accepted[0]
    assert accepted[0].endswith(",application/json")


def test_a_kind_installed_since_is_found():
    answers = [aggregated(), aggregated(WIDGETS)]
    cluster, _ = cluster_of({"GET /apis": lambda *_: answers.pop(0)})
    with pytest.raises(NotFound) as caught:
        cluster.resource("x.io/v1", "Widget")
    assert caught.value.hint == "is the CustomResourceDefinition installed?"
    assert cluster.resource("x.io/v1", "Widget") == WIDGET


OLD = {
    "GET /api": ok({"kind": "APIVersions", "versions": ["v1"]}),
    "GET /api/v1": ok({"resources": [{"name": "pods", "kind": "Pod", "namespaced": True}]}),
    "GET /apis": ok(
        {
            "kind": "APIGroupList",
            "groups": [
                {"versions": [{"groupVersion": "x.io/v1"}, {"groupVersion": "x.io/v2"}]},
                {"versions": [{"groupVersion": "broken.io/v1"}]},
            ],
        }
    ),
    "GET /apis/x.io/v1": ok(
        {
            "resources": [
                {"name": "widgets/scale", "kind": "Scale", "namespaced": True},
                {"name": "widgets", "kind": "Widget", "namespaced": True, "shortNames": ["wd"]},
            ]
        }
    ),
}


def test_an_older_server_is_asked_for_the_group_that_matters():
    cluster, asked = cluster_of(OLD)
    assert cluster.resource("x.io/v1", "Widget") == WIDGET
    assert asked == ["GET /apis", "GET /apis/x.io/v1"]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            {"GET /api": aggregated(CORE), "GET /apis": aggregated(WIDGETS)},
            ("v1", "x.io/v1", "v1/Node", "v1/Pod", "x.io/v1/Widget"),
        ),
        (OLD, ("v1", "x.io/v1", "x.io/v2", "broken.io/v1", "v1/Pod", "x.io/v1/Widget")),
    ],
    ids=["aggregated", "older"],
)
def test_versions_and_kinds_are_told(table, expected):
    assert cluster_of(table)[0].api_versions() == expected


def test_an_answer_that_is_no_discovery_is_told():
    cluster, _ = cluster_of({"GET /apis": ok({"kind": "Pod"})})
    with pytest.raises(ClusterError, match="'Pod'"):
        cluster.served("x.io/v1", "Widget")


def test_discovery_that_is_not_allowed_is_told():
    cluster, _ = cluster_of({"GET /apis": no(403, "forbidden")})
    with pytest.raises(ClusterError, match="forbidden"):
        cluster.served("x.io/v1", "Widget")
