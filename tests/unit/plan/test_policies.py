"""The words for what becomes of a field: what they fit, and which of several counts."""

from __future__ import annotations

import pytest
from tests.unit.plan.support import WEB, manifest

from holdfast.errors import ManifestError, UsageError, Where
from holdfast.model.manifest import ObjectRef
from holdfast.model.ownership import CONFLICT_ANNOTATION, Policy
from holdfast.plan.policies import annotated_rules, choose, read_conflict_rule

IMAGE = ("f:spec", "f:template", "f:spec", "f:containers", 'k:{"name":"web"}', "f:image")
PORT = ("f:spec", "f:ports", 'k:{"port":80,"protocol":"TCP"}', "f:nodePort")
NOTE = ("f:metadata", "f:annotations", "f:example.com/note.x")
FINALIZER = ("f:metadata", "f:finalizers", 'v:"a"')


@pytest.mark.parametrize(
    ("field", "path", "fits"),
    [
        ("spec.replicas", ("f:spec", "f:replicas"), True),
        ("spec", ("f:spec", "f:replicas"), True),
        ("spec.replicas", ("f:spec",), False),
        ("spec.template.spec.containers[name=web].image", IMAGE, True),
        ('spec.template.spec.containers[name="web"].image', IMAGE, True),
        ("spec.template.spec.containers[name=w*]", IMAGE, True),
        ("spec.template.spec.containers[*].image", IMAGE, True),
        ("spec.*.spec.containers", IMAGE, True),
        ("spec.template.spec.containers[name=side].image", IMAGE, False),
        ("spec.template.spec.containers.image", IMAGE, False),
        ("spec.ports[port=80].nodePort", PORT, True),
        ("spec.ports[port=80,protocol=TCP]", PORT, True),
        ("spec.ports[protocol=UDP]", PORT, False),
        ('metadata.annotations."example.com/note.x"', NOTE, True),
        ("metadata.annotations", NOTE, True),
        ("metadata.finalizers[=a]", FINALIZER, True),
        ("metadata.finalizers[=b]", FINALIZER, False),
    ],
)
def test_a_field_stands_for_itself_and_all_below(field: str, path: tuple, fits: bool) -> None:
    rule = read_conflict_rule(f"{field}=take").rule
    assert rule.policy is Policy.TAKE
    assert rule.fits(path) is fits


@pytest.mark.parametrize(
    ("text", "kind", "name", "is_for"),
    [
        ("spec.replicas=leave", "*", "*", True),
        ("StatefulSet/web:spec.replicas=leave", "StatefulSet", "web", True),
        ("*/w*:spec=leave", "*", "w*", True),
        ("Deployment/web:spec=leave", "Deployment", "web", False),
        ('metadata.annotations."a/b:c"=leave', "*", "*", True),
    ],
)
def test_a_rule_may_be_for_some_objects(text: str, kind: str, name: str, is_for: bool) -> None:
    rule = read_conflict_rule(text)
    assert (rule.kind, rule.name) == (kind, name)
    assert rule.is_for(ObjectRef("apps/v1", "StatefulSet", "prod", "web")) is is_for


def test_the_longest_field_counts_then_the_later_one() -> None:
    given = ["spec=leave", "spec.template=take", "spec.template=fail", "metadata=take"]
    rules = [read_conflict_rule(text).rule for text in given]
    chosen = choose(rules, IMAGE)
    assert chosen and chosen.policy is Policy.FAIL
    assert choose(rules, ("f:data",)) is None


def test_an_annotation_has_several_and_its_line() -> None:
    text = 'spec.replicas=leave, metadata.labels."a,b"=take\n spec.ports[port=80,protocol=TCP]=fail'
    where = Where("web/templates/set.yaml.j2", 7, 5)
    path = ("metadata", "annotations", CONFLICT_ANNOTATION)

    def rules(value: object) -> list[Policy]:
        found = manifest(WEB, positions={path: where})
        found.object["metadata"]["annotations"] = {CONFLICT_ANNOTATION: value}
        return [rule.policy for rule in annotated_rules(found)]

    assert rules(text) == [Policy.LEAVE, Policy.TAKE, Policy.FAIL]
    assert rules("") == []
    for wrong in ("spec", "spec=", "spec=hold", 'spec."a=take', "spec[x=take", "[=take"):
        with pytest.raises(ManifestError) as caught:
            rules(wrong)
        assert caught.value.where == where and CONFLICT_ANNOTATION in caught.value.message


def test_a_flag_that_cannot_be_read_is_a_wrong_call() -> None:
    with pytest.raises(UsageError, match="'never' is no policy"):
        read_conflict_rule("spec=never")
