"""Patches over manifests: what they make, what is still known of it, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from holdfast.errors import PatchError, Where
from holdfast.model.manifest import Manifest, Manifests, ObjectRef
from holdfast.patches import apply_patches, read_patches
from holdfast.plan.secrecy import secrecy_of

SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web, namespace: prod, labels: {app: web}}
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: web
        image: nginx:1.27
        args: [--quiet, --password, hunter2]
        env: [{name: TZ, value: UTC}, {name: PASSWORD, value: hunter2}]
"""
CONFIG = """
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: prod}
data: {a: "1"}
"""
CUSTOM = """
apiVersion: example.com/v1
kind: Widget
metadata: {name: web, namespace: prod}
spec: {parts: [{name: a}, {name: b}]}
"""
POD = ("spec", "template", "spec", "containers", 0)
HEAD = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\n"


def manifest(text: str, **facts: Any) -> Manifest:
    obj = yaml.safe_load(text)
    metadata = obj["metadata"]
    ref = ObjectRef(obj["apiVersion"], obj["kind"], metadata["namespace"], metadata["name"])
    return Manifest(ref, obj, Where("web/templates/all.yaml.j2", 3, 1, "template"), **facts)


def patched(text: str, *given: Manifest) -> Manifests:
    return apply_patches(given or (manifest(SET),), read_patches(text, source="fix.yaml"))


def containers(found: Manifest) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = found.object["spec"]["template"]["spec"]["containers"]
    return result


def test_lists_with_keys_are_merged_item_by_item() -> None:
    text = HEAD + (
        "spec:\n  template:\n    spec:\n      containers:\n"
        "      - {name: web, env: [{name: TZ, value: CET}, {name: PASSWORD, $patch: delete}]}\n"
        "      - {name: side, image: busybox}\n"
    )
    (found,) = patched(text)
    web, side = containers(found)
    assert web["image"] == "nginx:1.27" and web["env"] == [{"name": "TZ", "value": "CET"}]
    assert side == {"name": "side", "image": "busybox"}
    assert [str(where) for where in found.changed_by] == ["fix.yaml:1:1"]
    assert str(found.source) == "web/templates/all.yaml.j2:3:1"


def test_a_json_patch_goes_by_place() -> None:
    text = """
target: {apiVersion: apps/*, kind: "*Set", name: w?b}
patch:
- {op: test, path: /spec/replicas, value: 1}
- {op: replace, path: /spec/replicas, value: 3}
- {op: add, path: /metadata/annotations, value: {a: b}}
- {op: remove, path: /spec/template/spec/containers/0/args}
"""
    (found,) = patched(text)
    assert found.object["spec"]["replicas"] == 3
    assert found.object["metadata"]["annotations"] == {"a": "b"}
    assert "args" not in containers(found)[0]


def test_patches_come_one_after_another_and_only_where_they_are_for() -> None:
    text = (
        "{target: {kind: ConfigMap, name: web}, patch: {data: {a: '2', b: '3'}}}\n---\n"
        "{target: {kind: '*', name: web, namespace: prod}, patch: {metadata: {labels: {x: z}}}}\n"
        "---\n{target: {kind: ConfigMap, name: web}, patch: {data: {b: null}}}\n"
    )
    one, other = patched(text, manifest(SET), manifest(CONFIG))
    assert one.object["metadata"]["labels"] == {"app": "web", "x": "z"}
    assert other.object["data"] == {"a": "2"}
    assert [where.line for where in other.changed_by] == [1, 3, 5]
    assert [where.line for where in one.changed_by] == [3]


def test_a_patch_that_says_what_is_there_leaves_no_trace() -> None:
    given = manifest(CONFIG)
    assert patched("{target: {kind: '*', name: '*'}, patch: {data: {a: '1'}}}", given) == (given,)
    assert patched("{target: {kind: '*', name: '*'}, patch: {data: {a: '1'}}}", given)[0] is given


def test_an_object_can_be_left_out() -> None:
    text = "{target: {kind: ConfigMap, name: web}, patch: {$patch: delete}}"
    assert [str(one.ref) for one in patched(text, manifest(SET), manifest(CONFIG))] == [
        "StatefulSet/web"
    ]


def test_lists_of_a_custom_resource_are_replaced() -> None:
    text = "{target: {kind: Widget, name: web}, patch: {spec: {parts: [{name: c}], more: 1}}}"
    (found,) = patched(text, manifest(CUSTOM))
    assert found.object["spec"] == {"parts": [{"name": "c"}], "more": 1}


