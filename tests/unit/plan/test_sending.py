"""What is sent of an object whose fields others own, and what changes hands first."""

from __future__ import annotations

from typing import Any

from tests.unit.plan.support import WEB, live, manifest, read

from holdfast.kinds.fields import schema_of
from holdfast.kinds.fieldset import leaves
from holdfast.kinds.managers import APPLY, UPDATE, Entry, Manager, write_entries
from holdfast.model.manifest import Manifest, ObjectRef
from holdfast.model.ownership import Policy
from holdfast.plan.policies import read_conflict_rule
from holdfast.plan.sending import Sending, sending
from holdfast.plan.terms import Terms, make_terms

SIDE = "      - {name: side, image: busybox}\n      volumes:"
TWO = WEB.replace("      volumes:", SIDE)
SCHEMA = schema_of("apps/v1", "StatefulSet")
HPA = ObjectRef("autoscaling/v2", "HorizontalPodAutoscaler", "prod", "web")


def entry(name: str, text: str, operation: str = UPDATE, **more: str) -> Entry:
    """A manager that owns all that the YAML has."""
    assert SCHEMA
    fields = frozenset(leaves(read(text), SCHEMA))
    return Entry(Manager(name, operation, "apps/v1", **more), fields, "2026-01-01T00:00:00Z")


def there(text: str, *entries: Entry) -> dict[str, Any]:
    obj = live(text)
    obj["metadata"]["managedFields"] = write_entries(entries)
    return obj


def sent(wanted: str, found: dict[str, Any] | None, *rules: str, **how: Any) -> Sending:
    terms = make_terms(
        release="web",
        namespace="prod",
        desired=(manifest(wanted), *how.pop("beside", ())),
        rules=tuple(map(read_conflict_rule, rules)),
        **how,
    )
    return sending(manifest(wanted), found, terms)


def containers(obj: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = obj["spec"]["template"]["spec"]["containers"]
    return found


OURS = entry("holdfast", TWO, APPLY)
PODS = "spec: {template: {spec: {containers: %s}}}"
NGINX = ("f:spec", "f:template", "f:spec", "f:containers", 'k:{"name":"nginx"}')
EDIT = Entry(Manager("kubectl-edit", UPDATE, "apps/v1"), frozenset([(*NGINX, "f:image")]), "")


def test_without_rules_all_is_sent() -> None:
    found = sent(TWO, there(TWO, OURS, EDIT))
    assert found.object == found.probe == manifest(TWO).object
    assert not found.handover and not found.left


def test_a_field_that_is_left_is_not_sent_and_ceded_where_it_was_ours() -> None:
    image = "spec.template.spec.containers[name=nginx].image"
    both = there(TWO.replace("nginx:1.27", "x"), OURS, EDIT)
    found = sent(TWO, both, f"{image}=leave")
    assert containers(found.object)[0] == {"name": "nginx"}
    assert containers(found.probe)[0] == {"name": "nginx", "image": "x"}
    (path,) = found.handover.ceded
    assert path[-1] == "f:image"
    (left,) = found.left
    assert (left.manager, left.ours, left.theirs) == ("kubectl-edit", "nginx:1.27", "x")
    assert left.policy is Policy.LEAVE and left.by == f"--on-conflict {image}=leave"


def test_a_field_that_was_not_ours_is_not_ceded() -> None:
    theirs = there(TWO.replace("nginx:1.27", "x"), EDIT)
    found = sent(TWO, theirs, "spec.template=leave")
    assert containers(found.object)[0] == containers(found.probe)[0] == {"name": "nginx"}
    assert not found.handover


def test_what_nobody_else_owns_is_sent_whatever_the_rule() -> None:
    found = sent(TWO, there(TWO, OURS, EDIT), "spec=leave")
    assert found.object["spec"]["replicas"] == 3 and len(found.left) == 1


def test_an_item_that_is_left_whole_goes_whole() -> None:
    mesh = entry("mesh", PODS % "[{name: side, image: x}]", APPLY)
    side = "spec.template.spec.containers[name=side]"
    found = sent(TWO, there(TWO, OURS, mesh), f"{side}=leave")
    assert [one["name"] for one in containers(found.object)] == ["nginx"]
    assert [path[-1] for path in found.handover.ceded] == [
        'k:{"name":"side"}',
        "f:image",
        "f:name",
    ]
    assert found.probe == manifest(TWO).object, "what goes is asked for with what is there"


def test_fields_of_a_kind_that_nobody_knows_are_left_too() -> None:
    widget = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: web, namespace: prod}\n"
    text = f"{widget}spec: {{size: 3, color: red}}\n"
    obj = live(text)
    fields = {"f:spec": {"f:size": {}}}
    row = {"manager": "operator", "operation": "Update", "apiVersion": "example.com/v1"}
    obj["metadata"]["managedFields"] = [{**row, "fieldsType": "FieldsV1", "fieldsV1": fields}]
    found = sent(text, obj, "spec.size=leave")
    assert found.object["spec"] == {"color": "red"}


