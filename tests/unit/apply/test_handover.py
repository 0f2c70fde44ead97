"""Fields that change hands: only of the object that was planned for, and under whoever writes."""

from __future__ import annotations

import pytest
import yaml
from tests.unit.apply.support import CONFIG, Shop

from holdfast.apply.handover import TRIES
from holdfast.cluster.client import Cluster
from holdfast.errors import ApplyError
from holdfast.model.manifest import ObjectRef
from holdfast.model.plan import Operation

REF = ObjectRef("v1", "ConfigMap", "shop", "web")
JSON_PATCH = "application/json-patch+json"


@pytest.fixture
def shop():
    shop = Shop()
    make(shop)
    return shop


def make(shop, **data):
    """What kubectl made: one key more than the chart has."""
    obj = yaml.safe_load(CONFIG)
    obj["data"] = {"a": "1", "b": "2", **data}
    Cluster(shop.line, namespace="shop", field_manager="kubectl-create").create(obj)


def managers(shop):
    rows = shop.find("ConfigMap", "web")["metadata"]["managedFields"]
    return [(row["manager"], row["operation"]) for row in rows]


def is_handover(request):
    return request.headers.get("Content-Type") == JSON_PATCH


def test_it_is_one_read_and_one_write_before_the_apply(shop):
    plan = shop.plan(Operation.ADOPT, CONFIG)
    shop.line.sent.clear()
    shop.carry_out(plan)
    verbs = [
        (r.method, r.headers.get("Content-Type", ""))
        for r in shop.line.sent
        if r.path.endswith("/configmaps/web")
    ]
    assert [verb for verb, _ in verbs[:3]] == ["GET", "PATCH", "PATCH"]
    assert JSON_PATCH in verbs[1][1] and "apply" in verbs[2][1]
    assert managers(shop) == [("holdfast", "Apply")]
    assert shop.find("ConfigMap", "web")["data"] == {"a": "1"}


def test_somebody_who_writes_in_between_is_not_overwritten(shop):
    plan = shop.plan(Operation.ADOPT, CONFIG)
    other = Cluster(shop.line, namespace="shop", field_manager="operator")
    writes = iter("123")

    def meanwhile(request):
        if is_handover(request) and (text := next(writes, "")):
            other.patch(REF, {"data": {"c": text}})

    shop.line.fault = meanwhile
    shop.carry_out(plan)
    assert len([one for one in shop.line.sent if is_handover(one)]) == 4
    assert shop.find("ConfigMap", "web")["data"] == {"a": "1", "c": "3"}
    assert managers(shop) == [("holdfast", "Apply"), ("operator", "Update")]


def test_an_object_that_never_comes_to_rest_is_given_up(shop):
    plan = shop.plan(Operation.ADOPT, CONFIG)
    other = Cluster(shop.line, namespace="shop", field_manager="operator")
    count = iter(range(100))

    def meanwhile(request):
        if is_handover(request):
            other.patch(REF, {"data": {"c": str(next(count))}})

    shop.line.fault = meanwhile
    with pytest.raises(ApplyError, match="the object has been modified"):
        shop.carry_out(plan)
    assert next(count) == TRIES
    assert [line.partition(":")[0] for line in shop.history()] == ["1 failed"]


def test_another_object_of_that_name_is_not_taken(shop):
    plan = shop.plan(Operation.ADOPT, CONFIG)
    shop.cluster.delete(REF)
    make(shop, a="other")
    with pytest.raises(ApplyError, match="not the object that the plan was made for"):
        shop.carry_out(plan)
    assert managers(shop) == [("kubectl-create", "Update")]
    assert shop.find("ConfigMap", "web")["data"] == {"a": "other", "b": "2"}


def test_done_again_it_changes_nothing(shop):
    plan = shop.plan(Operation.ADOPT, CONFIG)
    shop.carry_out(plan)
    assert not shop.plan(Operation.UPGRADE, CONFIG).pending
