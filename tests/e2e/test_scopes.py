"""Objects in other namespaces, in none, in lists, and without a name: each has its rule."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tests.conftest import run_command, write_tree
from tests.e2e.charts import CHART, client, data, ref

from holdfast.errors import NotFound
from holdfast.model.manifest import ObjectRef

FAR = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: {{ values.far }}}
data: {color: {{ values.color }}}
"""
SPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: {{ values.far }}}\n"
ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: {{ values.role }}}
rules:
  - {apiGroups: [""], resources: [pods], verbs: [{{ values.color }}]}
"""
LIST = """\
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: first}
  - apiVersion: v1
    kind: ConfigMapList
    items:
      - apiVersion: v1
        kind: ConfigMap
        metadata: {name: second, annotations: {holdfast.dev/resource-policy: keep}}
"""
SET = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: {{ values.far }}}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "db:1"}]}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec:
        accessModes: [ReadWriteOnce]
        resources: {requests: {storage: 1Gi}}
"""


@pytest.fixture
def at(
    cluster: str, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A namespace of its own, for a chart whose names are its own in the whole cluster."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    with client() as kubectl:
        kubectl.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    yield namespace
    with client() as kubectl, suppress(NotFound):
        kubectl.delete(role_ref(namespace))


def role_ref(namespace: str) -> ObjectRef:
    return ObjectRef("rbac.authorization.k8s.io/v1", "ClusterRole", "", f"{namespace}-role")


def write(namespace: str, **templates: str) -> None:
    values = f"far: {namespace}-far\nrole: {namespace}-role\ncolor: get\n"
    tree = {
        "Chart.yaml": CHART.format(name="shop", version="0.1.0"),
        "values.yaml": values,
        **{f"templates/{name}.yaml.j2": text for name, text in templates.items()},
    }
    write_tree(Path("shop"), tree)


def test_an_object_in_another_namespace_is_the_releases_too(at: str) -> None:
    write(at, far=FAR)
    refused = run_command("install", "web", "shop").must(1)
    assert f"ConfigMap/web: the namespace {at}-far does not exist" in refused.err
    assert f"kubectl create namespace {at}-far" in refused.err
    with client() as kubectl:
        assert not kubectl.list("v1", "Secret", at)
        home = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"{at}-far"}}
        kubectl.create(home)

    planned = run_command("diff", "install", "web", "shop").must().out
    assert f"ConfigMap/web in {at}-far" in planned
    run_command("install", "web", "shop").must()
    assert f"ConfigMap/web in {at}-far   ready" in run_command("status", "web").must().out
    run_command("upgrade", "web", "shop", "--set", "color=list").must()
    with client() as kubectl:
        live = kubectl.get(ref("ConfigMap", "web", f"{at}-far"))
        assert live["data"] == {"color": "list"}
        assert live["metadata"]["labels"]["holdfast.dev/release-namespace"] == at
        assert kubectl.find(ref("ConfigMap", "web", at)) is None

    # A release of the same name elsewhere does not get it.
    twin = run_command("install", "web", "shop", "-n", "default", "--dry-run").must(1)
    assert f"belongs to the release web in the namespace {at}" in twin.out
    run_command("uninstall", "web").must()
    with client() as kubectl:
        assert kubectl.find(ref("ConfigMap", "web", f"{at}-far")) is None


def test_a_namespace_of_the_chart_is_there_before_what_is_in_it(at: str) -> None:
    write(at, far=FAR, space=SPACE)
    run_command("install", "web", "shop").must()
    with client() as kubectl:
        assert kubectl.get(ref("ConfigMap", "web", f"{at}-far"))
    run_command("uninstall", "web", "--no-wait").must()
    with client() as kubectl:
        left = kubectl.find(ObjectRef("v1", "Namespace", "", f"{at}-far"))
        assert left is None or left["metadata"]["deletionTimestamp"]


def test_a_namespace_with_claims_in_it_is_kept_with_them(at: str) -> None:
    write(at, set=SET, space=SPACE)
    run_command("install", "web", "shop").must()
    removed = run_command("uninstall", "web").must()
    assert f"Namespace/{at}-far kept: the claim data-db-0 is in it" in removed.err
    with client() as kubectl:
        assert kubectl.get(ref("PersistentVolumeClaim", "data-db-0", f"{at}-far"))


def test_a_cluster_wide_object_of_another_release_is_refused(at: str) -> None:
    write(at, role=ROLE)
    run_command("install", "web", "shop").must()
    other = f"{at}-b"
    to_other = ("install", "web", "shop", "-n", other, "--create-namespace", "--set", "color=list")
    planned = run_command("diff", *to_other).must(1)
    assert f"belongs to the release web in the namespace {at}" in planned.out
    refused = run_command(*to_other).must(1).err
    assert "its name counts in the whole cluster" in refused and "release.namespace" in refused
    with client() as kubectl:
        assert kubectl.find(ObjectRef("v1", "Namespace", "", other)) is None

    run_command(*to_other, "--take-ownership").must()
    (role,) = data("status", "web")["objects"]
    assert role["reason"] == f"belongs to the release web in the namespace {other}"
    left = run_command("uninstall", "web").must()
    assert "deleted" not in [line.split()[1] for line in left.err.splitlines() if "role" in line]
    with client() as kubectl:
        live = kubectl.get(role_ref(at))
        assert live["metadata"]["labels"]["holdfast.dev/release-namespace"] == other
    run_command("uninstall", "web", "-n", other).must()


def test_the_items_of_a_list_are_objects_of_their_own(at: str) -> None:
    write(at, list=LIST)
    plan = data("diff", "install", "web", "shop")
    assert [(row["object"]["name"], row["source"]["line"]) for row in plan["changes"]] == [
        ("first", 4),
        ("second", 10),
    ]
    run_command("install", "web", "shop").must()
    manifest = run_command("get", "manifest", "web").must().out
    assert "kind: List" not in manifest and manifest.count("kind: ConfigMap\n") == 2
    # Helm does not look into lists for its policy; here an item is kept like any other object.
    run_command("uninstall", "web").must()
    with client() as kubectl:
        assert kubectl.find(ref("ConfigMap", "first", at)) is None
        assert kubectl.find(ref("ConfigMap", "second", at))


def test_an_item_that_is_no_object_names_its_line(at: str) -> None:
    write(at, list="apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Pod\n")
    refused = run_command("install", "web", "shop").must(1).err
    assert "a Pod: it has no metadata" in refused
    assert "at shop/templates/list.yaml.j2:4" in refused


def test_a_name_that_the_server_would_make_up_is_refused(at: str) -> None:
    job = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  generateName: load-\n"
    write(at, load=job)
    refused = run_command("install", "web", "shop").must(1).err
    assert "metadata.generateName cannot be used" in refused
    assert "cannot be upgraded or rolled back" in refused and "is a hook" in refused
    assert "at shop/templates/load.yaml.j2:4" in refused
    run_command("history", "web").must(1)


def test_an_item_need_not_say_what_the_list_says(at: str) -> None:
    listed = """\
apiVersion: v1
kind: ConfigMapList
items:
  - metadata: {name: third}
    data: {a: "3"}
"""
    write(at, list=listed)
    run_command("install", "web", "shop").must()
    with client() as kubectl:
        assert kubectl.get(ref("ConfigMap", "third", at))["data"] == {"a": "3"}
