"""Records, the head and the lock on the embedded cluster."""

from __future__ import annotations

import base64
import random

import pytest
from tests.unit.releases.support import START, World

from holdfast.cluster.retrying import ATTEMPTS
from holdfast.errors import ReleaseError, ReleaseLocked, ReleaseNotFound, Unreachable
from holdfast.model.release import Status
from holdfast.model.work import Asked
from holdfast.releases.labels import RECORD_LABEL


@pytest.fixture
def world():
    return World()


def acquire(world, holder="ann@host:1", release="web", **options):
    return world.store.acquire(release, "shop", holder=holder, operation="install", **options)


def record(world, revision, status=Status.DEPLOYED, **options):
    hold = acquire(world, release=revision.release)
    hold.begin(revision, **options)
    return hold.settle(revision.number, status, description="done", **options)


def read(world, number):
    world.connect()
    return world.store.read(world.store.head("web", "shop"), number)


def text(seed, size):
    """Text that hardly compresses."""
    return base64.b64encode(random.Random(seed).randbytes(size * 3 // 4)).decode()


def chunk_of(world, number):
    entry = world.store.head("web", "shop").entry(number)
    return "holdfast.web." + entry.chunks[0].partition(":")[0]


def damage(world, name):
    """Replace a chunk's content, as no client of ours would."""
    secret = world.secrets()[name]
    world.cluster.delete(ref_of(secret))
    bare = {"name": name, "namespace": "shop", "labels": secret["metadata"]["labels"]}
    world.cluster.create({**secret, "metadata": bare, "data": {"chunk": "AAAA"}})


def ref_of(secret):
    from holdfast.releases.names import PREFIX, chunk_ref

    _, release, chunk = secret["metadata"]["name"].split(".")
    assert secret["metadata"]["name"].startswith(PREFIX)
    return chunk_ref(release, "shop", chunk)


# -- records


def test_a_recorded_revision_is_read_back_whole(world, revision):
    record(world, revision())
    found = read(world, 1)
    assert found.status is Status.DEPLOYED
    assert found.description == "done"
    assert found.updated == START
    assert found.manifests == revision().manifests
    assert found.values == revision().values


def test_unknown_releases_and_revisions(world, revision):
    assert world.store.head("web", "shop") is None
    record(world, revision())
    with pytest.raises(ReleaseNotFound, match="there is no revision 2"):
        read(world, 2)


def test_a_10_mb_release_is_kept_in_secrets_of_less_than_a_mebibyte(world, revision, manifest):
    big = tuple(manifest(f"m{n}", {"text": text(n, 500_000)}) for n in range(20))
    record(world, revision(manifests=big))
    sizes = [len(str(secret["data"])) for secret in world.secrets().values()]
    assert max(sizes) < 400_000
    assert read(world, 1).manifests == big


def test_100_revisions_of_a_1_mb_release_cost_little_more_than_one(world, revision, manifest):
    big = [manifest(f"m{n}", {"text": text(n, 10_000)}) for n in range(100)]
    record(world, revision(manifests=tuple(big)))
    one = sum(len(secret["data"].get("chunk", "")) for secret in world.secrets().values())
    for number in range(2, 101):
        big[number - 1] = manifest(f"m{number - 1}", {"text": f"changed in {number}"})
        changed = revision(number, manifests=tuple(big), values={"image": f"1.{number}"})
        record(world, changed, history_max=0)
    every = sum(len(secret["data"].get("chunk", "")) for secret in world.secrets().values())
    assert one > 1_000_000
    assert every < 2 * one
    assert [m.object["data"]["text"][:10] for m in read(world, 57).manifests[55:58]] == [
        "changed in",
        "changed in",
        text(57, 10_000)[:10],
    ]


def test_a_damaged_chunk_is_named_and_the_other_revisions_still_read(world, revision, manifest):
    record(world, revision())
    record(world, revision(2, manifests=(manifest("new", {"a": text(1, 2000)}),)))
    damage(world, name := chunk_of(world, 2))
    with pytest.raises(ReleaseError, match=f"release web, revision 2: chunk {name} is damaged"):
        read(world, 2)
    assert read(world, 1).manifests == revision().manifests


def test_a_missing_chunk_is_named(world, revision):
    record(world, revision())
    name = chunk_of(world, 1)
    world.cluster.delete(ref_of(world.secrets()[name]))
    with pytest.raises(ReleaseError, match=f"chunk {name} is missing"):
        read(world, 1)


def test_a_damaged_chunk_is_made_anew_when_the_same_content_is_recorded_again(world, revision):
    record(world, revision())
    damage(world, chunk_of(world, 1))
    world.connect()
    record(world, revision(2))
    assert read(world, 1).manifests == read(world, 2).manifests == revision().manifests


def test_pruning_removes_the_chunks_that_nobody_needs_any_more(world, revision, manifest):
    for number in range(1, 6):
        own = (manifest("m", {"text": text(number, 5000)}),)
        record(world, revision(number, manifests=own), history_max=2)
    head = world.store.head("web", "shop")
    assert [entry.number for entry in head.revisions] == [4, 5]
    assert len(world.secrets()) == 3
    assert read(world, 4).number == 4


def test_a_release_that_is_forgotten_leaves_nothing(world, revision):
    record(world, revision())
    acquire(world).forget()
    assert world.secrets() == {}


# -- list


def test_list_reads_the_metadata_of_heads_and_nothing_else(world, revision):
    record(world, revision())
    record(world, revision(2), Status.FAILED)
    record(world, revision(release="api"))
    world.connect()
    found = world.store.list("shop")
    assert [(s.name, s.revision, s.status, str(s.chart)) for s in found] == [
        ("api", 1, Status.DEPLOYED, "nginx-1.2.3+git.5"),
        ("web", 2, Status.FAILED, "nginx-1.2.3+git.5"),
    ]
    assert found[0].labels == {"team": "web"}
    assert found == world.store.list()
    request = world.line.sent[0]
    assert "PartialObjectMetadataList" in request.headers["Accept"]
    assert ("labelSelector", f"{RECORD_LABEL}=head") in request.query
    assert len(world.line.sent) == 2


# -- lock


def test_a_second_comer_is_refused_and_told_by_whom(world):
    acquire(world)
    with pytest.raises(ReleaseLocked, match="ann@host:1 has held it for install since"):
        acquire(world, "bob@host:2")


def test_a_second_comer_may_wait(world, revision):
    first = acquire(world)
    first.begin(revision())
    world.clock.meanwhile = lambda: (
        first.lost or first.head.lock is None or first.settle(1, Status.DEPLOYED)
    )
    second = acquire(world, "bob@host:2", timeout=30)
    assert second.head.entry(1).status is Status.DEPLOYED
    assert second.interrupted == ""


def test_a_lock_that_ran_out_is_taken_over_and_says_what_was_cut_off(world, revision):
    acquire(world).begin(revision())
    world.connect()
    second = acquire(world, "bob@host:2", timeout=90)
    assert world.clock.now() == START + 60
    assert second.interrupted == (
        "install of revision 1 by ann@host:1, begun 2027-01-15 08:00:00 UTC"
    )
    assert second.head.entry(1).status is Status.FAILED


@pytest.mark.parametrize(
    "act",
    [
        lambda hold, revision: hold.keep(),
        lambda hold, revision: hold.begin(revision(2)),
        lambda hold, revision: hold.note("scale to 0", {}),
        lambda hold, revision: hold.settle(1, Status.DEPLOYED),
        lambda hold, revision: hold.forget(),
    ],
)
def test_a_holder_that_comes_back_too_late_changes_nothing(world, revision, act):
    first = acquire(world)
    first.begin(revision())
    world.clock.time += 61
    acquire(world, "bob@host:2")
    before = world.store.head("web", "shop")
    for _ in range(2):
        with pytest.raises(ReleaseError, match=r"lost the lock to bob@host:2 \(install\)"):
            act(first, revision)
    assert world.store.head("web", "shop") == before


def test_a_holder_that_stays_keeps_the_lock_as_long_as_it_likes(world):
    first = acquire(world)
    for _ in range(10):
        world.clock.time += 30
        first.keep()
    with pytest.raises(ReleaseLocked):
        acquire(world, "bob@host:2")


def test_a_short_outage_does_not_cost_the_lock(world):
    first = acquire(world)
    world.clock.time += 30
    world.line.fault = lambda request: Unreachable("renew: no answer")
    first.keep()
    world.clock.time += 30
    with pytest.raises(Unreachable):
        first.keep()


@pytest.mark.parametrize("times", [1, ATTEMPTS])
def test_a_write_whose_answer_was_lost_is_found_done(world, revision, times):
    hold = acquire(world)
    hold.begin(revision())
    lost = [Unreachable("update: reset")] * times
    world.line.lost_answer = lambda r: lost.pop() if r.method == "PUT" and lost else None
    if times == 1:
        assert hold.settle(1, Status.DEPLOYED, description="done").status is Status.DEPLOYED
    else:
        with pytest.raises(Unreachable):
            hold.settle(1, Status.DEPLOYED, description="done")
        assert hold.settle(1, Status.DEPLOYED, description="done").status is Status.DEPLOYED
    assert world.store.head("web", "shop").lock is None


def test_a_hold_that_changed_nothing_leaves_nothing(world, revision):
    acquire(world).release()
    assert world.secrets() == {}
    record(world, revision())
    before = world.store.head("web", "shop").revisions
    acquire(world).release()
    assert world.store.head("web", "shop").revisions == before


def test_the_journal_has_the_step_that_is_under_way(world, revision):
    hold = acquire(world)
    hold.begin(revision())
    hold.note("retain claims", {"name": "web"})
    hold.note("scale to 0", {"name": "web"})
    found = world.store.head("web", "shop").journal
    assert [(row.step, row.done) for row in found] == [
        ("retain claims", True),
        ("scale to 0", False),
    ]
    hold.settle(1, Status.DEPLOYED)
    assert world.store.head("web", "shop").journal == ()


def test_the_journal_outlives_an_interruption_and_tells_what_was_done(world, revision):
    hold = acquire(world)
    hold.begin(revision())
    hold.note("hook", {"name": "migrate"})
    hold.note("hook", {"name": "seed"})
    world.clock.time += 61
    second = acquire(world, "bob@host:2")
    work = second.go_on(Status.PENDING_INSTALL, Asked(force_conflicts=True))
    assert (work.holder, work.operation, work.revision) == ("bob@host:2", "install", 1)
    assert work.asked == Asked(force_conflicts=True)
    assert second.passed("hook", {"name": "migrate"})
    assert not second.passed("hook", {"name": "seed"})
    second.note("hook", {"name": "seed"})
    assert not second.passed("hook", {"name": "seed"}), "it is being done again"
    second.note("hook", {"name": "last"})
    assert [(row.detail["name"], row.done) for row in second.head.journal] == [
        ("migrate", True),
        ("seed", True),
        ("last", False),
    ]
    second.settle(1, Status.DEPLOYED)
    assert (second.head.work, second.head.journal) == (None, ())


def test_there_is_nothing_to_go_on_with_where_nothing_was_left(world, revision):
    record(world, revision())
    with pytest.raises(ReleaseError, match="nothing to go on with"):
        acquire(world).go_on(Status.PENDING_INSTALL, Asked())


def test_without_its_namespace_a_release_cannot_be_locked(world):
    with pytest.raises(ReleaseError, match="namespace nowhere does not exist") as caught:
        world.store.acquire("web", "nowhere", holder="ann", operation="install")
    assert "--create-namespace" in caught.value.hint


def test_planning_may_wait_until_nobody_holds_the_release(world, revision):
    acquire(world).begin(revision())
    with pytest.raises(ReleaseLocked):
        world.store.wait_free("web", "shop", timeout=10)
    assert world.store.wait_free("web", "shop", timeout=60).current == 1
    assert world.store.wait_free("api", "shop") is None
