"""Run a release's tests: every one of them, whatever became of those before it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress

from holdfast.apply.hook_failures import told
from holdfast.apply.hook_logs import evidence_events
from holdfast.apply.hook_run import Ran, run_hook, title_of
from holdfast.apply.hooks import clear
from holdfast.apply.run import Run
from holdfast.apply.veil import veiled
from holdfast.cluster.client import Cluster
from holdfast.errors import ApplyError, ClusterError, HoldfastError
from holdfast.model.clock import Clock
from holdfast.model.event import Event, EventKind
from holdfast.model.hook import Hook, HookResult, Outcome, When
from holdfast.model.release import Revision
from holdfast.plan.secrecy import release_texts
from holdfast.releases.store import Store


def run_tests(
    revision: Revision,
    hooks: Sequence[Hook],
    *,
    cluster: Cluster,
    store: Store,
    clock: Clock,
    holder: str,
    logs: bool = False,
    timeout: float = 600.0,
    lock_timeout: float = 0.0,
) -> Generator[Event]:
    """Run these tests one after another, under the release's lock; the last event has the results.

    With `logs` the results have what the tests' pods wrote. `timeout` (seconds) is for all of them,
    `lock_timeout` for another operation's lock before them. A test that fails raises nothing.
    Raises ReleaseLocked, ReleaseError (the lock was lost), ClusterError where it cannot be had.
    """
    hold = store.acquire(
        revision.release,
        revision.namespace,
        holder=holder,
        operation="test",
        timeout=lock_timeout,
    )
    run = Run(cluster, clock, hold, timeout, clock.now() + timeout)
    try:
        if hold.interrupted:
            said = f"release {revision.release}: {hold.interrupted}, was cut off before this test"
            yield run.event(EventKind.WARNING, said)
        secrets = release_texts(revision, revision.manifests)
        yield from veiled(_tests(revision, hooks, run, logs=logs), secrets)
    finally:
        if not hold.lost:
            with suppress(HoldfastError):  # the lock expires by itself
                hold.release(done=True)


def _tests(revision: Revision, hooks: Sequence[Hook], run: Run, *, logs: bool) -> Iterator[Event]:
    title = f"test of release {revision.release}, revision {revision.number}"
    yield run.event(EventKind.STARTED, title)
    results = []
    for hook in hooks:
        result = yield from _test(hook, run, logs=logs)
        results.append(result)
    with suppress(ClusterError):
        yield from clear([hook for hook, one in zip(hooks, results, strict=True) if one.well], run)
    bad = sum(not one.well for one in results)
    said = f"{title}: {f'{bad} of {len(results)} failed' if bad else 'succeeded'}"
    yield Event(EventKind.FINISHED, said, run.clock.now(), results=tuple(results))


def _test(hook: Hook, run: Run, *, logs: bool) -> Generator[Event, None, HookResult]:
    began = run.clock.now()
    try:
        ran = yield from run_hook(hook, When.TEST, run, {}, logs=logs)
    except (ClusterError, ApplyError) as error:
        reason = error.message
        result = HookResult(hook.ref, When.TEST, Outcome.FAILED, reason, began, run.clock.now())
        ran = Ran(hook, result)
    if not ran.result.well:
        said = f"{title_of(hook, When.TEST)} {told(ran)}"
        yield run.event(EventKind.WARNING, said, hook.ref)
        yield from evidence_events(ran.evidence, run)
    return ran.result
