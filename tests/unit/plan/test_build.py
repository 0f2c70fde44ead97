"""The rules of a plan, each in a tiny cluster."""

from __future__ import annotations

from tests.unit.plan.support import (
    CONFIG,
    PASSWORD,
    WEB,
    live,
    manifest,
    manifests,
    plan_of,
    read,
    rows,
)

from holdfast.errors import Where
from holdfast.model.manifest import KEEP_ANNOTATION
from holdfast.model.plan import Operation, Verb
from holdfast.model.snapshot import Observed, Refusal, Snapshot

SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web, namespace: prod}
spec: {clusterIP: None}
"""
ALL = f"{WEB}\n---\n{CONFIG}\n---\n{SERVICE}"


def test_what_is_missing_is_created_in_install_order() -> None:
    assert rows(plan_of(ALL, operation=Operation.INSTALL)) == [
        "create | ConfigMap/web | create | not in the cluster",
        "create | Service/web | create | not in the cluster",
        "create | StatefulSet/web | create | not in the cluster",
    ]


def test_the_plan_of_what_was_just_applied_is_empty() -> None:
    plan = plan_of(ALL, ALL)
    assert plan.pending == ()
    assert {change.reason for change in plan.changes} == {"unchanged"}


def test_the_servers_defaults_are_no_changes() -> None:
    served = live(CONFIG)
    served["immutable"] = False
    wanted = manifest(CONFIG)
    seen = Observed(live=served, answer={**wanted.object, "immutable": False})
    plan = plan_of(wanted=(wanted,), snapshot=Snapshot(objects={wanted.ref.key: seen}))
    assert [change.verb for change in plan.changes] == [Verb.NONE]


def test_what_is_gone_is_created_again() -> None:
    plan = plan_of(CONFIG, previous=manifests(CONFIG))
    assert rows(plan) == ["create | ConfigMap/web | create | gone from the cluster: created again"]


def test_what_the_chart_no_longer_renders_is_deleted_after_the_updates_in_reverse_order() -> None:
    plan = plan_of(PASSWORD, ALL)
    assert rows(plan) == [
        "create | Secret/web | create | not in the cluster",
        "delete | Service/web | delete | no longer in the chart",
        "delete | StatefulSet/web | delete | no longer in the chart: "
        "scaled to 0 in order first, claims kept",
        "delete | ConfigMap/web | delete | no longer in the chart",
    ]


def test_uninstall_stops_the_highest_ordinal_first_and_lists_the_claims() -> None:
    claims = tuple({"metadata": {"name": f"data-web-{n}"}} for n in (1, 0))
    key = manifest(WEB).ref.key
    plan = plan_of("", WEB, operation=Operation.UNINSTALL, claims={key: claims})
    (change,) = plan.changes
    assert change.ordinals == (2, 1, 0)
    assert change.uid == "u-1"
    assert change.desired is None
    assert [claim["metadata"]["name"] for claim in plan.claims] == ["data-web-0", "data-web-1"]


def test_what_is_gone_already_needs_no_deletion() -> None:
    assert plan_of("", "", previous=manifests(CONFIG)).changes == ()


def test_an_object_that_asks_for_it_is_kept() -> None:
    kept = live(CONFIG)
    kept["metadata"]["annotations"] = {KEEP_ANNOTATION: "keep"}
    (change,) = plan_of("", kept, previous=manifests(CONFIG)).changes
    assert (change.verb, change.reason) == (Verb.NONE, f"kept: {KEEP_ANNOTATION}: keep")


def test_an_object_that_changed_hands_is_left_alone() -> None:
    other = live(CONFIG, release="api", namespace="dev")
    (change,) = plan_of("", other, previous=manifests(CONFIG)).changes
    assert (change.verb, change.reason) == (
        Verb.NONE,
        "left alone: it belongs to the release api in the namespace dev now",
    )


def test_a_foreign_object_is_refused_by_the_name_of_its_owner() -> None:
    helm = read(CONFIG)
    helm["metadata"]["annotations"] = {
        "meta.helm.sh/release-name": "old",
        "meta.helm.sh/release-namespace": "prod",
    }
    owners = {
        "no release": read(CONFIG),
        "the release api in the namespace dev": live(CONFIG, release="api", namespace="dev"),
        "the Helm release old in the namespace prod": helm,
    }
    for owner, there in owners.items():
        (change,) = plan_of(CONFIG, there).refused
        assert change.reason == f"exists already and belongs to {owner}"
        assert change.hint and "--take-ownership" in change.hint


def test_a_foreign_object_can_be_taken_over() -> None:
    changed = CONFIG.replace("one", "two")
    assert rows(plan_of(changed, read(CONFIG), take_ownership=True)) == [
        'update | ConfigMap/web | in-place | taken over; data."nginx.conf" changes'
    ]


CONFLICT = Refusal(
    409,
    "Conflict",
    "Apply failed with 1 conflict",
    (
        {
            "reason": "FieldManagerConflict",
            "message": 'conflict with "kubectl" using apps/v1',
            "field": ".spec.replicas",
        },
    ),
)


def test_a_field_that_another_manager_owns_is_refused() -> None:
    (change,) = plan_of(WEB.replace("replicas: 3", "replicas: 5"), WEB, refusal=CONFLICT).refused
    assert change.reason == "spec.replicas is managed by kubectl (theirs 3, ours 5)"
    assert change.hint and "--force-conflicts" in change.hint
    assert [(f.before, f.after) for f in change.fields] == [(3, 5)]


def test_force_takes_the_field_over() -> None:
    wanted = WEB.replace("replicas: 3", "replicas: 5")
    (change,) = plan_of(wanted, WEB, refusal=CONFLICT, force_conflicts=True).changes
    assert (change.verb, change.force) == (Verb.UPDATE, True)
    assert change.reason == (
        "takes over spec.replicas from kubectl (theirs 3, ours 5); "
        "scales 3 → 5: starts web-3, web-4"
    )


def test_a_namespace_that_is_not_there_is_refused_unless_it_is_made() -> None:
    missing = frozenset({"prod"})
    assert rows(plan_of(CONFIG, missing_namespaces=missing)) == [
        "refused | ConfigMap/web | refused | the namespace prod does not exist"
    ]
    plan = plan_of(CONFIG, missing_namespaces=missing, create_namespace=True)
    assert [change.verb for change in plan.changes] == [Verb.CREATE]
    assert plan.create_namespace
    own = "{apiVersion: v1, kind: Namespace, metadata: {name: prod}}"
    plan = plan_of(f"{CONFIG}\n---\n{own}", missing_namespaces=missing)
    assert [str(change.ref) for change in plan.changes] == ["Namespace/prod", "ConfigMap/web"]
    assert not plan.refused


def test_a_change_made_in_the_cluster_is_told_from_one_of_the_chart() -> None:
    scaled = live(WEB.replace("replicas: 3", "replicas: 7"))
    (change,) = plan_of(WEB, scaled, previous=manifests(WEB)).changes
    assert change.reason == (
        "was changed in the cluster and is set back: scales 7 → 3: "
        "stops web-6, web-5, web-4, web-3; their claims stay"
    )
    both = plan_of(WEB.replace("1.27", "1.28"), scaled, previous=manifests(WEB))
    assert both.changes[0].reason.endswith("set back what was changed in the cluster: replicas")


def test_a_field_knows_the_origin_of_its_value() -> None:
    origin = Where("prod.yaml", 3, 5)
    path = ("spec", "template", "spec", "containers", 0, "image")
    wanted = manifest(WEB.replace("1.27", "1.28"), origins={path: (origin,)})
    (change,) = plan_of(wanted=(wanted,), cluster=WEB).changes
    assert [field.origins for field in change.fields] == [(origin,)]


def test_the_fingerprint_holds_what_the_plan_was_made_from_and_nothing_that_moves() -> None:
    def fingerprint(there: dict[str, object], wanted: str = CONFIG) -> str:
        return plan_of(wanted, there).fingerprint

    there = live(CONFIG)
    first = fingerprint(there)
    assert first.startswith("sha256:")
    moved = live(CONFIG)
    moved["metadata"] |= {"resourceVersion": "99", "managedFields": [{}], "generation": 8}
    moved["status"] = {"phase": "x"}
    assert fingerprint(moved) == first
    recreated = live(CONFIG)
    recreated["metadata"]["uid"] = "u-2"
    assert fingerprint(recreated) != first
    assert fingerprint(live(CONFIG.replace("one", "x"))) != first
    assert fingerprint(there, CONFIG.replace("one", "x")) != first


def test_a_version_that_cannot_go_on_with_the_data_is_refused() -> None:
    rules = {"version": "8.4.10", "rollbacks-to": "~8.4", "version-reason": "Dump and load."}
    lines = "".join(f'\n    holdfast.dev/{key}: "{text}"' for key, text in rules.items())
    metadata = "metadata: {name: web, namespace: prod}"
    newer = WEB.replace(
        metadata, f"metadata:\n  name: web\n  namespace: prod\n  annotations:{lines}"
    )
    older = newer.replace("8.4.10", "8.0.40").replace("nginx:1.27", "nginx:1.26")
    (change,) = plan_of(older, newer, operation=Operation.ROLLBACK).changes
    assert change.verb is Verb.REFUSED
    assert change.reason.startswith("version 8.4.10 cannot become 8.0.40 on the same data")
    assert change.hint.startswith("Dump and load; ")
