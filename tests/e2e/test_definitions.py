"""Definitions: made before all else, shared by releases, never taken away by accident."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import run_command, write_tree
from tests.e2e.charts import CHART, client, data

from holdfast.errors import NotFound
from holdfast.model.manifest import ObjectRef

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: dbs.GROUPPOLICY}
spec:
  group: GROUP
  scope: Namespaced
  names: {plural: dbs, singular: db, kind: Db}
  versions:
    - &v1
      name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties: {size: {type: integer}}
"""
# The next version of the chart: a field more, and a version more.
NEWER = CRD.replace("size: {type: integer}", "size: {type: integer}, engine: {type: string}")
NEWER += "    - {<<: *v1, name: v2, storage: false}\n"
DB = """\
apiVersion: {{ values.group }}/{{ values.version }}
kind: Db
metadata: {name: {{ release.name }}}
spec: {{ values.spec }}
"""


class Scene:
    """A chart with a definition of a group of the test's own: definitions have no namespace."""

    def __init__(self, root: Path, namespace: str) -> None:
        self.root, self.namespace = root, namespace
        self.group = f"{namespace}.example.com"
        self.ref = ObjectRef(
            "apiextensions.k8s.io/v1", "CustomResourceDefinition", "", f"dbs.{self.group}"
        )
        self.title = str(self.ref)

    def write(self, crd: str = CRD, policy: str = "", place: str = "crds/db.yaml") -> None:
        for old in ("crds/db.yaml", "templates/crd.yaml"):
            (self.root / "shop" / old).unlink(missing_ok=True)
        tree = {
            "Chart.yaml": CHART.format(name="shop", version="0.1.0"),
            "values.yaml": f"group: {self.group}\nversion: v1\nspec: {{size: 1}}\n",
            "templates/db.yaml.j2": DB,
            place: crd.replace("GROUP", self.group).replace("POLICY", policy),
        }
        write_tree(self.root / "shop", tree)

    def definition(self) -> dict[str, Any] | None:
        with client() as kubectl:
            return kubectl.find(self.ref)

    def db(self, name: str = "web", namespace: str = "") -> dict[str, Any] | None:
        with client() as kubectl:
            return kubectl.find(
                ObjectRef(f"{self.group}/v1", "Db", namespace or self.namespace, name)
            )


@pytest.fixture
def scene(
    cluster: str, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scene]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    found = Scene(tmp_path, namespace)
    found.write()
    with client() as kubectl:
        kubectl.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    yield found
    with client() as kubectl, suppress(NotFound):
        kubectl.delete(found.ref)


def change(plan: Any, kind: str = "CustomResourceDefinition") -> dict[str, Any]:
    """The change of the only object of a kind."""
    (found,) = (row for row in plan["changes"] if row["object"]["kind"] == kind)
    return dict(found)


def test_a_definition_and_an_object_of_its_kind_come_in_one_install(scene: Scene) -> None:
    plan = data("diff", "install", "web", "shop")
    assert [(row["verb"], row["object"]["kind"]) for row in plan["changes"]] == [
        ("create", "CustomResourceDefinition"),
        ("create", "Db"),
    ]
    assert change(plan, "Db")["object"]["namespace"] == scene.namespace
    assert f"the server judges it when {scene.title} is made" in change(plan, "Db")["reason"]
    assert change(plan)["source"] == {"template": "shop/crds/db.yaml", "line": 1}

    said = run_command("install", "web", "shop", "--no-wait").must().err
    assert said.index(f"ready    {scene.title}") < said.index("applied  Db/web created")
    assert data("diff", "upgrade", "web", "shop")["summary"]["none"] == 2


def test_it_is_kept_at_an_uninstall_and_found_again(scene: Scene) -> None:
    run_command("install", "web", "shop").must()
    with client() as kubectl:
        foreign = {"apiVersion": f"{scene.group}/v1", "kind": "Db"}
        kubectl.create({**foreign, "metadata": {"name": "other", "namespace": scene.namespace}})
    planned = data("uninstall", "web", "--dry-run")
    assert change(planned)["verb"] == "none"
    removed = run_command("uninstall", "web").must()
    assert f"{scene.title} kept: every Db in the cluster would go with it" in removed.err
    assert scene.definition() and scene.db("other") and not scene.db("web")

    # Another release finds what the first one left, and has it from now on.
    plan = data("diff", "install", "again", "shop")
    assert "taken over from the release web" in change(plan)["reason"]
    run_command("install", "again", "shop").must()
    definition = scene.definition()
    assert definition and definition["metadata"]["labels"]["holdfast.dev/release"] == "again"


