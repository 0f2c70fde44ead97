from __future__ import annotations

import pytest
from tests.unit.manifests.support import ON_DISK, TEMPLATE, document, parsed

from holdfast.errors import ManifestError, Where
from holdfast.model.values import Values

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n"


def test_a_namespaced_object_gets_the_releases_namespace_after_its_name() -> None:
    (found,) = parsed(CONFIG + "  labels: {a: b}\n")
    assert list(found.object["metadata"]) == ["name", "namespace", "labels"]
    assert found.object["metadata"]["namespace"] == found.ref.namespace == "prod"


def test_the_source_is_the_charts_template_and_not_a_path_on_this_disk() -> None:
    assert [str(found.source) for found in parsed(CONFIG)] == [f"{TEMPLATE}:1"]


def test_a_namespace_of_its_own_stays() -> None:
    (found,) = parsed(CONFIG + "  namespace: dev\n")
    assert (found.ref.namespace, found.object["metadata"]["namespace"]) == ("dev", "dev")


@pytest.mark.parametrize(
    "text",
    [
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: web}}",
        "{apiVersion: example.com/v1, kind: Unknown, metadata: {name: web}}",
    ],
)
def test_no_namespace_for_a_kind_that_has_none_or_is_not_known(text: str) -> None:
    (found,) = parsed(text)
    assert found.ref.namespace == ""
    assert "namespace" not in found.object["metadata"]


def test_empty_documents_are_skipped() -> None:
    assert [str(found.ref) for found in parsed("", CONFIG, "null")] == ["ConfigMap/web"]


def test_a_list_is_taken_apart_and_each_item_keeps_its_line() -> None:
    text = (
        "apiVersion: v1\nkind: List\nitems:\n"
        "- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"
        "- {apiVersion: v1, kind: Secret, metadata: {name: b}, data: {k: eA==}}\n"
    )
    found = parsed(document(text, sensitive=frozenset({("items", 0, "data", "x")})))
    assert [(str(item.ref), item.source.line) for item in found] == [
        ("ConfigMap/a", 4),
        ("Secret/b", 5),
    ]
    assert [item.sensitive for item in found] == [
        frozenset({("data", "x")}),
        frozenset({("data", "k")}),
    ]


@pytest.mark.parametrize("items", ["[]", "null"])
def test_a_list_without_items_is_no_object(items: str) -> None:
    assert parsed(f"{{apiVersion: v1, kind: List, items: {items}}}") == ()


def test_a_kind_whose_name_ends_in_list_is_no_list() -> None:
    text = "{apiVersion: example.com/v1, kind: BlockList, metadata: {name: a}, items: [x]}"
    (found,) = parsed(text)
    assert str(found.ref) == "BlockList/a" and found.object["items"] == ["x"]


DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: dbs.example.com}
spec:
  group: example.com
  scope: SCOPE
  names: {plural: dbs, singular: db, kind: Db}
  versions: [{name: v1, served: true, storage: true}]
