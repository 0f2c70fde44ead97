"""A chart's own rules of readiness: an object and a rule in, `state: reason` out."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from holdfast.kinds.jsonpath import find_values, parse_path
from holdfast.kinds.readiness import assess
from holdfast.kinds.wait_rules import rules_in

DB = """
apiVersion: example.com/v1
kind: Db
metadata:
  name: main
  generation: 2
  labels: {app.kubernetes.io/name: db}
spec: {paused: false, nothing: null}
status:
  phase: Electing
  members: [{name: a, ready: true, lag: 3}, {name: b, ready: false, lag: 0}]
  conditions:
    - {type: Ready, status: "False", message: "no\\n quorum"}
    - {type: Synced, status: "True", observedGeneration: 1}
    - {type: Healthy, status: "True", observedGeneration: 2}
"""


def said(rules: str, name: str = "wait-for", text: str = DB) -> str:
    obj = yaml.safe_load(text)
    obj["metadata"]["annotations"] = {f"holdfast.dev/{name}": rules}
    found = assess(obj)
    return f"{found.state}: {found.reason}".removesuffix(": ")


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("create", "ready"),
        ("condition=Healthy", "ready"),
        ("condition=healthy=TRUE", "ready"),
        ("condition=Ready=False", "ready"),
        ("condition=Ready", "progressing: condition Ready is False, not True: no quorum"),
        ("condition=Synced", "progressing: condition Synced is about an earlier generation"),
        ("condition=Backup", "progressing: there is no condition Backup yet"),
        ("jsonpath={.status.phase}", "ready"),
        ("jsonpath={.status.phase}=Electing", "ready"),
        ("jsonpath=.status.phase='Electing'", "ready"),
        ("jsonpath=status.phase=Ready", "progressing: status.phase is 'Electing', not 'Ready'"),
        ("jsonpath={.status.leader}", "progressing: there is no {.status.leader} yet"),
        ("jsonpath={.spec.paused}=false", "ready"),
        ('jsonpath={.status.members[?(@.name=="b")].lag}=0', "ready"),
        (
            "jsonpath={.status.members[*].name}=a",
            "progressing: {.status.members[*].name} is not one value, and cannot be 'a'",
        ),
        (
            "jsonpath={.status.members}=a",
            "progressing: {.status.members} is not one value, and cannot be 'a'",
        ),
        ("condition=Healthy\n\ncreate\n", "ready"),
        (
            "condition=Healthy\njsonpath={.status.phase}=Up",
            "progressing: {.status.phase} is 'Electing', not 'Up'",
        ),
        ("whenever", "progressing: holdfast.dev/wait-for: 'whenever' is no rule"),
        ("", "progressing: no quorum"),
    ],
)
def test_what_the_chart_calls_ready(rules: str, expected: str) -> None:
    assert said(rules) == expected


def test_a_rule_that_tells_of_failure_ends_the_wait() -> None:
    rules = "jsonpath={.status.phase}=Broken\ncondition=Ready=False"
    assert said(rules, "fail-on") == "failed: condition=Ready=False (holdfast.dev/fail-on)"
    assert said("condition=Lost", "fail-on") == "progressing: no quorum"
    assert said("whenever", "fail-on") == "progressing: no quorum"


def test_a_rule_goes_before_that_of_the_kind() -> None:
    service = "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {type: LoadBalancer, %s}}"
    address = "jsonpath={.status.loadBalancer.ingress[0].ip}"
    text = service % "clusterIP: 10.0.0.1"
    assert said(address, text=text).startswith("progressing: there is no {.status.loadBalancer")
    deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: a, generation: 1}
        spec: {replicas: 3}
        status: {observedGeneration: %d, conditions: [{type: Available, status: "True"}]}
    """
    assert said("condition=Available", text=deployment % 1) == "ready"
    # Whatever the rule: a status of before the change is no answer.
    assert said("condition=Available", text=deployment % 0) == (
        "progressing: its controller has not seen the change yet"
    )


@pytest.mark.parametrize(
    "line",
    [
        "delete",
        "condition",
        "condition=",
        "Condition=Ready",
        "jsonpath=",
        "jsonpath={.a",
        "jsonpath={.a..b}",
        "jsonpath={.a[0:2]}",
        "jsonpath={.a['b','c']}",
        "jsonpath={.a[?(@.b>3)]}",
        "jsonpath={range .a}",
        "jsonpath={.a} {.b}",
    ],
)
def test_what_is_no_rule_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        rules_in(line)


TREE: Any = {
    "a": {"b": [1, {"c.d": "x", "e/f": None}], "": 0},
    "list": [{"n": 1}, {"n": 2, "m": 3}],
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("{.a.b[0]}", [1]),
        (".a.b[-1]['c.d']", ["x"]),
        ('$.a.b[1]["c.d"]', ["x"]),
        (r"a.b[1].c\.d", ["x"]),
        (".a.b[1].e/f", [None]),
        (".a.b[7]", []),
        (".a.b.c", []),
        (".list[*].n", [1, 2]),
        (".list[ * ].m", [3]),
        (".list.*.n", [1, 2]),
        (".list[?(@.m)].n", [2]),
        (".list[?(@.n==1)].n", [1]),
        ('.list[?( @.n != "1" )].n', [2]),
        (".list[?(@.n=='9')].n", []),
    ],
)
def test_paths(path: str, found: list[Any]) -> None:
    assert find_values(parse_path(path), TREE) == found
