"""charts/nginx: what it renders, over its whole range of values, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.charts.nginx_values import ACK_MAXIMUM, MAXIMUM, PRIVILEGED_MAXIMUM, RANGE
from tests.charts.rendering import check_clean, check_names, check_references, only, render
from tests.charts.shared_values import never_set


def test_the_defaults_render_what_the_chart_is_for(tmp_path: Path) -> None:
    assert set(render("nginx", tmp_path)) == {
        "ConfigMap/web-nginx-config",
        "ConfigMap/web-nginx-servers",
        "NetworkPolicy/web-nginx",
        "Pod/web-nginx-test",
        "Service/web-nginx",
        "Service/web-nginx-headless",
        "ServiceAccount/web-nginx",
        "StatefulSet/web-nginx",
    }


@pytest.mark.parametrize("values", list(RANGE.values()), ids=list(RANGE))
def test_references_between_objects_hold(tmp_path: Path, values: str) -> None:
    objects = render("nginx", tmp_path, values)
    check_references(objects)
    check_names(objects)


@pytest.mark.parametrize("version", ["1.25.0", "1.29.0", "1.34.0", "1.37.0"])
@pytest.mark.parametrize("values", list(RANGE.values()), ids=list(RANGE))
def test_it_is_clean_for_each_kubernetes(tmp_path: Path, values: str, version: str) -> None:
    check_clean("nginx", tmp_path, values, version)


def test_values_keep_their_types_and_their_place(tmp_path: Path) -> None:
    objects = render("nginx", tmp_path, MAXIMUM)
    pod = objects["StatefulSet/web"]["spec"]["template"]["spec"]
    container = pod["containers"][0]
    variables = {one["name"]: one.get("value") for one in container["env"]}
    assert (variables["TZ"], variables["ON"], variables["NOTHING"]) == ("Asia/Shanghai", "on", "")
    assert container["args"] == ["-e", "/dev/stderr"]
    assert [one["name"] for one in pod["containers"]] == [
        "server",
        "pull-content",
        "metrics",
        "second",
    ]
    assert only(objects, "PodDisruptionBudget")["spec"]["maxUnavailable"] == "50%"
    assert {key.partition("/")[0] for key in objects} >= {
        "Ingress",
        "Certificate",
        "ServiceMonitor",
    }
    assert "CronHorizontalPodAutoscaler/web-nginx" in render("nginx", tmp_path, ACK_MAXIMUM)


def test_the_maxima_set_every_value_that_there_is() -> None:
    assert never_set("nginx", MAXIMUM, ACK_MAXIMUM, PRIVILEGED_MAXIMUM) == set()
