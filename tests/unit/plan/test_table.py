from __future__ import annotations

from tests.unit.plan.support import CONFIG, PASSWORD, WEB, live, manifest, manifests, plan_of, rows

from holdfast.model.manifest import KEEP_ANNOTATION
from holdfast.plan.table import dropped_lines, kept_lines, summary_line, table_rows

LABELLED = CONFIG.replace("prod}", "prod, labels: {helm.sh/chart: web-1}}")


def test_a_row_is_verb_object_effect_and_reason() -> None:
    plan = plan_of(f"{CONFIG}\n---\n{PASSWORD}", CONFIG)
    assert table_rows(plan) == [("create", "Secret/web", "create", "not in the cluster")]


def test_an_object_elsewhere_is_named_with_its_namespace() -> None:
    assert rows(plan_of(CONFIG.replace("prod", "dev"))) == [
        "create | ConfigMap/web in dev | create | not in the cluster"
    ]


def test_an_object_of_which_only_the_version_label_changes_has_no_row() -> None:
    plan = plan_of(LABELLED.replace("web-1", "web-2"), LABELLED)
    assert rows(plan) == []
    assert summary_line(plan) == "1 to update (1 only in the chart's version label)"


def test_the_sums_name_what_there_is() -> None:
    plan = plan_of(f"{CONFIG}\n---\n{PASSWORD}", f"{CONFIG}\n---\n{WEB}")
    assert summary_line(plan) == "1 to create, 1 to delete, 1 unchanged"
    assert summary_line(plan_of(CONFIG, CONFIG)) == "no changes"


def test_values_that_are_no_longer_set_are_named() -> None:
    assert dropped_lines(plan_of(CONFIG, dropped=("image.tag",))) == ["no longer set: image.tag"]


def test_kept_objects_and_claims_are_named() -> None:
    kept = live(CONFIG)
    kept["metadata"]["annotations"] = {KEEP_ANNOTATION: "keep"}
    assert kept_lines(plan_of("", kept, previous=manifests(CONFIG))) == [
        "ConfigMap/web: kept: holdfast.dev/resource-policy: keep"
    ]
    claim = {"metadata": {"name": "data-web-0"}, "status": {"capacity": {"storage": "1Gi"}}}
    plan = plan_of("", WEB, claims={manifest(WEB).ref.key: (claim,)})
    assert kept_lines(plan) == ["claim data-web-0 (1Gi) is kept"]