def test_the_origin_of_a_field_is_the_patch_and_others_keep_theirs() -> None:
    image, tz = Where("prod.yaml", 1, 1), Where("prod.yaml", 2, 1)
    given = manifest(
        SET,
        origins={(*POD, "image"): (image,), (*POD, "env", 0, "value"): (tz,)},
        positions={(*POD, "image"): Where("t", 9), (*POD, "args"): Where("t", 10)},
    )
    text = HEAD + (
        "spec:\n  template:\n    spec:\n      containers:\n"
        "      - name: first\n        image: busybox\n"
        "      - {name: web, image: nginx:1.28}\n"
    )
    order = (
        "spec: {template: {spec: {$setElementOrder/containers: [{name: first}, {name: web}]}}}\n"
    )
    (found,) = patched(f"{text}---\n{HEAD}{order}", given)
    assert [one["name"] for one in containers(found)] == ["first", "web"]
    pod = ("spec", "template", "spec", "containers")
    assert {path: [str(one) for one in where] for path, where in found.origins.items()} == {
        (*pod, 1, "env", 0, "value"): ["prod.yaml:2:1"],
        (*pod, 1, "image"): ["fix.yaml:10:21"],
        (*pod, 0): ["fix.yaml:8:9"],
    }
    assert str(found.positions[(*pod, 1, "args")]) == "t:10"


def test_the_origin_of_what_an_operation_does_is_its_line() -> None:
    text = (
        "target: {kind: ConfigMap, name: web}\npatch:\n"
        "- {op: remove, path: /data/a}\n"
        "- {op: add, path: /data/b, value: x}\n"
        "- {op: replace, path: /data/b, value: z}\n"
    )
    (found,) = patched(text, manifest(CONFIG))
    assert {path: str(where[0]) for path, where in found.origins.items()} == {
        ("data", "b"): "fix.yaml:5:3"
    }


def test_secrets_are_followed_to_where_they_stand_now() -> None:
    secret = frozenset({(*POD, "env", 1, "value"), (*POD, "args", 2)})
    text = HEAD + (
        "spec:\n  template:\n    spec:\n      containers:\n"
        "      - {name: web, args: [--password, hunter2], env: [{name: AA, value: b}]}\n"
        "      - {name: first, image: x}\n"
        "      $setElementOrder/containers: [{name: first}, {name: web}]\n"
    )
    (found,) = patched(text, manifest(SET, sensitive=secret))
    pod = ("spec", "template", "spec", "containers", 1)
    assert found.sensitive == {(*pod, "env", 1, "value"), (*pod, "args")}
    masked = secrecy_of(found, ()).find(found.object)
    assert len(list(masked)) == 3, "every item of a list whose items cannot be told apart"


def test_secret_data_of_a_patch_are_secret() -> None:
    secret = CONFIG.replace("ConfigMap", "Secret").replace('"1"', "MQ==")
    (found,) = patched(
        "{target: {kind: Secret, name: web}, patch: {data: {b: Mg==}}}", manifest(secret)
    )
    assert found.sensitive == {("data", "a"), ("data", "b")}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (HEAD.replace("name: web", "name: api"), 1, "the chart renders no such object"),
        (HEAD.replace("apps/v1", "apps/v2"), 1, "the chart renders no such object"),
        (
            HEAD + "spec:\n  template:\n    spec:\n      containers:\n      - {image: x}\n",
            8,
            "an item has no name, which tells the items of this list apart",
        ),
        (HEAD + "spec:\n  $patch: remove\n", 5, "unknown directive 'remove'"),
        (
            HEAD + "spec:\n  template:\n    spec:\n      containers:\n      - text\n",
            8,
            "an item of a list of maps is no map",
        ),
        (
            "target: {kind: StatefulSet, name: web}\npatch:\n"
            "- {op: add, path: /spec/a, value: 1}\n- {op: remove, path: /spec/b}\n",
            4,
            "there is nothing at /spec/b",
        ),
        (
            "target: {kind: StatefulSet, name: web}\npatch:\n"
            "- {op: test, path: /spec/replicas, value: 9}\n",
            3,
            "testing value /spec/replicas failed",
        ),
        (
            "target: {kind: StatefulSet, name: web}\npatch:\n"
            "- {op: replace, path: /metadata/name, value: other}\n",
            1,
            "it would change name, and so be another object",
        ),
        (
            "target: {kind: StatefulSet, name: web}\npatch: {metadata: {labels: {a: 1}}}\n",
            1,
            "what it becomes metadata.labels.a must be a string, not 1",
        ),
        (
            "target: {kind: StatefulSet, name: web}\npatch: [{op: replace, path: '', value: 1}]\n",
            1,
            "what it becomes a Kubernetes object is a mapping",
        ),
    ],
)
def test_what_cannot_be_applied_is_told_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(PatchError) as caught:
        patched(text)
    error = caught.value
    assert words in error.message and error.hint
    assert error.where and (error.where.source, error.where.line) == ("fix.yaml", line)


def test_what_does_not_match_is_told_with_what_there_is() -> None:
    with pytest.raises(PatchError) as caught:
        patched(HEAD.replace("name: web", "name: api"))
    assert caught.value.message.startswith("patching apps/v1 StatefulSet/api: ")
    assert caught.value.hint == "it renders StatefulSet/web"
