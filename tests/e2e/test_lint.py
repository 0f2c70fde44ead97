"""`holdfast lint` and `template --validate` as a user runs them."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT, run_command
from tests.contract.plugin import need
from tests.controlplane.binaries import assets, binary
from tests.unit.lint.support import write_chart

from holdfast.lint.rules import RULES

SET, SERVICE, VALUES = "templates/set.yaml.j2", "templates/service.yaml.j2", "values.yaml"
TYPO = (SERVICE, "clusterIP: None", "clusterIP: None\n  sessionAfinity: None")
TWO = (SET, "replicas: {{ values.replicas }}", "replicas: two # {{ values.replicas }}")


@pytest.fixture(params=["holdfast", "kubeconform"])
def checker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each checker in turn: kubeconform found as KUBEBUILDER_ASSETS says, or not at all."""
    folder = ""
    if request.param == "kubeconform":
        program = binary("kubeconform")
        need("kubeconform", [] if os.access(program, os.X_OK) else ["kubeconform"])
        folder = str(assets())
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("KUBEBUILDER_ASSETS", folder)
    return str(request.param)


def test_the_shipped_charts_are_clean() -> None:
    charts = sorted(str(path.parent) for path in (ROOT / "charts").glob("*/Chart.yaml"))
    result = run_command("lint", "--strict", *charts).must()
    assert result.out == ""
    assert "0 errors, 0 warnings" in result.err


def test_findings_are_told_with_place_and_next_step(tmp_path: Path) -> None:
    chart = write_chart(tmp_path, (VALUES, "nginx:1.28", "nginx"))
    result = run_command("lint", chart, "--color", "never").must()
    place = f"{chart}/{SET}:13:11"
    assert result.out.splitlines() == [
        "PLACE" + " " * (len(place) - 2) + "LEVEL     RULE        FINDING",
        f"{place}   warning   image-tag   the image nginx of container web of"
        " StatefulSet/release-name has no tag: it changes under running pods",
        "  name a version, or a digest (image@sha256:…)",
    ]
    assert "0 errors, 1 warning, 0 infos" in result.err
    run_command("lint", chart, "--strict").must(1)


def test_errors_fail_and_values_count(tmp_path: Path) -> None:
    chart = write_chart(tmp_path)
    run_command("lint", chart, "--set", "replicas=2").must()
    result = run_command("lint", chart, "--set", "replicas=x").must(1)
    assert "--set replicas " in result.out


def test_a_users_file_is_read_for_ambiguous_scalars(tmp_path: Path) -> None:
    (tmp_path / "prod.yaml").write_text("image: 1:30\n")
    file = str(tmp_path / "prod.yaml")
    result = run_command("lint", write_chart(tmp_path), "-f", file, "-o", "json").must()
    (finding,) = [one for one in json.loads(result.out)["findings"] if one["file"] == file]
    assert (finding["rule"], finding["line"], finding["column"]) == ("ambiguous-scalar", 1, 8)


def test_json_has_a_schema_counts_and_sorted_findings(tmp_path: Path) -> None:
    chart = write_chart(tmp_path, TYPO, (VALUES, "nginx:1.28", "nginx"))
    data = json.loads(run_command("lint", chart, "-o", "json").must(1).out)
    assert data["schema"] == "holdfast/lint/v1"
    assert data["summary"] == {"error": 1, "warning": 1, "info": 0}
    assert [one["rule"] for one in data["findings"]] == ["kube-schema", "image-tag"]
    assert data["kubernetes"] == [
        {
            "chart": chart,
            "checker": "holdfast",
            "kube_version": "1.34",
            "checked": 2,
            "skipped": [],
        }
    ]


def test_sarif_has_the_structure_of_the_standard(tmp_path: Path) -> None:
    chart = write_chart(tmp_path, TYPO)
    log = json.loads(run_command("lint", chart, "-o", "sarif").must(1).out)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == [rule.id for rule in RULES]
    assert all(rule["shortDescription"]["text"] for rule in driver["rules"])
    (result,) = run["results"]
    assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "kube-schema"
    assert result["level"] in ("error", "warning", "note")
    assert result["message"]["text"]
    (location,) = result["locations"]
    physical = location["physicalLocation"]
    assert physical["artifactLocation"]["uri"].endswith(SERVICE)
    assert physical["region"] == {"startLine": 6, "startColumn": 3}


def test_sarif_has_no_file_for_what_a_flag_set(tmp_path: Path) -> None:
    result = run_command("lint", write_chart(tmp_path), "--set", "replicas=x", "-o", "sarif")
    results = json.loads(result.must(1).out)["runs"][0]["results"]
    (refused,) = [one for one in results if one["ruleId"] == "values-refused"]
    assert refused["locations"] == []
    assert refused["message"]["text"].startswith("--set replicas: replicas must be an integer")


def test_several_charts_are_linted_in_one_run(tmp_path: Path) -> None:
    sound, wrong = write_chart(tmp_path / "a"), write_chart(tmp_path / "b", TYPO)
    result = run_command("lint", sound, wrong).must(1)
    assert sound not in result.out
    assert f"{wrong}/{SERVICE}:6:3" in result.out


