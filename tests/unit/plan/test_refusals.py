"""The server's no, in its words, and a next step in ours."""

from __future__ import annotations

import pytest
from tests.unit.plan.support import CONFIG, PASSWORD, WEB, plan_of

from holdfast.model.snapshot import Refusal
from holdfast.plan.predict import predict

FORBIDDEN = Refusal(
    422,
    "Invalid",
    'StatefulSet.apps "web" is invalid: spec: Forbidden: updates to statefulset spec for fields '
    "other than 'replicas' are forbidden",
)
AGAIN = ", or have it deleted and made anew by --allow-recreate StatefulSet/web"


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        (
            "1Gi",
            "2Gi",
            "volumeClaimTemplates[0].spec.resources.requests.storage cannot be changed: "
            "keep it at 1Gi",
        ),
        ("serviceName: web", "serviceName: w", "serviceName cannot be changed: keep it at web"),
        (
            "  selector:",
            "  podManagementPolicy: Parallel\n  selector:",
            "podManagementPolicy cannot be changed: leave it out",
        ),
        (
            "matchLabels: {app: web}",
            "matchLabels: {app: x}",
            "selector.matchLabels.app cannot be changed: keep it at web",
        ),
    ],
)
def test_a_fixed_field_of_a_stateful_set_is_named_with_both_ways_out(
    old: str, new: str, hint: str
) -> None:
    (change,) = plan_of(WEB.replace(old, new), WEB, refusal=FORBIDDEN).refused
    assert change.reason == (
        "the server refuses: spec: Forbidden: updates to statefulset spec for fields other than "
        "'replicas' are forbidden"
    )
    assert change.hint == hint + AGAIN


def test_a_missing_permission_is_told_from_a_quota() -> None:
    def hint(message: str) -> str | None:
        refusal = Refusal(403, "Forbidden", message)
        return plan_of(WEB.replace("1.27", "1"), WEB, refusal=refusal).refused[0].hint

    assert hint('User "ci" cannot patch resource "statefulsets"') == (
        "ask for that permission, or use credentials that have it"
    )
    assert hint("exceeded quota: small, requested: cpu=2") == (
        "an admission rule or a quota of the cluster says no: change the values"
    )


def test_a_namespace_on_its_way_out_is_no_fault_of_the_values() -> None:
    words = "unable to create new content in namespace gone because it is being terminated"
    causes = ({"reason": "NamespaceTerminating", "message": "namespace gone is being terminated"},)
    refusal = Refusal(403, "Forbidden", words, causes)
    (change,) = plan_of(WEB.replace("1.27", "1"), WEB, refusal=refusal).refused
    assert change.hint == "wait until the namespace is gone, or use another one (-n)"


def test_a_secret_that_the_server_quotes_is_not_repeated() -> None:
    refusal = Refusal(422, "Invalid", "data[password]: Invalid value: hunter2: too short")
    (change,) = plan_of(PASSWORD, PASSWORD.replace("aHVudGVyMg==", "eA=="), refusal=refusal).refused
    assert "hunter2" not in change.reason + (change.hint or "")
    assert "data[password]: Invalid value: (secret): too short" in change.reason


def test_a_version_label_in_a_claim_template_is_called_out() -> None:
    before = WEB.replace("{name: data}", "{name: data, labels: {helm.sh/chart: web-1}}")
    (change,) = plan_of(before.replace("web-1", "web-2"), before, refusal=FORBIDDEN).refused
    assert change.hint == (
        "take the chart's version label out of volumeClaimTemplates[0].metadata.labels"
    )


CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: prod}
spec: {resources: {requests: {storage: 2Gi}}}
"""


def test_nobody_is_told_to_delete_a_claim() -> None:
    words = "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"
    refusal = Refusal(422, "Invalid", words)
    (change,) = plan_of(CLAIM.replace("2Gi", "1Gi"), CLAIM, refusal=refusal).refused
    assert change.hint == "resources.requests.storage cannot be changed: keep it at 2Gi"


def test_a_value_that_is_wrong_is_not_taken_for_one_that_is_fixed() -> None:
    refusal = Refusal(422, "Invalid", 'StatefulSet.apps "web" is invalid: x: Required value')
    (change,) = plan_of(WEB.replace("1Gi", "2Gi"), WEB, refusal=refusal).refused
    assert change.reason == "the server refuses: x: Required value"
    assert change.hint == "correct the value or the template that sets it"


def test_a_sealed_config_map_is_told_from_one_that_is_too_long() -> None:
    def hint(config: str, message: str) -> str | None:
        refusal = Refusal(422, "Invalid", message)
        return plan_of(config.replace("one", "two"), config, refusal=refusal).refused[0].hint

    sealed = f"{CONFIG}immutable: true\n"
    assert hint(sealed, "data: Forbidden: field is immutable when `immutable` is set") == (
        'data."nginx.conf" cannot be changed: keep it at one, '
        "or have it deleted and made anew by --allow-recreate ConfigMap/web"
    )
    assert hint(CONFIG, "data: Forbidden: must have at most 1048576 bytes") == (
        "correct the value or the template that sets it"
    )


def test_what_the_server_does_not_write_down_is_no_change_of_a_refused_object() -> None:

    live = {"kind": "Pod", "spec": {"containers": [{"name": "a", "image": "x"}]}}
    wish = {
        "kind": "Pod",
        "spec": {"tty": False, "containers": [{"name": "a", "image": "y", "args": []}]},
    }
    before, after = predict(live, wish)
    assert before["spec"] == {"containers": [{"name": "a", "image": "x"}]}
    assert after["spec"] == {"containers": [{"name": "a", "image": "y"}]}
