from __future__ import annotations

import json

from tests.unit.plan.support import CONFIG, PASSWORD, manifest, plan_of

from holdfast.errors import Where
from holdfast.plan.report import report

OTHER = PASSWORD.replace("aHVudGVyMg==", "aHVudGVyMjI=")


def test_the_json_of_a_plan() -> None:
    origin = Where("prod.yaml", 3, 5)
    wanted = manifest(
        CONFIG.replace("one", "two"), line=4, origins={("data", "nginx.conf"): (origin,)}
    )
    plan = plan_of(wanted=(wanted,), cluster=CONFIG)
    assert report(plan) == {
        "schema": "holdfast/plan/v1",
        "release": "web",
        "namespace": "prod",
        "fingerprint": plan.fingerprint,
        "summary": {
            "create": 0,
            "update": 1,
            "recreate": 0,
            "delete": 0,
            "refused": 0,
            "none": 0,
        },
        "stages": [],
        "no_longer_set": [],
        "cautions": [],
        "changes": [
            {
                "verb": "update",
                "object": {
                    "api_version": "v1",
                    "kind": "ConfigMap",
                    "namespace": "prod",
                    "name": "web",
                },
                "effect": "in-place",
                "reason": 'data."nginx.conf" changes',
                "source": {"template": "web/templates/configmap.yaml.j2", "line": 4},
                "stage": 0,
                "ordinals": [],
                "fields": [
                    {
                        "path": 'data."nginx.conf"',
                        "before": "one",
                        "after": "two",
                        "origin": origin.as_dict(),
                        "origins": [origin.as_dict()],
                    }
                ],
                "hint": None,
                "conflicts": [],
                "takes_fields_of": [],
                "changed_by": [],
            }
        ],
        "remarks": [],
        "hooks": [],
    }


def test_a_secret_shows_its_bytes_and_whether_it_changes() -> None:
    (change,) = report(plan_of(OTHER, PASSWORD))["changes"]
    assert change["fields"] == [
        {
            "path": "data.password",
            "before": {"masked": True, "bytes": 7, "changed": True},
            "after": {"masked": True, "bytes": 8, "changed": True},
            "origin": None,
            "origins": [],
        }
    ]


def test_a_new_secret_is_masked_inside_of_what_is_added() -> None:
    plain = PASSWORD.replace("\ndata:", "\nstringData:").replace("aHVudGVyMg==", "hunter2")
    (change,) = report(plan_of(plain))["changes"]
    assert {field["path"]: field["after"] for field in change["fields"]}["data"] == {
        "password": {"masked": True, "bytes": 7, "changed": True}
    }
    assert "hunter2" not in json.dumps(report(plan_of(plain)))


def test_secrets_are_shown_when_asked_for() -> None:
    (change,) = report(plan_of(OTHER, PASSWORD), show_secrets=True)["changes"]
    assert change["fields"][0]["after"] == "aHVudGVyMjI="


def test_a_field_that_is_not_there_is_null() -> None:
    (change,) = report(plan_of(CONFIG.replace("one}", "one, a: b}"), CONFIG))["changes"]
    assert change["fields"] == [
        {"path": "data.a", "before": None, "after": "b", "origin": None, "origins": []}
    ]
