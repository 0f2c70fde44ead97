"""A patch file's text: both forms, and every mistake with its line."""

from __future__ import annotations

import pytest

from holdfast.errors import PatchError, Where, YamlError
from holdfast.model.patch import PatchTarget
from holdfast.patches import read_patches

OBJECT = """\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web-*
  labels: {a: b}
spec: {replicas: 3}
"""
TARGETED = """\
target: {kind: ConfigMap, name: web}
patch:
  - {op: add, path: /data/x, value: "1"}
  - {op: remove, path: /data/y}
"""


def test_an_object_is_a_strategic_patch_for_what_it_names() -> None:
    (patch,) = read_patches(OBJECT, source="fix.yaml")
    assert patch.target == PatchTarget("StatefulSet", "web-*", "apps/v1")
    assert patch.body == {"metadata": {"labels": {"a": "b"}}, "spec": {"replicas": 3}}
    assert str(patch.where) == "fix.yaml:1:1"
    assert str(patch.place(("spec", "replicas"))) == "fix.yaml:6:8"


def test_its_names_are_not_merged() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '*', namespace: a}\ndata: {x: z}\n"
    (patch,) = read_patches(text, source="fix.yaml")
    assert patch.target == PatchTarget("ConfigMap", "*", "v1", "a")
    assert patch.body == {"data": {"x": "z"}}


def test_a_target_and_a_patch_may_be_apart() -> None:
    first, second = read_patches(f"{TARGETED}---\n---\n{OBJECT}", source="fix.yaml")
    assert first.target == PatchTarget("ConfigMap", "web")
    assert [one["op"] for one in first.body] == ["add", "remove"]
    assert str(first.place((1, "path"))) == "fix.yaml:4:18"
    assert str(second.where) == "fix.yaml:7:1"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", None, "there is no patch in it"),
        ("---\n", None, "there is no patch in it"),
        ("- {op: add}\n", 1, "does not say which object it is for"),
        ("text\n", 1, "a patch is a map"),
        ("apiVersion: v1\nmetadata: {name: x}\n", 1, "kind has to be text"),
        ("apiVersion: v1\nkind: Pod\nmetadata: {}\n", 3, "it names no name"),
        ("apiVersion: v1\nkind: Pod\nspec: {}\n", 1, "it names no name"),
        ("kind: Pod\nmetadata: {name: x}\n", 1, "apiVersion has to be text"),
        ("target: {kind: Pod, name: x}\nbody: []\n", 2, "body is neither target nor patch"),
        ("target: web\npatch: []\n", 1, "target has to be a map"),
        ("target: {kind: Pod, names: x}\npatch: []\n", 1, "a target has no names"),
        ("target: {kind: Pod}\npatch: [1]\n", 1, "it names no name"),
        ("target: {kind: Pod, name: x}\npatch: []\n", 2, "patch has to be a map or a list"),
        ("target: {kind: Pod, name: x}\npatch: text\n", 2, "patch has to be a map or a list"),
        ("target: {kind: Pod, name: x}\npatch:\n- text\n", 3, "an operation is a map"),
        (
            "target: {kind: Pod, name: x}\npatch:\n- {op: set, path: /a}\n",
            3,
            "there is no operation 'set'",
        ),
        (
            "target: {kind: Pod, name: x}\npatch:\n- {op: add, path: /a}\n",
            3,
            "add needs value",
        ),
        (
            "target: {kind: Pod, name: x}\npatch:\n- {op: copy, path: /a}\n",
            3,
            "copy needs from",
        ),
        (
            "target: {kind: Pod, name: x}\npatch:\n- {op: remove, path: spec.x}\n",
            3,
            "'spec.x' is no JSON pointer",
        ),
    ],
)
def test_a_mistake_has_its_line(text: str, line: int | None, words: str) -> None:
    with pytest.raises(PatchError) as caught:
        read_patches(text, source="fix.yaml")
    where = caught.value.where
    assert words in caught.value.message and caught.value.hint
    assert (where.source, where.line) == ("fix.yaml", line) if where else line is None


def test_what_is_no_yaml_is_told_as_everywhere() -> None:
    with pytest.raises(YamlError) as caught:
        read_patches("a: [", source="fix.yaml")
    assert isinstance(caught.value.where, Where) and caught.value.where.source == "fix.yaml"