def test_a_directory_that_is_no_chart_is_an_error(tmp_path: Path) -> None:
    result = run_command("lint", str(tmp_path / "nothing")).must(1)
    assert result.out == ""
    assert "no such directory" in result.err


def test_template_validate_says_who_checked(tmp_path: Path, checker: str) -> None:
    result = run_command("template", "rel", write_chart(tmp_path), "--validate").must()
    assert result.out.count("kind:") == 2
    assert "Kubernetes 1.34 schemas: 2 objects checked by " + checker in result.err


def test_both_checkers_find_wrong_types_and_unknown_fields(tmp_path: Path, checker: str) -> None:
    chart = write_chart(tmp_path, TYPO, TWO)
    result = run_command("template", "rel", chart, "--validate").must(1)
    assert result.out == ""
    assert f"Service/rel: spec.{'sessionAfinity' if checker == 'holdfast' else ''}" in result.err
    assert "sessionAfinity" in result.err
    assert f"{chart}/{SERVICE}:" in result.err
    assert "StatefulSet/rel: spec.replicas" in result.err
    assert f"{chart}/{SET}:6:3" in result.err


def test_lint_lets_kubeconform_check_where_it_is(tmp_path: Path, checker: str) -> None:
    data = lint_data(write_chart(tmp_path, TWO), "--kubeconform", code=1)
    assert ("kube-schema", 6) in [(one["rule"], one["line"]) for one in data["findings"]]
    assert data["kubernetes"][0]["checker"].startswith(checker)


def test_custom_resources_are_skipped_and_counted(tmp_path: Path, checker: str) -> None:
    custom = "apiVersion: apps.example.com/v1\nkind: StatefulSet\nmetadata: {name: x}\nwhat: 1\n"
    chart = write_chart(tmp_path, ("templates/custom.yaml.j2", "", custom))
    (check,) = lint_data(chart, "--kubeconform")["kubernetes"]
    assert (check["checked"], check["skipped"]) == (2, ["StatefulSet/x"])


@pytest.mark.parametrize(
    ("version", "code"), [("1.25", 0), ("v1.37.2", 0), ("1.24", 2), ("1.38", 2)]
)
def test_versions_from_1_25_to_1_37_are_there(tmp_path: Path, version: str, code: int) -> None:
    result = run_command("lint", write_chart(tmp_path), "--kube-version", version).must(code)
    assert "1.25 to 1.37" in result.err if code else f"{version.strip('v')[:4]} schemas"


def test_a_field_counts_from_the_version_that_has_it(tmp_path: Path) -> None:
    ordinals = (SET, "replicas: {{", "ordinals: {start: 1}\n  replicas: {{")
    chart = write_chart(tmp_path, ordinals)
    run_command("lint", chart, "--kube-version", "1.34").must()
    result = run_command("lint", chart, "--kube-version", "1.25").must(1)
    assert "spec.ordinals is not known" in result.out


def test_the_schema_files_are_made_once_and_whole(tmp_path: Path, checker: str) -> None:
    chart, cache = write_chart(tmp_path), Path(os.environ["XDG_CACHE_HOME"])
    for _ in range(2):
        run_command("template", "rel", chart, "--validate").must()
    names = sorted(path.name for path in cache.glob("holdfast/kubernetes/*/*"))
    assert names == (
        [] if checker == "holdfast" else ["service-v1.json", "statefulset-apps-v1.json"]
    )


def test_a_cache_that_cannot_be_written_does_not_matter(
    tmp_path: Path, checker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    run_command("template", "rel", write_chart(tmp_path), "--validate").must()


def test_kubeconform_is_never_told_to_use_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tmp_path / "said"
    program = tmp_path / "bin" / "kubeconform"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >> {said}\necho \'{{"resources": []}}\'\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    run_command("template", "rel", write_chart(tmp_path), "--validate").must()
    arguments = said.read_text()
    assert arguments.count("-schema-location") == 1
    assert "http" not in arguments
    assert "default" not in arguments


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("lint",), 0), (("lint", "--kube-version", "1.34"), 1), (("template", "--validate"), 1)],
)
def test_without_the_extra_the_way_to_get_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int
) -> None:
    import importlib.util

    real = importlib.util.find_spec
    hidden = "kubernetes_validate"
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == hidden else real(name)
    )
    verb, *flags = arguments
    result = run_command(verb, write_chart(tmp_path), *flags).must(code)
    assert "pip install 'holdfast[validate]'" in result.err


def test_a_broken_kubeconform_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "kubeconform"
    program.parent.mkdir()
    shutil.copy(shutil.which("false") or "/bin/false", program)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    result = run_command("template", "rel", write_chart(tmp_path), "--validate").must(1)
    assert "kubeconform gave no answer" in result.err
    assert subprocess.run([program]).returncode == 1


def lint_data(chart: str, *arguments: str, code: int = 0) -> Any:
    return json.loads(run_command("lint", chart, *arguments, "-o", "json").must(code).out)
