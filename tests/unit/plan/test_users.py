"""A changed ConfigMap or Secret: who reads it, and who notices."""

from __future__ import annotations

import pytest
from tests.unit.plan.support import CONFIG, PASSWORD, WEB, plan_of, rows

CHANGED = CONFIG.replace("one", "two")
IMAGE = WEB.replace("1.27", "1.28")


def reason(desired: str, cluster: str) -> str:
    (row,) = (row for row in rows(plan_of(desired, cluster)) if "StatefulSet/web |" not in row)
    return row.split(" | ")[-1]


def test_a_reader_that_restarts_reads_it_anew() -> None:
    assert reason(f"{CHANGED}\n---\n{IMAGE}", f"{CONFIG}\n---\n{WEB}") == (
        'data."nginx.conf" changes; StatefulSet/web restarts in this plan and reads it anew'
    )


def test_a_reader_that_does_not_restart_has_to_read_its_files_again() -> None:
    assert reason(f"{CHANGED}\n---\n{WEB}", f"{CONFIG}\n---\n{WEB}") == (
        'data."nginx.conf" changes; '
        "StatefulSet/web does not restart: its files change, its program has to read them again"
    )


@pytest.mark.parametrize(
    "container",
    [
        "envFrom: [{secretRef: {name: web}}]",
        "env: [{name: P, valueFrom: {secretKeyRef: {name: web, key: password}}}]",
    ],
)
def test_the_environment_of_a_running_pod_never_changes(container: str) -> None:
    web = WEB.replace("image: nginx:1.27", f"image: nginx:1.27\n        {container}")
    other = PASSWORD.replace("aHVudGVyMg==", "aHVudGVyMw==")
    assert reason(f"{other}\n---\n{web}", f"{PASSWORD}\n---\n{web}") == (
        "data.password changes; "
        "StatefulSet/web does not restart and keeps the old values until it does"
    )


def test_a_config_map_of_the_same_name_elsewhere_is_not_meant() -> None:
    other = CONFIG.replace("prod", "dev")
    changed = other.replace("one", "two")
    assert reason(f"{changed}\n---\n{WEB}", f"{other}\n---\n{WEB}") == 'data."nginx.conf" changes'
