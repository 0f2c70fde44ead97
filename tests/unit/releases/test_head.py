from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

from holdfast.errors import ReleaseError
from holdfast.model.release import JournalEntry, Lock
from holdfast.model.work import Asked, Work
from holdfast.releases.head import from_secret, to_secret


def test_a_head_comes_back_as_it_was(head):
    given = head(
        "sdfp",
        lock=Lock("ann@host:1", "upgrade", 10.0, 70.0),
        journal=(JournalEntry("scale to 0", {"name": "web", "from": 3}),),
        work=Work("upgrade", 4, "ann@host:1", 10.0, base=1, asked=Asked(delete_claims=("a",))),
        resource_version="42",
    )
    assert from_secret(to_secret(given)) == given


def test_it_is_a_secret_that_replaces_only_the_version_it_was_read_at(head):
    secret = to_secret(head("d", resource_version="42"))
    assert secret["type"] == "holdfast.dev/head"
    assert secret["metadata"]["name"] == "holdfast.web"
    assert secret["metadata"]["resourceVersion"] == "42"


def broken(head, **content):
    secret = to_secret(head("d"))
    found = {**json.loads(base64.b64decode(secret["data"]["head"])), **content}
    secret["data"]["head"] = base64.b64encode(json.dumps(found).encode()).decode()
    return secret


def test_a_head_of_a_newer_holdfast_is_refused(head):
    with pytest.raises(ReleaseError, match=r"holdfast\.web has format 9, this holdfast reads"):
        from_secret(broken(head, format=9))


@pytest.mark.parametrize(
    "content", [{"revisions": [{}]}, {"lock": {"who": 1}}, {"journal": 3}, {"work": [1]}]
)
def test_a_damaged_head_is_named(head, content):
    with pytest.raises(ReleaseError, match=r"Secret holdfast\.web is damaged"):
        from_secret(broken(head, **content))


@pytest.mark.parametrize("data", [{}, {"head": "%%%"}, {"head": "bm90IGpzb24="}, None])
def test_data_that_are_no_head_are_named(head, data):
    with pytest.raises(ReleaseError, match=r"Secret holdfast\.web is damaged"):
        from_secret({**to_secret(replace(head("d"))), "data": data})
