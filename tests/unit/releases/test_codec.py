from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import ReleaseError, Where
from holdfast.model.patch import Patch, PatchTarget
from holdfast.model.release import ChartRef, Revision, RevisionEntry, Status
from holdfast.releases.codec import decode, digest_of, encode

TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters()),  # lone surrogates too: YAML escapes can make them
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def entry_of(revision, record):
    return RevisionEntry(
        revision.number,
        revision.status,
        revision.chart,
        revision.updated,
        revision.description,
        digest_of(record),
    )


def read(record, entry):
    return decode(record, entry, where="release web, revision 1")


def test_a_revision_comes_back_as_it_was(revision):
    given_ = revision()
    record = encode(given_)
    assert read(record, entry_of(given_, record)) == given_


def test_the_record_is_one_line_for_the_header_two_for_values_one_per_manifest(revision, manifest):
    record = encode(revision(manifests=(manifest("a"), manifest("b"))))
    assert [next(iter(json.loads(line))) for line in record.splitlines()] == [
        "format",
        "replicas",
        "replicas",
        "ref",
        "ref",
    ]


def test_number_status_and_time_are_the_entrys(revision):
    record = encode(revision())
    assert record == encode(revision(number=7, updated=2.0, description="again"))
    entry = RevisionEntry(7, Status.FAILED, ChartRef("n", "1"), 9.0, "why", digest_of(record))
    found = read(record, entry)
    assert (found.number, found.status, found.updated) == (7, Status.FAILED, 9.0)
    assert found.description == "why"


def test_keys_keep_their_order(revision):
    record = encode(revision(values={"z": 1, "a": 2}))
    entry = entry_of(revision(), record)
    assert list(read(record, entry).values) == ["z", "a"]


@given(TREES)
def test_any_values_come_back(tree):
    given_ = Revision(
        "web", "shop", 1, Status.DEPLOYED, ChartRef("n", "1"), 0.0, values={"v": tree}
    )
    record = encode(given_)
    assert read(record, entry_of(given_, record)) == given_


def test_a_changed_record_is_named(revision):
    record = encode(revision())
    with pytest.raises(ReleaseError, match="release web, revision 1: the record is damaged"):
        read(record.replace(b"1.27", b"1.28"), entry_of(revision(), record))


def test_a_record_of_a_newer_holdfast_is_refused(revision):
    record = encode(revision()).replace(b'"format":1', b'"format":3')
    with pytest.raises(ReleaseError, match="has format 3, this holdfast reads up to 2"):
        read(record, entry_of(revision(), record))


def test_hooks_come_back_apart_from_the_manifests(revision, manifest):
    given_ = revision(manifests=(manifest("a"),), hooks=(manifest("b"), manifest("c")))
    record = encode(given_)
    assert read(record, entry_of(given_, record)) == given_
    assert json.loads(record.splitlines()[0])["format"] == 2


def test_without_hooks_the_record_is_the_one_that_the_first_holdfast_wrote(revision):
    assert encode(revision()) == STORED


def test_a_record_that_lost_a_hook_is_damaged(revision, manifest):
    record = encode(revision(hooks=(manifest("b"),)))
    shorter = b"".join(record.splitlines(keepends=True)[:-1])
    with pytest.raises(ReleaseError, match="2 objects announced, 1 found"):
        read(shorter, entry_of(revision(), shorter))


@pytest.mark.parametrize("record", [b"", b"[]\n", b"{\n", b'{"format":1}\n{}\n{}\n', b"\xff\n"])
def test_what_is_no_record_at_all_is_said_so(revision, record):
    with pytest.raises(ReleaseError, match="the record cannot be read"):
        read(record, entry_of(revision(), record))


STORED = base64.b64decode(
    "eyJmb3JtYXQiOjEsInJlbGVhc2UiOiJ3ZWIiLCJuYW1lc3BhY2UiOiJzaG9wIiwiY2hhcnQiOnsibmFtZSI6Im5naW"
    "54IiwidmVyc2lvbiI6IjEuMi4zK2dpdC41IiwiYXBwX3ZlcnNpb24iOiIxLjI3IiwiZGlnZXN0Ijoic2hhMjU2OmFh"
    "In0sIm5vdGVzIjoiSGVsbG9cbndvcmxkXG4iLCJzZW5zaXRpdmUiOlsiYXV0aC5wYXNzd29yZCJdLCJsYWJlbHMiOn"
    "sidGVhbSI6IndlYiJ9LCJtYW5pZmVzdHMiOjF9CnsicmVwbGljYXMiOjMsImRyb3AiOm51bGx9CnsicmVwbGljYXMi"
    "OjMsIm5hbWUiOiJjYWbDqeKAqCJ9CnsicmVmIjp7ImFwaV92ZXJzaW9uIjoidjEiLCJraW5kIjoiQ29uZmlnTWFwIi"
    "wibmFtZXNwYWNlIjoic2hvcCIsIm5hbWUiOiJ3ZWIifSwib2JqZWN0Ijp7ImFwaVZlcnNpb24iOiJ2MSIsImtpbmQi"
    "OiJDb25maWdNYXAiLCJtZXRhZGF0YSI6eyJuYW1lIjoid2ViIiwibmFtZXNwYWNlIjoic2hvcCJ9LCJkYXRhIjp7Im"
    "EiOiIxIn19LCJzb3VyY2UiOnsia2luZCI6InRlbXBsYXRlIiwic291cmNlIjoibmdpbngvdGVtcGxhdGVzL2NvbmZp"
    "Zy55YW1sLmoyIiwibGluZSI6MywiY29sdW1uIjoxfSwic2Vuc2l0aXZlIjpbWyJkYXRhIiwiYSJdXX0K"
)


