"""A command that is cut off: what is told then, and what comes of finishing it or undoing it."""

from __future__ import annotations

from typing import Any

from tests.conftest import Result, run_command
from tests.e2e.charts import data, history
from tests.e2e.line import Fault, Killed, Line
from tests.e2e.scene import Operation, Scene
from tests.e2e.state import claims_of, holdings

WAYS = ("resume", "again", "abandon")
"""How it may be ended: `again` is the same command once more."""
BOTH = "`holdfast resume web` finishes it, `holdfast abandon web` undoes it"
NOTHING = ("run that command again", "there is no such release", "nothing was interrupted")
RECORDS_ONLY = "its objects are gone and its records are being removed"


class Case:
    """One command, run to its end once; then cut off again and again, by whatever means."""

    def __init__(self, line: Line, operation: Operation) -> None:
        self.scene = Scene(line, operation)
        self.before = holdings()
        self.earlier = _history()
        self.scene.run().must()
        self.sent = tuple(line.sent)
        self.after = holdings()
        self.later = _history()
        self.at = self.holder = ""

    def reset(self, at: str) -> None:
        """Back to before the command; `at` says where it is going to be cut off."""
        self.scene.reset()
        self.at = at

    def cut(self, number: int, fault: Fault) -> Result | None:
        """Run it with the fault of a kill, or of Ctrl-C, at a request.

        None where it was killed. A run may poll once or twice less than the first one did: then it
        comes to its end, and there is nothing to look at.
        """
        try:
            result = self.scene.run(number, fault)
        except Killed:
            return None
        assert result.code == 1 or number > len(self.sent) - 3, f"{self.at}\n{result.err}"
        return result

    @property
    def began(self) -> bool:
        """Something is on record that has not come to its end."""
        return _history() not in (self.earlier, self.later)

    @property
    def done(self) -> bool:
        """It was killed when all was through."""
        return _history() == self.later != self.earlier

    def check_told(self, holder: str) -> None:
        """Reading works; whatever was begun is told, with whose it was and what can be done."""
        self.holder = holder
        if not data("list"):
            return
        status = data("status", "web")
        left = status["unfinished"]
        if not self.began:
            assert left is None or left["revision"] == 0, self.at
            return
        verb = self.scene.operation.command[0]
        assert (left["operation"], left["revision"]) == (verb, status["revision"]), self.at
        assert left["holder"] == holder, self.at
        said = f"INTERRUPTED: {verb} of revision {left['revision']} by {holder}, begun "
        assert said in run_command("status", "web").must().out, self.at
        for command in (("status", "web"), ("history", "web"), ("list",)):
            shown = run_command(*command).must()
            assert BOTH in shown.out + shown.err, f"{self.at}: {command}"

    def end(self, way: str) -> None:
        """Finish it, or undo it, and look at what is there then."""
        if way == "abandon":
            self.undo()
            return
        verb = self.scene.operation.command
        result = run_command(*(("resume", "web") if way == "resume" else verb))
        if result.code:
            self.check_refused(result, way)
        elif way == "resume":
            assert _history() == self.later, self.at
            assert f"{verb[0]} of revision " in result.err and self.holder in result.err, self.at
            assert "was cut off" in result.err, self.at
        assert holdings() == self.after, self.at

    def check_refused(self, result: Result, way: str) -> None:
        """All was through, or nothing had been begun: then the same verb does it."""
        assert result.err.count("error: ") == 1 and "Traceback" not in result.err, self.at
        assert not self.began, f"{self.at}\n{result.err}"
        if not self.done:
            assert way == "resume", f"{self.at}\n{result.err}"
            assert any(words in result.err for words in NOTHING), f"{self.at}\n{result.err}"
            run_command(*self.scene.operation.command).must()

    def undo(self) -> None:
        """`abandon`: what was there before is there again, and claims outlive all."""
        began, done = self.began, self.done
        result = run_command("abandon", "web")
        if result.code and RECORDS_ONLY in result.err:
            run_command("resume", "web").must()
            done = True
        elif began:
            assert result.code == 0, f"{self.at}\n{result.err}"
            self.check_undone(result)
        wanted, found = self.after if done else self.before, holdings()
        assert _without_traces(found) == _without_traces(claims_of(found) | wanted), self.at

    def check_undone(self, result: Result) -> None:
        """A good revision is deployed again, or nothing is left and the claims are listed."""
        assert self.holder in result.err and "was cut off" in result.err, self.at
        if self.earlier:
            assert _history()[-1][1] == "deployed", self.at
            return
        assert data("list") == [], self.at
        for claim in claims_of(holdings()):
            assert f"claim {claim.partition('/')[2]} kept" in result.err, self.at


def _without_traces(found: dict[str, Any]) -> dict[str, Any]:
    """A workload keeps the templates that it had for a while."""
    return {name: obj for name, obj in found.items() if not name.startswith("ControllerRevision/")}


def _history() -> list[tuple[int, str]]:
    return history("web") if data("list") else []