def scaler(name: str = "web", target: str = "web", version: str = "v1") -> dict[str, Any]:
    ref = {"apiVersion": f"apps/{version}", "kind": "StatefulSet", "name": target}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name, "namespace": "prod"},
        "spec": {"scaleTargetRef": ref},
    }


def test_an_autoscalers_target_is_known_by_group_kind_and_name() -> None:
    def left(obj: dict[str, Any]) -> int:
        return len(sent(WEB, there(WEB, OURS), autoscalers=[obj]).left)

    assert left(scaler()) == 1 and left(scaler(version="v1beta2")) == 1
    assert left(scaler(target="api")) == 0
    assert left({**scaler(), "metadata": {"name": "web", "namespace": "dev"}}) == 0
    assert left({**scaler(), "spec": {}}) == 0


def test_a_rule_of_the_chart_stands_over_the_autoscaler() -> None:
    def annotated(text: str) -> Sending:
        one = manifest(WEB)
        one.object["metadata"]["annotations"] = {"holdfast.dev/on-conflict": text}
        terms = make_terms(release="web", namespace="prod", desired=(one,), autoscalers=[scaler()])
        return sending(one, there(WEB, OURS), terms)

    assert annotated("spec.replicas=take").object["spec"]["replicas"] == 3
    assert annotated("spec.replicas=fail").object["spec"]["replicas"] == 3
    assert "replicas" not in annotated("metadata=take").object["spec"]


def test_an_autoscaler_that_the_plan_deletes_has_no_say_unless_it_is_kept() -> None:
    def terms(obj: dict[str, Any]) -> Terms:
        previous = (Manifest(HPA, obj, manifest(WEB).source),)
        return make_terms(
            release="web",
            namespace="prod",
            desired=(manifest(WEB),),
            previous=previous,
            autoscalers=[obj],
        )

    gone = terms(scaler()).for_object(manifest(WEB))
    assert gone.scaler is None
    assert gone.decide(("f:spec", "f:replicas")) == (
        Policy.TAKE,
        "HorizontalPodAutoscaler/web, which goes",
    )
    kept = scaler()
    kept["metadata"]["annotations"] = {"holdfast.dev/resource-policy": "keep"}
    assert terms(kept).for_object(manifest(WEB)).scaler == HPA


def test_an_object_that_is_not_there_is_sent_whole() -> None:
    found = sent(WEB, None, "spec=leave", autoscalers=[scaler()])
    assert found.object["spec"]["replicas"] == 3 and not found.left


def test_whose_fields_are_taken_with_an_object_that_is_not_ours() -> None:
    made = [entry("kubectl-client-side-apply", WEB), entry("helm", WEB, APPLY), EDIT]
    made.append(entry("kubectl", "spec: {replicas: 4}", UPDATE, subresource="scale"))
    foreign = read(WEB)
    foreign["metadata"]["managedFields"] = write_entries(made)
    taken = sent(WEB, foreign, take_ownership=True).handover.taken
    assert taken == ("helm", "kubectl-client-side-apply")
    assert sent(WEB, foreign).handover.taken == ()
    assert sent(WEB, foreign, adoption=True).handover.taken == taken
    other = {
        **foreign,
        "metadata": {
            **live(WEB, release="api")["metadata"],
            **{"managedFields": foreign["metadata"]["managedFields"]},
        },
    }
    assert sent(WEB, other, adoption=True).handover.taken == ()
    assert sent(WEB, there(WEB, *made), take_ownership=True).handover.taken == (), "ours already"


def test_whoever_keeps_the_last_applied_annotation_is_taken_from() -> None:
    foreign = read(WEB)
    text = 'metadata: {annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}"}}'
    foreign["metadata"]["managedFields"] = write_entries([entry("our-ci", text)])
    assert sent(WEB, foreign, take_ownership=True).handover.taken == ("our-ci",)