def test_a_record_of_format_1_stays_readable(revision):
    """Written once by the first holdfast; never to be written anew."""
    entry = replace(entry_of(revision(), STORED))
    assert read(STORED, entry) == revision()


def test_patches_come_back_without_the_folder_of_their_file(revision, manifest):
    where = Where("/home/ann/fix.yaml", 3, 1, "patch")
    patches = (
        Patch(PatchTarget("StatefulSet", "web", "apps/v1"), {"spec": {"replicas": None}}, where),
        Patch(PatchTarget("*", "w*", namespace="a"), [{"op": "remove", "path": "/x"}], where),
    )
    changed = replace(manifest("a"), changed_by=(where, Where("post-renderer sed")))
    given_ = revision(patches=patches, post_renderer="sed s/a/b/", manifests=(changed,))
    record = encode(given_)
    assert b"/home/ann" not in record
    found = read(record, entry_of(given_, record))
    kept = replace(where, source="fix.yaml")
    assert found.patches == tuple(replace(one, where=kept) for one in patches)
    assert found.post_renderer == "sed s/a/b/"
    assert found.manifests[0].changed_by == (kept, Where("post-renderer sed"))


def test_a_record_without_patches_says_nothing_of_them(revision):
    record = encode(revision())
    assert b"patches" not in record and b"changed_by" not in record
    assert read(record, entry_of(revision(), record)).patches == ()


STORED_WITH_HOOKS = base64.b64decode(
    "eyJmb3JtYXQiOjIsInJlbGVhc2UiOiJ3ZWIiLCJuYW1lc3BhY2UiOiJzaG9wIiwiY2hhcnQiOnsibmFtZSI6Im5naW"
    "54IiwidmVyc2lvbiI6IjEuMi4zK2dpdC41IiwiYXBwX3ZlcnNpb24iOiIxLjI3IiwiZGlnZXN0Ijoic2hhMjU2OmFh"
    "In0sIm5vdGVzIjoiSGVsbG9cbndvcmxkXG4iLCJzZW5zaXRpdmUiOlsiYXV0aC5wYXNzd29yZCJdLCJsYWJlbHMiOn"
    "sidGVhbSI6IndlYiJ9LCJtYW5pZmVzdHMiOjEsImhvb2tzIjoxfQp7InJlcGxpY2FzIjozLCJkcm9wIjpudWxsfQp7"
    "InJlcGxpY2FzIjozLCJuYW1lIjoiY2Fmw6nigKgifQp7InJlZiI6eyJhcGlfdmVyc2lvbiI6InYxIiwia2luZCI6Ik"
    "NvbmZpZ01hcCIsIm5hbWVzcGFjZSI6InNob3AiLCJuYW1lIjoid2ViIn0sIm9iamVjdCI6eyJhcGlWZXJzaW9uIjoi"
    "djEiLCJraW5kIjoiQ29uZmlnTWFwIiwibWV0YWRhdGEiOnsibmFtZSI6IndlYiIsIm5hbWVzcGFjZSI6InNob3AifS"
    "wiZGF0YSI6eyJhIjoiMSJ9fSwic291cmNlIjp7ImtpbmQiOiJ0ZW1wbGF0ZSIsInNvdXJjZSI6Im5naW54L3RlbXBs"
    "YXRlcy9jb25maWcueWFtbC5qMiIsImxpbmUiOjMsImNvbHVtbiI6MX0sInNlbnNpdGl2ZSI6W1siZGF0YSIsImEiXV"
    "19CnsicmVmIjp7ImFwaV92ZXJzaW9uIjoidjEiLCJraW5kIjoiQ29uZmlnTWFwIiwibmFtZXNwYWNlIjoic2hvcCIs"
    "Im5hbWUiOiJiZWZvcmUifSwib2JqZWN0Ijp7ImFwaVZlcnNpb24iOiJ2MSIsImtpbmQiOiJDb25maWdNYXAiLCJtZX"
    "RhZGF0YSI6eyJuYW1lIjoiYmVmb3JlIiwibmFtZXNwYWNlIjoic2hvcCJ9LCJkYXRhIjp7ImEiOiIxIn19LCJzb3Vy"
    "Y2UiOnsia2luZCI6InRlbXBsYXRlIiwic291cmNlIjoibmdpbngvdGVtcGxhdGVzL2NvbmZpZy55YW1sLmoyIiwibG"
    "luZSI6MywiY29sdW1uIjoxfSwic2Vuc2l0aXZlIjpbWyJkYXRhIiwiYSJdXX0K"
)


def test_a_record_of_format_2_stays_readable(revision, manifest):
    """Written once by the first holdfast that knew hooks; never to be written anew."""
    entry = replace(entry_of(revision(), STORED_WITH_HOOKS))
    assert read(STORED_WITH_HOOKS, entry) == revision(hooks=(manifest("before"),))