"""


@pytest.mark.parametrize(("scope", "namespace"), [("Namespaced", "prod"), ("Cluster", "")])
def test_where_a_kind_lives_is_told_by_the_definition_beside_it(scope: str, namespace: str) -> None:
    db = "{apiVersion: example.com/v1, kind: Db, metadata: {name: main}}"
    found = parsed(db, DEFINITION.replace("SCOPE", scope))
    assert found[0].ref.namespace == namespace


STS = "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: %s}}"


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("- a\n", "a rendered document: a Kubernetes object is a mapping, this is a list", 1),
        ("kind: ConfigMap\n", "a ConfigMap: it has no apiVersion", 1),
        ("apiVersion: v1\n", "a rendered document: it has no kind", 1),
        ("apiVersion: v1\nkind: 3\n", "a rendered document: kind must be a string", 2),
        ("apiVersion: v1\nkind: true\n", "a rendered document: kind must be a string", 2),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: {a: null}}\n",
            'a Pod: metadata.name must be a string, not {"a": null}',
            3,
        ),
        (CONFIG + "  namespace: 5\n", "metadata.namespace must be a string, not 5", 5),
        ("apiVersion: v1\nkind: List\nitems: true\n", "items must be a list, not a boolean", 3),
        ("apiVersion: v1\nkind: ConfigMap\n", "a ConfigMap: it has no metadata", 1),
        ("apiVersion: v1\nkind: Pod\nmetadata:\n  a: b\n", "a Pod: metadata has no name", 4),
        (
            "apiVersion: v1\nkind: Pod\nmetadata:\n  generateName: a-\n",
            "a Pod: metadata.generateName cannot be used",
            4,
        ),
        (
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: Web_1\n",
            'Pod/Web_1: metadata.name "Web_1" must be a DNS subdomain',
            4,
        ),
        (
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: 1web\n",
            'Service/1web: metadata.name "1web" must be a DNS label that starts with a letter',
            4,
        ),
        (STS % "a.b", 'metadata.name "a.b" must be a DNS label (RFC 1123)', 1),
        (
            STS % ("a" * 53),
            "has 53 characters, at most 52 are possible: its pods carry the name and an "
            "11-character hash in the label controller-revision-hash",
            1,
        ),
        (CONFIG + "  namespace: A\n", 'metadata.namespace "A" must be a DNS label', 5),
        (
            "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  namespace: b\n",
            "Namespace/a: metadata.namespace is set, but this kind lives in no namespace",
            5,
        ),
        (
            CONFIG + "  labels:\n    tls: true\n",
            "ConfigMap/web: metadata.labels.tls must be a string, not true",
            6,
        ),
        (CONFIG + "  annotations: [a]\n", "metadata.annotations must be a mapping of strings", 5),
        (CONFIG + "data:\n  port: 80\n", "ConfigMap/web: data.port must be a string, not 80", 6),
        (
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec:\n"
            "  template:\n    metadata:\n      annotations:\n        port: 80\n",
            "StatefulSet/a: spec.template.metadata.annotations.port must be a string, not 80",
            8,
        ),
        (
            CONFIG + "  annotations:\n    holdfast.dev/resource-policy: Keep\n",
            "\"holdfast.dev/resource-policy\" must be keep or delete, not 'Keep'",
            6,
        ),
        ("{apiVersion: v1, kind: List, items: {a: b}}", "items must be a list, not a mapping", 1),
        (
            "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod}\n",
            "a Pod: it has no metadata",
            4,
        ),
    ],
)
def test_what_is_no_kubernetes_object_is_refused_with_its_line(
    text: str, message: str, line: int
) -> None:
    with pytest.raises(ManifestError) as caught:
        parsed(text)
    assert message in caught.value.message and caught.value.hint
    assert caught.value.where == Where(ON_DISK, line, caught.value.where.column, "template")


def test_a_number_in_a_secret_is_refused_without_showing_it() -> None:
    with pytest.raises(ManifestError) as caught:
        parsed(CONFIG.replace("ConfigMap", "Secret") + "stringData: {pin: 4711}\n")
    assert "stringData.pin must be a string" in caught.value.message
    assert "4711" not in caught.value.message


def test_an_object_defined_twice_names_both_places() -> None:
    with pytest.raises(ManifestError) as caught:
        parsed(CONFIG, CONFIG + "  namespace: prod\n")
    assert caught.value.message == (
        f"reading ConfigMap/web: it is defined twice, first at {TEMPLATE}:1"
    )
    assert str(caught.value.where) == f"{ON_DISK}:1"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("ConfigMap", "a.b-1"),
        ("Service", "w" * 63),
        ("StatefulSet", "a" * 52),
        ("ClusterRole", "system:web"),
    ],
)
def test_names_that_kubernetes_takes_are_taken(kind: str, name: str) -> None:
    (found,) = parsed(f"{{apiVersion: x/v1, kind: {kind}, metadata: {{name: '{name}'}}}}")
    assert found.ref.name == name


def test_a_field_has_the_origins_of_the_values_it_was_made_from() -> None:
    tag, image = Where("prod.yaml", 3, 5), Where("web/values.yaml", 1, 1, "chart")
    values = Values({}, origins={("image", "tag"): tag, ("image",): image})
    reads = {("data", "image"): (("image", "name"), ("image", "tag"), ("nothing",))}
    (found,) = parsed(document(CONFIG + "data: {image: x}\n", reads=reads), values=values)
    assert found.origins == {("data", "image"): (image, tag)}


def test_secret_data_is_always_sensitive() -> None:
    text = CONFIG.replace("ConfigMap", "Secret") + "data: {a: eA==}\nstringData: {b: x}\n"
    (found,) = parsed(document(text, sensitive=frozenset({("metadata", "name")})))
    assert found.sensitive == {("metadata", "name"), ("data", "a"), ("stringData", "b")}


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        ("holdfast.dev/hook: pre-instal", "hook\" names 'pre-instal', which is not known"),
        ("helm.sh/hook: test\n    helm.sh/hook-weight: heavy", "must be a whole number in quotes"),
        ('holdfast.dev/hook: test\n    holdfast.dev/wave: "1"', 'wave" is not for hooks'),
        ("holdfast.dev/hooks: test", 'annotations."holdfast.dev/hooks" is not known'),
    ],
)
def test_a_hook_that_cannot_be_read_is_refused_at_its_annotation(
    annotation: str, message: str
) -> None:
    text = CONFIG + f"  annotations:\n    note: hello\n    {annotation}\n"
    with pytest.raises(ManifestError) as caught:
        parsed(text)
    assert message in caught.value.message
    last = text.count("\n")
    assert str(caught.value.where) == f"{ON_DISK}:{last}:{caught.value.where.column}"
