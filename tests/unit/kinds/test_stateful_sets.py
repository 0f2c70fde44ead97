import pytest

from holdfast.kinds.stateful_sets import (
    belongs,
    claim_ordinal,
    claim_templates,
    is_stateful_set,
    ordinal_in,
)


@pytest.mark.parametrize(
    ("name", "ordinal"),
    [
        ("web-0", 0),
        ("web-12", 12),
        ("web-007", None),
        ("web-", None),
        ("web", None),
        ("web-1-2", None),
        ("web--1", None),
        ("web-٣", None),
        ("other-1", None),
    ],
)
def test_only_a_plain_number_after_the_name_is_an_ordinal(name, ordinal):
    assert ordinal_in(name, "web") == ordinal


@pytest.mark.parametrize(
    ("name", "owners", "mine"),
    [
        ("web-0", [{"uid": "u1", "controller": True}], True),
        ("web-0", [{"uid": "u2", "controller": True}], False),
        ("web-0", [{"uid": "u1"}], True),
        ("web-0", [], True),
        ("web-api-0", [], False),
        ("web-api-0", [{"uid": "u1"}], False),
    ],
)
def test_a_pod_belongs_by_its_controller_and_without_one_by_its_name(name, owners, mine):
    pod = {"metadata": {"name": name, "ownerReferences": owners}}
    assert belongs(pod, "u1", "web") is mine


def test_no_pod_with_a_controller_belongs_to_a_set_that_is_not_there():
    owned = {"metadata": {"name": "web-0", "ownerReferences": [{"uid": "", "controller": True}]}}
    assert not belongs(owned, "", "web")
    assert belongs({"metadata": {"name": "web-0"}}, "", "web")


def test_a_claim_belongs_by_template_set_and_ordinal():
    assert claim_ordinal("data-web-3", "data", "web") == 3
    assert claim_ordinal("data-web-3", "data", "eb") is None
    assert claim_ordinal("data-web-api-3", "data", "web") is None


def test_the_claim_templates_of_a_set_and_of_none():
    templates = [{"metadata": {"name": "data"}}, {"metadata": {"name": "log"}}]
    assert [*claim_templates({"spec": {"volumeClaimTemplates": templates}})] == ["data", "log"]
    assert [*claim_templates({"spec": "wrong"}), *claim_templates({}), *claim_templates(None)] == []


def test_a_kind_of_the_same_name_is_no_stateful_set():
    assert is_stateful_set("apps/v1", "StatefulSet")
    assert not is_stateful_set("apps.kruise.io/v1beta1", "StatefulSet")
    assert not is_stateful_set("apps/v1", "Deployment")
