"""The same work on many items, on all cores, its results in order.

Workers are forked, so that they have everything that was read before; only results travel. A
worker that fails says so and no more: the work is done again here, where the error can be told.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from holdfast.errors import HoldfastError

T = TypeVar("T")

FEWEST = 64
"""Items that are worth starting workers for."""
_CHUNK = 8
_FAILED = "failed"

_work: Callable[[int], Any] | None = None
"""What a worker does; set in workers alone."""


def usable_cores() -> int:
    """How many processes can run at once here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(work: Callable[[int], T], count: int, *, jobs: int) -> Iterator[T]:
    """`work(0)` … `work(count - 1)`, by up to `jobs` processes where that is worth it.

    `work` must give the same whoever does it. Raises what `work` raises, and HoldfastError where a
    worker is killed.
    """
    if jobs < 2 or count < FEWEST or not hasattr(os, "fork"):
        yield from map(work, range(count))
        return
    yield work(0)  # here, so that workers are born with all that it had to read
    for index, (state, found) in enumerate(_by_workers(work, range(1, count), jobs), 1):
        yield work(index) if state == _FAILED else found


def _by_workers(work: Callable[[int], T], indices: range, jobs: int) -> Iterator[tuple[str, Any]]:
    import gc
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(
        jobs, mp_context=get_context("fork"), initializer=_begin, initargs=(work,)
    )
    gc.freeze()  # what is shared with workers is not to be gone through, and so copied, in each
    try:
        yield from pool.map(_do, indices, chunksize=_CHUNK)
    except BrokenProcessPool:
        raise HoldfastError(
            "rendering in several processes: one of them was killed",
            hint="was the memory used up? `--jobs 1` needs the least",
        ) from None
    finally:
        gc.unfreeze()
        pool.shutdown(cancel_futures=True)


def _begin(work: Callable[[int], Any]) -> None:
    """A worker starts: Ctrl-C is the parent's to handle, and SIGTERM ends a worker quietly."""
    import signal

    global _work
    _work = work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _do(index: int) -> tuple[str, Any]:
    if _work is None:
        raise ValueError("a worker has no work")
    try:
        return "", _work(index)
    except HoldfastError:
        return _FAILED, None
