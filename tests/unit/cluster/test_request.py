import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.cluster import request
from holdfast.errors import Invalid
from holdfast.kinds.resources import Resource

SETS = Resource("apps/v1", "StatefulSet", "statefulsets")
NODES = Resource("v1", "Node", "nodes", namespaced=False)


def test_paths_of_grouped_core_and_cluster_scoped_kinds():
    assert request.path_of(SETS, "a", "web", "scale") == (
        "/apis/apps/v1/namespaces/a/statefulsets/web/scale"
    )
    assert request.path_of(SETS) == "/apis/apps/v1/statefulsets"
    assert request.path_of(NODES, "ignored", "n") == "/api/v1/nodes/n"


def test_an_apply_is_a_strict_patch_in_our_name():
    sent = request.apply(SETS, "a", "web", {"kind": "StatefulSet"}, force=True, dry_run=True)
    assert sent.method == "PATCH"
    assert sent.target == (
        "/apis/apps/v1/namespaces/a/statefulsets/web"
        "?fieldManager=holdfast&fieldValidation=Strict&dryRun=All&force=true"
    )
    assert sent.headers["Content-Type"] == "application/apply-patch+yaml"
    assert sent.body == b'{"kind":"StatefulSet"}'


def test_an_apply_without_force_says_nothing_of_it():
    assert "force" not in dict(request.apply(SETS, "a", "web", {}).query)


@pytest.mark.parametrize(
    ("type", "content"),
    [
        ("merge", "application/merge-patch+json"),
        ("json", "application/json-patch+json"),
        ("strategic", "application/strategic-merge-patch+json"),
    ],
)
def test_each_patch_has_its_content_type(type, content):
    assert request.patch(SETS, "a", "web", {}, type=type).headers["Content-Type"] == content


def test_a_deletion_carries_its_conditions():
    sent = request.delete(
        SETS, "a", "web", propagation="Orphan", uid="u", resource_version="7", grace_seconds=0
    )
    assert sent.query == ()
    assert json.loads(sent.body or b"") == {
        "kind": "DeleteOptions",
        "apiVersion": "v1",
        "propagationPolicy": "Orphan",
        "preconditions": {"uid": "u", "resourceVersion": "7"},
        "gracePeriodSeconds": 0,
    }


def test_a_page_is_asked_for_with_selectors_encoded():
    sent = request.listing(SETS, "a", label_selector="x in (b,c),!d", limit=2, continued="t=")
    assert sent.target == (
        "/apis/apps/v1/namespaces/a/statefulsets"
        "?labelSelector=x%20in%20%28b%2Cc%29%2C%21d&limit=2&continue=t%3D"
    )


def test_metadata_alone_is_asked_for_by_accept():
    sent = request.listing(SETS, metadata_only=True)
    assert sent.headers["Accept"] == (
        "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
    )


@pytest.mark.parametrize("make", [request.get, request.delete])
def test_without_a_name_it_would_be_the_whole_collection(make):
    with pytest.raises(Invalid, match=r"a StatefulSet has no metadata\.name"):
        make(SETS, "a", "")


@pytest.mark.parametrize(("namespace", "name"), [("a", ".."), ("a", "."), ("..", "web")])
def test_a_name_that_means_another_path_is_refused(namespace, name):
    with pytest.raises(Invalid, match="is no name"):
        request.delete(SETS, namespace, name)


@given(st.text(min_size=1))
def test_no_name_leaves_its_segment(name):
    try:
        path = request.path_of(SETS, "a", name)
    except Invalid:
        assert name in (".", "..")
        return
    assert path.count("/") == 7 and path.isascii() and "?" not in path and "#" not in path


def test_what_does_no_more_when_it_is_sent_twice_may_be_repeated():
    for sent in (
        request.get(SETS, "a", "web"),
        request.apply(SETS, "a", "web", {}),
        request.update(SETS, "a", "web", {}),
        request.patch(SETS, "a", "web", {}),
        request.patch(SETS, "a", "web", {}, type="strategic"),
        request.delete(SETS, "a", "web"),
        request.create(SETS, "a", {}, dry_run=True),
        request.create(SETS, "a", {}, recognised=True),
    ):
        assert sent.repeatable
    assert not request.create(SETS, "a", {}).repeatable
    assert not request.patch(SETS, "a", "web", [], type="json").repeatable
