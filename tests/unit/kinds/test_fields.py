from holdfast.kinds.fields import Shape, field_at, kinds, merge_keys, schema_of
from holdfast.kinds.resources import RESOURCES


def test_the_items_of_a_list_are_told_apart_by_its_keys():
    pod = ("spec", "template", "spec")
    assert merge_keys("apps/v1", "StatefulSet", (*pod, "containers")) == ("name",)
    ports = (*pod, "containers", 0, "ports")
    assert merge_keys("apps/v1", "StatefulSet", ports) == ("containerPort", "protocol")
    assert merge_keys("v1", "Service", ("spec", "ports")) == ("port", "protocol")


def test_a_list_without_keys_and_a_kind_that_is_not_known_have_none():
    assert merge_keys("apps/v1", "StatefulSet", ("spec", "volumeClaimTemplates")) == ()
    assert merge_keys("ex.com/v1", "CronTab", ("spec", "list")) == ()
    assert merge_keys("v1", "Service", ("spec", "nothing", "here")) == ()


def test_a_path_leads_through_structs_lists_and_maps():
    schema = schema_of("v1", "Pod")
    assert schema is not None
    cpu = field_at(schema, ("spec", "containers", 0, "resources", "limits", "cpu"))
    assert cpu is not None and (cpu.shape, cpu.type) == (Shape.SCALAR, "quantity")
    protocol = field_at(schema, ("spec", "containers", "*", "ports", 0, "protocol"))
    assert protocol is not None and protocol.default == "TCP"
    selector = field_at(schema_of("apps/v1", "Deployment"), ("spec", "selector"))
    assert selector is not None and selector.atomic


def test_every_kind_that_has_a_url_has_fields_and_the_same_scope_and_plural():
    table = {(one.api_version, one.kind): one for one in kinds()}
    of_an_addon = "metrics.k8s.io"  # the API server passes these on, and no object is written
    for row in RESOURCES:
        if row.group == of_an_addon:
            continue
        found = table[row.api_version, row.kind]
        assert (found.plural, found.namespaced) == (row.plural, row.namespaced)
