"""test: the tests that a release brings along, run in its cluster."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.actions.hooks import owned_hooks
from holdfast.actions.target import Target
from holdfast.errors import UsageError
from holdfast.kinds.hooks import due, hooks_of, runs_to_an_end
from holdfast.light import dataclass
from holdfast.model.hook import Hook, When
from holdfast.model.release import Revision
from holdfast.releases import history


@dataclass(frozen=True, slots=True)
class ReleaseTests:
    """The tests of a release's current revision that are to run, in their order.

    What is no Job or Pod is there for the tests: it is made, and is none itself.
    """

    revision: Revision
    hooks: tuple[Hook, ...]


def find_tests(
    target: Target, name: str, *, only: Sequence[str] = (), without: Sequence[str] = ()
) -> ReleaseTests:
    """The tests of release `name`: `only` those of these names, or all `without` these.

    Raises ReleaseNotFound, ReleaseError (uninstalled, a damaged record), UsageError for a name that
    no test has.
    """
    history.check_name(name)
    head = history.check_upgrade(name, target.store.head(name, target.namespace))
    revision = target.store.read(head, head.current)
    hooks = due(hooks_of(owned_hooks(revision)), When.TEST)
    _check_names(name, hooks, (*only, *without))
    return ReleaseTests(revision, tuple(one for one in hooks if _wanted(one, only, without)))


def _wanted(hook: Hook, only: Sequence[str], without: Sequence[str]) -> bool:
    if hook.ref.name in without:
        return False
    return not only or hook.ref.name in only or not runs_to_an_end(hook.ref)


def _check_names(release: str, hooks: Sequence[Hook], names: Sequence[str]) -> None:
    known = [hook.ref.name for hook in hooks]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError(
            f"testing release {release}: no test of it is called {', '.join(unknown)}",
            hint=f"its tests: {', '.join(known)}" if known else "its chart has no tests",
        )