def test_it_is_upgraded_with_the_objects_that_need_the_new_one(scene: Scene, cluster: str) -> None:
    run_command("install", "web", "shop").must()
    scene.write(NEWER)
    new = ("upgrade", "web", "shop", "--set", "spec.engine=big", "--set", "version=v2")
    plan = data("diff", *new)
    assert change(plan)["verb"] == "update"
    assert change(plan, "Db")["verb"] == "update"
    assert f"when {scene.title} is changed" in change(plan, "Db")["reason"]
    said = run_command(*new).must().err
    assert said.index(f"{scene.title} updated") < said.index("Db/web updated")
    db = scene.db()
    assert db and db["spec"] == {"size": 1, "engine": "big"}

    if cluster == "embedded":
        return  # it takes any object of a custom kind
    # A wrong object is refused before anything is touched, once the definition stays as it is.
    refused = run_command("upgrade", "web", "shop", "--set", "spec.engin=small").must(1)
    assert "engin" in refused.err and "nothing was changed" in refused.err


def test_a_rollback_leaves_it_as_it_is(scene: Scene) -> None:
    run_command("install", "web", "shop").must()
    scene.write(NEWER)
    run_command("upgrade", "web", "shop", "--set", "spec.size=2").must()
    plan = data("diff", "rollback", "web")
    assert change(plan)["verb"] == "none"
    assert "a rollback does not take definitions back" in change(plan)["reason"]
    run_command("rollback", "web").must()
    definition, db = scene.definition(), scene.db()
    assert definition and len(definition["spec"]["versions"]) == 2
    assert db and db["spec"] == {"size": 1}
    run_command("upgrade", "web", "shop", "--set", "spec.engine=big").must()


def test_one_that_leaves_the_chart_is_kept(scene: Scene) -> None:
    run_command("install", "web", "shop").must()
    Path("shop/crds/db.yaml").unlink()
    plan = data("diff", "upgrade", "web", "shop")
    assert (change(plan)["verb"], change(plan, "Db")["verb"]) == ("none", "none")
    assert change(plan)["reason"].startswith("kept: every Db in the cluster")
    run_command("upgrade", "web", "shop").must()
    assert scene.definition() and scene.db()


@pytest.mark.parametrize("place", ["crds/db.yaml", "templates/crd.yaml"])
def test_it_goes_where_it_says_so_itself(scene: Scene, place: str) -> None:
    scene.write(policy=", annotations: {holdfast.dev/resource-policy: delete}", place=place)
    run_command("install", "web", "shop").must()
    planned = run_command("uninstall", "web", "--dry-run").must()
    assert "every Db in the cluster is deleted with it" in planned.out
    run_command("uninstall", "web").must()
    assert scene.definition() is None


def test_one_among_the_templates_is_made_first_and_kept_too(scene: Scene) -> None:
    scene.write(place="templates/crd.yaml")
    run_command("install", "web", "shop").must()
    # It may move between the two folders: it is the same object.
    scene.write()
    assert data("diff", "upgrade", "web", "shop")["summary"]["none"] == 2
    run_command("uninstall", "web").must()
    assert scene.definition()


def test_a_definition_of_another_release_is_shared_and_left_to_it(scene: Scene) -> None:
    other = f"{scene.namespace}-b"
    run_command("install", "web", "shop").must()
    assert (
        run_command("install", "twin", "shop", "-n", other, "--create-namespace")
        .must()
        .err.count(f"applied  {scene.title}")
        == 0
    )
    assert scene.db("twin", other)
    same = data("diff", "upgrade", "twin", "shop", "-n", other)
    assert (change(same)["verb"], change(same)["fields"]) == ("none", [])

    scene.write(NEWER)
    planned = run_command("diff", "upgrade", "twin", "shop", "-n", other).must()
    assert f"{scene.title}: left as it is, though versions" in planned.out
    assert f"it belongs to the release web in the namespace {scene.namespace}" in planned.out
    assert "--take-ownership" in planned.out
    run_command("upgrade", "twin", "shop", "-n", other).must()
    definition = scene.definition()
    assert definition and len(definition["spec"]["versions"]) == 1

    run_command("uninstall", "web").must()
    run_command("upgrade", "twin", "shop", "-n", other).must()
    definition = scene.definition()
    assert definition and len(definition["spec"]["versions"]) == 2
    run_command("uninstall", "twin", "-n", other).must()


def test_one_that_nobody_owns_is_taken_over(scene: Scene) -> None:
    import yaml

    text = CRD.replace("GROUP", scene.group).replace("POLICY", "")
    with client("kubectl") as kubectl:
        kubectl.apply(yaml.safe_load(text))
    plan = data("diff", "install", "web", "shop")
    assert (change(plan)["verb"], change(plan)["effect"]) == ("update", "none")
    run_command("install", "web", "shop").must()
    # Where it differs, the one who has the field is named, as for every object.
    run_command("uninstall", "web").must()
    scene.write(NEWER)
    refused = run_command("diff", "install", "web", "shop").must(1)
    assert "spec.versions is managed by kubectl" in refused.out
    run_command("install", "web", "shop", "--force-conflicts").must()


def test_skip_crds_leaves_them_to_others(scene: Scene) -> None:
    refused = run_command("install", "web", "shop", "--skip-crds").must(1)
    assert "Db/web" in refused.err and "CustomResourceDefinition" in refused.err
    run_command("install", "web", "shop").must()
    plan = data("diff", "upgrade", "web", "shop", "--skip-crds")
    assert change(plan)["verb"] == "none"
    run_command("upgrade", "web", "shop", "--skip-crds", "--set", "spec.size=3").must()
    db = scene.db()
    assert scene.definition() and db and db["spec"] == {"size": 3}


@pytest.fixture
def chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The chart alone."""
    monkeypatch.chdir(tmp_path)
    found = Scene(tmp_path, "default")
    found.write()
    return found


def test_template_prints_them_when_asked(chart: Scene) -> None:
    assert "CustomResourceDefinition" not in run_command("template", "shop").must().out
    text = run_command("template", "shop", "--include-crds").must().out
    assert "# Source: shop/crds/db.yaml\napiVersion: apiextensions" in text
    only = run_command("template", "shop", "--include-crds", "--show-only", "crds/*").must().out
    assert only.count("# Source") == 1
    run_command("template", "shop", "--include-crds", "--output-dir", "out").must()
    assert Path("out/shop/crds/db.yaml").exists()
    objects = json.loads(run_command("template", "shop", "-o", "json").must().out)
    assert [(one["kind"], one["metadata"]["namespace"]) for one in objects] == [("Db", "default")]


HAS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data:
  has: "{{ ("GROUP/v1/Db") in capabilities.api_versions }}"
"""


def test_templates_know_the_kinds_that_the_chart_brings(chart: Scene) -> None:
    write_tree(Path("shop"), {"templates/has.yaml.j2": HAS.replace("GROUP", chart.group)})
    assert 'has: "true"' in run_command("template", "shop").must().out
    write_tree(Path("shop"), {"templates/has.yaml.j2": HAS.replace("GROUP", "other.example.com")})
    assert 'has: "false"' in run_command("template", "shop").must().out


def test_those_of_subcharts_come_too_where_these_are_on(chart: Scene) -> None:
    sub = CRD.replace("GROUP", "sub.example.com").replace("POLICY", "")
    chart_yaml = CHART.format(name="shop", version="0.1.0")
    tree = {
        "Chart.yaml": chart_yaml + "dependencies: [{name: sub, condition: sub.on}]\n",
        "charts/sub/Chart.yaml": CHART.format(name="sub", version="0.1.0"),
        "charts/sub/crds/db.yaml": sub,
    }
    write_tree(Path("shop"), tree)
    with_it = run_command("template", "shop", "--include-crds").must().out
    assert "# Source: shop/charts/sub/crds/db.yaml" in with_it
    without = run_command("template", "shop", "--include-crds", "--set", "sub.on=false").must().out
    assert "sub.example.com" not in without


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n", "kind is not for crds/", 2),
        ("a: [\n", "", 2),
        ("# nothing\n---\n- a\n", "a Kubernetes object is a mapping, this is a list", 3),
        ("kind: CustomResourceDefinition\n", "it has no apiVersion", 1),
    ],
)
def test_what_does_not_belong_there_is_refused_with_its_line(
    chart: Scene, text: str, message: str, line: int
) -> None:
    write_tree(Path("shop"), {"crds/db.yaml": text})
    refused = run_command("template", "shop").must(1)
    assert message in refused.err and f"at shop/crds/db.yaml:{line}" in refused.err
    found = json.loads(run_command("lint", "shop", "-o", "json").must(1).out)
    errors = [row for row in found["findings"] if row["level"] == "error"]
    assert ("manifest-error", "shop/crds/db.yaml", line) in [
        (row["rule"], row["file"], row["line"]) for row in errors
    ]


@pytest.mark.real
@pytest.mark.xdist_group("real")
def test_who_may_not_see_definitions_leaves_them_to_others(
    control_plane: Any, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KUBECONFIG", str(control_plane.kubeconfig))
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    scene = Scene(tmp_path, namespace)
    scene.write()
    rules = {"apiGroups": ["", scene.group], "resources": ["*"], "verbs": ["*"]}
    rbac = "rbac.authorization.k8s.io"
    with client() as kubectl:
        kubectl.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        named = {"name": "dev", "namespace": namespace}
        kubectl.create(
            {"apiVersion": f"{rbac}/v1", "kind": "Role", "metadata": named, "rules": [rules]}
        )
        kubectl.create(
            {
                "apiVersion": f"{rbac}/v1",
                "kind": "RoleBinding",
                "metadata": named,
                "roleRef": {"apiGroup": rbac, "kind": "Role", "name": "dev"},
                "subjects": [{"kind": "User", "name": "dev", "apiGroup": rbac}],
            }
        )
    run_command("install", "web", "shop").must()
    dev = ("--as", "dev")
    refused = run_command("upgrade", "web", "shop", "--set", "spec.size=2", *dev).must(1)
    assert "customresourcedefinitions" in refused.err
    assert "--skip-crds leaves definitions to others" in refused.err
    run_command("upgrade", "web", "shop", "--set", "spec.size=2", "--skip-crds", *dev).must()
    db = scene.db()
    assert db and db["spec"] == {"size": 2}
    run_command("upgrade", "web", "shop").must()
    run_command("uninstall", "web", *dev).must()
    assert scene.definition() and not scene.db()
    with client() as kubectl:
        kubectl.delete(scene.ref)
